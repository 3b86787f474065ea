// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <support/manualtime.h>

#include <QAction>
#include <QDate>
#include <QLCDNumber>
#include <QLabel>
#include <QPointer>
#include <QProgressBar>
#include <QPushButton>
#include <QRegularExpression>
#include <QTest>

using namespace nanostores;

namespace {

struct Money
{
    int cents = 0;
    friend bool operator==(const Money &, const Money &) = default;
};

} // namespace

template<>
struct nanostores::Convert<QString, Money>
{
    static QString convert(const Money &money) { return QString::number(money.cents / 100.0, 'f', 2); }
};

class tst_UseStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void setter_isCalledAtOnceAndAfterEachChange();
    void setter_ofAnAction();
    void setter_ofABaseClass();
    void function_isCalledAsAListener();
    void number_becomesText_data();
    void number_becomesText();
    void text_ofOtherTypes();
    void text_ofATypeThatHasNoneIsReported();
    void fraction_isRounded();
    void computed_isShown();
    void tie_endsWithTheWidget();
    void tie_endsEarly();
    void tie_keepsItsStore();
    void store_isMountedWhileTheWidgetLives();
    void store_isMountedWhileTheWidgetIsVisible();
    void store_setInDestructorOfTheWidget();
    void setter_mayDeleteTheWidget();
    void function_mayDeleteTheWidgetAtOnce();
    void function_mayDeleteTheWidgetThatIsShown();
};

void tst_UseStore::setter_isCalledAtOnceAndAfterEachChange()
{
    const auto name = atom(QStringLiteral("Anna"));
    QLabel label;
    useStore(name, &label, &QLabel::setText);
    QCOMPARE(label.text(), QStringLiteral("Anna"));
    name.set(QStringLiteral("Berta"));
    QCOMPARE(label.text(), QStringLiteral("Berta"));
}

void tst_UseStore::setter_ofAnAction()
{
    const auto enabled = atom(false);
    QAction action;
    useStore(enabled, &action, &QAction::setEnabled);
    QVERIFY(!action.isEnabled());
    enabled.set(true);
    QVERIFY(action.isEnabled());
}

void tst_UseStore::setter_ofABaseClass()
{
    const auto enabled = atom(false);
    QPushButton button;
    useStore(enabled, &button, &QWidget::setEnabled);
    QVERIFY(!button.isEnabled());
}

void tst_UseStore::function_isCalledAsAListener()
{
    const auto count = atom(1);
    QLabel label;
    useStore(count, &label, [&label](int value) { label.setNum(value); });
    QCOMPARE(label.text(), QStringLiteral("1"));

    QStringList changes;
    useStore(count, &label, [&changes](int value, const int *oldValue) {
        changes.append(QStringLiteral("%1<%2").arg(value).arg(oldValue ? *oldValue : -1));
    });
    count.set(2);
    QCOMPARE(changes, (QStringList{QStringLiteral("1<-1"), QStringLiteral("2<1")}));
}

void tst_UseStore::number_becomesText_data()
{
    QTest::addColumn<double>("number");
    QTest::addColumn<QString>("text");
    QTest::newRow("whole") << 1234567.0 << QStringLiteral("1234567");
    QTest::newRow("fraction") << 0.1 << QStringLiteral("0.1");
    QTest::newRow("negative") << -2.5 << QStringLiteral("-2.5");
}

void tst_UseStore::number_becomesText()
{
    QFETCH(const double, number);
    QFETCH(const QString, text);
    QLabel label;
    useStore(atom(number), &label, &QLabel::setText);
    QCOMPARE(label.text(), text);
}

void tst_UseStore::text_ofOtherTypes()
{
    const auto shown = [](const auto &store) {
        QLabel label;
        useStore(store, &label, &QLabel::setText);
        return label.text();
    };
    QCOMPARE(shown(atom(7)), QStringLiteral("7"));
    QCOMPARE(shown(atom(short{7})), QStringLiteral("7"));
    QCOMPARE(shown(atom(7ul)), QStringLiteral("7"));
    QCOMPARE(shown(atom(true)), QStringLiteral("true"));
    QCOMPARE(shown(atom("grün")), QStringLiteral("grün"));
    QCOMPARE(shown(atom(QVariant(7))), QStringLiteral("7"));
    QCOMPARE(shown(atom(QDate(2024, 2, 29))), QStringLiteral("2024-02-29"));
    QCOMPARE(shown(atom(std::optional<int>(7))), QStringLiteral("7"));
    QCOMPARE(shown(atom(std::optional<int>())), QString());
    QCOMPARE(shown(atom(Money{1250})), QStringLiteral("12.50"));
}

