// SPDX-License-Identifier: MIT
#include <nanostores/qt.h>

#include <QtTest/QTest>

#include "documentedits.h"

#include <vector>

using namespace nanostores;

namespace {

QString q(const char *text)
{
    return QString::fromUtf8(text);
}

} // namespace

/// Paths of a document are set where they lie: it is what setPath() makes of a copy, with any observers.
class tst_RandomDeepMap : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void setKey_isSetPath_data();
    void setKey_isSetPath();
    void setKey_removesOneOfEqualItems();
    void setKey_ofItsOwnPart();
};

void tst_RandomDeepMap::setKey_isSetPath_data()
{
    QTest::addColumn<bool>("listener");
    QTest::addColumn<bool>("oldValues");
    QTest::addColumn<bool>("effect");
    QTest::addColumn<bool>("hook");
    QTest::addColumn<bool>("copies");
    QTest::newRow("unobserved") << false << false << false << false << false;
    QTest::newRow("listener") << true << false << false << false << false;
    QTest::newRow("copies are held") << true << false << false << false << true;
    QTest::newRow("old values") << true << true << false << false << false;
    QTest::newRow("effect") << false << false << true << false << false;
    QTest::newRow("hook") << true << false << false << true << false;
    QTest::newRow("everything") << true << true << true << true << true;
}

void tst_RandomDeepMap::setKey_isSetPath()
{
    QFETCH(bool, listener);
    QFETCH(bool, oldValues);
    QFETCH(bool, effect);
    QFETCH(bool, hook);
    QFETCH(bool, copies);
    const auto silent = [](QtMsgType, const QMessageLogContext &, const QString &) {};
    for (unsigned seed = 1; seed <= 60; ++seed) {
        DocumentEdits edits(seed);
        const auto store = deepMap({});
        QVariantMap model;
        int calls = 0;
        int runs = 0;
        QVariantMap old;
        std::vector<Subscription> observers;
        if (listener) {
            observers.push_back(store.listen([&] { ++calls; }));
        }
        if (oldValues) {
            observers.push_back(store.listen([&](const QVariantMap &, const QVariantMap &before) { old = before; }));
        }
        if (effect) {
            observers.push_back(nanostores::effect([&] {
                ++runs;
                store();
            }));
        }
        if (hook) {
            onSet(store, [](SetEvent<VariantDeepMap> &) {});
        }
        std::vector<std::pair<QVariantMap, QVariantMap>> held; // a copy, and what it has to be
        for (int i = 0; i < 40; ++i) {
            const QString path = edits.path();
            const QVariant value = edits.value();
            const auto messages = qInstallMessageHandler(silent); // where it leads nowhere
            const QVariantMap next = setPath(model, path, value).toMap();
            const QVariantMap before = model;
            const bool isChanged = !detail::sameVariant(next, model);
            calls = runs = 0;
            store.setKey(path, value);
            qInstallMessageHandler(messages);
            model = isChanged ? next : model;
            const QByteArray where = QStringLiteral("seed %1, edit %2: %3").arg(seed).arg(i).arg(path).toUtf8();
            QVERIFY2(detail::sameVariant(store.get(), model), where);
            QVERIFY2(calls == (listener && isChanged ? 1 : 0), where);
            QVERIFY2(runs == (effect && isChanged ? 1 : 0), where);
            QVERIFY2(!oldValues || !isChanged || detail::sameVariant(old, before), where);
            if (copies && edits.any(3) == 0) {
                held.emplace_back(store.get(), QVariantMap(model));
                held.back().second.detach();
            }
            for (const auto &[copy, expected] : held) {
                QVERIFY2(detail::sameVariant(copy, expected), where);
            }
        }
    }
}

void tst_RandomDeepMap::setKey_removesOneOfEqualItems()
{
    const auto store = deepMap({{q("list"), QVariantList{1, 1, 1}}});
    int calls = 0;
    const auto listener = store.listen([&] { ++calls; });
    store.removeKey("list[0]");
    QCOMPARE(store.getKey("list"), QVariant(QVariantList{1, 1}));
    store.removeKey("list[1]");
    QCOMPARE(store.getKey("list"), QVariant(QVariantList{1}));
    store.removeKey("list[1]");
    QCOMPARE(calls, 2);
}

void tst_RandomDeepMap::setKey_ofItsOwnPart()
{
    const auto store = deepMap({{q("a"), QVariantMap{{q("b"), QVariantList{1, 2}}}}});
    store.setKey("a.b[0]", *store.peek().constFind(q("a")));
    store.setKey("a", *store.peek().constFind(q("a")));
    store.setKey("a", store.peek().constFind(q("a"))->toMap().value(q("b")));
    QCOMPARE(store.getKey("a[0].b"), QVariant(QVariantList{1, 2}));
    QCOMPARE(store.getKey("a[1]"), QVariant(2));
}

QTEST_APPLESS_MAIN(tst_RandomDeepMap)
#include "tst_randomdeepmap.moc"
