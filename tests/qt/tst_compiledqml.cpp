// SPDX-License-Identifier: MIT
#include "fruits.h"
#include "person.h"
#include "settings.h"

#include "support/manualtime.h"

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickView>
#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

namespace {

std::unique_ptr<QObject> make(QQmlEngine &engine, const char *file)
{
    QQmlComponent component(&engine, QUrl(QStringLiteral("qrc:/qt/qml/AdapterTest/qml/") + QLatin1String(file)));
    std::unique_ptr<QObject> object(component.create());
    if (!object) {
        qWarning().noquote() << component.errorString();
    }
    return object;
}

/// An item in a window that is drawn nowhere.
struct Window
{
    Window()
    {
        view.setSource(QUrl(QStringLiteral("qrc:/qt/qml/AdapterTest/qml/Rows.qml")));
        view.show();
    }
    QQuickItem *list() { return view.rootObject()->property("view").value<QQuickItem *>(); }
    QList<QQuickItem *> delegates()
    {
        QMap<qreal, QQuickItem *> byPlace;
        const auto items = list()->property("contentItem").value<QQuickItem *>()->childItems();
        for (QQuickItem *item : items) {
            if (item->isVisible() && item->property("text").isValid()) {
                byPlace.insert(item->y(), item);
            }
        }
        return byPlace.values();
    }
    QStringList texts()
    {
        QStringList all;
        for (const QQuickItem *item : delegates()) {
            all.append(item->property("text").toString());
        }
        return all;
    }
    QQuickView view;
};

} // namespace

class tst_CompiledQml : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();

    void allThatReadsAndWritesIsCompiled();
    void record_fieldsAreEvaluatedOneByOne();
    void bindings_mountUntilDestroyed();
    void branch_thatStopsReading();
    void engines_haveAnAdapterEach();
    void loader_switchedOff();
    void listView_mountsTheModelsStore();
    void listView_keepsItsDelegates();
    void listView_keepsItsPlaceAndSelection();
    void listView_leavesTheStoreWithItsModel();

private:
    std::unique_ptr<support::ManualTime> m_time;
};

void tst_CompiledQml::init()
{
    m_time = std::make_unique<support::ManualTime>();
    stores::volume.set(5);
    stores::title.set("title");
    stores::shown.set(true);
    stores::fruits.set({{QStringLiteral("apple"), {1}}, {QStringLiteral("pear"), {2}}, {QStringLiteral("plum"), {3}}});
}

void tst_CompiledQml::cleanup()
{
    m_time->advance(2000);
    QVERIFY(!isMounted(stores::volume));
    QVERIFY(!isMounted(stores::title));
    QVERIFY(!isMounted(stores::fruits));
    m_time.reset();
}

/// How many functions of a QML file Qt has compiled; the interpreter is left with the others. What a function does is
/// written in another way by each version of Qt, but all of them list the functions.
static qsizetype compiledFunctions(const char *name)
{
    QFile file(QStringLiteral(COMPILED_QML "/") + QLatin1String(name));
    if (!file.exists()) {
        file.setFileName(QStringLiteral(COMPILED_QML "_") + QLatin1String(name)); // Qt 6.11
    }
    if (!file.open(QIODevice::ReadOnly)) {
        return -1;
    }
    const QString code = QString::fromUtf8(file.readAll());
    const QString list = code.mid(code.indexOf(QLatin1String("aotBuiltFunctions[] = {")));
    // number, return type or number of arguments, and anything but the nulls of the last entry
    static const QRegularExpression entry(
        QStringLiteral(R"(\{ \d+, (?:\d+|QMetaType::fromType<.*>\(\)), (?!nullptr|\{\}, nullptr))"));
    qsizetype count = 0;
    for (auto entries = entry.globalMatch(list); entries.hasNext(); entries.next()) {
        ++count;
    }
    return count;
}

void tst_CompiledQml::allThatReadsAndWritesIsCompiled()
{
    QCOMPARE(compiledFunctions("Reads_qml.cpp"), 5); // four bindings, and write()
    QCOMPARE(compiledFunctions("Fields_qml.cpp"), 4);
}

