// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include "profile.h"

#include "support/manualtime.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPointer>
#include <QRadioButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTest>
#include <QUrl>

#include <memory>

using namespace nanostores;

class tst_Bind : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void map_itsWidgetsShareOneListener();

    void property_isNamed();
    void property_thatIsNoneWarns();
    void property_ofATypeThatDoesNotFitWarns();
    void store_isChangedOncePerEdit();
    void std_bindIsNotMeant();

    void inheritedMember_isAKey();
    void key_ofARecord();
    void key_ofAMap();
    void key_memberOfAMapsValue();
    void key_wakesItsWidgetOnly();
    void key_withChoice();

    void binding_endsWithTheWidget();
    void binding_endsEarly();
    void binding_keepsItsStore();
    void binding_isMountedWhileVisible();
    void binding_revertsAndCommits();
    void store_mayDeleteTheWidget();
    void listener_mayThrow();
    void handler_mayWriteTheStore();
};

void tst_Bind::map_itsWidgetsShareOneListener()
{
    const auto scores = map<QString, int>();
    std::vector<std::unique_ptr<QSpinBox>> boxes;
    for (int i = 0; i < 20; ++i) {
        boxes.push_back(std::make_unique<QSpinBox>());
        boxes.back()->setMaximum(1000);
        bind(scores, QString::number(i), boxes.back().get());
    }
    int listeners = 0;
    for (const auto *link = scores.node()->sinks; link; link = link->next) {
        ++listeners;
    }
    QCOMPARE(listeners, 1);
    scores.setKey(QStringLiteral("7"), 70);
    QCOMPARE(boxes[7]->value(), 70);
    boxes[3]->setValue(30);
    QCOMPARE(*scores.getKey(QStringLiteral("3")), 30);
    boxes.erase(boxes.begin() + 7); // others go on
    scores.setKey(QStringLiteral("8"), 80);
    QCOMPARE(boxes[7]->value(), 80);
    boxes.clear();
    QVERIFY(!scores.node()->sinks);
}

void tst_Bind::property_isNamed()
{
    const auto title = atom(QStringLiteral("Mail"));
    const auto checked = atom(true);
    QCheckBox box;
    QWidget window;
    bind(checked, &box, "checked");
    bind(title, &window, "windowTitle");
    QVERIFY(box.isChecked());
    QCOMPARE(window.windowTitle(), QStringLiteral("Mail"));
    window.setWindowTitle(QStringLiteral("News"));
    QCOMPARE(title.get(), QStringLiteral("News"));
    const auto number = atom(1e6);
    QLabel numbered;
    bind(number, &numbered, "windowTitle");
    QCOMPARE(numbered.windowTitle(), QStringLiteral("1000000"));
    numbered.setWindowTitle(QStringLiteral("2.5"));
    QCOMPARE(number.get(), 2.5);
}

void tst_Bind::property_thatIsNoneWarns()
{
    const auto title = atom(QStringLiteral("Mail"));
    QLineEdit edit;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("QLineEdit has no property txet")));
    auto *binding = bind(title, &edit, "txet");
    title.set(QStringLiteral("News"));
    binding->commit();
    binding->revert();
    binding->unbind();
    QCOMPARE(edit.text(), QString());
}

void tst_Bind::property_ofATypeThatDoesNotFitWarns()
{
    const QUrl home(QStringLiteral("https://example.org"));
    const auto site = atom(home);
    QSpinBox box;
    box.setValue(2);
    const auto message = QStringLiteral("QSpinBox::value is of type int and the store holds QUrl,");
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(message));
    auto *binding = bind(site, &box);
    site.set(QUrl(QStringLiteral("https://example.org/news")));
    QCOMPARE(box.value(), 2);
    site.set(home);
    box.setValue(3);
    binding->commit();
    QCOMPARE(site.get(), home);

    const auto date = atom(std::optional<QDate>());
    QSlider slider;
    QTest::ignoreMessage(
        QtWarningMsg, QRegularExpression(QStringLiteral("QSlider::value is of type int and the store holds QDate,")));
    bind(date, &slider);
    slider.setValue(5);
    QVERIFY(!date.get());
}

void tst_Bind::store_isChangedOncePerEdit()
{
    const auto value = atom(1);
    QSpinBox box;
    QSlider slider;
    bind(value, &box);
    bind(value, &slider);
    int changes = 0;
    const auto subscription = value.listen([&changes] { ++changes; });
    QSignalSpy boxSpy(&box, &QSpinBox::valueChanged);
    QSignalSpy sliderSpy(&slider, &QSlider::valueChanged);
    slider.setValue(7);
    QCOMPARE(changes, 1);
    QCOMPARE(box.value(), 7);
    QCOMPARE(boxSpy.count(), 1);
    QCOMPARE(sliderSpy.count(), 1);
}

void tst_Bind::std_bindIsNotMeant()
{
    using namespace std; // as careless programs do; the argument's type would bring it in anyway
    Atom<std::string> name("Anna");
    QLineEdit edit;
    nanostores::bind(name, &edit);
    QCOMPARE(edit.text(), QStringLiteral("Anna"));

    using nanostores::bind;
    QLineEdit other;
    bind(name, &other);
    QCOMPARE(other.text(), QStringLiteral("Anna"));
}

