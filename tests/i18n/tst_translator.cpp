// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>
#include <nanostores/qt.h>

#include <QEvent>
#include <QLabel>
#include <QTest>
#include <QTranslator>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>

using namespace nanostores;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

/// A label as forms have them.
class CartLabel : public QLabel
{
public:
    CartLabel() { retranslate(); }

protected:
    void changeEvent(QEvent *event) override
    {
        if (event->type() == QEvent::LanguageChange) {
            retranslate();
        }
        QLabel::changeEvent(event);
    }

private:
    void retranslate() { setText(QCoreApplication::translate("Shop", "Cart")); }
};

class EventCounter : public QObject
{
public:
    EventCounter() { QCoreApplication::instance()->installEventFilter(this); }

    int count = 0;

protected:
    bool eventFilter(QObject *object, QEvent *event) override
    {
        count += object == QCoreApplication::instance() && event->type() == QEvent::LanguageChange ? 1 : 0;
        return false;
    }
};

} // namespace

class tst_Translator : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void file_isThatOfTheLocale_data();
    void file_isThatOfTheLocale();
    void file_endsWithTheSubscription();
    void change_isOneEvent();
    void plurals_areThoseOfTheFile();
    void computed_follows();
    void computed_followsOtherTranslators();
    void effect_onAnotherThreadIsNotTracked();
    void model_follows();
    void widget_follows();
    void engine_follows();
    void engine_mayGo();
    void retranslate_ofAnotherObjectIsAMistake();
    void secondTranslator_isAskedFirst();

private:
    static Subscription use(const Atom<QString> &locale)
    {
        return useTranslator(locale, u"shop"_s, QStringLiteral(QM_DIR));
    }
};

void tst_Translator::file_isThatOfTheLocale_data()
{
    QTest::addColumn<QString>("cart");
    QTest::newRow("ru") << u"Корзина"_s;
    QTest::newRow("ru-RU") << u"Корзина"_s;
    QTest::newRow("fr_CA") << u"Panier"_s;
    QTest::newRow("en") << u"Cart"_s;
    QTest::newRow("de") << u"Cart"_s;
    QTest::newRow("../i18n/shop") << u"Cart"_s;
    QTest::newRow("") << u"Cart"_s;
}

void tst_Translator::file_isThatOfTheLocale()
{
    const Atom<QString> locale(QString::fromLatin1(QTest::currentDataTag()));
    const Subscription language = use(locale);
    QTEST(translate("Shop", "Cart"), "cart");
}

void tst_Translator::file_endsWithTheSubscription()
{
    {
        const Subscription language = use(Atom<QString>(u"ru"_s));
        QCOMPARE(translate("Shop", "Cart"), u"Корзина"_s);
    }
    QCOMPARE(translate("Shop", "Cart"), u"Cart"_s);
}

void tst_Translator::change_isOneEvent()
{
    const EventCounter events;
    const Atom<QString> locale(u"ru"_s);
    {
        const Subscription language = use(locale);
        QCOMPARE(events.count, 1);
        locale.set(u"fr"_s);
        QCOMPARE(events.count, 2);
        locale.set(u"de"_s);
        QCOMPARE(events.count, 3);
    }
    QCOMPARE(events.count, 4);
}

void tst_Translator::plurals_areThoseOfTheFile()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 1), u"1 item"_s);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 2), u"2 items"_s);
    locale.set(u"ru"_s);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 21), u"21 товар"_s);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 22), u"22 товара"_s);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 25), u"25 товаров"_s);
    locale.set(u"xx"_s);
    QCOMPARE(translate("Shop", "%n item(s)", nullptr, 3), u"3 item(s)"_s);
}

void tst_Translator::computed_follows()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    const auto count = atom(1);
    const auto line = computed([&] { return translate("Shop", "%n item(s)", nullptr, count()); });
    CallRecorder<QString> calls;
    const Subscription observer = line.subscribe(calls);
    locale.set(u"fr"_s);
    count.set(2);
    locale.set(u"ru"_s);
    QCOMPARE(calls.values(), QStringList({u"1 item"_s, u"1 article"_s, u"2 articles"_s, u"2 товара"_s}));
}

