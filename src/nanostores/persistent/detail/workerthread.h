// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/detail/worker.h>

#include <QAbstractEventDispatcher>
#include <QBasicTimer>
#include <QCoreApplication>
#include <QEvent>
#include <QEventLoop>
#include <QObject>
#include <QThread>
#include <QTimerEvent>

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// What a worker is made of, for its own files.
namespace nanostores::detail {

constexpr auto SyncEvery = std::chrono::seconds(1);
constexpr auto RetryOrphansEvery = std::chrono::milliseconds(200);

class Worker::Thread final : public QThread
{
public:
    explicit Thread(Worker &worker)
        : m_worker(worker)
    {
    }
    void stop() { m_stops.store(true); } ///< On this thread.
    /// What it has done comes before what follows, also for ThreadSanitizer, which does not see how Qt waits.
    bool waitForEnd() { return wait() && m_isOver.load(); }

protected:
    /// Without an application object, before it is made and after it has gone, Qt delivers no events; jobs are done all
    /// the same, as posting one wakes the thread.
    void run() override
    {
        m_worker.runJobs();
        while (!m_stops.load()) {
            eventDispatcher()->processEvents(QEventLoop::WaitForMoreEvents);
            m_worker.runJobs();
        }
        m_isOver.store(true); // the last thing: see waitForEnd()
    }

private:
    Worker &m_worker;
    std::atomic<bool> m_stops{false};
    std::atomic<bool> m_isOver{false};
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

} // namespace nanostores::detail