void tst_Bind::inheritedMember_isAKey()
{
    struct Dated
    {
        int year = 2024;
    };
    struct Note : Dated
    {
        QString text;
        bool operator==(const Note &other) const { return year == other.year && text == other.text; }
    };
    const auto note = map(Note{});
    const auto notes = map(Dictionary<int, Note>{{1, Note{}}});
    QSpinBox own;
    own.setMaximum(3000);
    QSpinBox ofMap;
    ofMap.setMaximum(3000);
    bind(note, &Note::year, &own);
    bind(notes, 1, &Note::year, &ofMap);
    QCOMPARE(own.value(), 2024);
    own.setFocus();
    own.stepUp();
    ofMap.stepUp();
    QCOMPARE(note.get().year, 2025);
    QCOMPARE(notes.getKey(1)->year, 2025);
    note.setKey(&Note::year, 2030);
    QCOMPARE(own.value(), 2030);
}

void tst_Bind::key_ofARecord()
{
    const auto profile = map(Profile{QStringLiteral("Anna"), "an", 30});
    QLineEdit name;
    QLineEdit nick;
    QSpinBox age;
    QCheckBox subscribed;
    bind(profile, &Profile::name, &name);
    bind(profile, &Profile::nick, &nick, "text");
    bind(profile, &Profile::age, &age, {.commit = Commit::WhenFinished});
    bind(profile, &Profile::subscribed, &subscribed, "checked");
    QCOMPARE(name.text(), QStringLiteral("Anna"));
    QCOMPARE(nick.text(), QStringLiteral("an"));
    QCOMPARE(age.value(), 30);
    QTest::keyClicks(&name, QStringLiteral("bel"));
    QCOMPARE(profile.get().name, QStringLiteral("Annabel"));
    age.setValue(31);
    QCOMPARE(profile.get().age, 30);
    QTest::keyClick(&age, Qt::Key_Return);
    QCOMPARE(profile.get().age, 31);
    subscribed.click();
    QVERIFY(profile.get().subscribed);
    profile.set(Profile{QStringLiteral("Bo"), "b", 3});
    QCOMPARE(name.text(), QStringLiteral("Bo"));
    QCOMPARE(age.value(), 3);
    QVERIFY(!subscribed.isChecked());
}

void tst_Bind::key_ofAMap()
{
    const auto scores = map<QString, int>();
    QSpinBox box;
    bind(scores, QStringLiteral("anna"), &box);
    QCOMPARE(box.value(), 0);
    box.setValue(5);
    QCOMPARE(*scores.getKey(QStringLiteral("anna")), 5);
    scores.setKey(QStringLiteral("anna"), 7);
    QCOMPARE(box.value(), 7);
    scores.removeKey(QStringLiteral("anna"));
    QCOMPARE(box.value(), 0);
    QVERIFY(scores.get().empty());

    const auto refused = onSet(scores, [](auto &event) { event.abort(); });
    box.setValue(9);
    QCOMPARE(box.value(), 0);
    refused();
}

void tst_Bind::key_memberOfAMapsValue()
{
    struct Item
    {
        QString name;
        int quantity = 1;
        bool express = false;
        bool operator==(const Item &) const = default;
    };
    const auto cart = map<QString, Item>();
    cart.setKey(QStringLiteral("mug"), {QStringLiteral("Mug"), 2});
    onSet(cart, [](auto &event) {
        if (event.newKeyValue() && event.newKeyValue()->quantity > 10) {
            event.abort();
        }
    });
    QSpinBox box;
    box.setMaximum(99);
    auto *binding = bind(cart, QStringLiteral("mug"), &Item::quantity, &box);
    QCheckBox express;
    bind(cart, QStringLiteral("mug"), &Item::express, &express, "checked");
    QLineEdit name;
    bind(cart, QStringLiteral("lamp"), &Item::name, &name);
    QCOMPARE(box.value(), 2);
    box.setValue(3);
    QCOMPARE(cart.getKey(QStringLiteral("mug"))->quantity, 3);
    QCOMPARE(cart.getKey(QStringLiteral("mug"))->name, QStringLiteral("Mug"));
    express.setChecked(true);
    QVERIFY(cart.getKey(QStringLiteral("mug"))->express);
    QCOMPARE(cart.getKey(QStringLiteral("mug"))->quantity, 3);
    box.setValue(50);
    QCOMPARE(box.value(), 3);
    QVERIFY(binding->isRejected());
    cart.removeKey(QStringLiteral("mug"));
    QCOMPARE(box.value(), 0);
    QTest::keyClicks(&name, QStringLiteral("Lamp"));
    QCOMPARE(cart.getKey(QStringLiteral("lamp"))->name, QStringLiteral("Lamp"));
    QCOMPARE(cart.getKey(QStringLiteral("lamp"))->quantity, 1); // what a new one has
}

