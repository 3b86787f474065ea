// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/testing.h>
#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/testkit/guard.h>
#include <nanostores/testkit/pin.h>
#include <nanostores/testkit/runs.h>
#include <nanostores/testkit/snapshot.h>

#include <QJSEngine>
#include <QJSValue>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>

#include <memory>
#include <optional>
#include <vector>

/// The test kit as js/test.mjs sees it. The objects it is handed belong to the collector.
namespace nanostores::detail {

/// A computed store of JavaScript holds a value.
class ScriptPin final : public PinRecord, private Substitute
{
public:
    ScriptPin(ScriptBridge *bridge, Handle *handle, QJSValue value);
    ~ScriptPin() override;

private:
    bool compute(Sink &computed, OldValue *&past) override;
    void undo() override;
    const char *what() const noexcept override;

    QPointer<ScriptBridge> m_bridge;
    QPointer<Handle> m_handle;
    QJSValue m_value;
    QJSValue m_former;
    bool m_isHeld = false; ///< The store has the value.
};

class ScriptHeld : public QObject
{
    Q_OBJECT

public:
    explicit ScriptHeld(std::vector<std::unique_ptr<PinRecord>> records)
        : m_records(std::move(records))
    {
    }
    Q_INVOKABLE void end() { m_records.clear(); }

private:
    std::vector<std::unique_ptr<PinRecord>> m_records;
};

class ScriptRunCounter : public QObject
{
    Q_OBJECT

public:
    explicit ScriptRunCounter(Sink &computed) { m_counter.emplace(computed); }
    Q_INVOKABLE void end()
    {
        m_runs = m_counter->runs();
        m_counter.reset();
    }
    Q_INVOKABLE int runs() const { return m_runs; }

private:
    std::optional<RunCounter> m_counter;
    int m_runs = 0;
};

class ScriptSnapshot : public QObject
{
    Q_OBJECT

public:
    Q_INVOKABLE QStringList diff() const;
    Q_INVOKABLE QStringList restore();

private:
    StoresSnapshot m_snapshot;
};

/// Not the collector's: its end runs functions of JavaScript.
class ScriptTestGuard : public QObject
{
    Q_OBJECT

public:
    ScriptTestGuard(QObject *parent, QJSEngine *engine, bool realTime);

    Q_INVOKABLE QStringList takeErrors();
    Q_INVOKABLE QStringList takeMisuse();
    Q_INVOKABLE void leaveAll();
    /// The report, with what JavaScript has found. Once.
    Q_INVOKABLE QJSValue finish(const QStringList &leaks, const QStringList &errors);

private:
    QPointer<QJSEngine> m_engine;
    std::unique_ptr<TestGuard> m_guard;
};

/// One for each engine. The functions about time are for the innermost guard of the thread, of any engine.
class ScriptTests : public QObject
{
    Q_OBJECT

public:
    explicit ScriptTests(QJSEngine *engine);
    static bool isIn(const QJSEngine *engine);

    Q_INVOKABLE QObject *guard(bool realTime);
    Q_INVOKABLE bool hasGuard() const { return TestGuard::current() != nullptr; }
    Q_INVOKABLE bool isManual() const { return TestGuard::current()->time().isManual(); }
    Q_INVOKABLE void advance(double milliseconds);
    Q_INVOKABLE QString settle(double within);
    /// Whether jobs wait, or timers that are due.
    Q_INVOKABLE bool isBusy() const;
    /// The time to the first timer, in milliseconds; -1: there is none.
    Q_INVOKABLE double nextTimer() const;
    /// Runs what promises have to do, and other events that wait.
    Q_INVOKABLE void react();
    Q_INVOKABLE void fail(const QString &reason);

    /// Null: it is no computed store.
    Q_INVOKABLE QObject *counter(int store);
    Q_INVOKABLE void expected(int store, int runs, int actual);
    Q_INVOKABLE QObject *pin(int store, const QJSValue &value);
    Q_INVOKABLE QObject *withoutMounts(const QList<int> &stores);
    Q_INVOKABLE QObject *snapshot() { return new ScriptSnapshot; }

private:
    ScriptBridge *bridge() const { return ScriptBridge::of(m_engine); }
    template<typename F>
    void guarded(F f);

    QJSEngine *m_engine;
};

} // namespace nanostores::detail
