// SPDX-License-Identifier: MIT
#include <nanostores/logger/action.h>

#include <algorithm>
#include <atomic>

/// Which action runs on a thread, and what watches it.
namespace nanostores::detail {

namespace {

std::atomic<std::uint64_t> actions{0};

thread_local const ActionCall *current = nullptr;

/// A few, which may come and go while they are called. Trivial, so that it is there to the end of the thread.
struct Watchers
{
    ActionWatcher **all;
    std::size_t size;
    std::size_t room;
};
thread_local Watchers watchers{nullptr, 0, 0};

template<typename F>
void callWatchers(F f) noexcept
{
    for (std::size_t i = 0; i < watchers.size; ++i) {
        ActionWatcher *const watcher = watchers.all[i];
        f(*watcher);
        if (i < watchers.size && watchers.all[i] != watcher) {
            --i; // it has gone
        }
    }
}

} // namespace

ActionWatcher::~ActionWatcher() = default;

void addActionWatcher(ActionWatcher *watcher)
{
    if (watchers.size == watchers.room) {
        const std::size_t room = watchers.room == 0 ? 4 : 2 * watchers.room;
        auto **const all = new ActionWatcher *[room];
        std::copy(watchers.all, watchers.all + watchers.size, all);
        delete[] watchers.all;
        watchers.all = all;
        watchers.room = room;
    }
    watchers.all[watchers.size++] = watcher;
}

void removeActionWatcher(ActionWatcher *watcher) noexcept
{
    ActionWatcher **const end = std::remove(watchers.all, watchers.all + watchers.size, watcher);
    watchers.size = static_cast<std::size_t>(end - watchers.all);
    if (watchers.size == 0) {
        delete[] std::exchange(watchers.all, nullptr);
        watchers.room = 0;
    }
}

const ActionCall *currentAction() noexcept
{
    return current;
}

ActionScope::ActionScope(ActionCallPtr call) noexcept
    : m_call(std::move(call))
    , m_outer(std::exchange(current, m_call.get()))
{
}

ActionScope::~ActionScope()
{
    current = m_outer;
}

ActionCallPtr beginAction(std::shared_ptr<const std::string> name, Ref<Node> store, const PossibleNames &parts,
                          const std::function<void(Describer &)> &arguments)
{
    auto call = std::make_shared<ActionCall>();
    call->id = ++actions;
    call->name = std::move(name);
    call->store = std::move(store);
    call->parts = &parts;
    call->arguments = &arguments;
    callWatchers([&](ActionWatcher &watcher) { watcher.actionBegan(*call); });
    call->arguments = nullptr; // they may be gone when it ends
    return call;
}

void actionReturned(const ActionCall &call, bool goesOn) noexcept
{
    callWatchers([&](ActionWatcher &watcher) { watcher.actionReturned(call, goesOn); });
}

void actionEnded(const ActionCall &call, const std::exception_ptr &error) noexcept
{
    callWatchers([&](ActionWatcher &watcher) { watcher.actionEnded(call, error); });
}

} // namespace nanostores::detail
