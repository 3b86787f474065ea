#include <nanostores/core.h>
#include <nanostores/qt/variantdeepmap.h>

#include <QtTest/QTest>

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

QTEST_APPLESS_MAIN(tst_VariantDeepMap)
#include "tst_variantdeepmap.moc"
