// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt/fields.h>
#include <nanostores/qt/variantdeepmap.h>

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <cmath>

using namespace nanostores;

namespace {

QVariantMap sample()
{
    return {
        {QStringLiteral("name"), QStringLiteral("Ada")},
        {QStringLiteral("list"), QVariantList{1, QVariantMap{{QStringLiteral("x"), 2}}}},
        {QStringLiteral("deep"), QVariantMap{{QStringLiteral("a"), QVariantMap{{QStringLiteral("b"), 3}}}}},
    };
}

QString q(const char *text)
{
    return QString::fromUtf8(text);
}

} // namespace

#define SETTING(FIELD) FIELD(QString, name) FIELD(QVariant, value)

struct Setting
{
    Q_GADGET
    NANOSTORES_STRUCT(Setting, SETTING)
};

class tst_VariantDeepMap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void getPath_leadsThroughMapsAndLists_data();
    void getPath_leadsThroughMapsAndLists();
    void setPath_makesWhatIsMissing_data();
    void setPath_makesWhatIsMissing();
    void setPath_leavesTheOldValue();
    void setPath_removes();
    void setByKey_takesKeysWithDots();
    void setKey_tellsThePath();
    void setKey_equalValueIsSilent();
    void listenKeys_seesChangesAboveAndShifts();
    void onSet_mayAbort();
    void setKey_tellsNumbersTruthsAndTextsApart();
    void values_insideOtherTypesAreToldApart();
    void listenKeys_leavesNaNAlone();
    void paths_takeIndexesAsTheyAreWritten();
    void setKey_refusesWhatLeadsNowhere_data();
    void setKey_refusesWhatLeadsNowhere();
    void typedLists_areSteppedIntoAndStay();
};

void tst_VariantDeepMap::getPath_leadsThroughMapsAndLists_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QVariant>("expected");
    QTest::newRow("key") << q("name") << QVariant(q("Ada"));
    QTest::newRow("index") << q("list[0]") << QVariant(1);
    QTest::newRow("key of an item") << q("list[1].x") << QVariant(2);
    QTest::newRow("index as a key") << q("list.1.x") << QVariant(2);
    QTest::newRow("deep") << q("deep.a.b") << QVariant(3);
    QTest::newRow("beyond the end") << q("list[9]") << QVariant();
    QTest::newRow("no such key") << q("deep.z.b") << QVariant();
    QTest::newRow("into a number") << q("deep.a.b.c") << QVariant();
    QTest::newRow("no number in brackets") << q("list[x]") << QVariant();
}

void tst_VariantDeepMap::getPath_leadsThroughMapsAndLists()
{
    QFETCH(QString, path);
    QFETCH(QVariant, expected);
    QCOMPARE(getPath(sample(), path), expected);
}

void tst_VariantDeepMap::setPath_makesWhatIsMissing_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("key") << q("other");
    QTest::newRow("present") << q("deep.a.b");
    QTest::newRow("new map") << q("x.y.z");
    QTest::newRow("new list") << q("items[2].name");
    QTest::newRow("list in a list") << q("grid[1][2]");
    QTest::newRow("longer list") << q("list[5]");
}

void tst_VariantDeepMap::setPath_makesWhatIsMissing()
{
    QFETCH(QString, path);
    const QVariant after = setPath(sample(), path, 42);
    QCOMPARE(getPath(after, path), QVariant(42));
    QCOMPARE(getPath(after, q("name")), QVariant(q("Ada")));
}

void tst_VariantDeepMap::setPath_leavesTheOldValue()
{
    const QVariant before = sample();
    const QVariant after = setPath(before, q("list[1].x"), 5);
    QCOMPARE(before, QVariant(sample()));
    QCOMPARE(getPath(after, q("list[1].x")), QVariant(5));
    QCOMPARE(getPath(after, q("list")).typeId(), int(QMetaType::QVariantList));
    QCOMPARE(getPath(setPath(before, q("items[1]"), 5), q("items")).toList().size(), 2);
}

void tst_VariantDeepMap::setPath_removes()
{
    const QVariant without = setPath(sample(), q("deep.a.b"), QVariant());
    QCOMPARE(getPath(without, q("deep.a")), QVariant(QVariantMap()));
    QCOMPARE(getPath(setPath(sample(), q("list[0]"), QVariant()), q("list")).toList().size(), 1);
}

