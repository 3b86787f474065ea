// SPDX-License-Identifier: MIT

// The inspector's window takes a program back in time: by mouse and by keyboard.

#include "inspection.h"
#include "support/controls.h"

#include <nanostores/core.h>
#include <nanostores/inspector.h>
#include <nanostores/recorder.h>

#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <QtQml/qqmlextensionplugin.h>

#include <memory>
#include <optional>

Q_IMPORT_QML_PLUGIN(LensAppPlugin)

using namespace nanostores;
using support::controlsOf;
using support::nameOf;

namespace {

/// The program that is looked at: on a thread of its own, as the window's stores are not to travel.
class Program
{
public:
    explicit Program(InspectorCapabilities capabilities)
    {
        m_thread.start();
        m_worker.moveToThread(&m_thread);
        run([this, capabilities] {
            m_count.emplace(atom(0).named("shop/count"));
            m_counting.emplace(effect([this] {
                (*m_count)();
                ++m_effects;
            }));
            InspectorOptions options;
            options.name = QStringLiteral("shop");
            options.capabilities = capabilities;
            m_inspector = std::make_unique<Inspector>(options);
        });
    }
    ~Program()
    {
        run([this] {
            m_inspector.reset();
            m_counting.reset();
            m_count.reset();
        });
        m_thread.quit();
        m_thread.wait();
    }

    void set(int value)
    {
        run([this, value] { m_count->set(value); });
    }
    int count()
    {
        int answer = 0;
        run([&] { answer = m_count->get(); });
        return answer;
    }
    int effects()
    {
        int answer = 0;
        run([&] { answer = m_effects; });
        return answer;
    }
    bool isInPast()
    {
        bool answer = false;
        run([&] { answer = inspecting().get(); });
        return answer;
    }

private:
    template<typename F>
    void run(F f)
    {
        QMetaObject::invokeMethod(&m_worker, f, Qt::BlockingQueuedConnection);
    }
    QThread m_thread;
    QObject m_worker;
    std::optional<Atom<int>> m_count;
    std::optional<decltype(effect([] {}))> m_counting;
    std::unique_ptr<Inspector> m_inspector;
    int m_effects = 0;
};

constexpr auto All = InspectorCapability::Read | InspectorCapability::Edit | InspectorCapability::Travel;

} // namespace

class tst_LensTravel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void program_thatDoesNotAllowItIsLeftAlone();
    void keys_backAndOnAndNow();
    void mouse_backAndOnAndNow();
    void slider_jumps_data();
    void slider_jumps();
    void play_goesToTheEnd_data();
    void play_goesToTheEnd();
    void skip_leavesTheStepOut_data();
    void skip_leavesTheStepOut();
    void here_isThePresentThen_data();
    void here_isThePresentThen();
    void heldWrites_areMadeOrDropped_data();
    void heldWrites_areMadeOrDropped();
    void step_isShownInTheTimeline();
    void present_whenTravellingEnds_data();
    void present_whenTravellingEnds();
    void steps_thatComeAreCounted();
    void program_thatEnds();

private:
    /// Attaches to a program that has had five steps, and travels.
    void travel(InspectorCapabilities capabilities = All);
    QAccessibleInterface *control(const QString &name) const;
    bool click(const QString &name);
    bool press(bool isByMouse, const char *name, Qt::Key key, Qt::KeyboardModifiers modifiers);
    void key(Qt::Key pressed, Qt::KeyboardModifiers modifiers = Qt::ControlModifier)
    {
        QTest::keyClick(m_window, pressed, modifiers);
    }

    QTemporaryDir m_folder{QStringLiteral("/tmp/nsi-XXXXXX")}; // the path of a socket is short
    std::unique_ptr<Program> m_program;
    std::unique_ptr<lens::Inspection> m_inspection;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
    QQuickWindow *m_window = nullptr;
};

void tst_LensTravel::initTestCase()
{
    QFile::setPermissions(m_folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toLocal8Bit());
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QAccessible::setActive(true);
    lens::isAnimated.set(false);
}

