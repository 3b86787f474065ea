// SPDX-License-Identifier: MIT
#include <nanostores/testkit/guard.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/core/task.h>
#include <nanostores/testkit/detail/guardprobe.h>
#include <nanostores/testkit/detail/naming.h>
#include <nanostores/testkit/detail/timequeue.h>
#include <nanostores/testkit/pin.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <iterator>
#include <mutex>
#include <thread>
#include <utility>

namespace nanostores {

using namespace std::chrono_literals;

namespace {

thread_local TestGuard *innermost = nullptr;

std::string messageOf(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        return e.what();
    } catch (...) {
        return "an error of a type that is no std::exception";
    }
}

std::string joined(const std::vector<std::string> &parts)
{
    std::string all;
    for (const std::string &part : parts) {
        all += (all.empty() ? "" : ", ") + part;
    }
    return all;
}

void append(Recorded<std::string> &all, std::vector<std::string> lines)
{
    all.insert(all.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
}

} // namespace

/// The parts of a guard, and the tasks that were started since.
class TestGuard::Private final : public detail::TaskWatch
{
public:
    /// Errors and misuse of all threads, while a guard is there. The handlers share it, so that one that another thread
    /// is in the midst of outlives the guard.
    struct Collected
    {
        void add(std::vector<std::string> Collected::*where, std::string line)
        {
            const std::lock_guard lock(mutex);
            (this->*where)
                .push_back(std::this_thread::get_id() == thread ? std::move(line)
                                                                : "in another thread: " + std::move(line));
        }
        std::vector<std::string> take(std::vector<std::string> Collected::*where)
        {
            const std::lock_guard lock(mutex);
            return std::exchange(this->*where, {});
        }

        const std::thread::id thread = std::this_thread::get_id();
        std::mutex mutex;
        std::vector<std::string> errors;
        std::vector<std::string> misuse;
    };

    struct Task
    {
        detail::TaskEnd end;
        detail::TaskPlace place;
    };

    Private(TestTime &time, Unread unread)
        : m_time(time)
        , m_unread(std::move(unread))
        , m_outer(innermost)
        , m_scheduler(scheduler())
        , m_formerWatch(detail::exchangeTaskWatch(this))
    {
        m_formerErrors = detail::exchangeErrorHandler(
            [all = m_collected](const std::exception_ptr &error) { all->add(&Collected::errors, messageOf(error)); });
        m_formerMisuse = detail::exchangeMisuseHandler(
            [all = m_collected](const std::string &message) { all->add(&Collected::misuse, message); });
        setScheduler(&m_time); // hands over what waits
        m_time.queue().setOfTest(true);
    }

    void began(const detail::TaskEnd &task, detail::TaskPlace place) override
    {
        m_tasks.push_back({task, place});
        if (m_formerWatch) {
            m_formerWatch->began(task, place);
        }
    }
    void ended(const detail::TaskEnd &task) noexcept override
    {
        std::erase_if(m_tasks, [&task](const Task &each) { return each.end == task; });
        if (m_formerWatch) {
            m_formerWatch->ended(task);
        }
    }
    void forgotten() noexcept override
    {
        m_tasks.clear();
        if (m_formerWatch) {
            m_formerWatch->forgotten();
        }
    }
    std::vector<std::string> namesOfTasks() const
    {
        std::vector<std::string> names;
        for (const Task &task : m_tasks) {
            names.push_back(detail::described(task.place));
        }
        return names;
    }

    std::string settle(std::chrono::milliseconds within);
    std::string settleByEventLoop();
    void findLeaks();
    void endTasks();
    void endEffects();
    void endListeners();
    void findStores();
    void unmount();
    void giveBack();