void tst_VariantDeepMap::setByKey_takesKeysWithDots()
{
    const QVariant after = setByKey(QVariantMap(), {q("a.b"), q("0")}, 1);
    QCOMPARE(after.toMap().value(q("a.b")), QVariant(QVariantList{1}));
}

void tst_VariantDeepMap::setKey_tellsThePath()
{
    const auto settings = deepMap(sample());
    QString told;
    QVariant old;
    const auto keep = settings.listen([&](const QVariantMap &, const QVariantMap &before, const VariantPath *path) {
        told = path ? path->text() : q("?");
        old = getPath(before, q("deep.a.b"));
    });
    settings.setKey("deep.a.b", 4);
    QCOMPARE(told, q("deep.a.b"));
    QCOMPARE(old, QVariant(3));
    QCOMPARE(settings.getKey("deep.a.b"), QVariant(4));
    settings.set({});
    QCOMPARE(told, q("?"));
}

void tst_VariantDeepMap::setKey_equalValueIsSilent()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = settings.listen([&] { ++calls; });
    settings.setKey("name", q("Ada"));
    settings.removeKey("nothing.here");
    QCOMPARE(calls, 0);
    settings.setKey("name", q("Eve"));
    QCOMPARE(calls, 1);
}

void tst_VariantDeepMap::listenKeys_seesChangesAboveAndShifts()
{
    const auto settings = deepMap(sample());
    int calls = 0;
    const auto keep = listenKeys(settings, {"deep.a.b", "list[0]"}, [&] { ++calls; });
    settings.setKey("name", q("Eve"));
    QCOMPARE(calls, 0);
    settings.setKey("deep.a", QVariantMap{{q("b"), 9}});
    QCOMPARE(calls, 1);
    settings.removeKey("list[0]");
    QCOMPARE(calls, 2);
}

void tst_VariantDeepMap::onSet_mayAbort()
{
    const auto settings = deepMap(sample());
    onSet(settings, [](SetEvent<VariantDeepMap> &event) {
        if (event.changed() && event.changed()->text() == q("name")) {
            event.abort();
        }
    });
    settings.setKey("name", q("Eve"));
    QCOMPARE(settings.getKey("name"), QVariant(q("Ada")));
}

void tst_VariantDeepMap::setKey_tellsNumbersTruthsAndTextsApart()
{
    const auto store = deepMap(QVariantMap{{q("z"), 1}});
    int calls = 0;
    const auto keep = store.listen([&] { ++calls; });
    const QVariantList values{true,
                              q("1"),
                              1.5,
                              1.0,
                              0.0,
                              -0.0,
                              std::nan(""),
                              QVariantList{1},
                              QVariantList{q("1")},
                              QVariantMap{{q("a"), 1}},
                              QVariantMap{{q("a"), true}}};
    for (const QVariant &value : values) {
        calls = 0;
        store.setKey("z", value);
        QCOMPARE(calls, 1);
        QCOMPARE(store.getKey("z").typeId(), value.typeId());
        store.setKey("z", value);
        store.set({{q("z"), value}});
        QCOMPARE(calls, 1);
    }
    const auto alone = atom(QVariant(1));
    alone.set(1.0); // the same number
    QCOMPARE(alone.get().typeId(), int(QMetaType::Int));
    alone.set(q("1"));
    QCOMPARE(alone.get().typeId(), int(QMetaType::QString));
    const auto map = atom(QVariantMap{{q("a"), 1}});
    map.set({{q("a"), true}});
    QCOMPARE(map.get().value(q("a")).typeId(), int(QMetaType::Bool));
}

template<typename Make>
void isChangedBy(const QVariantList &values, Make make)
{
    const auto store = atom(make(QVariant(1)));
    int calls = 0;
    const auto keep = store.listen([&] { ++calls; });
    for (const QVariant &value : values) {
        calls = 0;
        store.set(make(value));
        QVERIFY2(calls == 1, qPrintable(detail::textOf(value)));
        store.set(make(value));
        QVERIFY2(calls == 1, qPrintable(detail::textOf(value)));
    }
}