void tst_Bind::key_wakesItsWidgetOnly()
{
    const auto scores = map<std::string, int>();
    QSpinBox a;
    QSpinBox b;
    bind(scores, "a", &a);
    bind(scores, "b", &b);
    QSignalSpy spy(&b, &QSpinBox::valueChanged);
    scores.setKey("a", 3);
    QCOMPARE(a.value(), 3);
    QCOMPARE(spy.count(), 0);
}

void tst_Bind::key_withChoice()
{
    const auto profile = map(Profile{});
    QWidget window;
    QRadioButton light(&window);
    QRadioButton dark(&window);
    bind(profile, &Profile::theme, &light, Theme::Light);
    bind(profile, &Profile::theme, &dark, Theme::Dark);
    dark.click();
    QCOMPARE(profile.get().theme, Theme::Dark);

    const auto names = map<std::string, std::string>();
    QRadioButton anna;
    bind(names, "winner", &anna, "anna");
    anna.click();
    QCOMPARE(*names.getKey("winner"), std::string("anna"));
}

void tst_Bind::binding_endsWithTheWidget()
{
    const auto name = atom(QStringLiteral("Anna"));
    auto *edit = new QLineEdit;
    bind(name, edit);
    QVERIFY(isMounted(name));
    delete edit;
    name.set(QStringLiteral("Berta"));
    QVERIFY(!name.node()->observed());
}

void tst_Bind::binding_endsEarly()
{
    const auto name = atom(QStringLiteral("Anna"));
    QLineEdit edit;
    const QPointer<WidgetBinding> binding = bind(name, &edit);
    binding->unbind();
    name.set(QStringLiteral("Berta"));
    QCOMPARE(edit.text(), QStringLiteral("Anna"));
    edit.setText(QStringLiteral("Clara"));
    QCOMPARE(name.get(), QStringLiteral("Berta"));
    QTRY_VERIFY(!binding);
}

void tst_Bind::binding_keepsItsStore()
{
    QLineEdit edit;
    bind(atom(QStringLiteral("Anna")), &edit);
    edit.setText(QStringLiteral("Berta"));
    QCOMPARE(edit.text(), QStringLiteral("Berta"));
}

void tst_Bind::binding_isMountedWhileVisible()
{
    support::ManualTime time;
    const auto name = atom(QStringLiteral("Anna"));
    onMount(name, [] {});
    QLineEdit edit;
    bind(name, &edit, {.observe = Observe::WhileVisible});
    QCOMPARE(edit.text(), QStringLiteral("Anna"));
    QVERIFY(!isMounted(name));
    edit.show();
    QVERIFY(isMounted(name));
    edit.hide();
    time.advance(1000);
    QVERIFY(!isMounted(name));
    name.set(QStringLiteral("Berta"));
    QCOMPARE(edit.text(), QStringLiteral("Anna"));
    edit.show();
    QCOMPARE(edit.text(), QStringLiteral("Berta"));
}

void tst_Bind::binding_revertsAndCommits()
{
    const auto age = atom(30);
    QSpinBox box;
    auto *binding = bind(age, &box, {.commit = Commit::WhenFinished});
    box.setValue(31);
    binding->revert();
    QCOMPARE(box.value(), 30);
    box.setValue(32);
    binding->commit();
    QCOMPARE(age.get(), 32);
    QVERIFY(!binding->isPending());
}

void tst_Bind::store_mayDeleteTheWidget()
{
    const auto name = atom(QString());
    auto *edit = new QLineEdit;
    const QPointer<QLineEdit> alive(edit);
    bind(name, edit);
    const auto subscription = name.listen([edit] { edit->deleteLater(); });
    edit->setText(QStringLiteral("x"));
    QTRY_VERIFY(!alive);

    auto *box = new QCheckBox;
    const auto on = atom(false);
    auto *binding = bind(on, box, {.commit = Commit::WhenFinished});
    const auto other = on.listen([box] { delete box; });
    binding->blockSignals(true); // the box itself is not in the middle of a signal
    {
        const QSignalBlocker blocker(box);
        box->setChecked(true);
    }
    binding->commit();
    QVERIFY(on.get());
}

void tst_Bind::listener_mayThrow()
{
    int errors = 0;
    setErrorHandler([&errors](std::exception_ptr) { ++errors; });
    const auto name = atom(QString());
    QLineEdit edit;
    auto *binding = bind(name, &edit);
    const auto subscription = name.listen([] { throw std::runtime_error("no"); });
    edit.setText(QStringLiteral("x"));
    setErrorHandler({});
    QCOMPARE(errors, 1);
    QCOMPARE(name.get(), QStringLiteral("x"));
    QVERIFY(!binding->isRejected());
}

void tst_Bind::handler_mayWriteTheStore()
{
    const auto name = atom(QString());
    QLineEdit edit;
    bind(name, &edit);
    connect(&edit, &QLineEdit::textChanged, this, [name](const QString &text) { name.set(text.toUpper()); });
    QTest::keyClicks(&edit, QStringLiteral("ab"));
    QCOMPARE(name.get(), QStringLiteral("AB"));
    QCOMPARE(edit.text(), QStringLiteral("AB"));
}

QTEST_MAIN(tst_Bind)
#include "tst_bind.moc"
