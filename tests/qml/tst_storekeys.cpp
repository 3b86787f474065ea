// SPDX-License-Identifier: MIT

// A StoreKey and those who observe it.

#include <nanostores/core.h>
#include <nanostores/qml.h>
#include <nanostores/qt.h>

#include "scene.h"

#include <support/manualtime.h>

#include <QCoreApplication>
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

QTEST_GUILESS_MAIN(tst_StoreKeys)
#include "tst_storekeys.moc"
