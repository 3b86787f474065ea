// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/sessionprobe.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/recorder/detail/eventreader.h>

#include <typeinfo>
#include <utility>

/// Which stores a recorder follows, and what it is asked. What happens is in sessionevents.cpp.
namespace nanostores::detail {

SessionProbe::SessionProbe(RecorderOptions options)
    : m_options(std::move(options))
    , m_book(m_options.redact)
    , m_ring(m_options.origins ? m_options.bytes / 2 : m_options.bytes)
    , m_values(m_options, m_book.rules(), m_ring)
    , m_origins(m_options.origins ? m_options.bytes / 2 : 0)
{
    m_open.reserve(16);
    if (m_options.clock) {
        m_began = static_cast<std::uint64_t>(m_options.clock().count());
    }
    if (!m_book.rules().empty()) {
        const NodeNames names;
        forEachNode([&](const Node &node) {
            if (!isNoStore(node)) {
                m_book.rename(m_book.of(node), names.of(node));
            }
        });
    }
    readScriptStores();
    followWhatIsChosen();
}

/// They have no value from before their first write else.
void SessionProbe::readScriptStores()
{
    if (!m_options.values) {
        return;
    }
    forEachNode([&](const Node &node) {
        if (!node.has(Computing | Effecting) && isOfScript(typeid(node))) {
            KnownStore &made = m_book.of(node);
            if (m_values.isRecorded(made, node)) {
                made.last = m_values.read(node, made).toJson();
            }
        }
    });
}

void SessionProbe::followWhatIsChosen()
{
    if (m_options.stores.empty()) {
        attachProbe(*this);
        return;
    }
    attachProbe(*this, Follow::Chosen);
    for (const LoggedStore &store : m_options.stores) {
        follow(*this, *store.node);
        KnownStore &chosen = m_book.of(*store.node);
        if (!store.name.empty()) {
            m_book.rename(chosen, store.name);
        }
    }
    m_options.stores.clear(); // it keeps no store alive
}

SessionProbe::~SessionProbe()
{
    detachProbe(*this);
}

void SessionProbe::clear() noexcept
{
    m_ring.clear();
    m_origins.clear();
    m_book.forgetWholes();
}

// Stores

std::vector<std::reference_wrapper<KnownStore>> SessionProbe::allKnown()
{
    if (m_options.stores.empty() && isAttached(*this)) {
        const bool followsEach = followsAll();
        forEachNode([&](const Node &node) {
            if (followsEach && !isNoStore(node)) {
                m_book.of(node);
            }
        });
    }
    return m_book.all();
}

SessionStore SessionProbe::lineOf(KnownStore &known, const NodeNames &names)
{
    SessionStore made = m_book.lineOf(known, names);
    if (m_values.isRecorded(known, *known.node)) {
        made.value = m_values.readForLine(*known.node, known);
    }
    return made;
}

void SessionProbe::created(Node &) noexcept {}

/// What is known of it goes into the ring, and leaves with its last event.
void SessionProbe::destroyed(Node &node) noexcept
{
    KnownStore *const known = m_book.find(node);
    if (!known) {
        return;
    }
    guarded([&] {
        if (isNoStore(node) || (!known->hasName && !known->type)) {
            return;
        }
        const SessionStore &line = m_book.lastLineOf(*known);
        std::uint64_t place = 0;
        const std::uint64_t event = begin(SessionEvent::Kind::Gone, known, place).event;
        m_ring.add(RingEntry::GoneStore, event, toJsonLine(line));
    });
    for (Open &open : m_open) {
        if (open.node == &node) {
            open.node = nullptr;
        }
    }
    m_book.forget(node);
}

/// A name that was given later is one to hide by, too.
void SessionProbe::named(Node &node) noexcept
{
    guarded([&] {
        KnownStore *const known = m_book.find(node);
        if (known && !known->hasName) {
            const Extra *const extra = node.extraOrNull();
            m_book.rename(*known, extra ? extra->name : std::string());
        }
    });
}

// Reading

std::vector<SessionEvent> SessionProbe::events(std::uint64_t after, std::uint64_t fromPlace) const
{
    std::vector<SessionEvent> events =
        readEvents(m_ring, m_origins, after, fromPlace, m_options.clock ? 1 : m_clock.scale());
    for (SessionEvent &event : events) {
        m_values.scrub(event);
    }
    return events;
}

std::vector<SessionStore> SessionProbe::goneStores(std::uint64_t fromPlace) const
{
    return readGoneStores(m_ring, fromPlace);
}

} // namespace nanostores::detail
