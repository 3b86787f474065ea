// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/worker.h>

#include <nanostores/core/post.h>
#include <nanostores/persistent/detail/replica.h>

#include <QAbstractEventDispatcher>
#include <QBasicTimer>
#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>
#include <QLoggingCategory>
#include <QObject>
#include <QRandomGenerator>
#include <QThread>
#include <QTimerEvent>

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

Q_LOGGING_CATEGORY(persistentLog, "nanostores.persistent", QtWarningMsg)

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

namespace {

constexpr auto SyncEvery = std::chrono::seconds(1);
constexpr auto RetryOrphansEvery = std::chrono::milliseconds(200);

EngineError errorOf(const std::exception_ptr &error, const std::string &place)
{
    try {
        std::rethrow_exception(error);
    } catch (const EngineError &known) {
        return known;
    } catch (const std::exception &other) {
        return EngineError(EngineErrorKind::Failed, other.what(), place);
    } catch (...) {
        return EngineError(EngineErrorKind::Failed, "the backend has thrown something that is no std::exception",
                           place);
    }
}

std::uint64_t randomWriter()
{
    std::uint64_t writer = 0;
    while (writer == 0) {
        writer = QRandomGenerator::system()->generate64();
    }
    return writer;
}

template<typename T>
bool contains(const std::vector<T> &all, const T &value)
{
    return std::find(all.begin(), all.end(), value) != all.end();
}

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

bool isRetried(EngineErrorKind kind) noexcept
{
    return kind == EngineErrorKind::Unavailable || kind == EngineErrorKind::Full || kind == EngineErrorKind::Failed;
}

void warnUnsaved(const std::vector<std::string> &keys, const std::string &place, const std::string &reason)
{
    constexpr std::size_t Shown = 10;
    QString names;
    for (std::size_t i = 0; i < keys.size() && i < Shown; ++i) {
        names += (i > 0 ? QStringLiteral(", ") : QString()) + shown(keys[i]);
    }
    if (keys.size() > Shown) {
        names += QStringLiteral(", ...");
    }
    qCWarning(persistentLog).noquote().nospace()
        << keys.size() << " change(s) could not be saved to " << shown(place) << ": " << names
        << (reason.empty() ? QString() : QStringLiteral("; ") + shown(reason));
}

// Reports

std::uint64_t WorkerPort::nextNumber() noexcept
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

std::deque<WorkerReport> WorkerPort::take()
{
    const std::lock_guard lock(m_mutex);
    m_isPosted = false;
    return std::exchange(m_reports, {});
}

bool WorkerPort::wait(Clock::time_point until)
{
    std::unique_lock lock(m_mutex);
    return m_arrived.wait_until(lock, until, [this] { return !m_reports.empty(); });
}

void WorkerPort::disconnect() noexcept
{
    const std::lock_guard lock(m_mutex);
    m_isConnected = false;
    m_reports.clear();
}

bool WorkerPort::isConnected() const
{
    const std::lock_guard lock(m_mutex);
    return m_isConnected;
}

void WorkerPort::report(WorkerReport report)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isConnected) {
            return;
        }
        m_reports.push_back(std::move(report));
        m_arrived.notify_all();
        if (std::exchange(m_isPosted, true)) {
            return;
        }
    }
    postToOwner(*m_node, [replica = m_replica] {
        if (const auto present = replica.lock()) {
            present->takeReports();
        }
    });
}

// The thread

class Worker::Thread final : public QThread
{
public:
    void stop()
    {
        m_stops.store(true);
        quit();
    }

protected:
    /// Without an application object exec() would warn, but there may be none: static stores are written after it.
    void run() override
    {
        if (QCoreApplication::instance()) {
            exec();
        } else {
            while (!m_stops.load()) {
                eventDispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
            }
        }
    }

private:
    std::atomic<bool> m_stops{false};
};

class Worker::Receiver final : public QObject
{
public:
    explicit Receiver(Worker &worker)
        : m_worker(worker)
    {
    }
    void syncSoon()
    {
        if (!m_sync.isActive()) {
            m_sync.start(static_cast<int>(std::chrono::milliseconds(SyncEvery).count()), this);
        }
    }
    void retryOrphansSoon()
    {
        if (!m_orphans.isActive()) {
            m_orphans.start(static_cast<int>(RetryOrphansEvery.count()), this);
        }
    }
    void stopTimers()
    {
        m_sync.stop();
        m_orphans.stop();
    }

protected:
    void customEvent(QEvent *) override { m_worker.runJobs(); }
    void timerEvent(QTimerEvent *event) override
    {
        if (event->timerId() == m_sync.timerId()) {
            m_sync.stop();
            m_worker.syncNow();
        } else if (event->timerId() == m_orphans.timerId()) {
            m_orphans.stop();
            m_worker.retryOrphans();
        }
    }

private:
    Worker &m_worker;
    QBasicTimer m_sync;
    QBasicTimer m_orphans;
};