void tst_LensTravel::init()
{
    m_inspection = std::make_unique<lens::Inspection>();
    m_engine = std::make_unique<QQmlApplicationEngine>();
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    m_engine->load(QUrl(QStringLiteral("qrc:/qt/qml/LensApp/Main.qml")));
    QVERIFY(!m_engine->rootObjects().isEmpty());
    m_window = qobject_cast<QQuickWindow *>(m_engine->rootObjects().constFirst());
    m_window->requestActivate();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
}

void tst_LensTravel::cleanup()
{
    m_window = nullptr;
    m_engine.reset();
    m_inspection.reset();
    m_program.reset();
}

void tst_LensTravel::travel(InspectorCapabilities capabilities)
{
    m_program = std::make_unique<Program>(capabilities);
    QString reason;
    const auto endpoint = findInspectorEndpoint(QStringLiteral("shop"), &reason);
    QVERIFY2(endpoint, qPrintable(reason));
    m_inspection->attach(*endpoint);
    QTRY_VERIFY(lens::isConnected.get());
    QTRY_VERIFY(!lens::stores.get().isEmpty());
    for (int value = 1; value <= 5; ++value) {
        m_program->set(value);
    }
    QTRY_VERIFY(lens::eventCount.get() >= 5);
    key(Qt::Key_T);
    if (capabilities & InspectorCapability::Travel) {
        QTRY_COMPARE(lens::travelPosition.get(), 5);
    }
    m_window->grabWindow(); // lays it out
}

QAccessibleInterface *tst_LensTravel::control(const QString &name) const
{
    const QList<QAccessibleInterface *> all = controlsOf(m_window);
    for (QAccessibleInterface *const shown : all) {
        if (nameOf(shown) == name) {
            return shown;
        }
    }
    return nullptr;
}

bool tst_LensTravel::click(const QString &name)
{
    const QAccessibleInterface *const shown = control(name);
    const auto *const item = shown ? qobject_cast<QQuickItem *>(shown->object()) : nullptr;
    if (item) {
        const QPointF middle = item->mapToScene(QPointF(item->width() / 2, item->height() / 2));
        QTest::mouseClick(m_window, Qt::LeftButton, Qt::NoModifier, middle.toPoint());
    }
    return item;
}

bool tst_LensTravel::press(bool isByMouse, const char *name, Qt::Key pressed, Qt::KeyboardModifiers modifiers)
{
    if (isByMouse) {
        m_window->grabWindow(); // as others may have come into sight
        return click(QLatin1String(name));
    }
    key(pressed, modifiers);
    return true;
}

void tst_LensTravel::program_thatDoesNotAllowItIsLeftAlone()
{
    travel(InspectorCapability::Read | InspectorCapability::Edit);
    QVERIFY(!lens::canTravel.get());
    QVERIFY(!lens::isTravelling.get());
    QVERIFY(!control(QStringLiteral("Take the program itself back in time (Ctrl+T)")));
    key(Qt::Key_Left);
    QVERIFY(!m_program->isInPast());
}

void tst_LensTravel::keys_backAndOnAndNow()
{
    travel();
    const int effects = m_program->effects();
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 4);
    QTRY_VERIFY(lens::isInPast.get());
    key(Qt::Key_Left);
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 2);
    key(Qt::Key_Right);
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_COMPARE(lens::travelText.get(), QStringLiteral("3 of 5 \u00b7 shop/count"));
    QCOMPARE(m_program->effects(), effects);
    key(Qt::Key_End);
    QTRY_COMPARE(m_program->count(), 5);
    QTRY_VERIFY(!lens::isInPast.get());
    QCOMPARE(lens::travelPosition.get(), 5);
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 4);
    key(Qt::Key_Right);
    QTRY_COMPARE(m_program->count(), 5);
    QVERIFY(m_program->isInPast()); // after the last step, until it is the present again
    key(Qt::Key_Right);
    QTRY_VERIFY(!m_program->isInPast());
}

void tst_LensTravel::mouse_backAndOnAndNow()
{
    travel();
    QVERIFY(click(QStringLiteral("A step back (Ctrl+Left)")));
    QVERIFY(click(QStringLiteral("A step back (Ctrl+Left)")));
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_VERIFY(lens::isInPast.get());
    QVERIFY(click(QStringLiteral("A step on (Ctrl+Right)")));
    QTRY_COMPARE(m_program->count(), 4);
    QVERIFY(click(QStringLiteral("Return to the present (Ctrl+End)")));
    QTRY_COMPARE(m_program->count(), 5);
    QTRY_VERIFY(!m_program->isInPast());
}

