#include <nanostores/qt/detail/observed.h>

#include <nanostores/core/scheduler.h>

#include <QMetaObject>
#include <QThread>

#include <memory>
#include <unordered_map>

namespace nanostores::detail {

namespace {

/// The objects of a thread that wait to be settled.
struct Waiting
{
    std::unordered_map<QObject *, void (*)(QObject *)> objects;
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

void settleAll()
{
    if (!waiting) {
        return;
    }
    waiting->scheduled = false;
    while (waiting && !waiting->objects.empty()) {
        const auto [object, settle] = *waiting->objects.begin();
        waiting->objects.erase(waiting->objects.begin());
        settle(object); // may delete others, which take themselves off the list
    }
}

} // namespace

void settleLater(QObject *object, void (*settle)(QObject *))
{
    Scheduler *const loop = object->thread() == QThread::currentThread() ? scheduler() : nullptr;
    if (!loop) {
        QMetaObject::invokeMethod(
            object, [object, settle] { settle(object); }, Qt::QueuedConnection);
        return;
    }
    Waiting &here = waitingHere();
    here.objects.emplace(object, settle);
    if (!std::exchange(here.scheduled, true)) {
        loop->defer([ticket = std::make_shared<Ticket>()] { settleAll(); });
    }
}

void forgetSettling(QObject *object) noexcept
{
    if (waiting) {
        waiting->objects.erase(object);
    }
}

} // namespace nanostores::detail