/// The way from a backend to its worker, which may have ended.
struct Worker::WakeLine
{
    std::mutex mutex;
    Worker *worker = nullptr;
    bool isWoken = false;

    void wake()
    {
        const std::lock_guard lock(mutex);
        if (worker && !std::exchange(isWoken, true)) {
            worker->post([self = worker] {
                {
                    const std::lock_guard woken(self->m_wakeLine->mutex);
                    self->m_wakeLine->isWoken = false;
                }
                self->doPull();
            });
        }
    }
};

// All workers

struct Worker::Registry
{
    std::mutex mutex;
    std::map<std::string, std::shared_ptr<Worker>> workers;
    std::vector<std::shared_ptr<Worker>> ending; ///< Their threads are over, or are about to be.

    /// Those whose threads are over.
    std::vector<std::shared_ptr<Worker>> takeEnded()
    {
        std::vector<std::shared_ptr<Worker>> over;
        std::erase_if(ending, [&](const auto &worker) {
            const bool isOver = worker->m_thread->isFinished();
            if (isOver) {
                over.push_back(worker);
            }
            return isOver;
        });
        return over;
    }
};

Worker::Registry &Worker::registry()
{
    static auto *instance = new Registry; // never destroyed: stores may be later
    return *instance;
}

std::shared_ptr<Worker> Worker::attach(std::unique_ptr<EngineBackend> backend, const std::shared_ptr<WorkerPort> &port)
{
    std::string place = backend->place();
    Registry &all = registry();
    std::vector<std::shared_ptr<Worker>> over; // end without the lock
    std::shared_ptr<Worker> worker;
    {
        const std::lock_guard lock(all.mutex);
        over = all.takeEnded();
        auto &entry = all.workers[place];
        if (!entry || !entry->isOfThisProcess()) {
            entry = std::make_shared<Worker>(std::move(backend), std::move(place));
            for (const auto &ending : all.ending) {
                if (ending->place() == entry->place() && ending->isOfThisProcess()) {
                    entry->m_predecessor = ending;
                }
            }
            entry->m_thread->start();
        }
        worker = entry;
        const std::lock_guard ports(worker->m_mutex);
        worker->m_ports.push_back(port);
    }
    worker->open(port);
    return worker;
}

void Worker::closeAll(Clock::time_point deadline)
{
    Registry &all = registry();
    std::vector<std::shared_ptr<Worker>> workers;
    {
        const std::lock_guard lock(all.mutex);
        for (const auto &[place, worker] : all.workers) {
            workers.push_back(worker);
        }
        workers.insert(workers.end(), all.ending.begin(), all.ending.end());
    }
    std::erase_if(workers, [](const auto &worker) { return !worker->isOfThisProcess(); });
    for (const auto &worker : workers) {
        worker->post([self = worker.get(), deadline] { self->closeUntil(deadline); });
    }
    for (const auto &worker : workers) {
        std::unique_lock lock(worker->m_mutex);
        if (worker->m_changed.wait_until(lock, deadline, [&] { return worker->m_hasEnded; })) {
            lock.unlock();
            worker->m_thread->wait(1000);
        }
    }
}

Worker::Worker(std::unique_ptr<EngineBackend> backend, std::string place)
    : m_place(std::move(place))
    , m_writer(randomWriter())
    , m_traits(backend->traits())
    , m_process(QCoreApplication::applicationPid())
    , m_wakeLine(std::make_shared<WakeLine>())
    , m_receiver(std::make_unique<Receiver>(*this))
    , m_thread(std::make_unique<Thread>())
    , m_backend(std::move(backend))
{
    m_wakeLine->worker = this;
    m_thread->setObjectName(QStringLiteral("nanostores.persistent"));
    m_receiver->moveToThread(m_thread.get());
}

Worker::~Worker()
{
    m_thread->wait(); // it is over, or has nothing left to do
}

bool Worker::isOfThisProcess() const noexcept
{
    return m_process == QCoreApplication::applicationPid();
}

void Worker::post(std::function<void()> job)
{
    bool isFirst = false;
    {
        const std::lock_guard lock(m_mutex);
        isFirst = m_jobs.empty();
        m_jobs.push_back(std::move(job));
    }
    if (isFirst) {
        QCoreApplication::postEvent(m_receiver.get(), new QEvent(QEvent::User));
    }
}