void tst_Translator::computed_followsOtherTranslators()
{
    const auto cart = computed([] { return translate("Shop", "Cart"); });
    CallRecorder<QString> calls;
    const Subscription observer = cart.subscribe(calls);
    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(QM_DIR "/shop_fr.qm")));
    QCoreApplication::installTranslator(&translator);
    QCoreApplication::removeTranslator(&translator);
    QCOMPARE(calls.values(), QStringList({u"Cart"_s, u"Panier"_s, u"Cart"_s}));
}

void tst_Translator::effect_onAnotherThreadIsNotTracked()
{
    const Subscription language = use(Atom<QString>(u"fr"_s));
    QString text;
    const std::unique_ptr<QThread> thread(
        QThread::create([&] { text = computed([] { return translate("Shop", "Cart"); }).peek(); }));
    thread->start();
    QVERIFY(thread->wait());
    QCOMPARE(text, u"Panier"_s);
}

void tst_Translator::model_follows()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    const auto counts = atom(QList<int>{1, 5});
    const auto lines = computed([&] {
        QStringList all;
        for (const int count : counts()) {
            all.append(translate("Shop", "%n item(s)", nullptr, count));
        }
        return all;
    });
    const ListModel model(lines);
    QCOMPARE(model.index(1, 0).data(Qt::DisplayRole).toString(), u"5 items"_s);
    locale.set(u"ru"_s);
    QCOMPARE(model.index(0, 0).data(Qt::DisplayRole).toString(), u"1 товар"_s);
    QCOMPARE(model.index(1, 0).data(Qt::DisplayRole).toString(), u"5 товаров"_s);
}

void tst_Translator::widget_follows()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    CartLabel label;
    QCOMPARE(label.text(), u"Cart"_s);
    locale.set(u"ru"_s);
    QCoreApplication::sendPostedEvents();
    QCOMPARE(label.text(), u"Корзина"_s);
}

void tst_Translator::engine_follows()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    QQmlEngine engine;
    retranslate(&engine);
    QQmlComponent component(&engine);
    const QByteArray qml = "import QtQml\n"
                           "QtObject {\n"
                           "    property int count: 2\n"
                           "    property string cart: qsTr('Cart')\n"
                           "    property string items: qsTr('%n item(s)', '', count)\n"
                           "}\n";
    component.setData(qml, QUrl(u"qrc:/Shop.qml"_s));
    const std::unique_ptr<QObject> shop(component.create());
    QVERIFY2(shop, qPrintable(component.errorString()));
    QCOMPARE(shop->property("items").toString(), u"2 items"_s);
    locale.set(u"ru"_s);
    QCOMPARE(shop->property("cart").toString(), u"Корзина"_s);
    QCOMPARE(shop->property("items").toString(), u"2 товара"_s);
    shop->setProperty("count", 5);
    QCOMPARE(shop->property("items").toString(), u"5 товаров"_s);
}

void tst_Translator::engine_mayGo()
{
    const Atom<QString> locale(u"en"_s);
    const Subscription language = use(locale);
    {
        QQmlEngine engine;
        retranslate(&engine);
    }
    locale.set(u"ru"_s);
    QCOMPARE(translate("Shop", "Cart"), u"Корзина"_s);
}

void tst_Translator::retranslate_ofAnotherObjectIsAMistake()
{
    MisuseLog misuses;
    QObject object;
    retranslate(&object);
    QVERIFY(misuses.take().join(u' ').contains(u"give it a QQmlEngine"_s));
}

void tst_Translator::secondTranslator_isAskedFirst()
{
    const Subscription first = use(Atom<QString>(u"ru"_s));
    const Subscription second = use(Atom<QString>(u"fr"_s));
    QCOMPARE(translate("Shop", "Cart"), u"Panier"_s);
}

QTEST_MAIN(tst_Translator)

#include "tst_translator.moc"
