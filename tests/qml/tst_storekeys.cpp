// SPDX-License-Identifier: MIT

// A StoreKey and those who observe it.

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include "scene.h"

#include <support/manualtime.h>

#include <QCoreApplication>
#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <thread>

using namespace nanostores;

class tst_StoreKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connectedFromAnotherThread();
    void thatNothingSignalsIsSilent();
    void ofItselfIsAWarning();
    void ofOneThatReadsItIsAWarning();
    void ofAComputedStoreThatReadsItIsAWarning();
    void bind_ofItsOwnTargetStaysAsItIs();

private:
    support::ManualTime m_time;
};

/// An observer that connects from another thread is notified at the next turn of the loop, and has missed nothing then.
void tst_StoreKeys::connectedFromAnotherThread()
{
    Scene scene("StoreKey { key: 'a'; store: MapStore { value: ({ a: 1 }) } }");
    auto *const key = qobject_cast<StoreKey *>(scene.root.get());
    QVERIFY(key);
    std::atomic<int> calls = 0;
    std::thread([key, &calls] {
        QObject::connect(
            key, &StoreKey::valueChanged, key, [&calls] { ++calls; }, Qt::DirectConnection);
    }).join();
    auto *const map = qobject_cast<DeclarativeMap *>(key->store());
    QVERIFY(map);
    map->store().setKey(QStringLiteral("a"), JsValue(QJSValue(2), scene.engine.get(), false));
    QCoreApplication::processEvents();
    QCOMPARE(calls, 1);
    map->store().setKey(QStringLiteral("a"), JsValue(QJSValue(3), scene.engine.get(), false));
    QCOMPARE(calls, 2);
}

/// A property without a signal is read; who leaves gives the others no reason to read it again.
void tst_StoreKeys::thatNothingSignalsIsSilent()
{
    Scene scene("StoreKey { key: 'a' }");
    auto *const key = qobject_cast<StoreKey *>(scene.root.get());
    QVERIFY(key);
    int calls = 0;
    connect(key, &StoreKey::valueChanged, this, [&calls] { ++calls; });
    {
        const QObject other;
        connect(key, &StoreKey::valueChanged, &other, [] {});
    }
    m_time.advance(0);
    QCOMPARE(calls, 0);
    disconnect(key, nullptr, this, nullptr);
}

/// As happens when a property of the same name hides the store that is meant.
void tst_StoreKeys::ofItselfIsAWarning()
{
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("the store is this StoreKey itself.*app.text")));
    Scene scene("QtObject { readonly property StoreKey text: StoreKey { store: text } }");
    auto *const key = scene.root->property("text").value<StoreKey *>();
    QVERIFY(key);
    QVERIFY(key->value().isUndefined());
    connect(key, &StoreKey::valueChanged, this, [] {});
    Scene other("Atom { value: 1 }");
    key->setStore(other.root.get());
    QCOMPARE(key->value().toInt(), 1);
    disconnect(key, nullptr, this, nullptr);
}

void tst_StoreKeys::ofOneThatReadsItIsAWarning()
{
    Scene scene("QtObject { readonly property Atom text: Atom { value: 1 }\n"
                "readonly property StoreKey one: StoreKey { store: text }\n"
                "readonly property StoreKey two: StoreKey { store: one }\n"
                "readonly property StoreKey three: StoreKey { store: two } }");
    const auto keyOf = [&scene](const char *name) { return scene.root->property(name).value<StoreKey *>(); };
    QVERIFY(keyOf("three"));
    QCOMPARE(keyOf("three")->value().toInt(), 1);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("the store reads this StoreKey")));
    keyOf("one")->setStore(keyOf("three"));
    QVERIFY(keyOf("three")->value().isUndefined());
    keyOf("one")->setStore(scene.root->property("text").value<QObject *>());
    QCOMPARE(keyOf("three")->value().toInt(), 1);
}

void tst_StoreKeys::ofAComputedStoreThatReadsItIsAWarning()
{
    Scene scene("QtObject { id: root\n"
                "readonly property Computed total: Computed { compute: () => root.key.value + 1 }\n"
                "readonly property StoreKey key: StoreKey { store: root.total } }");
    auto *const key = scene.root->property("key").value<StoreKey *>();
    QVERIFY(key);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QStringLiteral("waits for itself.*break the cycle")));
    static_cast<void>(key->value());
}

void tst_StoreKeys::bind_ofItsOwnTargetStaysAsItIs()
{
    Scene scene("QtObject { id: root; property string text: 'a'; Bind on text { store: root; key: 'text' } }");
    QVERIFY(scene.root);
    scene.root->setProperty("text", QStringLiteral("b"));
    m_time.advance(0);
    QCOMPARE(scene.root->property("text").toString(), QStringLiteral("b"));
}

QTEST_GUILESS_MAIN(tst_StoreKeys)
#include "tst_storekeys.moc"