namespace {

void byMouseAndByKeyboard()
{
    QTest::addColumn<bool>("isByMouse");
    QTest::newRow("mouse") << true;
    QTest::newRow("keyboard") << false;
}

} // namespace

void tst_LensTravel::slider_jumps_data()
{
    byMouseAndByKeyboard();
}

void tst_LensTravel::slider_jumps()
{
    QFETCH(const bool, isByMouse);
    travel();
    const QAccessibleInterface *const slider = control(QStringLiteral("Time of the program"));
    QVERIFY(slider);
    auto *const item = qobject_cast<QQuickItem *>(slider->object());
    if (isByMouse) {
        const auto at = [item](double part) {
            return item->mapToScene(QPointF(8 + (item->width() - 16) * part, item->height() / 2)).toPoint();
        };
        QTest::mouseClick(m_window, Qt::LeftButton, Qt::NoModifier, at(0.4));
        QTRY_COMPARE(m_program->count(), 2);
        QTest::mousePress(m_window, Qt::LeftButton, Qt::NoModifier, at(0.4));
        for (int step = 0; step <= 10; ++step) { // what is passed need not all be shown
            QTest::mouseMove(m_window, at(0.4 - 0.04 * step));
        }
        QTest::mouseRelease(m_window, Qt::LeftButton, Qt::NoModifier, at(0));
        QTRY_COMPARE(m_program->count(), 0);
    } else {
        item->forceActiveFocus(Qt::TabFocusReason);
        key(Qt::Key_Home, Qt::NoModifier);
        QTRY_COMPARE(m_program->count(), 0);
        key(Qt::Key_Right, Qt::NoModifier);
        key(Qt::Key_Right, Qt::NoModifier);
        QTRY_COMPARE(m_program->count(), 2);
    }
    QTRY_COMPARE(lens::travelPosition.get(), isByMouse ? 0 : 2);
}

void tst_LensTravel::play_goesToTheEnd_data()
{
    byMouseAndByKeyboard();
}

void tst_LensTravel::play_goesToTheEnd()
{
    QFETCH(const bool, isByMouse);
    travel();
    key(Qt::Key_Left);
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_VERIFY(lens::isInPast.get());
    QVERIFY(press(isByMouse, "Play (Ctrl+Space)", Qt::Key_Space, Qt::ControlModifier));
    QVERIFY(lens::isPlaying.get());
    QTRY_COMPARE(m_program->count(), 4);
    QTRY_COMPARE(m_program->count(), 5);
    QTRY_VERIFY(!lens::isPlaying.get());
    key(Qt::Key_Left);
    QTRY_COMPARE(lens::travelPosition.get(), 4);
    QVERIFY(press(isByMouse, "Play (Ctrl+Space)", Qt::Key_Space, Qt::ControlModifier));
    QVERIFY(press(isByMouse, "Stop (Ctrl+Space)", Qt::Key_Space, Qt::ControlModifier));
    QVERIFY(!lens::isPlaying.get());
}

void tst_LensTravel::skip_leavesTheStepOut_data()
{
    byMouseAndByKeyboard();
}

void tst_LensTravel::skip_leavesTheStepOut()
{
    QFETCH(const bool, isByMouse);
    travel();
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 4);
    QVERIFY(press(isByMouse, "Leave this step out (Ctrl+K)", Qt::Key_K, Qt::ControlModifier));
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_VERIFY(lens::isStepSkipped.get());
    key(Qt::Key_Right);
    QTRY_COMPARE(m_program->count(), 5);
    QTRY_VERIFY(!lens::isStepSkipped.get());
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_VERIFY(lens::isStepSkipped.get());
    QVERIFY(press(isByMouse, "Leave this step out (Ctrl+K)", Qt::Key_K, Qt::ControlModifier));
    QTRY_COMPARE(m_program->count(), 4);
    QTRY_VERIFY(!lens::isStepSkipped.get());
}

