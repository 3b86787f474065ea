// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/runtime.h>

#include <algorithm>

/// Listeners that look at parts of a value: how they come together in runs, and which of them a change calls.
namespace nanostores::detail {

ListenerRun::~ListenerRun() = default;

void *ListenerRun::operator new(std::size_t size)
{
    return allocateNote(size);
}

void ListenerRun::operator delete(void *run, std::size_t size) noexcept
{
    freeNote(run, size);
}

RunListener::~RunListener()
{
    if (run && --run->refs == 0) {
        delete run;
    }
}

/// Its neighbours in the list of the store are those of the time when it was taken out, or still are.
void RunListener::leaveRun() noexcept
{
    if (!std::exchange(isMember, false)) {
        return;
    }
    if (run->newest == this) {
        run->newest = run->following(*this);
    }
    run->leaving(*this);
    --run->members;
    if (run->members == 0) {
        run->first = run->last = nullptr;
    } else if (run->first == this) {
        run->first = static_cast<RunListener *>(next);
    } else if (run->last == this) {
        run->last = static_cast<RunListener *>(prev);
    }
}

Listener *lastOfRunSlowly(Listener *listener) noexcept
{
    auto *const member = static_cast<RunListener *>(listener);
    return member->isMember ? member->run->last : member;
}

namespace {

void join(ListenerRun &run, RunListener &listener) noexcept
{
    listener.run = &run;
    listener.isMember = true;
    ++run.refs;
    ++run.members;
    run.last = &listener;
    if (!run.newest) {
        run.newest = &listener;
    }
}

} // namespace

/// The link stands at the end of the list: it joins the run of the one before it.
void Links::joinRun(RunListener *listener)
{
    if (listener->source->sinks == listener || !(listener->prev->kind & Link::InRun)) {
        return;
    }
    auto *const before = static_cast<RunListener *>(listener->prev);
    if (before->isMember) {
        if (!before->run->isQueued) {
            join(*before->run, *listener);
        }
        return;
    }
    if (before->run || (before->kind & Link::InQueue)) {
        return;
    }
    ListenerRun *const run = listener->makeRun();
    run->first = before;
    join(*run, *before);
    join(*run, *listener);
}

namespace {

/// Those that a delivery covers.
class Covered final : public PickedListeners
{
public:
    Covered(const Delivery &delivery, const RunListener &first)
        : m_from(first.stamp)
        , m_to(delivery.lastStamp)
        , m_single(delivery.single)
    {
    }
    void add(RunListener &listener) override
    {
        if (!listener.isMember || listener.stamp < m_from || listener.stamp > m_to) {
            return;
        }
        if (m_single && ((listener.kind & Link::InQueue) || listener.calledSince == listener.run->entry)) {
            return; // an entry of its own comes, or has come, and covers what this one does
        }
        m_all.push_back(&listener);
    }
    void addAll(const ListenerRun &run)
    {
        m_all.clear();
        for (RunListener *listener = run.first; listener; listener = run.following(*listener)) {
            add(*listener);
        }
    }
    /// In the order of subscription, each once.
    const Notes<RunListener *> &inOrder()
    {
        if (m_all.size() > 1) {
            std::sort(m_all.begin(), m_all.end(),
                      [](const RunListener *a, const RunListener *b) { return a->stamp < b->stamp; });
            m_all.erase(std::unique(m_all.begin(), m_all.end()), m_all.end());
        }
        return m_all;
    }

private:
    std::uint64_t m_from;
    std::uint64_t m_to;
    bool m_single;
    Notes<RunListener *> m_all;
};

} // namespace

/// The delivery has come to a listener that is of a run. Of a long one, and in a batch of any, those that the change
/// may concern get entries of their own, before all that is queued, and what the delivery has left gets one behind
/// them: then a drain inside one of them calls the rest, as it does elsewhere. True: the delivery goes on at its
/// cursor, or is over if that is null. False: call this listener as any other.
bool Queue::takeRun(Link *link)
{
    constexpr std::uint32_t Few = 4;
    auto *const listener = static_cast<RunListener *>(link);
    if (m_delivery.picked || !listener->isMember
        || (m_delivery.single ? !m_delivery.ofRun : listener->run->members < Few)) {
        return false;
    }
    ListenerRun &run = *listener->run;
    Covered covered(m_delivery, *listener);
    try {
        if (!run.pick(*m_delivery.node, m_delivery.past, m_delivery.keyed, covered)) {
            covered.addAll(run);
        }
    } catch (...) { // of the user's hash or comparison: they ask it again, and throw
        covered.addAll(run);
    }
    if (m_delivery.cursor != link) {
        return true; // a drain inside has done it all
    }
    Link *const last = run.members > 0 ? static_cast<Link *>(run.last) : link;
    const bool isOver = m_delivery.ofRun || (run.members > 0 && run.last->stamp >= m_delivery.lastStamp);
    m_delivery.cursor = isOver ? nullptr : last->next;
    const auto &all = covered.inOrder();
    if (all.empty()) {
        return true;
    }
    Delivery rest = std::exchange(m_delivery, {});
    if (rest.cursor) {
        m_entries.pushFirst() = {nullptr, rest};
    }
    for (auto it = all.rbegin(); it != all.rend(); ++it) {
        Delivery one{rest.node, *it, (*it)->stamp, rest.past, rest.keyed, rest.single};
        one.picked = true;
        if (one.past) {
            one.past->retain();
        }
        if (one.single) {
            (*it)->kind |= Link::InQueue;
        }
        m_entries.pushFirst() = {nullptr, one};
    }
    if (!rest.cursor && rest.past) {
        rest.past->release();
    }
    return true;
}

/// In a batch, a run has one entry for all its members; false if the listener stands alone. One of them that is called
/// by an entry of its own, which came before, has seen what that of the run covers so far: it gets another one for
/// later writes.
bool Queue::addRun(RunListener &first, OldValue *past)
{
    if (!first.isMember || (first.run->members == 1 && !first.run->isQueued)) {
        return false;
    }
    ListenerRun &run = *first.run;
    const auto push = [&](Delivery entry) {
        m_entries.push({nullptr, entry});
        if (past) {
            past->retain();
        }
    };
    if (run.isQueued) {
        for (RunListener *const listener : std::exchange(run.calledAhead, {})) {
            if (listener->isMember && !(listener->kind & Link::InQueue)) {
                Delivery own{listener->source, listener, listener->stamp, past, false, true};
                own.picked = true;
                push(own);
                listener->kind |= Link::InQueue;
            }
        }
        return true;
    }
    Delivery all{first.source, &first, run.last->stamp, past, false, true};
    all.ofRun = true;
    push(all);
    run.isQueued = true;
    ++run.entry;
    return true;
}

/// The entry of a listener in a batch, or of a run, is no longer in the queue.
void Queue::leftQueue(const Delivery &entry)
{
    if (!(entry.cursor->kind & Link::InRun)) [[likely]] {
        entry.cursor->kind &= ~Link::InQueue;
        return;
    }
    auto *const listener = static_cast<RunListener *>(entry.cursor);
    if (entry.ofRun) {
        listener->run->isQueued = false;
        listener->run->calledAhead.clear();
        return;
    }
    listener->kind &= ~Link::InQueue;
    if (listener->isQueuedInRun()) {
        listener->calledSince = listener->run->entry;
        listener->run->calledAhead.push_back(listener);
    }
}

} // namespace nanostores::detail