void tst_VariantDeepMap::values_insideOtherTypesAreToldApart()
{
    const QVariantList values{true, q("1"), 1.5, 1.0, 0.0, -0.0, std::nan(""), QVariantList{q("1")}};
    isChangedBy(values, [](const QVariant &value) { return Dictionary<QString, QVariant>{{q("a"), value}}; });
    isChangedBy(values, [](const QVariant &value) { return std::vector<QVariant>{value}; });
    isChangedBy(values, [](const QVariant &value) { return std::optional<QVariant>(value); });
    isChangedBy(values, [](const QVariant &value) { return QList<QVariantMap>{{{q("a"), value}}}; });
    isChangedBy(values, [](const QVariant &value) { return Setting{q("a"), value}; });
    isChangedBy(values, [](const QVariant &value) { return std::vector<Setting>{{q("a"), value}}; });
    const auto store = map<QString, QVariant>({{q("a"), 1}});
    store.set({{q("a"), q("1")}});
    QCOMPARE(store.getKey(q("a"))->typeId(), int(QMetaType::QString));
}

void tst_VariantDeepMap::listenKeys_leavesNaNAlone()
{
    const auto store = deepMap(QVariantMap{{q("a"), QVariantMap{{q("x"), std::nan("")}, {q("y"), 1}}}});
    int calls = 0;
    const auto keep = listenKeys(store, {"a.x"}, [&] { ++calls; });
    store.setKey("a.y", 2);
    QCOMPARE(calls, 0);
}

void tst_VariantDeepMap::paths_takeIndexesAsTheyAreWritten()
{
    for (const char *key : {" 1", "+1", "01", "-1", "1 ", "x"}) {
        const QVariant after = setPath(QVariantMap(), q("a.") + q(key), 5);
        QCOMPARE(after.toMap().value(q("a")).typeId(), int(QMetaType::QVariantMap));
        QCOMPARE(getPath(after, q("a.") + q(key)), QVariant(5));
        QVERIFY(!getPath(sample(), q("list[") + q(key) + q("]")).isValid());
    }
}

void tst_VariantDeepMap::setKey_refusesWhatLeadsNowhere_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("message");
    QTest::newRow("a name on a list") << q("list.length") << q("\"list\" is a list, and \"length\" is no index");
    QTest::newRow("a part of a number") << q("deep.a.b.c") << q("\"deep.a.b\" is neither a map nor a list");
    QTest::newRow("far beyond the end") << q("list[20000000]") << q("more than 100000 empty items");
    QTest::newRow("beyond all ends") << q("list[4294967295]") << q("more than 100000 empty items");
    QTest::newRow("far beyond a new one") << q("users.20000000.name") << q("more than 100000 empty items");
    QTest::newRow("far beyond, in small steps")
        << q("list") + q("[60000]").repeated(900) << q("more than 100000 empty items");
    QTest::newRow("deep") << QStringList(100000, q("a")).join(u'.') << q("a path of 100000 steps");
}

void tst_VariantDeepMap::setKey_refusesWhatLeadsNowhere()
{
    QFETCH(QString, path);
    QFETCH(QString, message);
    const auto store = deepMap(sample());
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QRegularExpression::escape(message)));
    store.setKey(path, 1);
    QCOMPARE(store.get(), sample());
    QVERIFY(!store.getKey(path).isValid());
}

void tst_VariantDeepMap::typedLists_areSteppedIntoAndStay()
{
    const auto store = deepMap(QVariantMap{{q("ints"), QVariant::fromValue(QList<int>{1, 2})},
                                           {q("names"), QStringList{q("a")}},
                                           {q("hash"), QVariantHash{{q("x"), 1}}}});
    store.setKey("ints[1]", 5);
    QCOMPARE(store.getKey("ints").value<QList<int>>(), (QList<int>{1, 5}));
    QCOMPARE(store.getKey("ints").metaType(), QMetaType::fromType<QList<int>>());
    QCOMPARE(store.getKey("ints[1]"), QVariant(5));
    store.setKey("ints[1]", 2.5);
    QCOMPARE(store.getKey("ints"), QVariant(QVariantList{1, 2.5}));
    store.setKey("names[1]", q("b"));
    QCOMPARE(store.getKey("names"), QVariant(QStringList{q("a"), q("b")}));
    store.setKey("names[0]", 5);
    QCOMPARE(store.getKey("names"), QVariant(QVariantList{5, q("b")}));
    store.setKey("hash.y", 2);
    QCOMPARE(store.getKey("hash").typeId(), int(QMetaType::QVariantHash));
    store.removeKey("ints[0]");
    QCOMPARE(store.getKey("ints"), QVariant(QVariantList{2.5}));
}

QTEST_APPLESS_MAIN(tst_VariantDeepMap)
#include "tst_variantdeepmap.moc"
