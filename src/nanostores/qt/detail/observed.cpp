// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/observed.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/scheduler.h>

#include <QMetaObject>
#include <QThread>

#include <exception>
#include <memory>
#include <set>
#include <utility>

namespace nanostores::detail {

namespace {

using Call = std::pair<QObject *, void (*)(QObject *)>;

/// The calls of a thread that wait for the next turn of its loop.
struct Waiting
{
    std::set<Call> calls;
    bool scheduled = false;
};

thread_local Waiting *waiting = nullptr;

/// Ends with the thread, when no scheduler of it runs anything any more.
struct WaitingEnd
{
    ~WaitingEnd() { delete std::exchange(waiting, nullptr); }
};

Waiting &waitingHere()
{
    if (!waiting) {
        thread_local WaitingEnd end;
        waiting = new Waiting;
    }
    return *waiting;
}

/// Is part of the job: a scheduler that ends before it has run it makes room for another one.
struct Ticket
{
    Ticket() = default;
    Ticket(const Ticket &) = delete;
    Ticket &operator=(const Ticket &) = delete;
    ~Ticket()
    {
        if (waiting) {
            waiting->scheduled = false;
        }
    }
};

void callAll()
{
    if (!waiting) {
        return;
    }
    waiting->scheduled = false;
    for (auto left = waiting->calls.size(); waiting && left > 0 && !waiting->calls.empty(); --left) {
        const auto [object, function] = *waiting->calls.begin();
        waiting->calls.erase(waiting->calls.begin());
        function(object); // may delete others, which take themselves off the list
    }
}

void schedule(QObject *object, void (*function)(QObject *))
{
    Scheduler *const loop = isOnItsThread(object) ? scheduler() : nullptr;
    if (!loop) {
        QMetaObject::invokeMethod(
            object, [object, function] { function(object); }, Qt::QueuedConnection);
        return;
    }
    Waiting &here = waitingHere();
    here.calls.emplace(object, function);
    if (std::exchange(here.scheduled, true)) {
        return;
    }
    try {
        loop->defer([ticket = std::make_shared<Ticket>()] { callAll(); });
    } catch (...) {
        here.scheduled = false;
        throw;
    }
}

} // namespace

bool isOnItsThread(const QObject *object) noexcept
{
    return object->thread() == QThread::currentThread();
}

void callLater(QObject *object, void (*function)(QObject *)) noexcept
{
    try {
        schedule(object, function);
    } catch (...) { // no memory; the next observer to come or go asks again
        reportError(std::current_exception());
    }
}

void forgetCalls(QObject *object) noexcept
{
    if (waiting) {
        const auto &calls = waiting->calls;
        const auto first = calls.lower_bound(Call(object, nullptr));
        auto last = first;
        while (last != calls.end() && last->first == object) {
            ++last;
        }
        waiting->calls.erase(first, last);
    }
}

} // namespace nanostores::detail
