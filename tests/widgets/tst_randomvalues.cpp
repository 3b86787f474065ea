// SPDX-License-Identifier: MIT

// Values of every type through widgets and back: showing one writes nothing; what the widget shows of it, entered by
// the user, is that value or what the widget said, or is refused and the store's value is shown again.

#include "support/faces.h"
#include "support/property.h"

#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QApplication>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QLineEdit>
#include <QRadioButton>
#include <QSlider>
#include <QSpinBox>
#include <QTest>

#include <functional>
#include <limits>
#include <memory>

using namespace nanostores;
using support::means;
using support::random;
using support::same;

namespace {

/// A widget as its user sees it.
struct Editor
{
    std::unique_ptr<QObject> target;
    std::function<void(QObject *)> prepare; ///< After it was bound.
    const char *property = nullptr;
    std::function<QVariant()> value;
    std::function<void(const QVariant &)> enter;
};

Editor lineEdit()
{
    auto edit = std::make_unique<QLineEdit>();
    QLineEdit *e = edit.get();
    return {std::move(edit), nullptr, nullptr, [e] { return e->text(); },
            [e](const QVariant &text) {
                e->setText(text.toString());
                Q_EMIT e->textEdited(e->text());
                Q_EMIT e->editingFinished();
            }};
}
/// By the property that it names.
template<typename W>
Editor byProperty(const char *property, std::function<void(W *)> prepare = {})
{
    auto widget = std::make_unique<W>();
    W *w = widget.get();
    if (prepare) {
        prepare(w);
    }
    return {std::move(widget), nullptr, nullptr, [w, property] { return w->property(property); },
            [w, property](const QVariant &value) { w->setProperty(property, value); }};
}
Editor spinBox()
{
    return byProperty<QSpinBox>("value", [](QSpinBox *box) {
        box->setRange(std::numeric_limits<int>::min(), std::numeric_limits<int>::max());
    });
}
Editor narrowSpinBox()
{
    return byProperty<QSpinBox>("value");
}
Editor realSpinBox()
{
    return byProperty<QDoubleSpinBox>("value", [](QDoubleSpinBox *box) {
        box->setDecimals(20);
        box->setRange(-1e12, 1e12);
    });
}
Editor slider()
{
    return byProperty<QSlider>("value", [](QSlider *slider) { slider->setRange(-100, 100); });
}
Editor checkBox()
{
    return byProperty<QCheckBox>("checked");
}
Editor pages() // a combo box by its index
{
    return byProperty<QComboBox>("currentIndex", [](QComboBox *combo) {
        combo->addItems({QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c")});
    });
}
Editor group()
{
    auto holder = std::make_unique<QWidget>();
    auto buttons = std::make_unique<QButtonGroup>();
    QButtonGroup *g = buttons.get();
    holder->setParent(nullptr);
    for (const int id : {0, 1, 7}) {
        auto *button = new QRadioButton(holder.get());
        button->setAutoExclusive(false);
        g->addButton(button, id);
    }
    QWidget *owned = holder.release();
    QObject::connect(g, &QObject::destroyed, owned, [owned] { delete owned; });
    return {std::move(buttons), nullptr, nullptr, [g] { return QVariant(g->checkedId()); },
            [g](const QVariant &id) {
                if (auto *button = g->button(id.toInt())) {
                    button->setChecked(true);
                }
            }};
}

template<typename T>
void keeps(Editor (*make)())
{
    support::holds([make] {
        const T value = random<T>();
        const T other = random<T>();
        const auto store = atom(value);
        Editor editor = make();
        bind(store, editor.target.get());
        RC_ASSERT(same(store.get(), value)); // what it makes of the value is no edit
        const QVariant shown = editor.value();
        const QVariant asked = convertTo<QVariant>(value);
        const auto whole = detail::fit(asked, shown.metaType());
        const auto back = detail::fit(shown, asked.metaType());
        const bool isWhole = whole && detail::sameVariant(*whole, shown) // not -0 in a box of integers, which reads 0
                             && back && detail::sameVariant(*back, asked);
        store.set(other);
        RC_ASSERT(same(store.get(), other));
        const QVariant shownOther = editor.value();

        editor.enter(shown);
        const T now = store.get();
        QString what;
        QDebug(&what) << editor.target->metaObject()->className() << QMetaType::fromType<T>().name()
                      << convertTo<QVariant>(value) << "shown as" << shown << "over" << convertTo<QVariant>(other)
                      << "gave" << convertTo<QVariant>(now);
        RC_LOG() << what.toStdString() << "\n";
        if (same(now, other)) {
            RC_ASSERT(detail::sameVariant(editor.value(), shownOther)); // shown again
        } else if (!same(now, value)) {
            RC_ASSERT(!isWhole);
            RC_ASSERT(means(shown, convertTo<QVariant>(now)));
        }
    });
}

/// Any text typed into a line.
template<typename T>
void takesOnlyWhatFits()
{
    support::holds([] {
        const T before = random<T>();
        const auto store = atom(before);
        Editor editor = lineEdit();
        bind(store, editor.target.get());
        const QVariant shown = editor.value();
        QLineEdit line;
        line.setText(random<QString>());
        const QString asked = line.text();
        editor.enter(asked);
        const T now = store.get();
        QString what;
        QDebug(&what) << QMetaType::fromType<T>().name() << asked << "over" << convertTo<QVariant>(before) << "gave"
                      << convertTo<QVariant>(now);
        RC_LOG() << what.toStdString() << "\n";
        const bool isKept = same(now, before) && editor.value() == shown;
        RC_ASSERT((isKept || means(asked, convertTo<QVariant>(now))));
    });
}

template<typename T>
void inLines()
{
    keeps<T>(lineEdit);
    takesOnlyWhatFits<T>();
}

/// Items that each stand for a value.
template<typename T>
void byData()
{
    support::holds([] {
        const std::vector<T> values{random<T>(), random<T>(), random<T>()};
        const T other = random<T>();
        const auto store = atom(other);
        QComboBox combo;
        for (const T &value : values) {
            combo.addItem(QStringLiteral("item"), convertTo<QVariant>(value));
        }
        bind(store, &combo, "currentData");
        RC_ASSERT(same(store.get(), other));
        const int shown = combo.currentIndex();
        RC_ASSERT((shown < 0 || same(values[static_cast<std::size_t>(shown)], other)));
        const int chosen = *rc::gen::inRange(0, 3);
        combo.setCurrentIndex(chosen);
        RC_ASSERT(same(store.get(), values[static_cast<std::size_t>(chosen)]));
    });
}

} // namespace

class tst_RandomValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void lines_ofNumbers()
    {
        inLines<bool>();
        inLines<quint8>();
        inLines<qint64>();
        inLines<quint64>();
        inLines<float>();
        inLines<double>();
        inLines<support::Tone>();
        inLines<std::optional<double>>();
    }
    void lines_ofOtherTypes()
    {
        inLines<QString>();
        inLines<std::string>();
        inLines<QDate>();
        inLines<QTime>();
        inLines<QDateTime>();
        inLines<QUrl>();
        inLines<QUuid>();
    }
    void numberFields()
    {
        for (const auto make : {spinBox, narrowSpinBox, realSpinBox, slider}) {
            keeps<int>(make);
            keeps<quint8>(make);
            keeps<qint64>(make);
            keeps<quint64>(make);
            keeps<double>(make);
            keeps<float>(make);
        }
    }
    void dateFields()
    {
        keeps<QDate>([] { return byProperty<QDateEdit>("date"); });
        keeps<QTime>([] { return byProperty<QTimeEdit>("time"); });
        keeps<QDateTime>([] { return byProperty<QDateTimeEdit>("dateTime"); });
        keeps<std::chrono::sys_time<std::chrono::milliseconds>>([] { return byProperty<QDateTimeEdit>("dateTime"); });
    }
    void choices()
    {
        for (const auto make : {checkBox, pages, group}) {
            keeps<int>(make);
            keeps<qint64>(make);
        }
        keeps<bool>(checkBox);
        keeps<QString>(checkBox);
        byData<QString>();
        byData<QDate>();
        byData<double>();
        byData<quint64>();
        byData<std::optional<int>>();
    }
};

SUPPORT_PROPERTY_MAIN_OF(tst_RandomValues, "200", QApplication app(argc, argv))
#include "tst_randomvalues.moc"