void Worker::runJobs() noexcept
{
    for (;;) {
        std::function<void()> job;
        {
            const std::lock_guard lock(m_mutex);
            if (m_jobs.empty() || m_hasEnded) {
                return;
            }
            job = m_jobs.front(); // it stays, so that no further event is posted
        }
        try {
            job();
        } catch (...) {
            reportError(std::current_exception());
        }
        const std::lock_guard lock(m_mutex);
        m_jobs.pop_front();
    }
}

void Worker::open(const std::shared_ptr<WorkerPort> &port)
{
    post([this, port] { doOpen(port); });
}

void Worker::apply(const std::shared_ptr<WorkerPort> &port, WriteBatch transaction)
{
    {
        const std::lock_guard lock(m_mutex);
        ++m_applies;
    }
    transaction.by = port->number();
    post([this, port, transaction = std::move(transaction)]() mutable {
        doApply(port, transaction);
        {
            const std::lock_guard lock(m_mutex);
            --m_applies;
        }
        if (!port->isConnected()) {
            closeIfUnused();
        }
    });
}

void Worker::pull()
{
    post([this] { doPull(); });
}

void Worker::sync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id)
{
    post([this, port, id] { doSync(port, id); });
}

void Worker::detach(const std::shared_ptr<WorkerPort> &port)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_ports, port);
    }
    post([this, by = port->number()] {
        if (m_orphans.empty()) {
            std::erase_if(m_doubts, [by](const auto &doubt) { return doubt.first.second == by; });
        }
        closeIfUnused();
    });
}

Worker::Ports Worker::ports() const
{
    const std::lock_guard lock(m_mutex);
    return m_ports;
}

void Worker::reportToAll(const WorkerReport &report, const WorkerPort *except)
{
    for (const auto &port : ports()) {
        if (port.get() != except) {
            port->report(report);
        }
    }
}

// On the worker's thread

/// Opens it and reads all, whichever is not done yet. Throws.
void Worker::load()
{
    if (m_predecessor) {
        std::unique_lock lock(m_predecessor->m_mutex);
        m_predecessor->m_changed.wait(lock, [this] { return m_predecessor->m_hasEnded; });
        lock.unlock();
        m_predecessor.reset();
    }
    if (!m_isOpen) {
        BackendOptions options;
        options.writer = m_writer;
        options.wake = [line = m_wakeLine] { line->wake(); };
        m_backend->open(options);
        m_isOpen = true;
    }
    reload();
}

/// Reads all, for all ports. Throws.
void Worker::reload()
{
    StorageState state = m_backend->load();
    m_isLoaded = true;
    m_position = state.position;
    if (state.epoch != m_epoch) {
        m_doubts.clear();
        m_newest = 0;
    }
    m_newest = std::max(m_newest, state.position);
    m_epoch = state.epoch;
    m_isFailing = false;
    WorkerReport report(WorkerReport::Kind::Loaded);
    report.state = std::move(state);
    reportToAll(report);
}

void Worker::doOpen(const std::shared_ptr<WorkerPort> &port)
{
    try {
        if (!m_isLoaded) {
            load();
        } else { // the others know it already, and take no notice
            reload();
        }
    } catch (...) {
        m_isFailing = true;
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Loaded;
        report.error = errorOf(std::current_exception(), m_place);
        port->report(std::move(report));
    }
}

Applied Worker::applyNow(WriteBatch &transaction)
{
    if (!m_isLoaded) {
        load();
    }
    try {
        Applied applied = m_backend->apply(transaction.writes, transaction.durability);
        if (applied.outcomes.size() != transaction.writes.size()) {
            throw EngineError(EngineErrorKind::Misuse,
                              "the backend has not said of each write what has become of it: apply() has to return one "
                              "outcome for each",
                              m_place);
        }
        clearUpDoubts(transaction, applied);
        m_isFailing = false;
        return applied;
    } catch (...) {
        noteDoubts(transaction);
        throw;
    }
}

void Worker::doApply(const std::shared_ptr<WorkerPort> &port, WriteBatch &transaction)
{
    try {
        const Applied applied = applyNow(transaction);
        WorkerReport report(WorkerReport::Kind::Applied);
        report.id = transaction.id;
        report.applied = applied;
        report.unknown = m_unknown;
        port->report(std::move(report));
        noteWritten(transaction, applied, port.get());
    } catch (...) {
        m_isFailing = true;
        const EngineError error = errorOf(std::current_exception(), m_place);
        if (!port->isConnected()) {
            keepOrphan(std::move(transaction), error);
            return;
        }
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Applied;
        report.id = transaction.id;
        report.error = error;
        port->report(std::move(report));
    }
}

