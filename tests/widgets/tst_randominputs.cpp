// SPDX-License-Identifier: MIT
#include "randombind.h"

#include <QCalendarWidget>
#include <QColorDialog>
#include <QCompleter>
#include <QDateTimeEdit>
#include <QDial>
#include <QKeySequenceEdit>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QRegularExpressionValidator>
#include <QSpinBox>
#include <QTest>
#include <QTimeEdit>

#include <algorithm>
#include <cstdint>

using namespace nanostores;
using namespace randombind;

namespace {

void editDate(QWidget *widget, Random &random)
{
    switch (random(5)) {
    case 0:
        wheel(widget, random);
        break;
    case 1:
        drag(widget, random);
        break;
    default:
        keys(widget, random,
             {Qt::Key_Up, Qt::Key_Down, Qt::Key_Left, Qt::Key_Right, Qt::Key_Return, Qt::Key_2, Qt::Key_Backspace});
    }
}

Subject time(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QTimeEdit);
    widget->setDisplayFormat(QStringLiteral("hh:mm:ss.zzz"));
    const auto store = atom(QTime(12, 30, 15, 250));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    const auto any = [](Random &random) { return QTime::fromMSecsSinceStartOfDay(random(86400000)); };
    subject.edit = [widget](Random &random) { editDate(widget, random); };
    subject.assign = [widget, any](Random &random) { widget->setTime(any(random)); };
    subject.limit = [widget, any](Random &random) {
        const QTime a = any(random);
        const QTime b = any(random);
        widget->setTimeRange(std::min(a, b), std::max(a, b));
    };
    subject.write = [store, any](Random &random) { store.set(any(random)); };
    subject.shown = [widget] { return widget->time(); };
    subject.expected = [widget, store] {
        return std::clamp(store.get(), widget->minimumTime(), widget->maximumTime());
    };
    return subject;
}

template<Qt::TimeSpec Spec>
Subject dateTime(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QDateTimeEdit);
    widget->setDisplayFormat(QStringLiteral("yyyy-MM-dd hh:mm:ss.zzz"));
    widget->setProperty(
        "timeSpec", QVariant::fromValue(Spec)); // its setter is deprecated in 6.7, what takes its place is not in 6.4
    const QDateTime local(QDate(2024, 3, 30), QTime(23, 59));
    const QDateTime start = Spec == Qt::UTC ? local.toUTC() : local;
    const auto store = atom(start);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    const auto any = [start](Random &random) { return start.addSecs(random.between(-9000000, 9000000)); };
    subject.edit = [widget](Random &random) { editDate(widget, random); };
    subject.assign = [widget, any](Random &random) { widget->setDateTime(any(random)); };
    subject.limit = [widget, any](Random &random) {
        const QDateTime low = any(random);
        widget->setDateTimeRange(low, low.addSecs(random(9000000)));
    };
    subject.write = [store, any](Random &random) { store.set(any(random)); };
    subject.shown = [widget] { return widget->dateTime(); };
    subject.expected = [widget, store] {
        return std::clamp(store.get(), widget->minimumDateTime(), widget->maximumDateTime());
    };
    return subject;
}

Subject calendar(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QCalendarWidget);
    widget->resize(260, 200);
    subject.window->resize(280, 220);
    const QDate start(2024, 2, 28);
    const auto store = atom(start);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        auto *view = widget->findChild<QAbstractScrollArea *>();
        if (random(3) == 0) {
            click(view->viewport(), random);
        } else {
            keys(view, random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_Left, Qt::Key_Right, Qt::Key_Return, Qt::Key_PageUp});
        }
    };
    subject.assign = [widget, start](Random &random) {
        widget->setSelectedDate(start.addDays(random.between(-300, 300)));
    };
    subject.limit = [widget, start](Random &random) {
        const QDate low = start.addDays(random.between(-400, 200));
        const QDate high = low.addDays(random(500));
        switch (random(3)) {
        case 0:
            widget->setMinimumDate(low);
            break;
        case 1:
            widget->setMaximumDate(high);
            break;
        default:
            widget->setDateRange(low, high);
        }
    };
    subject.write = [store, start](Random &random) { store.set(start.addDays(random.between(-900, 900))); };
    subject.shown = [widget] { return widget->selectedDate(); };
    subject.expected = [widget, store] {
        return std::clamp(store.get(), widget->minimumDate(), widget->maximumDate());
    };
    return subject;
}

