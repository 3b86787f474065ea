// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

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
constexpr std::uint32_t Crowd = (1u << (32 - FlagBits)) - 1;

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

/// Nothing runs on it any more.
void close(Runtime &runtime)
{
    std::vector<Scheduler::Job> dropped; // before the runtime: they may hold its last stores
    Scheduler *scheduler = nullptr;
    {
        const std::lock_guard lock(runtime.foreignMutex);
        scheduler = std::exchange(runtime.scheduler, nullptr);
        runtime.closing = true;
        runtime.life->runtime = nullptr;
        dropped.swap(runtime.foreignJobs);
    }
    if (scheduler) { // it may live longer
        runtime.cancelTimers(*scheduler);
    }
    dropped.clear();
    runtime.dropWaits(scheduler);
    while (!runtime.detachedEffects.empty()) {
        EffectNode *const effect = runtime.detachedEffects.back();
        runtime.detachedEffects.pop_back();
        endEffect(effect);
    }
}

/// Ends a worker thread's runtime, or leaves it to the last of its stores.
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
        bool unused = false;
        for (;;) {
            runtime->settle();
            const std::lock_guard lock(runtime->foreignMutex);
            if (runtime->foreign.empty()) {
                runtime->threadOver = true;
                unused = runtime->nodes == 0;
                break;
            }
        }
        currentRuntime = nullptr; // what ends later on this thread ends as on another one
        if (unused) {
            discard(runtime);
        }
    }
};

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

void postTo(Runtime &owner, Scheduler::Job &job)
{
    const std::lock_guard lock(owner.foreignMutex);
    if (owner.scheduler) {
        owner.scheduler->post(std::move(job));
    } else if (!owner.closing) {
        owner.foreignJobs.push_back(std::move(job));
    }
}

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

void postToOwner(const Node &node, Scheduler::Job job)
{
    postTo(*ownerOf(node), job);
}

void postToMain(Scheduler::Job job)
{
    postTo(mainRuntime, job);
}

Runtime *Runtime::byIndex(std::uint32_t index) noexcept
{
    Table &all = table();
    const std::lock_guard lock(all.mutex);
    return all.runtimes[index];
}

Node::Node(std::uint32_t nodeFlags)
    : flags(nodeFlags)
{
    Runtime &runtime = Runtime::current();
    flags |= std::min(runtime.index, Crowd) << FlagBits;
    if (runtime.index >= Crowd) [[unlikely]] {
        extra().owner = &runtime;
    }
    ++runtime.nodes;
}

void Node::lastRelease() noexcept
{
    Runtime *const runtime = currentRuntime;
    if (isOwnedBy(*this, runtime) && !sinks && !aux && !has(Computing | Effecting) && runtime->busy == 0
        && !runtime->pending()) [[likely]] {
        --runtime->nodes;
        ++runtime->busy; // the value's destructor may release more
        delete this;
        if (--runtime->busy == 0 && !runtime->deferredNodes.empty()) {
            runtime->reclaim();
        }
        return;
    }
    lastReleaseSlowly();
}

void Node::lastReleaseSlowly() noexcept
{
    Runtime *const runtime = currentRuntime;
    if (!isOwnedBy(*this, runtime)) [[unlikely]] {
        if (Runtime *const owner = ownerOf(*this); owner != runtime) {
            owner->releaseFromOutside(this);
            return;
        }
    }
    refs.store(0, std::memory_order_release);
    for (const Link *link = sinks; link; link = link->next) {
        if (!(link->kind & Link::Detached)) {
            return;
        }
    }
    runtime->deferNode(this);
    if (runtime->busy == 0 && !runtime->pending()) {
        runtime->reclaim();
    }
}

/// On another thread: the owner's thread ends it, and if that is over, this one does in its place.
void Runtime::releaseFromOutside(Node *node) noexcept
{
    std::unique_lock lock(foreignMutex);
    foreign.push_back(node);
    if (!threadOver) {
        foreignWaits.store(true, std::memory_order_release);
        if (scheduler) {
            try {
                scheduler->post([life = life] {
                    if (Runtime *const runtime = life->runtime) {
                        runtime->idleWork();
                    }
                });
            } catch (...) { // the next thing that the graph does there finds it
            }
        }
        return;
    }
    if (standIn) {
        return; // the thread that does so already takes it along
    }
    // The lock is not held meanwhile: what ends may post, and release more.
    standIn = true;
    Runtime *const mine = std::exchange(currentRuntime, this);
    while (!foreign.empty()) {
        lock.unlock();
        settle();
        lock.lock();
    }
    standIn = false;
    currentRuntime = mine;
    const bool unused = nodes == 0;
    lock.unlock();
    if (unused) {
        discard(this);
    }
}

/// Does all that waits for it to be at rest.
void Runtime::settle() noexcept
{
    try {
        takeForeign();
        idleWork();
    } catch (...) {
        reportError(std::current_exception());
    }
}

void Runtime::cancelTimers(Scheduler &from)
{
    if (const auto id = std::exchange(timer, 0)) {
        from.cancel(id);
    }
    if (std::exchange(batchedArmed, false)) {
        from.cancel(batchedTimer);
    }
}

void Runtime::takeForeign()
{
    Notes<Node *> released;
    {
        const std::lock_guard lock(foreignMutex);
        released.swap(foreign);
        foreignWaits.store(false, std::memory_order_relaxed);
    }
    for (Node *node : released) {
        node->release();
    }
}

void Node::verifyRead() const
{
    verifyThread();
    if (Runtime *runtime = currentRuntime; runtime && runtime->observer) {
        runtime->untrackedIn = runtime->observer->run;
    }
}

void Node::verifyThread() const
{
    const Runtime *runtime = currentRuntime;
    if (isOwnedBy(*this, runtime)) {
        return;
    }
    const Runtime *owner = ownerOf(*this);
    if (owner == runtime || owner->threadOver) {
        return;
    }
    reportMisuse("nanostores: " + label() + " belongs to thread #" + std::to_string(owner->index)
                 + " and is touched from another one"
                 + (runtime ? " (#" + std::to_string(runtime->index) + ")" : std::string())
                 + "; use post(store, value), or keep the store on the thread that made it");
}

} // namespace nanostores::detail