void tst_UseStore::text_ofATypeThatHasNoneIsReported()
{
    struct Size
    {
        int width = 0;
    };
    QLabel label;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("Size cannot be shown as a QString")));
    useStore(atom(Size{3}), &label, &QLabel::setText);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    useStore(atom(QDate(2024, 1, 2)), &label, &QLabel::setText);
    QCOMPARE(label.text(), QStringLiteral("2024-01-02"));
    useStore(atom(Qt::AlignRight), &label, &QLabel::setText);
    useStore(atom(QVariant(7)), &label, &QLabel::setText);
    QCOMPARE(label.text(), QStringLiteral("7"));
}

void tst_UseStore::fraction_isRounded()
{
    const auto progress = atom(41.7);
    QProgressBar bar;
    useStore(progress, &bar, &QProgressBar::setValue);
    QCOMPARE(bar.value(), 42);
}

void tst_UseStore::computed_isShown()
{
    const auto a = atom(1);
    const auto b = atom(2);
    QLabel label;
    useStore(computed([a, b] { return a() + b(); }), &label, &QLabel::setText);
    a.set(40);
    QCOMPARE(label.text(), QStringLiteral("42"));
}

void tst_UseStore::tie_endsWithTheWidget()
{
    const auto count = atom(1);
    int calls = 0;
    {
        QLabel label;
        useStore(count, &label, [&calls] { ++calls; });
    }
    count.set(2);
    QCOMPARE(calls, 1);
}

void tst_UseStore::tie_endsEarly()
{
    const auto count = atom(1);
    QLabel label;
    const QPointer<WidgetSubscription> tie = useStore(count, &label, &QLabel::setText);
    tie->unbind();
    count.set(2);
    QCOMPARE(label.text(), QStringLiteral("1"));
    QTRY_VERIFY(!tie);
}

void tst_UseStore::tie_keepsItsStore()
{
    QLabel label;
    auto *count = new Atom<int>(1);
    const auto twice = computed(*count, [](int value) { return value * 2; });
    useStore(twice, &label, &QLabel::setText);
    const auto other = *count;
    delete count;
    other.set(4);
    QCOMPARE(label.text(), QStringLiteral("8"));
}

void tst_UseStore::store_isMountedWhileTheWidgetLives()
{
    support::ManualTime time;
    const auto feed = atom(1);
    onMount(feed, [] {});
    {
        QLabel label;
        useStore(feed, &label, &QLabel::setText);
        QVERIFY(isMounted(feed));
    }
    QVERIFY(isMounted(feed));
    time.advance(1000);
    QVERIFY(!isMounted(feed));
}

void tst_UseStore::store_isMountedWhileTheWidgetIsVisible()
{
    support::ManualTime time;
    const auto feed = atom(1);
    onMount(feed, [] {});
    QWidget window;
    QLabel label(&window);
    useStore(feed, &label, &QLabel::setText, Observe::WhileVisible);
    QVERIFY(!isMounted(feed));
    QCOMPARE(label.text(), QString());

    window.show();
    QVERIFY(isMounted(feed));
    QCOMPARE(label.text(), QStringLiteral("1"));

    window.hide();
    feed.set(2);
    QCOMPARE(label.text(), QStringLiteral("1"));
    time.advance(999);
    QVERIFY(isMounted(feed));
    time.advance(1);
    QVERIFY(!isMounted(feed));

    window.show();
    QCOMPARE(label.text(), QStringLiteral("2"));
    QVERIFY(isMounted(feed));
}

void tst_UseStore::store_setInDestructorOfTheWidget()
{
    const auto count = atom(1);
    auto *label = new QLabel;
    useStore(count, label, &QLabel::setText);
    // The label's own part is gone by then, its ties are not.
    connect(new QObject(label), &QObject::destroyed, [count] { count.set(2); });
    delete label;
    QCOMPARE(count.get(), 2);
}

void tst_UseStore::setter_mayDeleteTheWidget()
{
    const auto count = atom(1);
    auto *label = new QLabel;
    const QPointer<QLabel> alive(label);
    useStore(count, label, [label](int value) {
        if (value == 2) {
            delete label;
        }
    });
    count.set(2);
    QVERIFY(!alive);
    count.set(3);
}

void tst_UseStore::function_mayDeleteTheWidgetAtOnce()
{
    const auto store = atom(1);
    QPointer<QLabel> label = new QLabel;
    QVERIFY(!useStore(store, label.data(), [&](int) { delete label; }));
    QVERIFY(!label);
    store.set(2);
    QVERIFY(!isMounted(store) || store.get() == 2);
}

void tst_UseStore::function_mayDeleteTheWidgetThatIsShown()
{
    const auto store = atom(1);
    QWidget window;
    QPointer<QLabel> label = new QLabel(&window);
    const QPointer<WidgetSubscription> tie = useStore(
        store, label.data(), [&](int value) { value == 2 ? delete label : void(); }, Observe::WhileVisible);
    QVERIFY(tie);
    window.show();
    store.set(2);
    QVERIFY(!label);
    QVERIFY(!tie);
}

QTEST_MAIN(tst_UseStore)
#include "tst_usestore.moc"
