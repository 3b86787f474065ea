#include <nanostores/core/detail/runtime.h>

#include <nanostores/core/post.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

namespace nanostores {

CycleError::~CycleError() = default;
FeedbackError::~FeedbackError() = default;
UntrackedReadError::~UntrackedReadError() = default;

namespace {

struct Handlers
{
    std::mutex mutex;
    std::function<void(std::exception_ptr)> error;
    std::function<void(const std::string &)> misuse;
};

/// Never destroyed: stores may be older than, and outlive, everything that is.
Handlers &handlers()
{
    static auto *const instance = new Handlers;
    return *instance;
}

} // namespace

void setErrorHandler(std::function<void(std::exception_ptr)> handler)
{
    const std::lock_guard lock(handlers().mutex);
    handlers().error = std::move(handler);
}

void setMisuseHandler(std::function<void(const std::string &)> handler)
{
    const std::lock_guard lock(handlers().mutex);
    handlers().misuse = std::move(handler);
}

namespace detail {

void reportError(std::exception_ptr error) noexcept
{
    try {
        std::function<void(std::exception_ptr)> handler;
        {
            const std::lock_guard lock(handlers().mutex);
            handler = handlers().error;
        }
        if (handler) {
            handler(error);
            return;
        }
        std::rethrow_exception(error);
    } catch (const std::exception &e) {
        std::fprintf(stderr, "nanostores: unhandled error: %s\n", e.what());
    } catch (...) {
        std::fprintf(stderr, "nanostores: unhandled error of unknown type\n");
    }
}

bool callMisuseHandler(const std::string &message)
{
    std::function<void(const std::string &)> handler;
    {
        const std::lock_guard lock(handlers().mutex);
        handler = handlers().misuse;
    }
    if (handler) {
        handler(message);
    }
    return static_cast<bool>(handler);
}

void reportMisuse(const std::string &message)
{
    if (!callMisuseHandler(message)) {
        std::fprintf(stderr, "%s\n", message.c_str());
        std::abort();
    }
}

// One runtime a thread

namespace {

constexpr std::uint32_t MaxThreads = 1u << (32 - FlagBits);

struct Table
{
    std::mutex mutex;
    std::array<Runtime *, MaxThreads> runtimes{};
};

Table &table()
{
    static auto *const instance = new Table;
    return *instance;
}

void discard(Runtime *runtime)
{
    Table &all = table();
    {
        const std::lock_guard lock(all.mutex);
        all.runtimes[runtime->index] = nullptr;
    }
    delete runtime;
}

/// Ends a worker thread's runtime, or leaves it to the last of its stores.
struct ThreadEnd
{
    bool main = false;
    ~ThreadEnd()
    {
        Runtime *runtime = currentRuntime;
        if (main || !runtime) {
            return; // stores at namespace scope are destroyed after this
        }
        bool unused = false;
        std::vector<Scheduler::Job> dropped; // before the runtime: they may hold its last stores
        {
            const std::lock_guard lock(runtime->foreignMutex);
            runtime->scheduler = nullptr;
            runtime->closing = true;
            dropped.swap(runtime->foreignJobs);
        }
        dropped.clear();
        runtime->dropWaits();
        while (!runtime->detachedEffects.empty()) {
            EffectNode *const effect = runtime->detachedEffects.back();
            runtime->detachedEffects.pop_back();
            endEffect(effect);
        }
        for (;;) {
            {
                const std::lock_guard lock(runtime->foreignMutex);
                if (runtime->foreign.empty()) {
                    runtime->threadOver = true;
                    unused = runtime->nodes == 0;
                    break;
                }
            }
            runtime->takeForeign();
        }
        if (unused) {
            currentRuntime = nullptr;
            discard(runtime);
        }
    }
};

Runtime *makeRuntime()
{
    auto *runtime = new Runtime;
    Table &all = table();
    const std::lock_guard lock(all.mutex);
    std::uint32_t index = 0;
    while (index < MaxThreads && all.runtimes[index]) {
        ++index;
    }
    if (index == MaxThreads) {
        delete runtime;
        throw std::runtime_error("nanostores: too many threads hold stores at a time; the limit is "
                                 + std::to_string(MaxThreads));
    }
    runtime->index = index;
    all.runtimes[index] = runtime;
    return runtime;
}

/// The thread that loaded the library, which is the main thread unless somebody took trouble.
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
    thread_local ThreadEnd end;
    end.main = std::this_thread::get_id() == loadingThread;
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

/// The number of the owner never changes; the flags beside it do, on the owner's thread only.
#if defined(__GNUC__)
__attribute__((no_sanitize("thread")))
#endif
static std::uint32_t
ownerOf(const Node &node) noexcept
{
    return node.flags >> FlagBits;
}

void postToOwner(const Node &node, Scheduler::Job job)
{
    postTo(*Runtime::byIndex(ownerOf(node)), job);
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

Node::Node(std::uint32_t nodeFlags) noexcept
    : flags(nodeFlags)
{
    Runtime &runtime = Runtime::current();
    flags |= runtime.index << FlagBits;
    ++runtime.nodes;
}

void Node::lastRelease() noexcept
{
    Runtime *const runtime = currentRuntime;
    if (runtime && runtime->index == ownerOf(*this) && !sinks && !aux && !has(Computing | Effecting)
        && runtime->busy == 0 && !runtime->pending()) [[likely]] {
        --runtime->nodes;
        ++runtime->busy; // the value's destructor may release more
        delete this;
        if (--runtime->busy == 0 && !runtime->graveyard.empty()) {
            runtime->bury();
        }
        return;
    }
    lastReleaseSlowly();
}

void Node::lastReleaseSlowly() noexcept
{
    const std::uint32_t index = ownerOf(*this);
    Runtime *runtime = currentRuntime;
    if (!runtime || runtime->index != index) [[unlikely]] {
        Runtime *owner = Runtime::byIndex(index);
        std::unique_lock lock(owner->foreignMutex);
        if (!owner->threadOver) {
            owner->foreign.push_back(this);
            owner->foreignWaits.store(true, std::memory_order_release);
            if (owner->scheduler) {
                owner->scheduler->post([owner] { owner->idleWork(); });
            }
            return;
        }
        // Its thread is gone: nobody else can touch it.
        Runtime *const mine = std::exchange(currentRuntime, owner);
        refs.store(0, std::memory_order_release);
        owner->toGraveyard(this);
        owner->bury();
        currentRuntime = mine;
        if (owner->nodes == 0) {
            lock.unlock();
            discard(owner);
        }
        return;
    }
    refs.store(0, std::memory_order_release);
    for (const Link *link = sinks; link; link = link->next) {
        if (!(link->kind & Link::Detached)) {
            return;
        }
    }
    runtime->toGraveyard(this);
    if (runtime->busy == 0 && !runtime->pending()) {
        runtime->bury();
    }
}

void Runtime::takeForeign()
{
    std::vector<Node *> released;
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
    const std::uint32_t index = flags >> FlagBits;
    const Runtime *runtime = currentRuntime;
    if (runtime && runtime->index == index) {
        return;
    }
    const Runtime *owner = Runtime::byIndex(index);
    if (owner && owner->threadOver) {
        return;
    }
    reportMisuse("nanostores: " + label() + " belongs to thread #" + std::to_string(index)
                 + " and is touched from another one"
                 + (runtime ? " (#" + std::to_string(runtime->index) + ")" : std::string())
                 + "; use post(store, value), or keep the store on the thread that made it");
}

namespace {

/// What a listener calls an unnamed store. Not asked from another thread, where the list may be in change.
std::string shownAs(const Node &node)
{
    const Runtime *runtime = currentRuntime;
    if (!runtime || runtime->index != node.flags >> FlagBits) {
        return {};
    }
    for (Link *link = node.sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            if (std::string shown = asListener(link)->shownAs(); !shown.empty()) {
                return shown;
            }
        }
    }
    return runtime->arriving && runtime->arriving->source == &node ? runtime->arriving->shownAs() : std::string();
}

} // namespace

std::string Node::label() const
{
    const Extra *present = extraOrNull();
    const char *kind = has(Effecting) ? "effect" : has(Computing) ? "computed store" : "store";
    if (present && !present->name.empty()) {
        return std::string(kind) + " \"" + present->name + "\"";
    }
    const std::string shown = shownAs(*this);
    return std::string("unnamed ") + kind + (shown.empty() ? "" : " of ") + shown;
}

} // namespace detail

// Schedulers

Scheduler::Scheduler() = default;
Scheduler::~Scheduler()
{
    if (detail::Runtime *runtime = detail::Runtime::existing(); runtime && runtime->scheduler == this) {
        runtime->scheduler = nullptr;
        runtime->timer = 0;
        runtime->moveWaits(nullptr, nullptr);
    }
}

void setScheduler(Scheduler *newScheduler)
{
    using namespace std::chrono_literals;
    detail::Runtime &runtime = detail::Runtime::current();
    Scheduler *const old = runtime.scheduler;
    if (old == newScheduler) {
        return;
    }
    if (old && runtime.timer) {
        old->cancel(runtime.timer);
    }
    runtime.timer = 0;
    // Moments are kept in the time of the scheduler; what remains of each delay is handed over.
    const auto shift = (newScheduler ? newScheduler->now() : 0ms) - (old ? old->now() : 0ms);
    std::map<detail::Runtime::LeaveKey, detail::Node *> moved;
    for (const auto &[key, node] : runtime.leaving) {
        const detail::Runtime::LeaveKey newKey{key.first + shift, key.second};
        moved.emplace(newKey, node);
        runtime.leavingKeys[node] = newKey;
    }
    runtime.leaving.swap(moved);
    for (auto &[node, due] : runtime.keptDelays) {
        due += shift;
    }
    std::vector<Scheduler::Job> posted;
    {
        const std::lock_guard lock(runtime.foreignMutex);
        runtime.scheduler = newScheduler;
        if (newScheduler) {
            posted.swap(runtime.foreignJobs);
        }
    }
    for (Scheduler::Job &job : posted) {
        newScheduler->post(std::move(job));
    }
    runtime.moveWaits(old, newScheduler);
    runtime.batchedArmed = false;
    runtime.armBatched();
    runtime.arm();
}

Scheduler *scheduler() noexcept
{
    const detail::Runtime *runtime = detail::Runtime::existing();
    return runtime ? runtime->scheduler : nullptr;
}

struct ManualScheduler::Private
{
    struct Timer
    {
        std::chrono::milliseconds due;
        Job job;
    };
    std::mutex mutex;
    std::vector<Job> jobs;
    std::map<std::pair<std::chrono::milliseconds, TimerId>, Job> timers;
    std::chrono::milliseconds now{0};
    TimerId lastId = 0;
};

ManualScheduler::ManualScheduler()
    : d(std::make_unique<Private>())
{
}
ManualScheduler::~ManualScheduler()
{
    if (nanostores::scheduler() == this) {
        setScheduler(nullptr); // what remains of each delay is kept
    }
}

void ManualScheduler::defer(Job job)
{
    post(std::move(job));
}

void ManualScheduler::post(Job job)
{
    const std::lock_guard lock(d->mutex);
    d->jobs.push_back(std::move(job));
}

Scheduler::TimerId ManualScheduler::after(std::chrono::milliseconds delay, Job job)
{
    const TimerId id = ++d->lastId;
    d->timers.emplace(std::pair{d->now + delay, id}, std::move(job));
    return id;
}

void ManualScheduler::cancel(TimerId timer)
{
    std::erase_if(d->timers, [timer](const auto &entry) { return entry.first.second == timer; });
}

std::chrono::milliseconds ManualScheduler::now() const
{
    return d->now;
}

void ManualScheduler::runPending()
{
    for (;;) {
        std::vector<Job> jobs;
        {
            const std::lock_guard lock(d->mutex);
            jobs.swap(d->jobs);
        }
        if (jobs.empty()) {
            return;
        }
        for (const Job &job : jobs) {
            job();
        }
    }
}

void ManualScheduler::advance(std::chrono::milliseconds time)
{
    const auto end = d->now + time;
    runPending();
    while (!d->timers.empty() && d->timers.begin()->first.first <= end) {
        const auto first = d->timers.begin();
        d->now = std::max(d->now, first->first.first);
        const Job job = std::move(first->second);
        d->timers.erase(first);
        job();
        runPending();
    }
    d->now = end;
}

std::size_t ManualScheduler::pendingTimers() const
{
    return d->timers.size();
}

} // namespace nanostores
