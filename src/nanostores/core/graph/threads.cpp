// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <nanostores/core/graph/spying.h>
#include <nanostores/core/post.h>

#include <algorithm>
#include <array>
#include <memory>
#include <mutex>
#include <thread>

/// One runtime a thread: the table of them, how one begins and ends, and what other threads may ask of it.
namespace nanostores::detail {

namespace {

/// The number in the nodes of all threads beyond so many: each of these keeps its owner itself.
constexpr std::uint32_t Crowd = NoThreadNumber;

/// The runtimes of all threads by their numbers, which stand in the flags of their nodes.
struct Table
{
    std::mutex mutex;
    std::array<Runtime *, Crowd> runtimes{};
    std::uint32_t lastInCrowd = Crowd;
};

Table &table()
{
    static auto *const instance = new Table;
    return *instance;
}

/// Its number is free again.
void discard(Runtime *runtime)
{
    Table &all = table();
    if (runtime->index < Crowd) {
        const std::lock_guard lock(all.mutex);
        all.runtimes[runtime->index] = nullptr;
    }
    delete runtime;
}

/// The thread's stores have ended, but for those that are used elsewhere.
constinit thread_local bool threadEnded = false;

/// Nothing runs on the thread any more.
void close(Runtime &runtime)
{
    std::vector<Scheduler::Job> dropped; // before the runtime: they may hold its last stores
    Scheduler *const scheduler = runtime.foreign.close(dropped);
    if (scheduler) { // it may live longer
        runtime.cancelTimers(*scheduler);
    }
    dropped.clear();
    runtime.timers.drop(scheduler);
    while (!runtime.detachedEffects.empty()) {
        EffectNode *const effect = runtime.detachedEffects.back();
        runtime.detachedEffects.pop_back();
        endEffect(effect);
    }
}

/// Ends a worker thread's runtime. If stores of it are still in use on other threads, the runtime stays until the last
/// of them has ended, which happens on one of those threads (ForeignThreads::release()).
struct ThreadEnd
{
    bool main = false;
    ~ThreadEnd()
    {
        Runtime *const runtime = currentRuntime;
        if (main || !runtime) {
            return; // stores at namespace scope are destroyed after this
        }
        threadEnded = true;
        close(*runtime);
        runtime->probe = nullptr; // what is left may end on other threads
        if (runtime->probes) {
            runtime->probes->endThread();
        }
        bool unused = false;
        do {
            runtime->settle();
        } while (!runtime->foreign.endThread(unused));
        currentRuntime = nullptr; // what ends later on this thread ends as on another one
        if (unused) {
            discard(runtime);
        }
    }
};

/// The runtime of this thread, with the first number that is free.
Runtime *makeRuntime()
{
    auto runtime = std::make_unique<Runtime>();
    Table &all = table();
    const std::lock_guard lock(all.mutex);
    std::uint32_t index = 0;
    while (index < Crowd && all.runtimes[index]) {
        ++index;
    }
    if (index < Crowd) {
        all.runtimes[index] = runtime.get();
    } else {
        index = ++all.lastInCrowd;
        if (index == 0) {
            index = all.lastInCrowd = Crowd + 1; // a number for messages
        }
    }
    runtime->index = index;
    runtime->nodeFlags = std::min(index, Crowd) << FlagBits;
    runtime->nodesAreSpecial = index >= Crowd;
    return runtime.release();
}

/// The thread that loaded the library: the main thread, unless the program loads it from another one.
const std::thread::id loadingThread = std::this_thread::get_id();

} // namespace

constinit thread_local Runtime *currentRuntime = nullptr;

Runtime *Runtime::existing() noexcept
{
    return currentRuntime;
}

Runtime &Runtime::make()
{
    currentRuntime = makeRuntime();
    attachProbeOfEnvironment();
    if (!threadEnded) {
        thread_local ThreadEnd end;
        end.main = std::this_thread::get_id() == loadingThread;
    } else {
        thread_local const ThreadEnd late; // for what the destructors of other variables of the thread do
    }
    return *currentRuntime;
}

namespace {

/// Made early, so that any thread may post to it.
Runtime &mainRuntime = (announceRuntime(), Runtime::current());

} // namespace

/// The owner never changes; the flags beside its number do, on the owner's thread only.
#if defined(__GNUC__)
__attribute__((no_sanitize("thread")))
#endif
static Runtime *
ownerOf(const Node &node) noexcept
{
    const std::uint32_t index = node.flags >> FlagBits;
    return index == Crowd ? reinterpret_cast<const Extra *>(node.aux)->owner : Runtime::byIndex(index);
}

#if defined(__GNUC__)
__attribute__((no_sanitize("thread")))
#endif
static bool
isOwnedBy(const Node &node, const Runtime *runtime) noexcept
{
    return runtime && runtime->index == node.flags >> FlagBits;
}

bool isOwnedByThread(const Node &node) noexcept
{
    return currentRuntime && ownerOf(node) == currentRuntime;
}

void postToOwner(const Node &node, Scheduler::Job job)
{
    ownerOf(node)->foreign.post(job);
}

void postToMain(Scheduler::Job job)
{
    mainRuntime.foreign.post(job);
}

Runtime *Runtime::byIndex(std::uint32_t index) noexcept
{
    Table &all = table();
    const std::lock_guard lock(all.mutex);
    return all.runtimes[index];
}

/// Apart, so that the constructor needs few registers.
[[gnu::noinline]] static void makeSpecial(Node &node, Runtime &runtime)
{
    Extra &extra = node.extra();
    if (runtime.index >= Crowd) {
        extra.owner = &runtime;
    }
    if (Probe *const probe = probeOf(node)) {
        probe->created(node);
    }
}

/// The number of the thread stands above the flags. Of threads without a number of their own, Extra keeps the owner.
Node::Node(std::uint32_t nodeFlags)
{
    Runtime &runtime = Runtime::current();
    flags = nodeFlags | runtime.nodeFlags;
    if (runtime.nodesAreSpecial) [[unlikely]] {
        makeSpecial(*this, runtime);
    }
    ++runtime.nodes;
}

/// The last handle has gone. A plain store with nothing below ends at once, if that happens at rest on its own thread.
void Node::lastRelease() noexcept
{
    Runtime *const runtime = currentRuntime;
    if (isOwnedBy(*this, runtime) && !sinks && !aux && !has(Computing | Effecting) && runtime->busy == 0
        && !runtime->queue.pending()) [[likely]] {
        --runtime->nodes;
        ++runtime->busy; // the value's destructor may release more
        delete this;
        if (--runtime->busy == 0 && runtime->reclaimer.hasNodes()) {
            runtime->reclaimer.reclaim();
        }
        return;
    }
    lastReleaseSlowly();
}

/// The store ends when the engine is at rest. Sinks keep it alive, but for detached listeners.
void Node::lastReleaseSlowly() noexcept
{
    Runtime *const runtime = currentRuntime;
    if (!isOwnedBy(*this, runtime)) [[unlikely]] {
        if (Runtime *const owner = ownerOf(*this); owner != runtime) {
            owner->foreign.release(this);
            return;
        }
    }
    refs.store(0, std::memory_order_release);
    for (const Link *link = sinks; link; link = link->next) {
        if (!(link->kind & Link::Detached)) {
            return;
        }
    }
    runtime->reclaimer.deferNode(this);
    if (runtime->busy == 0 && !runtime->queue.pending()) {
        runtime->reclaimer.reclaim();
    }
}

// What other threads ask

/// Runs the job on the owner's thread. While that has no scheduler the job is kept; when it has ended, it is dropped.
void ForeignThreads::post(Scheduler::Job &job)
{
    const std::lock_guard lock(m_mutex);
    if (Scheduler *const scheduler = runtime().scheduler) {
        scheduler->post(std::move(job));
    } else if (!m_closing) {
        m_jobs.push_back(std::move(job));
    }
}

/// The last handle of a store went on another thread. The owner's thread ends the store, and if that is over, this one
/// does in its place.
void ForeignThreads::release(Node *node) noexcept
{
    std::unique_lock lock(m_mutex);
    m_released.push_back(node);
    if (!m_threadOver) {
        m_hasReleased.store(true, std::memory_order_release);
        if (Scheduler *const scheduler = runtime().scheduler) {
            try {
                scheduler->post([life = m_life] {
                    if (Runtime *const owner = life->runtime) {
                        owner->idleWork();
                    }
                });
            } catch (...) { // the next thing that the graph does there finds it
            }
        }
        return;
    }
    if (m_standIn) {
        return; // the thread that does so already takes it along
    }
    // The lock is not held meanwhile: what ends may post, and release more.
    m_standIn = true;
    Runtime *const mine = std::exchange(currentRuntime, &runtime());
    while (!m_released.empty()) {
        lock.unlock();
        runtime().settle();
        lock.lock();
    }
    m_standIn = false;
    currentRuntime = mine;
    const bool unused = runtime().nodes == 0;
    lock.unlock();
    if (unused) {
        discard(&runtime());
    }
}

/// On the owner's thread: ends the stores whose last handles went on other threads.
void ForeignThreads::takeReleased()
{
    Notes<Node *> released;
    {
        const std::lock_guard lock(m_mutex);
        released.swap(m_released);
        m_hasReleased.store(false, std::memory_order_relaxed);
    }
    for (Node *node : released) {
        node->release();
    }
}

std::vector<Scheduler::Job> ForeignThreads::changeScheduler(Scheduler *scheduler)
{
    std::vector<Scheduler::Job> jobs;
    const std::lock_guard lock(m_mutex);
    runtime().scheduler = scheduler;
    if (scheduler) {
        jobs.swap(m_jobs);
    }
    return jobs;
}

void ForeignThreads::loseScheduler() noexcept
{
    const std::lock_guard lock(m_mutex);
    runtime().scheduler = nullptr;
}

/// Takes no more jobs. Returns the scheduler, and the jobs that it has not got yet.
Scheduler *ForeignThreads::close(std::vector<Scheduler::Job> &dropped)
{
    const std::lock_guard lock(m_mutex);
    m_closing = true;
    m_life->runtime = nullptr;
    dropped.swap(m_jobs);
    return std::exchange(runtime().scheduler, nullptr);
}

/// False if something was released since the last settle(). Otherwise the stores that are left may be ended by other
/// threads from now on; unused: there are none, and the runtime is the caller's to discard.
bool ForeignThreads::endThread(bool &unused)
{
    const std::lock_guard lock(m_mutex);
    if (!m_released.empty()) {
        return false;
    }
    m_threadOver = true;
    unused = runtime().nodes == 0;
    return true;
}

/// An untracked read inside a function that tracks is noted: if the function reads nothing else, that is reported.
void Node::verifyRead() const
{
    verifyThread();
    if (Runtime *runtime = currentRuntime; runtime && runtime->context.observer) {
        runtime->puller.runner.noteUntrackedRead(runtime->context.observer->run);
    }
}

/// A store belongs to the thread that made it. When that has ended, any one thread may use what is left.
void Node::verifyThread() const
{
    const Runtime *runtime = currentRuntime;
    if (isOwnedBy(*this, runtime)) {
        return;
    }
    const Runtime *owner = ownerOf(*this);
    if (owner == runtime || owner->foreign.isOver()) {
        return;
    }
    reportMisuse("nanostores: " + label() + " belongs to thread #" + std::to_string(owner->index)
                 + " and is touched from another one"
                 + (runtime ? " (#" + std::to_string(runtime->index) + ")" : std::string())
                 + "; use post(store, value), or keep the store on the thread that made it");
}

} // namespace nanostores::detail
