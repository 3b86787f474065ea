// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/exitguard.h>

#include <nanostores/persistent/detail/replica.h>

#include <QCoreApplication>
#include <QObject>
#include <QThread>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

namespace nanostores::detail {

namespace {

struct Entry
{
    std::weak_ptr<Replica> replica;
    std::thread::id thread;
    std::chrono::milliseconds timeLeft; ///< For all moments at which the program may end.
    std::vector<std::string> warnedOf;
};

struct Guarded
{
    std::mutex mutex;
    std::vector<std::shared_ptr<Entry>> entries;
    std::chrono::milliseconds deadline{2000};

    void removeEnded()
    {
        std::erase_if(entries, [](const auto &entry) { return entry->replica.expired(); });
    }
    /// Those of this thread.
    std::vector<std::shared_ptr<Entry>> own()
    {
        const std::lock_guard lock(mutex);
        removeEnded();
        auto all = entries;
        std::erase_if(all, [](const auto &entry) { return entry->thread != std::this_thread::get_id(); });
        return all;
    }
};

/// Of a thread that has engines: what waits is written when it ends, which its event loop, if it has one, will not do
/// any more.
struct ThreadEnd
{
    ThreadEnd() = default;
    ThreadEnd(const ThreadEnd &) = delete;
    ThreadEnd &operator=(const ThreadEnd &) = delete;
    ~ThreadEnd() { ExitGuard::flushAll(); }
};

Guarded &guarded()
{
    static auto *instance = new Guarded; // never destroyed: stores may be later
    return *instance;
}

} // namespace

void ExitGuard::add(const std::shared_ptr<Replica> &replica)
{
    static const bool once = [] {
        std::atexit(end); // static stores that came before are still there then
        qAddPreRoutine(watchApplication);
        return true;
    }();
    static_cast<void>(once);
    static thread_local const ThreadEnd end; // goes before the thread's stores do, which came before
    static_cast<void>(end);
    Guarded &all = guarded();
    const std::lock_guard lock(all.mutex);
    all.removeEnded();
    all.entries.push_back(
        std::make_shared<Entry>(Entry{replica, std::this_thread::get_id(), replica->options().exitDeadline, {}}));
    all.deadline = std::max(all.deadline, replica->options().exitDeadline);
}

/// Of each application object.
void ExitGuard::watchApplication()
{
    QCoreApplication *const application = QCoreApplication::instance();
    QObject::connect(
        application, &QCoreApplication::aboutToQuit, application, [] { flushAll(); }, Qt::DirectConnection);
    qAddPostRoutine(flushAll); // is forgotten once it has run
}

void ExitGuard::flushAll()
{
    using Clock = std::chrono::steady_clock;
    for (const auto &entry : guarded().own()) {
        const auto replica = entry->replica.lock();
        if (!replica || replica->unsaved().empty()) {
            continue;
        }
        const auto begin = Clock::now();
        const bool isDone = replica->flushUntil(begin + entry->timeLeft, true);
        const auto taken = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin);
        entry->timeLeft = std::max(entry->timeLeft - taken, std::chrono::milliseconds(0));
        auto unsaved = replica->unsaved();
        if (!isDone && unsaved != entry->warnedOf) {
            warnUnsaved(unsaved, replica->place(), replica->lastError());
            entry->warnedOf = std::move(unsaved);
        }
    }
}

void ExitGuard::end()
{
    flushAll();
    Worker::closeAll(std::chrono::steady_clock::now() + guarded().deadline);
}

} // namespace nanostores::detail
