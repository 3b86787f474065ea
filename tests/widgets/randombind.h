// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QApplication>
#include <QStringList>
#include <QTest>
#include <QVariant>
#include <QWheelEvent>
#include <QWidget>
#include <QWindow>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <memory>
#include <random>

/// Keys, mouse, changes of what limits a widget, and writes, in any order.
namespace randombind {

using namespace nanostores;

class Random
{
public:
    explicit Random(unsigned seed)
        : m_engine(seed)
    {
    }
    /// From 0 to below.
    int operator()(int below) { return static_cast<int>(m_engine() % static_cast<unsigned>(std::max(1, below))); }
    int between(int low, int high) { return low + (*this)(high - low + 1); }
    template<typename T>
    T of(std::initializer_list<T> all)
    {
        return *(all.begin() + (*this)(static_cast<int>(all.size())));
    }

private:
    std::mt19937 m_engine;
};

using Act = std::function<void(Random &)>;

/// A widget in a window, bound to a store: what may happen to both.
struct Subject
{
    std::unique_ptr<QWidget> window = std::make_unique<QWidget>();
    std::unique_ptr<QObject> extra;
    WidgetBinding *binding = nullptr;
    Act edit; ///< Keys and mouse.
    Act assign; ///< The program sets the widget's value.
    Act limit; ///< The range, the model, the pages, ... change.
    Act write; ///< The program sets the store.
    std::shared_ptr<bool> refuses = std::make_shared<bool>(false); ///< The store takes no value.
    std::function<QVariant()> stored;
    std::function<QVariant()> shown;
    std::function<QVariant()> expected; ///< The store's value, or as much of it as can be shown; invalid: any.
};

inline void keys(QWidget *widget, Random &random, std::initializer_list<Qt::Key> all)
{
    QTest::keyClick(widget, random.of(all));
}

inline QPoint anywhere(const QWidget *widget, Random &random)
{
    return {random(widget->width()), random(widget->height())};
}

/// To the window where there is one: so that all of Qt knows which buttons are down.
inline void mouse(QEvent::Type type, QWidget *widget, QPoint at)
{
    QWindow *window = widget->window()->isVisible() ? widget->window()->windowHandle() : nullptr;
    const QPoint inWindow = widget->mapTo(widget->window(), at);
    if (type == QEvent::MouseButtonPress) {
        window ? QTest::mousePress(window, Qt::LeftButton, {}, inWindow)
               : QTest::mousePress(widget, Qt::LeftButton, {}, at);
    } else if (type == QEvent::MouseButtonRelease) {
        window ? QTest::mouseRelease(window, Qt::LeftButton, {}, inWindow)
               : QTest::mouseRelease(widget, Qt::LeftButton, {}, at);
    } else {
        window ? QTest::mouseMove(window, inWindow) : QTest::mouseMove(widget, at);
    }
}

inline void click(QWidget *widget, Random &random)
{
    const QPoint at = anywhere(widget, random);
    mouse(QEvent::MouseButtonPress, widget, at);
    mouse(QEvent::MouseButtonRelease, widget, at);
}

inline void drag(QWidget *widget, Random &random)
{
    mouse(QEvent::MouseButtonPress, widget, anywhere(widget, random));
    for (int moves = random(3); moves > 0; --moves) {
        mouse(QEvent::MouseMove, widget, anywhere(widget, random));
    }
    mouse(QEvent::MouseButtonRelease, widget, anywhere(widget, random));
}

template<typename S>
void link(Subject &subject, const S &store)
{
    subject.stored = [store] { return nanostores::detail::toVariant(store.get()); };
    onSet(store, [refuses = subject.refuses](auto &event) {
        if (*refuses) {
            event.abort();
        }
    });
}

template<typename W>
W *put(Subject &subject, W *widget)
{
    widget->setParent(subject.window.get());
    widget->resize(160, 80);
    subject.window->resize(200, 120);
    return widget;
}

inline void wheel(QWidget *widget, Random &random)
{
    const QPoint at = widget->rect().center();
    QWheelEvent event(at, widget->mapToGlobal(at), {}, {0, random.of({120, -120, 360})}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QApplication::sendEvent(widget, &event);
}

inline const QStringList &words()
{
    static const QStringList all{QString(),
                                 QStringLiteral("a"),
                                 QStringLiteral("Anna"),
                                 QStringLiteral("hello world"),
                                 QStringLiteral("na\u00efve"),
                                 QString::fromUtf8("\xF0\x9F\x98\x80"),
                                 QString::fromUtf8("x\xF0\x9F\x98\x81y"),
                                 QStringLiteral("no\u00a0break")};
    return all;
}

inline void type(QWidget *widget, Random &random)
{
    switch (random(5)) {
    case 0:
        QTest::keyClicks(widget, random.of({QStringLiteral("x"), QStringLiteral("ab"), QStringLiteral("7")}));
        break;
    case 1:
        QTest::keySequence(widget, random.of({QKeySequence(QKeySequence::Undo), QKeySequence(QKeySequence::SelectAll),
                                              QKeySequence(QKeySequence::Redo)}));
        break;
    case 2:
        QTest::keyClick(widget, random.of({Qt::Key_Left, Qt::Key_Right, Qt::Key_Home}), Qt::ShiftModifier);
        break;
    default:
        keys(widget, random,
             {Qt::Key_Left, Qt::Key_Right, Qt::Key_Home, Qt::Key_End, Qt::Key_Return, Qt::Key_Backspace,
              Qt::Key_Delete});
    }
}

using Make = Subject (*)(BindOptions);

/// To the widget, and away from it.
inline void moveFocus(const Subject &subject)
{
    subject.window->activateWindow();
    if (auto *widget = qobject_cast<QWidget *>(subject.binding->parent())) {
        widget->hasFocus() ? widget->clearFocus() : widget->setFocus();
    }
}

/// One after the other, until the store or what is shown is wrong.
inline void runSteps(Subject &subject, Random &random)
{
    const auto settle = [] {
        QCoreApplication::sendPostedEvents();
        QCoreApplication::processEvents();
    };
    for (int step = 0; step < 40; ++step) {
        const QVariant before = subject.stored();
        const bool wasPending = subject.binding->isPending();
        QByteArray what;
        *subject.refuses = random(8) == 0;
        switch (random(8)) {
        case 0:
        case 1:
            what = "limit";
            if (subject.limit) {
                subject.limit(random);
            }
            QCOMPARE(subject.stored(), before);
            settle();
            QCOMPARE(subject.stored(), before);
            break;
        case 2:
            what = "write";
            subject.write(random);
            break;
        case 3:
            what = "assign";
            if (subject.assign && !wasPending) {
                subject.assign(random);
            }
            break;
        case 4: // to be undone by later steps
            what = "finish";
            subject.binding->revert();
            break;
        default:
            what = "edit";
            if (random(8) == 0) {
                moveFocus(subject);
            } else {
                subject.edit(random);
            }
        }
        const QVariant then = subject.stored();
        settle();
        QCOMPARE(subject.stored(), then);
        if (*subject.refuses) {
            QCOMPARE(then, before);
        }
        if (!subject.binding->isPending()) {
            const QVariant expected = subject.expected();
            if (!expected.isValid()) {
                continue;
            }
            if (subject.shown() != expected || qEnvironmentVariableIsSet("NANOSTORES_RANDOM_TRACE")) {
                qWarning() << "step" << step << what << "shown" << subject.shown() << "expected" << expected << "store"
                           << subject.stored();
            }
            QCOMPARE(subject.shown(), expected);
        }
    }
}

/// With several seeds, from NANOSTORES_RANDOM_SEED on; both commit modes, shown and hidden.
inline void runCases(Make make)
{
    bool isSet = false;
    const int given = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const int cases = isSet ? given : 20;
    const int first = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_SEED");
    for (int seed = first; seed < first + cases; ++seed) {
        Random random(static_cast<unsigned>(seed));
        Subject subject =
            make({.commit = seed % 2 == 0 ? Commit::AtOnce : Commit::WhenFinished, .observe = Observe::Always});
        if (seed % 4 != 3) {
            subject.window->show();
            QVERIFY(QTest::qWaitForWindowExposed(subject.window.get()));
        }
        runSteps(subject, random);
        if (QTest::currentTestFailed()) {
            qWarning("seed %d", seed);
            return;
        }
    }
}

} // namespace randombind

Q_DECLARE_METATYPE(randombind::Make)