void tst_CompiledQml::record_fieldsAreEvaluatedOneByOne()
{
    using Counts = QHash<QString, int>;
    stores::person.set({});
    QQmlEngine engine;
    const auto object = make(engine, "Fields.qml");
    auto *const counted = object->property("counted").value<Evaluations *>();
    counted->take();
    stores::person.setKey(&PersonData::theme, QStringLiteral("dark"));
    QCOMPARE(counted->take(), (Counts{{QStringLiteral("theme"), 1}, {QStringLiteral("again"), 1}}));
    QCOMPARE(object->property("theme").toString(), QStringLiteral("dark"));
    stores::person.setKey(&PersonData::theme, QStringLiteral("dark")); // equal
    QCOMPARE(counted->take(), Counts());
    PersonData other = stores::person.get();
    other.age = 7;
    stores::person.set(other); // as a whole, with one that differs
    QCOMPARE(counted->take(), (Counts{{QStringLiteral("age"), 1}}));
    batch([] {
        stores::person.setKey(&PersonData::age, 8);
        stores::person.setKey(&PersonData::name, QStringLiteral("Ada"));
        stores::person.setKey(&PersonData::age, 9);
    });
    QCOMPARE(counted->take(), (Counts{{QStringLiteral("age"), 1}, {QStringLiteral("name"), 1}}));
    QCOMPARE(object->property("age").toInt(), 9);
}

void tst_CompiledQml::bindings_mountUntilDestroyed()
{
    QQmlEngine engine;
    auto object = make(engine, "Reads.qml");
    QVERIFY(isMounted(stores::volume));
    QVERIFY(isMounted(stores::title));
    QVERIFY(isMounted(stores::loud));
    QMetaObject::invokeMethod(object.get(), "write", Q_ARG(int, 11));
    QCOMPARE(stores::volume.get(), 11);
    QCOMPARE(object->property("volume").toInt(), 11);
    QCOMPARE(object->property("loud").toBool(), true);
    stores::title.set("other");
    QCOMPARE(object->property("title").toString(), QStringLiteral("other"));
    object.reset();
    m_time->advance(2000);
    QVERIFY(!isMounted(stores::volume));
    QVERIFY(!isMounted(stores::title));
}

void tst_CompiledQml::branch_thatStopsReading()
{
    QQmlEngine engine;
    const auto object = make(engine, "Reads.qml");
    stores::shown.set(false);
    QCOMPARE(object->property("either").toInt(), -1);
    stores::volume.set(7);
    QCOMPARE(object->property("either").toInt(), -1);
    stores::shown.set(true);
    QCOMPARE(object->property("either").toInt(), 7);
}

void tst_CompiledQml::engines_haveAnAdapterEach()
{
    auto first = std::make_unique<QQmlEngine>();
    QQmlEngine second;
    auto one = make(*first, "Reads.qml");
    const auto two = make(second, "Reads.qml");
    QVERIFY(first->singletonInstance<Settings *>(qmlTypeId("AdapterTest", 1, 0, "Settings"))
            != second.singletonInstance<Settings *>(qmlTypeId("AdapterTest", 1, 0, "Settings")));
    first->singletonInstance<Settings *>(qmlTypeId("AdapterTest", 1, 0, "Settings"))->set_volume(9);
    QCOMPARE(one->property("volume").toInt(), 9);
    QCOMPARE(two->property("volume").toInt(), 9);
    one.reset();
    first.reset();
    m_time->advance(2000);
    QVERIFY(isMounted(stores::volume));
    stores::volume.set(10);
    QCOMPARE(two->property("volume").toInt(), 10);
}

void tst_CompiledQml::loader_switchedOff()
{
    Window window;
    auto *loader = window.view.rootObject()->property("loader").value<QObject *>();
    QVERIFY(!isMounted(stores::title));
    loader->setProperty("active", true);
    QVERIFY(isMounted(stores::title));
    loader->setProperty("active", false);
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    m_time->advance(1000);
    QVERIFY(!isMounted(stores::title));
}

void tst_CompiledQml::listView_mountsTheModelsStore()
{
    {
        Window window;
        QVERIFY(isMounted(stores::fruits));
        QTRY_COMPARE(window.texts(),
                     (QStringList{QStringLiteral("apple1"), QStringLiteral("pear2"), QStringLiteral("plum3")}));
    }
    m_time->advance(1000);
    QVERIFY(!isMounted(stores::fruits));
}