void tst_LensTravel::here_isThePresentThen_data()
{
    byMouseAndByKeyboard();
}

void tst_LensTravel::here_isThePresentThen()
{
    QFETCH(const bool, isByMouse);
    travel();
    key(Qt::Key_Left);
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 3);
    QTRY_VERIFY(lens::isInPast.get());
    const int effects = m_program->effects();
    QVERIFY(press(isByMouse, "Make this the present (Ctrl+Shift+Return)", Qt::Key_Return,
                  Qt::ControlModifier | Qt::ShiftModifier));
    QTRY_VERIFY(!m_program->isInPast());
    QCOMPARE(m_program->count(), 3);
    QCOMPARE(m_program->effects(), effects + 1);
    QTRY_COMPARE(lens::travelSteps.get().size(), 3);
    QTRY_COMPARE(lens::travelPosition.get(), 3);
    m_program->set(9);
    QTRY_COMPARE(lens::travelSteps.get().size(), 4);
}

void tst_LensTravel::heldWrites_areMadeOrDropped_data()
{
    QTest::addColumn<bool>("isDropped");
    QTest::newRow("made") << false;
    QTest::newRow("dropped") << true;
}

void tst_LensTravel::heldWrites_areMadeOrDropped()
{
    QFETCH(const bool, isDropped);
    travel();
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 4);
    m_program->set(70);
    QCOMPARE(m_program->count(), 4);
    QTRY_COMPARE(lens::heldWrites.get(), 1);
    m_window->grabWindow();
    QVERIFY(click(isDropped ? QStringLiteral("Return to the present without what was written meanwhile")
                            : QStringLiteral("Return to the present (Ctrl+End)")));
    QTRY_VERIFY(!m_program->isInPast());
    QCOMPARE(m_program->count(), isDropped ? 5 : 70);
    QTRY_COMPARE(lens::heldWrites.get(), 0);
}

/// What the program shows is what the table shows, and its turn is the one that is selected.
void tst_LensTravel::step_isShownInTheTimeline()
{
    travel();
    key(Qt::Key_Left);
    key(Qt::Key_Left);
    QTRY_COMPARE(lens::changes.get().size(), 1);
    QTRY_COMPARE(lens::changes.get().at(0).after, QStringLiteral("3"));
    QTRY_VERIFY(lens::selectedStore.get() != 0);
    QTRY_COMPARE(lens::selection.get().name, QStringLiteral("shop/count"));
    QTRY_COMPARE(lens::selection.get().value, QStringLiteral("3"));
}

void tst_LensTravel::present_whenTravellingEnds_data()
{
    byMouseAndByKeyboard();
}

void tst_LensTravel::present_whenTravellingEnds()
{
    QFETCH(const bool, isByMouse);
    travel();
    key(Qt::Key_Left);
    QTRY_COMPARE(m_program->count(), 4);
    QVERIFY(press(isByMouse, "End travelling (Ctrl+T)", Qt::Key_T, Qt::ControlModifier));
    QTRY_COMPARE(m_program->count(), 5);
    QTRY_VERIFY(!m_program->isInPast());
    QVERIFY(!lens::isTravelling.get());
    m_window->grabWindow();
    QVERIFY(press(isByMouse, "Take the program itself back in time (Ctrl+T)", Qt::Key_T, Qt::ControlModifier));
    QVERIFY(lens::isTravelling.get());
}

void tst_LensTravel::steps_thatComeAreCounted()
{
    travel();
    m_program->set(6);
    QTRY_COMPARE(lens::travelSteps.get().size(), 6);
    QTRY_COMPARE(lens::travelPosition.get(), 6);
    QCOMPARE(lens::travelText.get(), QStringLiteral("6 steps"));
}

void tst_LensTravel::program_thatEnds()
{
    travel();
    key(Qt::Key_Left);
    QTRY_VERIFY(lens::isInPast.get());
    m_program.reset();
    QTRY_VERIFY(!lens::isConnected.get());
    QVERIFY(!lens::isTravelling.get());
    QVERIFY(!lens::isInPast.get());
    key(Qt::Key_T);
    QVERIFY(!lens::isTravelling.get());
}

QTEST_MAIN(tst_LensTravel)
#include "tst_lenstravel.moc"
