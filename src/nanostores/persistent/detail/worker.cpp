// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/workerthread.h>

#include <nanostores/core/errors.h>

#include <QCoreApplication>
#include <QEvent>
#include <QRandomGenerator>

#include <exception>
#include <utility>

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

namespace {

std::uint64_t randomWriter()
{
    std::uint64_t writer = 0;
    while (writer == 0) {
        writer = QRandomGenerator::system()->generate64();
    }
    return writer;
}

} // namespace

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
    , m_thread(std::make_unique<Thread>(*this))
    , m_backend(std::move(backend))
{
    m_wakeLine->worker = this;
    m_thread->setObjectName(QStringLiteral("nanostores.persistent"));
    m_receiver->moveToThread(m_thread.get());
}

Worker::~Worker()
{
    m_thread->waitForEnd(); // it is over, or has nothing left to do
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
    post([this] {
        m_isFailing = true; // it is waited for, also if nothing has changed
        doPull();
    });
}

void Worker::sync(const std::shared_ptr<WorkerPort> &port, std::uint64_t id)
{
    post([this, port, id] { doSync(port, id); });
}

void Worker::keep(const std::shared_ptr<WorkerPort> &port, std::vector<KeptWrite> writes,
                  std::vector<std::string> settled)
{
    post([this, port, writes = std::move(writes), settled = std::move(settled)] { doKeep(port, writes, settled); });
}

void Worker::detach(const std::shared_ptr<WorkerPort> &port)
{
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_ports, port);
    }
    post([this, by = port->number()] {
        if (m_orphans.empty()) {
            m_failedAt.erase(by);
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

void Worker::reportToAll(WorkerReport &&report, const WorkerPort *except)
{
    Ports all = ports();
    std::erase_if(all, [except](const auto &port) { return port.get() == except; });
    while (all.size() > 1) {
        all.back()->report(report);
        all.pop_back();
    }
    if (!all.empty()) { // most often the only one
        all.back()->report(std::move(report));
    }
}

} // namespace nanostores::detail
