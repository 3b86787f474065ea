// SPDX-License-Identifier: MIT
#include <nanostores/qt/eventloopscheduler.h>

#include <nanostores/core/detail/timerqueue.h>
#include <nanostores/core/errors.h>

#include <QAbstractEventDispatcher>
#include <QBasicTimer>
#include <QCoreApplication>
#include <QEvent>
#include <QObject>
#include <QThread>
#include <QTimerEvent>

#include <deque>
#include <exception>
#include <mutex>
#include <utility>

namespace nanostores {

namespace {

void run(const Scheduler::Job &job) noexcept
{
    try {
        job();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

} // namespace

/// Jobs wait in a queue with one posted event for all of them, timers in one list with a Qt timer for the first.
class EventLoopScheduler::Private : public QObject
{
public:
    void enqueue(Job job)
    {
        const std::lock_guard lock(m_mutex);
        m_jobs.push_back(std::move(job));
        if (m_posted) {
            return;
        }
        try {
            postWakeUp();
        } catch (...) { // no memory: the caller knows
            m_jobs.pop_back();
            throw;
        }
    }

    TimerId add(std::chrono::milliseconds due, Job job)
    {
        const bool isFirst = m_timers.empty() || due < m_timers.due();
        const TimerId id = m_timers.add(due, std::move(job));
        if (isFirst) {
            arm();
        }
        return id;
    }

    void remove(TimerId timer)
    {
        m_timers.cancel(timer);
        if (m_timers.empty()) {
            m_timer.stop();
        }
    }

    /// A new application object has a new event dispatcher, and its predecessor threw posted events away.
    void restart()
    {
        {
            const std::lock_guard lock(m_mutex);
            QCoreApplication::removePostedEvents(this, QEvent::User);
            m_posted = false;
            if (!m_jobs.empty()) {
                postWakeUp();
            }
        }
        arm();
    }
    void pause() { m_timer.stop(); }

    static std::chrono::milliseconds now()
    {
        return std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now().time_since_epoch());
    }

protected:
    void customEvent(QEvent *) override { runJobs(); }
    void timerEvent(QTimerEvent *) override { runTimers(); }

private:
    void postWakeUp()
    {
        QCoreApplication::postEvent(this, new QEvent(QEvent::User));
        m_posted = true; // last: who is not woken would wait for ever
    }

    void runJobs()
    {
        std::size_t count = 0;
        std::exception_ptr error;
        {
            const std::lock_guard lock(m_mutex);
            count = m_jobs.size();
            m_posted = false;
            if (count > 1) { // a nested event loop goes on with the rest
                try {
                    postWakeUp();
                } catch (...) { // the next job asks again
                    error = std::current_exception();
                }
            }
        }
        if (error) {
            detail::reportError(error);
        }
        while (count-- > 0) {
            Job job;
            {
                const std::lock_guard lock(m_mutex);
                if (m_jobs.empty()) {
                    return;
                }
                job = std::move(m_jobs.front());
                m_jobs.pop_front();
            }
            run(job);
        }
    }

    void runTimers()
    {
        m_timer.stop();
        const auto time = now();
        while (!m_timers.empty() && m_timers.due() <= time) {
            const Job job = m_timers.takeFirst();
            arm(); // a nested event loop goes on with the rest
            run(job);
        }
        arm();
    }

    void arm()
    {
        if (m_timers.empty() || !QAbstractEventDispatcher::instance()) {
            return;
        }
        const auto wait = std::max(m_timers.due() - now(), std::chrono::milliseconds(0));
        m_timer.start(static_cast<int>(std::min<std::chrono::milliseconds::rep>(wait.count(), 1 << 30)),
                      Qt::PreciseTimer,
                      this); // jobs of several timers keep their order
    }

    std::mutex m_mutex;
    std::deque<Job> m_jobs;
    bool m_posted = false;
    detail::TimerQueue m_timers;
    QBasicTimer m_timer;
};

EventLoopScheduler::EventLoopScheduler()
    : d(std::make_unique<Private>())
{
}

EventLoopScheduler::~EventLoopScheduler()
{
    if (scheduler() == this) {
        setScheduler(nullptr); // before anything of it is gone: other threads may be posting
    }
}

void EventLoopScheduler::defer(Job job)
{
    d->enqueue(std::move(job));
}

Scheduler::TimerId EventLoopScheduler::after(std::chrono::milliseconds delay, Job job)
{
    return d->add(now() + delay, std::move(job));
}

void EventLoopScheduler::cancel(TimerId timer)
{
    d->remove(timer);
}

void EventLoopScheduler::post(Job job)
{
    d->enqueue(std::move(job));
}

std::chrono::milliseconds EventLoopScheduler::now() const
{
    return Private::now();
}

void installScheduler()
{
    if (scheduler()) {
        return;
    }
    thread_local std::unique_ptr<EventLoopScheduler> own;
    if (!own) {
        own = std::make_unique<EventLoopScheduler>();
    }
    setScheduler(own.get());
}

/// Follows the application objects of the process, of which there may be several, one after the other.
struct ApplicationWatch
{
    static EventLoopScheduler *&mainScheduler()
    {
        static EventLoopScheduler *instance = nullptr; // never destroyed: stores may be
        return instance;
    }

    static void appeared()
    {
        QCoreApplication *application = QCoreApplication::instance();
        if (application && application->thread() != QThread::currentThread()) {
            QMetaObject::invokeMethod(
                application, [] { appeared(); }, Qt::QueuedConnection); // loaded late, elsewhere
            return;
        }
        EventLoopScheduler *&instance = mainScheduler();
        if (!instance) {
            if (scheduler()) {
                return;
            }
            instance = new EventLoopScheduler;
        }
        if (!scheduler()) {
            setScheduler(instance);
        }
        instance->d->restart();
        qAddPostRoutine(disappears); // is forgotten once it has run
    }

    static void disappears()
    {
        if (EventLoopScheduler *instance = mainScheduler()) {
            instance->d->pause();
        }
    }
};

bool detail::installSchedulerAtStartup()
{
    static const bool once = [] {
        qAddPreRoutine(ApplicationWatch::appeared);
        return true;
    }();
    return once;
}

} // namespace nanostores