template<typename T>
Subject wideNumber(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QSpinBox);
    widget->setRange(0, 100);
    widget->setWrapping(true);
    widget->setSuffix(QStringLiteral(" km"));
    widget->setSpecialValueText(QStringLiteral("none"));
    const auto store = atom(T(40));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) {
        if (random(3) == 0) {
            type(widget, random);
        } else {
            wheel(widget, random);
        }
    };
    subject.assign = [widget](Random &random) { widget->setValue(random.between(-20, 140)); };
    subject.limit = [widget](Random &random) {
        const int low = random.between(-50, 60);
        random(2) == 0 ? widget->setRange(low, low + random(120)) : widget->setMaximum(low);
    };
    subject.write = [store](Random &random) {
        store.set(T(random.between(-100, 200)) * (random(3) == 0 ? 100000000 : 1));
    };
    subject.shown = [widget] { return widget->value(); };
    subject.expected = [widget, store] {
        return int(std::clamp<T>(store.get(), T(widget->minimum()), T(widget->maximum())));
    };
    return subject;
}

Subject turned(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QDial);
    widget->setRange(0, 100);
    widget->setWrapping(true);
    widget->setTracking(false);
    const auto store = atom(40.0);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { random(2) == 0 ? drag(widget, random) : wheel(widget, random); };
    subject.assign = [widget](Random &random) { widget->setValue(random.between(-20, 140)); };
    subject.limit = [widget](Random &random) {
        const int low = random.between(-50, 60);
        widget->setRange(low, low + random.between(1, 120)); // the wheel divides by it
    };
    subject.write = [store](Random &random) { store.set(random.between(-100, 200) / 8.0); };
    subject.shown = [widget] { return widget->value(); };
    subject.expected = [widget, store] {
        return std::clamp(qRound(store.get()), widget->minimum(), widget->maximum());
    };
    return subject;
}

Subject progress(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QProgressBar);
    const auto store = atom(40);
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { click(widget, random); };
    subject.limit = [widget](Random &random) {
        const int low = random.between(-50, 60);
        widget->setRange(low, low + random(120));
    };
    subject.write = [store](Random &random) { store.set(random.between(-100, 200)); };
    subject.shown = [widget] { return widget->value(); };
    subject.expected = [widget, store] { return std::clamp(store.get(), widget->minimum(), widget->maximum()); };
    return subject;
}

/// An edit ends with its fourth key, or when a second has passed, which is not waited for.
Subject keySequence(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QKeySequenceEdit);
    const auto store = atom(QKeySequence(QKeySequence::Copy));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget, binding = subject.binding](Random &random) {
        const int count = random(3) == 0 ? 2 : 4;
        const Qt::Key key = random.of({Qt::Key_A, Qt::Key_B, Qt::Key_F1}); // whose release ends it
        const auto modifier = random.of({Qt::NoModifier, Qt::ControlModifier});
        for (int number = 0; number < count; ++number) {
            QTest::keyClick(widget, key, modifier);
        }
        const auto *text = widget->findChild<QLineEdit *>();
        if (text->text().endsWith(QStringLiteral("..."))) { // it goes on recording
            binding->revert();
        }
    };
    subject.assign = [widget](Random &random) {
        random(2) == 0 ? widget->clear() : widget->setKeySequence(QKeySequence(QKeySequence::Paste));
    };
    subject.write = [store](Random &random) {
        store.set(random.of({QKeySequence(), QKeySequence(QKeySequence::Undo), QKeySequence(QKeySequence::Redo)}));
    };
    subject.shown = [widget] { return QVariant::fromValue(widget->keySequence()); };
    subject.expected = [store] { return QVariant::fromValue(store.get()); };
    return subject;
}

/// With a completer, a validator, a mask, ...
template<void (*Prepare)(QLineEdit *)>
Subject special(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QLineEdit);
    Prepare(widget);
    const auto store = atom(QStringLiteral("12"));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { type(widget, random); };
    const auto any = [](Random &random) { return QString::number(10 + random(90)); };
    subject.assign = [widget, any](Random &random) { widget->setText(any(random)); };
    subject.write = [store, any](Random &random) { store.set(any(random)); };
    subject.shown = [widget] { return widget->text(); };
    subject.expected = [store] { return store.get(); };
    return subject;
}

