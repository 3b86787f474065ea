// SPDX-License-Identifier: MIT
#include <nanostores/scripttestkit/detail/scripttests.h>

#include <nanostores/core/errors.h>
#include <nanostores/testkit/detail/timequeue.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <QTimer>

#include <chrono>
#include <exception>
#include <string>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr auto ObjectName = "nanostores.tests";
constexpr double MostMilliseconds = 9e15; // beyond, a double has no whole ones
constexpr int MostReactions = 1000; ///< Of a promise to the one before.
constexpr auto EventLoopLimit = std::chrono::milliseconds(5000);

std::chrono::milliseconds durationOf(double milliseconds)
{
    return std::chrono::milliseconds(static_cast<qint64>(qBound(0.0, milliseconds, MostMilliseconds)));
}

template<typename List>
QStringList textsOf(const List &lines)
{
    QStringList texts;
    for (const std::string &line : lines) {
        texts.append(QString::fromStdString(line));
    }
    return texts;
}

} // namespace

// Pins

ScriptPin::ScriptPin(ScriptBridge *bridge, Handle *handle, QJSValue value)
    : PinRecord(Ref<Node>::share(handle->node()))
    , m_bridge(bridge)
    , m_handle(handle)
    , m_value(std::move(value))
{
    try {
        addSubstitute(static_cast<Sink &>(node()), *this);
    } catch (...) { // of an observer
        end();
        throw;
    }
}

ScriptPin::~ScriptPin()
{
    end();
}

bool ScriptPin::compute(Sink &computed, OldValue *&past)
{
    if (!m_bridge || !m_handle || m_bridge->isClosed()) {
        return false;
    }
    if (!std::exchange(m_isHeld, true)) {
        m_former = m_bridge->stateOf(m_handle).property(QStringLiteral("value"));
    }
    if (!m_bridge->assume(m_handle, m_value)) {
        return false;
    }
    if (computed.has(WantsOldValue)) {
        past = m_bridge->newOldValue(m_handle);
    }
    return true;
}

/// A function of JavaScript that throws leaves the value as it was, which would be the pinned one here.
void ScriptPin::undo()
{
    auto &computed = static_cast<Sink &>(node());
    try {
        removeSubstitute(computed, *this);
    } catch (...) {
        if (m_bridge && m_handle && !m_bridge->isClosed()) {
            QJSValue state = m_bridge->stateOf(m_handle);
            if (ScriptBridge::isSame(state.property(QStringLiteral("value")), m_value)) {
                state.setProperty(QStringLiteral("value"), m_former);
            }
        }
        if (!computed.observed()) {
            computed.flags = (computed.flags | Dirty) & ~std::uint32_t{Evaluated}; // the next read runs it again
        }
        throw;
    }
}

const char *ScriptPin::what() const noexcept
{
    return "pin of ";
}

// Snapshots

QStringList ScriptSnapshot::diff() const
{
    return textsOf(m_snapshot.diff());
}

QStringList ScriptSnapshot::restore()
{
    return textsOf(m_snapshot.restore());
}

// Guards

ScriptTestGuard::ScriptTestGuard(QObject *parent, QJSEngine *engine, bool realTime)
    : QObject(parent)
    , m_engine(engine)
    , m_guard(std::make_unique<TestGuard>())
{
    m_guard->setStoresMayStay(true); // they end when the engine collects them
    if (realTime) {
        m_guard->useEventLoop(
            [] {
                QEventLoop loop;
                QTimer::singleShot(1, &loop, &QEventLoop::quit);
                loop.exec();
            },
            EventLoopLimit);
    }
}

QStringList ScriptTestGuard::takeErrors()
{
    return m_guard ? textsOf(m_guard->takeErrors()) : QStringList();
}

QStringList ScriptTestGuard::takeMisuse()
{
    return m_guard ? textsOf(m_guard->takeMisuse()) : QStringList();
}

void ScriptTestGuard::leaveAll()
{
    if (m_guard) {
        m_guard->leaveAll();
    }
}