/// Failed calls may have written all that they were given. If a compared write then meets a value of its own, it is not
/// in conflict; if another value is to be written by now, that is compared with the version of its own.
void Worker::clearUpDoubts(const WriteBatch &transaction, Applied &applied)
{
    m_unknown.clear();
    if (m_doubts.empty()) {
        return;
    }
    std::vector<StorageWrite> again;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < applied.outcomes.size(); ++i) {
        WriteOutcome &outcome = applied.outcomes[i];
        const StorageWrite &write = transaction.writes[i];
        const auto found = m_doubts.find({write.key, transaction.by});
        if (found == m_doubts.end() || outcome.result != WriteResult::Conflict) {
            continue;
        }
        const Doubt &doubt = found->second;
        const bool isOwn = outcome.current && outcome.current->writer == m_writer
                           && outcome.current->version > doubt.newest && outcome.current->version != doubt.lastOther
                           && contains(doubt.values, outcome.current->value);
        if (!isOwn) {
            // Written, and overwritten since, or not written: of the versions after the failure one may be its own.
            if (!outcome.current || outcome.current->version > doubt.newest + 1) {
                m_unknown.push_back(i);
            }
        } else if (outcome.current->value == write.value) {
            outcome.result = WriteResult::Written;
            outcome.version = outcome.current->version;
            outcome.current.reset();
        } else {
            again.push_back(write);
            again.back().expect = outcome.current->version;
            places.push_back(i);
        }
    }
    if (!again.empty()) { // which may fail, and leaves the doubts as they are
        const Applied second = m_backend->apply(again, transaction.durability);
        for (std::size_t i = 0; i < places.size() && i < second.outcomes.size(); ++i) {
            applied.outcomes[places[i]] = second.outcomes[i];
        }
        applied.epoch = second.epoch;
    }
    for (const StorageWrite &write : transaction.writes) {
        m_doubts.erase({write.key, transaction.by});
    }
}

/// What was known at the first failure counts: a pull between two of them may have seen what the first has written.
void Worker::noteDoubts(const WriteBatch &transaction)
{
    for (const StorageWrite &write : transaction.writes) {
        if (write.expect) {
            Doubt &doubt = m_doubts.try_emplace({write.key, transaction.by}, Doubt{{}, m_newest, 0}).first->second;
            if (!contains(doubt.values, write.value)) {
                doubt.values.push_back(write.value);
            }
        }
    }
}

/// What was written is news to the other engines of the place. The position moves on if nothing came between, so that
/// own changes are not read again.
void Worker::noteWritten(const WriteBatch &transaction, const Applied &applied, const WorkerPort *by)
{
    WorkerReport report(WorkerReport::Kind::Changed);
    for (std::size_t i = 0; i < applied.outcomes.size(); ++i) {
        const WriteOutcome &outcome = applied.outcomes[i];
        if (outcome.result == WriteResult::Written && outcome.version > m_newest) {
            m_position += outcome.version == m_position + 1;
            m_newest = outcome.version;
            const StorageWrite &write = transaction.writes[i];
            report.feed.changes.push_back({write.key, write.value, outcome.version, write.schema, m_writer});
            for (auto doubt = m_doubts.lower_bound({write.key, 0});
                 doubt != m_doubts.end() && doubt->first.first == write.key; ++doubt) {
                doubt->second.lastOther = outcome.version;
            }
        }
    }
    report.feed.epoch = m_epoch;
    report.feed.position = m_position;
    if (!report.feed.changes.empty() && applied.epoch == m_epoch) {
        reportToAll(report, by);
    }
    if (transaction.durability == Durability::Second && !report.feed.changes.empty()) {
        m_needsSync = true;
        m_receiver->syncSoon();
    }
    if (applied.epoch != m_epoch) { // another storage has taken the place of the one that was read
        doPull();
    }
}

void Worker::doPull()
{
    if (!m_isLoaded) {
        reportToAll(WorkerReport(WorkerReport::Kind::Woken));
        return;
    }
    try {
        WorkerReport report(WorkerReport::Kind::Changed);
        report.feed = m_backend->changesSince(m_position, m_epoch);
        if (report.feed.tooOld || report.feed.epoch != m_epoch) {
            reload();
            return;
        }
        m_position = report.feed.position;
        m_newest = std::max(m_newest, m_position);
        if (!report.feed.changes.empty()) {
            reportToAll(report);
        }
        if (std::exchange(m_isFailing, false)) {
            reportToAll(WorkerReport(WorkerReport::Kind::Woken));
        }
    } catch (...) {
        m_isFailing = true;
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Changed;
        report.error = errorOf(std::current_exception(), m_place);
        reportToAll(report);
    }
}

