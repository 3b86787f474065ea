// SPDX-License-Identifier: MIT
#include <nanostores/logger/logger.h>

#include <nanostores/core/atom.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/post.h>
#include <nanostores/logger/buildlogger.h>
#include <nanostores/logger/creatorlogger.h>
#include <nanostores/logger/detail/part.h>
#include <nanostores/logger/sinks.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores {

namespace detail {

std::uint64_t threadNumber() noexcept
{
    static std::atomic<std::uint64_t> threads{0};
    static thread_local const std::uint64_t mine = ++threads;
    return mine;
}

namespace {

/// The loggers whose sinks this thread is in, the innermost last.
thread_local std::vector<const LoggerCore *> handedHere;

} // namespace

class LoggerCore::Handing
{
public:
    Handing(LoggerCore &core, std::vector<LogSinkPtr> &sinks)
        : m_core(core)
    {
        handedHere.push_back(&core);
        const std::lock_guard lock(core.m_mutex);
        sinks = core.m_sinks;
        ++core.m_handing;
    }
    Handing(const Handing &) = delete;
    Handing &operator=(const Handing &) = delete;
    ~Handing()
    {
        handedHere.pop_back();
        const std::lock_guard lock(m_core.m_mutex);
        --m_core.m_handing;
        m_core.m_isHanded.notify_all();
    }

private:
    LoggerCore &m_core;
};

LoggerCore::LoggerCore(LoggerOptions options, bool all)
    : m_options(std::move(options))
    , m_rules(m_options.redact)
    , m_ignored(m_options.ignoreActions.begin(), m_options.ignoreActions.end())
    , m_all(all)
    , m_sinks(m_options.sinks)
    , m_room(m_options.maxRate)
    , m_filled(now())
{
    const_cast<std::vector<LogSinkPtr> &>(m_options.sinks).clear();
    std::erase(m_sinks, nullptr);
    if (m_sinks.empty()) {
        m_sinks.push_back(categorySink(m_options.category));
    }
}

std::chrono::nanoseconds LoggerCore::now() const noexcept
{
    if (m_options.clock) {
        try {
            return m_options.clock();
        } catch (...) {
            return {};
        }
    }
    return std::chrono::steady_clock::now().time_since_epoch();
}

bool LoggerCore::isOn() const noexcept
{
    if (isOver()) {
        return false;
    }
    const std::lock_guard lock(m_mutex);
    return std::any_of(m_sinks.begin(), m_sinks.end(), [](const LogSinkPtr &sink) { return sink->isOn(); });
}

/// A bucket of one second's events, which a tree is taken from in whole: it may owe some afterwards.
bool LoggerCore::hasRoom() noexcept
{
    if (m_options.maxRate == 0) {
        return true;
    }
    const std::chrono::nanoseconds time = now();
    const std::lock_guard lock(m_mutex);
    const double seconds = std::chrono::duration<double>(time - std::exchange(m_filled, time)).count();
    m_room = std::min<double>(m_options.maxRate, m_room + std::max(0.0, seconds) * m_options.maxRate);
    return m_room >= 1;
}

LogEvent LoggerCore::leftOutEvent(std::uint64_t events) noexcept
{
    LogEvent event;
    event.kind = LogEvent::Kind::LeftOut;
    event.id = nextEvent();
    event.leftOut = events;
    event.began = event.ended = now();
    return event;
}

void LoggerCore::write(LogTree tree) noexcept
{
    if (m_options.maxRate > 0) {
        const std::lock_guard lock(m_mutex);
        m_room -= static_cast<double>(tree.events.size());
    }
    try {
        if (const std::uint64_t events = m_leftOut.exchange(0)) {
            LogTree before;
            before.thread = tree.thread;
            before.events.push_back(leftOutEvent(events));
            before.events.back().began = before.events.back().ended = tree.events.front().began;
            hand(before);
        }
    } catch (...) {
        reportError(std::current_exception());
    }
    hand(tree);
}

/// While sinks are called, the call is counted: close() waits for those of other threads.
void LoggerCore::hand(const LogTree &tree) noexcept
{
    try {
        std::vector<LogSinkPtr> sinks;
        const Handing handing(*this, sinks);
        for (const LogSinkPtr &sink : sinks) {
            try {
                if (sink->isOn()) {
                    sink->write(tree);
                }
            } catch (...) {
                reportError(std::current_exception());
            }
        }
    } catch (...) {
        reportError(std::current_exception());
    }
}

void LoggerCore::close() noexcept
{
    if (const std::uint64_t events = m_leftOut.exchange(0)) {
        try {
            LogTree tree;
            tree.thread = threadNumber();
            tree.events.push_back(leftOutEvent(events));
            hand(tree);
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    m_over.store(true, std::memory_order_release);
    std::vector<LogSinkPtr> gone; // they end without the lock
    std::vector<std::shared_ptr<void>> held;
    const auto mine = static_cast<std::size_t>(std::count(handedHere.begin(), handedHere.end(), this));
    std::unique_lock lock(m_mutex);
    gone.swap(m_sinks);
    held.swap(m_held);
    m_isHanded.wait(lock, [&] { return m_handing == mine; });
}

void LoggerCore::hold(std::shared_ptr<void> thing)
{
    const std::lock_guard lock(m_mutex);
    m_held.push_back(std::move(thing));
}

namespace {

/// Whether the node is of this thread, which one that is made here shows.
bool isOfThisThread(const Node &node)
{
    const SignalNode<bool> here(false);
    const std::uint32_t number = here.flags >> FlagBits;
    if (node.flags >> FlagBits != number) {
        return false;
    }
    if (number != NoThreadNumber) {
        return true;
    }
    const Extra *const mine = here.extraOrNull();
    const Extra *const its = node.extraOrNull();
    return mine && its && mine->owner == its->owner;
}

void addStore(const std::shared_ptr<LoggerCore> &core, const LoggedStore &store)
{
    if (isOfThisThread(*store.node)) {
        if (const auto part = partOf(core, true)) {
            part->add(store.name, *store.node);
        }
        return;
    }
    postToOwner(*store.node, [core, store] {
        const auto part = core->isOver() ? nullptr : partOf(core, true);
        if (part) {
            part->add(store.name, *store.node);
        }
    });
}

} // namespace

} // namespace detail

LogSink::~LogSink() = default;

bool LogSink::isOn() const noexcept
{
    return true;
}

Logger::Logger(std::shared_ptr<detail::LoggerCore> core) noexcept
    : m_core(std::move(core))
{
}

Logger::Logger(Logger &&other) noexcept
    : m_core(std::exchange(other.m_core, nullptr))
{
}

Logger &Logger::operator=(Logger &&other) noexcept
{
    if (this != &other) {
        reset();
        m_core = std::exchange(other.m_core, nullptr);
    }
    return *this;
}

Logger::~Logger()
{
    reset();
}

void Logger::reset() noexcept
{
    if (const auto core = std::exchange(m_core, nullptr)) {
        detail::endPartOf(core.get());
        core->close();
    }
}

void Logger::add(const LoggedStore &store) const
{
    if (m_core) {
        detail::addStore(m_core, store);
    }
}

void Logger::removeNode(detail::Node &node) const
{
    if (!m_core) {
        return;
    }
    if (detail::isOfThisThread(node)) {
        if (const auto part = detail::partOf(m_core, false)) {
            part->remove(node);
        }
        return;
    }
    detail::postToOwner(node, [core = m_core, held = detail::Ref<detail::Node>::share(&node)] {
        if (const auto part = detail::partOf(core, false)) {
            part->remove(*held);
        }
    });
}

Logger logger(const std::vector<LoggedStore> &stores, LoggerOptions options)
{
    auto core = std::make_shared<detail::LoggerCore>(std::move(options), false);
    Logger made(core);
    for (const LoggedStore &store : stores) {
        detail::addStore(core, store);
    }
    return made;
}

Logger logAll(LoggerOptions options)
{
    auto core = std::make_shared<detail::LoggerCore>(std::move(options), true);
    Logger made(core);
    detail::partOf(core, true);
    return made;
}

// Creators of maps

namespace detail {

std::string builtStoreName(const LoggerOptions &options, const std::string &creator, const std::string &id)
{
    const auto nameFor = [&](const std::string &shownId) {
        return options.nameGetter ? options.nameGetter(creator, shownId) : creator + ':' + shownId;
    };
    std::string hidden = nameFor("***");
    return RedactionRules(options.redact).hidesPart(hidden, {"id"}) ? hidden : nameFor(id);
}

} // namespace detail

Logger creatorLogger(const std::vector<LoggedCreator> &creators, LoggerOptions options)
{
    Logger made = logger({}, std::move(options));
    made.follow(creators);
    return made;
}

void Logger::follow(const std::vector<LoggedCreator> &creators) const
{
    for (const LoggedCreator &creator : creators) {
        auto built = [core = std::weak_ptr(m_core), name = creator.name](const detail::Ref<detail::Node> &store,
                                                                         const std::string &id) {
            const auto alive = core.lock();
            const auto part = alive && !alive->isOver() ? detail::partOf(alive, true) : nullptr;
            if (part) {
                part->add(detail::builtStoreName(alive->options(), name, id), *store);
                part->built(name, *store);
            }
        };
        m_core->hold(std::make_shared<BuildListener>(creator.follow(std::move(built))));
    }
}

// buildLogger

namespace {

/// Calls the functions of buildLogger().
class FunctionSink final : public LogSink
{
public:
    explicit FunctionSink(LoggerEvents functions)
        : m_functions(std::move(functions))
    {
    }

    void write(const LogTree &tree) override
    {
        for (const LogEvent &event : tree.events) {
            switch (event.kind) {
            case LogEvent::Kind::Mount:
                call(m_functions.mount, LogMountEvent{event.name});
                break;
            case LogEvent::Kind::Unmount:
                call(m_functions.unmount, LogMountEvent{event.name});
                break;
            case LogEvent::Kind::Change:
            case LogEvent::Kind::Run:
                change(event);
                break;
            case LogEvent::Kind::Action:
                call(m_functions.action.start, actionOf(event));
                break;
            case LogEvent::Kind::ActionEnd:
                if (!event.error.empty()) {
                    call(m_functions.action.error, actionOf(event));
                }
                call(m_functions.action.end, actionOf(event));
                break;
            default:
                break;
            }
        }
    }

private:
    template<typename F, typename E>
    static void call(const F &function, const E &event)
    {
        if (function) {
            function(event);
        }
    }
    static LogActionEvent actionOf(const LogEvent &event)
    {
        return {event.name, event.actionId, event.actionName, event.arguments, event.error};
    }
    void change(const LogEvent &event) const
    {
        const bool isChange = event.outcome == LogEvent::Outcome::Changed
                              || (event.outcome == LogEvent::Outcome::Threw && !event.changes.empty());
        if (!isChange || !m_functions.change) {
            return;
        }
        LogChangeEvent made{event.name, event.actionId, event.actionName, {}, event.newValue, event.oldValue, {}};
        if (event.changes.size() == 1) {
            const LogChange &only = event.changes.front();
            made.changed = pathText(only.path);
            made.valueMessage = only.oldValue.toText() + " -> " + only.newValue.toText();
        } else if (event.newValue) {
            made.valueMessage =
                (event.oldValue ? event.oldValue->toText() : std::string("-")) + " -> " + event.newValue->toText();
        }
        m_functions.change(made);
    }

    const LoggerEvents m_functions;
};

} // namespace

Logger buildLogger(const std::vector<LoggedStore> &stores, LoggerEvents events, LoggerOptions options)
{
    options.sinks.push_back(std::make_shared<FunctionSink>(std::move(events)));
    return logger(stores, std::move(options));
}

} // namespace nanostores