QJSValue ScriptTestGuard::finish(const QStringList &leaks, const QStringList &errors)
{
    Report report = m_guard->finish();
    m_guard.reset();
    for (const QString &line : leaks) {
        report.leaks.push_back(line.toStdString());
    }
    for (const QString &line : errors) {
        report.errors.push_back(line.toStdString());
    }
    QJSValue found = m_engine->newObject();
    found.setProperty(QStringLiteral("ok"), report.ok());
    found.setProperty(QStringLiteral("text"), QString::fromStdString(report.text()));
    const auto add = [&](const char *name, const Recorded<std::string> &lines) {
        QJSValue list = m_engine->newArray(static_cast<uint>(lines.size()));
        for (std::size_t i = 0; i < lines.size(); ++i) {
            list.setProperty(static_cast<quint32>(i), QString::fromStdString(lines[i]));
        }
        found.setProperty(QLatin1String(name), list);
    };
    add("leaks", report.leaks);
    add("unsettled", report.unsettled);
    add("notRestored", report.notRestored);
    add("errors", report.errors);
    add("misuse", report.misuse);
    add("failures", report.failures);
    add("doubles", report.doubles);
    add("wasted", report.wasted);
    return found;
}

// The module

ScriptTests::ScriptTests(QJSEngine *engine)
    : QObject(engine)
    , m_engine(engine)
{
    setObjectName(QLatin1String(ObjectName));
}

bool ScriptTests::isIn(const QJSEngine *engine)
{
    return engine->findChild<QObject *>(QLatin1String(ObjectName), Qt::FindDirectChildrenOnly) != nullptr;
}

/// Does something for JavaScript, where its error goes.
template<typename F>
void ScriptTests::guarded(F f)
{
    try {
        f();
    } catch (...) {
        bridge()->raise(std::current_exception());
    }
}

QObject *ScriptTests::guard(bool realTime)
{
    return new ScriptTestGuard(this, m_engine, realTime);
}

void ScriptTests::advance(double milliseconds)
{
    guarded([&] { TestGuard::current()->advance(durationOf(milliseconds)); });
}

QString ScriptTests::settle(double within)
{
    QString reason;
    guarded([&] { reason = QString::fromStdString(TestGuard::current()->settle(durationOf(within)).reason); });
    return reason;
}

bool ScriptTests::isBusy() const
{
    const TimeQueue &queue = TestGuard::current()->time().queue();
    return queue.hasJobs() || queue.hasDueTimers();
}

double ScriptTests::nextTimer() const
{
    TestTime &time = TestGuard::current()->time();
    if (time.queue().timers() == 0) {
        return -1;
    }
    return static_cast<double>((time.queue().firstMoment() - time.now()).count());
}

void ScriptTests::react()
{
    if (!QCoreApplication::instance()) {
        return;
    }
    for (int i = 0; i < MostReactions; ++i) { // each call sends what waited when it began
        QCoreApplication::sendPostedEvents();
    }
}

void ScriptTests::fail(const QString &reason)
{
    TestGuard::current()->addFailure(reason.toStdString());
}

QObject *ScriptTests::counter(int store)
{
    Node *const node = bridge()->nodeAt(store);
    return node->has(Computing) ? new ScriptRunCounter(*static_cast<Sink *>(node)) : nullptr;
}

void ScriptTests::expected(int store, int runs, int actual)
{
    expectedRuns(*bridge()->nodeAt(store), runs, actual);
}

QObject *ScriptTests::pin(int store, const QJSValue &value)
{
    auto *const handle = static_cast<Handle *>(bridge()->handleAt(store));
    if (!handle->node()->has(Computing) || handle->isNative()) {
        return nullptr;
    }
    QObject *held = nullptr;
    guarded([&] {
        std::vector<std::unique_ptr<PinRecord>> records;
        records.push_back(std::make_unique<ScriptPin>(bridge(), handle, value));
        held = new ScriptHeld(std::move(records));
    });
    return held;
}

QObject *ScriptTests::withoutMounts(const QList<int> &stores)
{
    std::vector<std::unique_ptr<PinRecord>> records;
    for (const int store : stores) {
        records.push_back(std::make_unique<HeldMounts>(Ref<Node>::share(bridge()->nodeAt(store))));
    }
    return new ScriptHeld(std::move(records));
}

} // namespace nanostores::detail