void Worker::syncNow()
{
    doSync(nullptr, 0);
}

void Worker::doSync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id)
{
    try {
        if (m_needsSync) {
            m_backend->sync();
            m_needsSync = false;
        }
        if (port) {
            WorkerReport report(WorkerReport::Kind::Synced);
            report.id = id;
            port->report(std::move(report));
        }
    } catch (...) {
        WorkerReport report(WorkerReport::Kind::Failed);
        report.during = WorkerReport::Kind::Synced;
        report.id = id;
        report.error = errorOf(std::current_exception(), m_place);
        if (isRetried(report.error->kind())) {
            m_receiver->syncSoon();
        } else {
            m_needsSync = false;
        }
        reportToAll(report);
    }
}

void Worker::keepOrphan(WriteBatch transaction, const EngineError &error)
{
    if (isRetried(error.kind())) {
        m_orphans.push_back(std::move(transaction));
        m_receiver->retryOrphansSoon();
        return;
    }
    std::vector<std::string> keys;
    for (const StorageWrite &write : transaction.writes) {
        keys.push_back(write.key);
    }
    warnUnsaved(keys, m_place, error.what());
}

void Worker::retryOrphans()
{
    while (!m_orphans.empty()) {
        WriteBatch transaction = std::move(m_orphans.front());
        m_orphans.pop_front();
        try {
            const Applied applied = applyNow(transaction);
            noteWritten(transaction, applied, nullptr);
        } catch (...) {
            const EngineError error = errorOf(std::current_exception(), m_place);
            if (isRetried(error.kind())) {
                m_orphans.push_front(std::move(transaction));
                m_receiver->retryOrphansSoon();
                return;
            }
            keepOrphan(std::move(transaction), error); // says what is lost
        }
    }
    closeIfUnused();
}

/// The last engine of the place has gone, and so has what it left to do.
void Worker::closeIfUnused()
{
    if (!m_orphans.empty()) {
        return;
    }
    {
        Registry &all = registry();
        const std::lock_guard lock(all.mutex);
        const auto found = all.workers.find(m_place);
        {
            const std::lock_guard ports(m_mutex);
            if (!m_ports.empty() || m_applies > 0 || found == all.workers.end() || found->second.get() != this) {
                return;
            }
        }
        all.ending.push_back(std::move(found->second));
        all.workers.erase(found);
    }
    end(Clock::now() + std::chrono::seconds(2));
}

/// At the end of the program.
void Worker::closeUntil(Clock::time_point deadline)
{
    std::string reason;
    while (!m_orphans.empty()) {
        try {
            const Applied applied = applyNow(m_orphans.front());
            noteWritten(m_orphans.front(), applied, nullptr);
            m_orphans.pop_front();
        } catch (...) {
            const EngineError error = errorOf(std::current_exception(), m_place);
            reason = error.what();
            if (!isRetried(error.kind())) {
                keepOrphan(std::move(m_orphans.front()), error);
                m_orphans.pop_front();
            } else if (Clock::now() + std::chrono::milliseconds(20) < deadline) {
                QThread::msleep(10);
            } else {
                break;
            }
        }
    }
    std::vector<std::string> keys;
    for (const WriteBatch &transaction : m_orphans) {
        for (const StorageWrite &write : transaction.writes) {
            keys.push_back(write.key);
        }
    }
    if (!keys.empty()) {
        warnUnsaved(keys, m_place, reason);
    }
    end(deadline);
}

void Worker::end(Clock::time_point deadline) noexcept
{
    if (!m_backend) {
        return;
    }
    {
        const std::lock_guard lock(m_wakeLine->mutex);
        m_wakeLine->worker = nullptr;
    }
    m_receiver->stopTimers();
    try {
        if (m_needsSync) {
            m_backend->sync();
        }
    } catch (...) {
        const EngineError error = errorOf(std::current_exception(), m_place);
        qCWarning(persistentLog).noquote() << "the last second may be lost when the power fails:" << error.what();
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    m_backend->close(std::max(left, std::chrono::milliseconds(0)));
    m_backend.reset();
    m_thread->stop();
    const std::lock_guard lock(m_mutex);
    m_hasEnded = true;
    m_changed.notify_all();
}

} // namespace nanostores::detail