    TestTime &m_time;
    Unread m_unread;
    TestGuard *const m_outer;
    Scheduler *const m_scheduler;
    detail::TaskWatch *const m_formerWatch;
    const std::thread::id m_thread = std::this_thread::get_id();
    std::function<void(std::exception_ptr)> m_formerErrors;
    std::function<void(const std::string &)> m_formerMisuse;
    const std::shared_ptr<Collected> m_collected = std::make_shared<Collected>();
    std::uint64_t m_lastListener = detail::listenSerial();
    std::uint64_t m_lastPin = detail::PinRecord::last();
    std::vector<Task> m_tasks;
    std::function<void()> m_turn;
    std::chrono::milliseconds m_deadline{0};
    Report m_report;
    bool m_storesMayStay = false;
    bool m_isFinished = false;
    bool m_isFetched = false;
    detail::GuardProbe m_probe; ///< Last: it sees nothing of the making of the others.
};

TestGuard::TestGuard(Unread unread)
    : d(std::make_unique<Private>(m_time, std::move(unread)))
{
    innermost = this;
}

TestGuard::~TestGuard()
{
    if (std::this_thread::get_id() != d->m_thread) {
        detail::reportMisuse("nanostores: a TestGuard is destroyed on another thread than its own; end it where it was "
                             "made");
        static_cast<void>(d.release()); // its thread still refers to it
        return;
    }
    const bool isFetched = d->m_isFetched;
    const Report &report = finish();
    if (isFetched || report.ok()) {
        return;
    }
    try {
        if (d->m_unread) {
            d->m_unread(report);
            return;
        }
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    std::fprintf(stderr, "nanostores: the test guard has found\n%s\n", report.text().c_str());
}

TestGuard *TestGuard::current() noexcept
{
    return innermost;
}

bool TestGuard::isFinished() const noexcept
{
    return d->m_isFinished;
}

void TestGuard::addFailure(std::string failure)
{
    d->m_report.failures.push_back(std::move(failure));
}

Recorded<std::string> TestGuard::takeErrors()
{
    Recorded<std::string> errors;
    append(errors, d->m_collected->take(&Private::Collected::errors));
    return errors;
}

Recorded<std::string> TestGuard::takeMisuse()
{
    Recorded<std::string> misuse;
    append(misuse, d->m_collected->take(&Private::Collected::misuse));
    return misuse;
}

void TestGuard::leaveNode(detail::Node &node)
{
    d->m_probe.leave(node);
}

void TestGuard::leaveAll()
{
    d->m_probe.leaveMade();
    d->m_lastListener = detail::listenSerial();
    d->m_lastPin = detail::PinRecord::last();
    d->m_tasks.clear();
    m_time.queue().leaveTimers();
}

void TestGuard::setStoresMayStay(bool newStoresMayStay) noexcept
{
    d->m_storesMayStay = newStoresMayStay;
}

// Time

void TestGuard::advance(std::chrono::milliseconds time)
{
    if (!m_time.isManual()) {
        d->m_report.misuse.push_back("advance() was called, and time is that of the event loop; use settle(), or do "
                                     "without useEventLoop()");
        return;
    }
    if (!m_time.queue().advanceTo(m_time.now() + time)) {
        d->m_report.unsettled.push_back("advance(): these set one another off at one moment without an end: "
                                        + joined(m_time.queue().endless()));
    }
}

void TestGuard::useEventLoop(std::function<void()> turn, std::chrono::milliseconds deadline)
{
    d->m_turn = std::move(turn);
    d->m_deadline = deadline;
    if (!m_time.isManual()) {
        return;
    }
    if (!d->m_scheduler) {
        d->m_report.misuse.push_back("useEventLoop(): the thread had no scheduler before the guard; set one, or use "
                                     "StoreGuard, which does");
        return;
    }
    m_time.useScheduler(*d->m_scheduler);
}

Settlement TestGuard::settle(std::chrono::milliseconds within)
{
    Settlement settlement{m_time.isManual() ? d->settle(within) : d->settleByEventLoop()};
    if (!settlement) {
        d->m_report.unsettled.push_back(settlement.reason);
    }
    return settlement;
}

std::string TestGuard::Private::settle(std::chrono::milliseconds within)
{
    detail::TimeQueue &queue = m_time.queue();
    const auto end = m_time.now() + within;
    for (;;) {
        if (!queue.runDue()) {
            return "these set one another off without an end: " + joined(queue.endless());
        }
        if (m_tasks.empty()) {
            return {};
        }
        if (queue.timers() == 0) {
            return joined(namesOfTasks()) + " has not ended, and nothing is left that could end it";
        }
        if (queue.firstMoment() > end) {
            const std::vector<std::string> timers = queue.namesOfTimers();
            return joined(namesOfTasks()) + " has not ended within " + std::to_string(within.count()) + " ms"
                   + (timers.empty() ? "" : ", while these go on: " + joined(timers));
        }
        queue.advanceTo(queue.firstMoment());
    }
}

std::string TestGuard::Private::settleByEventLoop()
{
    detail::TimeQueue &queue = m_time.queue();
    const auto end = std::chrono::steady_clock::now() + m_deadline;
    for (;;) {
        m_turn();
        if (!queue.hasJobs() && !queue.hasDueTimers() && m_tasks.empty()) {
            return {};
        }
        if (std::chrono::steady_clock::now() >= end) {
            std::vector<std::string> left = namesOfTasks();
            if (left.empty()) {
                left = queue.namesOfTimers();
            }
            return (left.empty() ? std::string("a job that is posted again and again") : joined(left))
                   + " has not ended within the deadline of " + std::to_string(m_deadline.count()) + " ms";
        }
    }
}

// The end

const Report &TestGuard::finish()
{
    if (d->m_isFinished) {
        d->m_isFetched = true;
        return d->m_report;
    }
    if (std::this_thread::get_id() != d->m_thread) {
        detail::reportMisuse("nanostores: TestGuard::finish() is called on another thread than that of the guard");
        return d->m_report;
    }
    while (innermost != this) {
        innermost->finish();
        d->m_report.misuse.push_back("a guard ends before one that was made after it, which was ended first");
    }
    d->m_isFinished = true;
    d->m_isFetched = true;
    if (!detail::isAtRest()) {
        d->m_report.misuse.push_back("finish() was called inside of a batch, a listener or a function of a store; call "
                                     "it outside");
    }
    d->findLeaks();
    d->unmount();
    m_time.queue().setOfTest(false); // what observes the stores may start timers when they get their values
    append(d->m_report.notRestored, d->m_probe.restore());
    append(d->m_report.doubles, d->m_probe.doubles());
    append(d->m_report.wasted, d->m_probe.wasted());
    d->giveBack();
    innermost = d->m_outer;
    return d->m_report;
}

void TestGuard::Private::findLeaks()
{
    detail::TimeQueue &queue = m_time.queue();
    if (!queue.runDue(false)) {
        m_report.unsettled.push_back("at the end, these set one another off without an end: "
                                     + joined(queue.endless()));
    }
    unmount(); // what mount hooks have made ends by their cleanups, and is no leak
    endTasks();
    append(m_report.leaks, queue.namesOfTimers());
    queue.dropTimers();
    append(m_report.leaks, detail::PinRecord::endAfter(m_lastPin));
    endEffects();
    endListeners();
    append(m_report.leaks, m_probe.removeNewHooks());
    unmount(); // what the listeners and effects have mounted
    if (!m_storesMayStay) {
        findStores();
    }
}

/// Who waits for all tasks is released by the end of the last.
void TestGuard::Private::endTasks()
{
    for (const Task &task : std::exchange(m_tasks, {})) {
        m_report.leaks.push_back(detail::described(task.place) + ", which has not ended");
        task.end();
    }
}

/// Effects inside of others end with these.
void TestGuard::Private::endEffects()
{
    std::vector<detail::Ref<detail::EffectNode>> effects;
    for (const auto &[made, origin] : m_probe.made()) {
        detail::Node *const node = made;
        if (!node->has(detail::Effecting) || node->has(detail::Disposed | detail::OwnsNest)) {
            continue;
        }
        auto *const effect = static_cast<detail::EffectNode *>(node);
        if (!effect->parent()) {
            effects.push_back(detail::Ref<detail::EffectNode>::share(effect));
        }
    }
    std::vector<std::string> names;
    for (const auto &effect : effects) {
        names.push_back(detail::describedByVariable(*effect));
        try {
            effect->stop();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
    std::sort(names.begin(), names.end());
    append(m_report.leaks, std::move(names));
}

void TestGuard::Private::endListeners()
{
    using detail::Link;
    std::vector<detail::Ref<detail::Node>> nodes;
    std::vector<std::pair<std::uint64_t, std::string>> names;
    detail::forEachNode([&](detail::Node &node) {
        bool has = false;
        for (Link *link = node.sinks; link; link = link->next) {
            if ((link->kind & (Link::IsListener | Link::Dead)) != Link::IsListener) {
                continue;
            }
            const auto *const listener = static_cast<const detail::Listener *>(link);
            if (listener->stamp > m_lastListener) {
                names.emplace_back(listener->stamp, detail::described(*listener));
                has = true;
            }
        }
        if (has) {
            nodes.push_back(detail::Ref<detail::Node>::share(&node));
        }
    });
    std::sort(names.begin(), names.end());
    for (auto &[stamp, name] : names) {
        m_report.leaks.push_back(std::move(name));
    }
    for (const auto &node : nodes) {
        try {
            detail::dropListeners(*node, m_lastListener);
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }
}

/// Those of JavaScript end when the engine collects its garbage.
void TestGuard::Private::findStores()
{
    std::vector<std::string> names;
    for (const auto &[node, origin] : m_probe.made()) {
        if (!node->has(detail::Effecting) && !detail::isOfJavaScript(*node)) {
            const std::string maker = origin.text(1);
            names.push_back(detail::describedByVariable(*node) + (maker.empty() ? "" : ", made by " + maker));
        }
    }
    std::sort(names.begin(), names.end());
    append(m_report.leaks, std::move(names));
}

/// The end of one delay begins those of its sources, so it goes on until there are none.
void TestGuard::Private::unmount()
{
    for (std::size_t round = 0; round < 1'000; ++round) {
        std::vector<detail::Ref<detail::Node>> leaving;
        detail::forEachNode([&](detail::Node &node) {
            if (node.has(detail::Leaving) && !m_probe.wasLeaving(node)) {
                leaving.push_back(detail::Ref<detail::Node>::share(&node));
            }
        });
        if (leaving.empty()) {
            return;
        }
        for (const auto &node : leaving) {
            try {
                detail::endUnmountDelay(*node);
            } catch (...) {
                detail::reportError(std::current_exception());
            }
        }
    }
}

/// What the program around the test has left with the guard's time goes to the former scheduler.
void TestGuard::Private::giveBack()
{
    detail::TimeQueue &queue = m_time.queue();
    if (m_outer) {
        m_outer->m_time.queue().setOfTest(false); // some of what comes back is not of the test of that guard
    }
    setScheduler(m_scheduler);
    if (m_outer) {
        m_outer->m_time.queue().setOfTest(true);
    }
    std::vector<std::pair<std::chrono::milliseconds, Scheduler::Job>> timers = queue.takeTimers();
    std::vector<Scheduler::Job> jobs = queue.takeJobs();
    if (m_scheduler) {
        for (Scheduler::Job &job : jobs) {
            m_scheduler->post(std::move(job));
        }
        for (auto &[rest, job] : timers) {
            m_scheduler->after(rest, std::move(job));
        }
    }
    detail::exchangeTaskWatch(m_formerWatch);
    detail::detachProbe(m_probe);
    detail::exchangeErrorHandler(std::move(m_formerErrors));
    detail::exchangeMisuseHandler(std::move(m_formerMisuse));
    append(m_report.errors, m_collected->take(&Collected::errors));
    append(m_report.misuse, m_collected->take(&Collected::misuse));
}

} // namespace nanostores