void complete(QLineEdit *edit)
{
    auto *completer = new QCompleter({QStringLiteral("123"), QStringLiteral("77")}, edit);
    completer->setCompletionMode(QCompleter::InlineCompletion);
    edit->setCompleter(completer);
}

void validate(QLineEdit *edit)
{
    edit->setValidator(new QRegularExpressionValidator(QRegularExpression(QStringLiteral("[0-9x]*")), edit));
}

void mask(QLineEdit *edit)
{
    edit->setInputMask(QStringLiteral("99"));
}

void hide(QLineEdit *edit)
{
    edit->setEchoMode(QLineEdit::Password);
}

/// A log of so many lines.
Subject log(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QPlainTextEdit);
    const auto store = atom(QStringLiteral("1\n2\n3"));
    link(subject, store);
    subject.binding = bind(store, widget, options);
    subject.edit = [widget](Random &random) { type(widget, random); };
    subject.assign = [widget](Random &random) { widget->setPlainText(words()[random(int(words().size()))]); };
    subject.limit = [widget](Random &random) { widget->setMaximumBlockCount(random(5)); };
    subject.write = [store](Random &random) {
        QStringList lines;
        for (int count = random(6); count >= 0; --count) {
            lines.append(QString::number(random(10)));
        }
        store.set(lines.join(QLatin1Char('\n')));
    };
    subject.shown = [widget] { return widget->toPlainText(); };
    subject.expected = [widget, store] { // the last lines
        QStringList lines = QString(store.get()).replace(QChar(QChar::Nbsp), QLatin1Char(' ')).split(QLatin1Char('\n'));
        const int most = widget->maximumBlockCount();
        return (most > 0 && lines.size() > most ? lines.mid(lines.size() - most) : lines).join(QLatin1Char('\n'));
    };
    return subject;
}

Subject colour(BindOptions options)
{
    Subject subject;
    auto *widget = put(subject, new QColorDialog);
    widget->setOptions(QColorDialog::DontUseNativeDialog | QColorDialog::ShowAlphaChannel);
    widget->setWindowFlags(Qt::Widget);
    subject.window->resize(600, 500);
    const auto store = atom(QColor(Qt::red));
    link(subject, store);
    subject.binding = bind(store, widget, "currentColor", options);
    subject.edit = [widget](Random &random) {
        const auto fields = widget->findChildren<QSpinBox *>();
        if (!fields.isEmpty()) {
            keys(fields[random(int(fields.size()))], random, {Qt::Key_Up, Qt::Key_Down, Qt::Key_1, Qt::Key_Backspace});
        }
    };
    const auto any = [](Random &random) { return QColor(random(256), random(256), random(256)); };
    subject.assign = [widget, any](Random &random) { widget->setCurrentColor(any(random)); };
    subject.write = [store, any](Random &random) { store.set(any(random)); };
    subject.shown = [widget] { return widget->currentColor().rgba(); };
    subject.expected = [store] { return store.get().rgba(); };
    return subject;
}

} // namespace

/// As tst_randombind, for numbers, texts and dates that are entered less often.
class tst_RandomInputs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void store_isChangedByEditsAndWritesAlone_data();
    void store_isChangedByEditsAndWritesAlone();
};

void tst_RandomInputs::store_isChangedByEditsAndWritesAlone_data()
{
    QTest::addColumn<Make>("make");
    const auto row = [](const char *name, Make make) { QTest::newRow(name) << make; };
    row("QTimeEdit", time);
    row("QDateTimeEdit", dateTime<Qt::LocalTime>);
    row("QDateTimeEdit, UTC", dateTime<Qt::UTC>);
    row("QCalendarWidget", calendar);
    row("QSpinBox, 64 bits", wideNumber<std::int64_t>);
    row("QSpinBox, double", wideNumber<double>);
    row("QDial, wraps", turned);
    row("QProgressBar", progress);
    row("QKeySequenceEdit", keySequence);
    row("QLineEdit, completer", special<complete>);
    row("QLineEdit, validator", special<validate>);
    row("QLineEdit, mask", special<mask>);
    row("QLineEdit, password", special<hide>);
    row("QPlainTextEdit, lines", log);
    row("QColorDialog", colour);
}

void tst_RandomInputs::store_isChangedByEditsAndWritesAlone()
{
    QFETCH(const Make, make);
    runCases(make);
}

QTEST_MAIN(tst_RandomInputs)
#include "tst_randominputs.moc"
