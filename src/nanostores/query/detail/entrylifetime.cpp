// SPDX-License-Identifier: MIT
#include <nanostores/query/detail/answerkeeper.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/detail/entry.h>
#include <nanostores/query/entities.h>

#include <algorithm>
#include <utility>

// How long an entry stays in the cache, what a storage keeps of it, and what of it belongs to other entries.

namespace nanostores::detail {

void Entry::keep()
{
    m_self = m_core.expired() ? nullptr : shared_from_this();
}

void Entry::touch()
{
    if (hasData()) {
        keep();
    }
    m_leftAt = queryNow();
    save();
    arm();
}

void Entry::release()
{
    const auto self = std::exchange(m_self, nullptr);
    const auto held = shared_from_this();
    m_core.reset();
    dropRun();
    stopTimers();
    m_moreBy.reset();
    dropParts();
}

std::optional<std::chrono::milliseconds> Entry::expiry() const
{
    if (isObserved() || m_holders > 0 || m_wholes > 0 || m_run || hasChanges() || !m_self
        || m_lifetime == std::chrono::milliseconds::max()) {
        return std::nullopt;
    }
    return std::max(m_leftAt, m_settledAt.value_or(m_leftAt)) + m_lifetime;
}

void Entry::arm()
{
    const auto core = m_core.lock();
    const auto moment = expiry();
    if (core && moment) {
        core->arm(*moment);
    }
}

void Entry::wipeIfExpired()
{
    const auto moment = expiry();
    if (moment && queryNow() >= *moment) {
        const auto self = shared_from_this();
        const auto keeper = std::exchange(m_keeper, nullptr); // what is kept has a lifetime of its own
        wipe();
        m_keeper = keeper;
        m_mayRestore = keeper != nullptr;
    }
}

void Entry::letGo()
{
    if (--m_holders == 0 && !isObserved()) {
        m_leftAt = queryNow();
        arm();
    }
}

void Entry::setKeeper(std::shared_ptr<AnswerKeeper> keeper)
{
    m_keeper = std::move(keeper);
    m_mayRestore = m_keeper != nullptr && !hasData();
    markUnsaved();
    if (hasData()) {
        save();
    }
}

void Entry::tryToRestore()
{
    m_mayRestore = false;
    if (m_keeper && !hasData() && !m_settledAt) {
        m_keeper->restore(*this);
    }
}

void Entry::settleRestored(std::chrono::milliseconds keptAt)
{
    m_keptAt = keptAt;
    m_isOutdated = true;
    m_isUnsaved = false;
    m_leftAt = queryNow();
    keep();
    publish();
    arm();
}

/// A failure says nothing of what the server has.
void Entry::save()
{
    if (std::exchange(m_isUnsaved, false) && m_keeper && !m_error) {
        m_keeper->save(*this);
    }
}

void Entry::learnParts(void *value, std::uint64_t number, bool besides)
{
    if (const auto core = m_core.lock()) {
        EntityVisitor visitor(core, EntityVisitor::Task::Learn, number);
        m_key.data()->shard->entities(visitor, value);
        auto parts = visitor.takeEntries();
        if (besides) {
            parts.insert(parts.end(), m_parts.begin(), m_parts.end());
        }
        setParts(std::move(parts));
    }
}

void Entry::restoreParts(void *value)
{
    const auto core = m_core.lock();
    if (core && m_keptAt) {
        EntityVisitor visitor(core, *m_keptAt);
        m_key.data()->shard->entities(visitor, value);
        setParts(visitor.takeEntries());
    }
}

void Entry::findParts(void *value)
{
    if (const auto core = m_core.lock()) {
        EntityVisitor visitor(core, EntityVisitor::Task::Find);
        m_key.data()->shard->entities(visitor, value);
        setParts(visitor.takeEntries());
    }
}

/// An entity that has entities itself is no part, as it might be one of what it is made of: neither would ever go.
void Entry::setParts(std::vector<std::shared_ptr<Entry>> parts)
{
    std::erase_if(parts, [](const std::shared_ptr<Entry> &part) { return part->visitsEntities(); });
    for (const auto &part : parts) {
        ++part->m_wholes;
    }
    for (const auto &former : std::exchange(m_parts, std::move(parts))) {
        former->leaveWhole();
    }
}

/// It may be past its own lifetime, and goes at once then.
void Entry::leaveWhole()
{
    if (--m_wholes == 0) {
        arm();
    }
}

} // namespace nanostores::detail