void tst_CompiledQml::listView_keepsItsDelegates()
{
    Window window;
    QTRY_COMPARE(window.delegates().size(), 3);
    const auto before = window.delegates(); // apple, pear, plum
    stores::fruits.setKey(QStringLiteral("pear"), {7});
    QTRY_COMPARE(window.texts().value(1), QStringLiteral("pear7"));
    QCOMPARE(window.delegates(), before);
    stores::fruits.setKey(QStringLiteral("fig"), {4});
    QTRY_COMPARE(window.delegates().size(), 4);
    QQuickItem *const fig = window.delegates().last();
    stores::fruits.removeKey(QStringLiteral("apple"));
    stores::fruits.set({{QStringLiteral("plum"), {3}}, {QStringLiteral("fig"), {4}}, {QStringLiteral("pear"), {8}}});
    QTRY_COMPARE(window.texts(),
                 (QStringList{QStringLiteral("plum3"), QStringLiteral("fig4"), QStringLiteral("pear8")}));
    QCOMPARE(window.delegates(), (QList<QQuickItem *>{before.at(2), fig, before.at(1)}));
}

void tst_CompiledQml::listView_keepsItsPlaceAndSelection()
{
    Dictionary<QString, Fruit> many;
    for (int i = 0; i < 1000; ++i) {
        many.insert(QStringLiteral("fruit%1 ").arg(i), {i});
    }
    stores::fruits.set(many);
    Window window;
    QQuickItem *list = window.list();
    QTRY_VERIFY(window.delegates().size() >= 20);
    list->setProperty("contentY", 5000);
    list->setProperty("currentIndex", 505);
    QTRY_COMPARE(window.texts().contains(QStringLiteral("fruit510 510")), true);
    const auto current = [list] { return list->property("currentItem").value<QQuickItem *>(); };
    QQuickItem *const selected = current();
    QCOMPARE(selected->property("text").toString(), QStringLiteral("fruit505 505"));
    const auto shown = window.texts();

    // In sight, out of sight, and behind: the view stays where it is.
    stores::fruits.setKey(QStringLiteral("fruit505 "), {7});
    stores::fruits.setKey(QStringLiteral("fruit3 "), {7});
    stores::fruits.setKey(QStringLiteral("new "), {1});
    stores::fruits.removeKey(QStringLiteral("fruit900 "));
    QTRY_COMPARE(selected->property("text").toString(), QStringLiteral("fruit505 7"));
    QCOMPARE(list->property("contentY").toReal(), 5000.0);
    QCOMPARE(current(), selected);
    QCOMPARE(list->property("currentIndex").toInt(), 505);

    // Rows that go before it: the same ones are shown, and the same one is selected.
    batch([] {
        for (int i = 0; i < 10; ++i) {
            stores::fruits.removeKey(QStringLiteral("fruit%1 ").arg(i));
        }
    });
    QTRY_COMPARE(list->property("currentIndex").toInt(), 495);
    QCOMPARE(current(), selected);
    auto expected = shown;
    expected.replaceInStrings(QStringLiteral("fruit505 505"), QStringLiteral("fruit505 7"));
    QTRY_COMPARE(window.texts().mid(2, 15), expected.mid(2, 15));

    // Another order: the selection goes with its row, whose delegate is the same.
    QList<QString> keys;
    for (const auto &[key, fruit] : stores::fruits.get()) {
        keys.prepend(key);
    }
    Dictionary<QString, Fruit> reversed;
    for (const QString &key : std::as_const(keys)) {
        reversed.insert(key, *stores::fruits.getKey(key));
    }
    reversed.insert(QStringLiteral("fruit600 "), {0}); // in another order alone, maps are equal
    stores::fruits.set(reversed);
    const int row = static_cast<int>(keys.indexOf(QStringLiteral("fruit505 ")));
    QTRY_COMPARE(list->property("currentIndex").toInt(), row);
    QCOMPARE(current(), selected);
}

void tst_CompiledQml::listView_leavesTheStoreWithItsModel()
{
    Window window;
    QVERIFY(isMounted(stores::fruits));
    window.list()->setProperty("model", QVariant());
    m_time->advance(1000);
    QVERIFY(!isMounted(stores::fruits));
}

QTEST_MAIN(tst_CompiledQml)
#include "tst_compiledqml.moc"
