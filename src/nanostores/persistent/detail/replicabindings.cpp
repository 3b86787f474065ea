// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/replica.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>

#include <QCoreApplication>

#include <exception>
#include <utility>

// The stores of an engine, and others that listen to its keys.

namespace nanostores::detail {

void Replica::add(RowListener &listener)
{
    if (listener.isPrefix()) {
        m_prefixListeners[listener.name()].push_back(&listener);
    } else {
        auto &listeners = m_keyListeners[listener.name()];
        listeners.push_back(&listener);
        m_sharedKeys += listeners.size() == 2 ? 1 : 0;
    }
}

void Replica::remove(RowListener &listener) noexcept
{
    const auto removeFrom = [&](auto &table) {
        const auto found = table.find(listener.name());
        if (found != table.end()) {
            const bool isErased = std::erase(found->second, &listener) != 0;
            if (isErased && !listener.isPrefix() && found->second.size() == 1) {
                --m_sharedKeys;
            }
            if (found->second.empty()) {
                table.erase(found);
            }
        }
    };
    if (listener.isPrefix()) {
        removeFrom(m_prefixListeners);
    } else {
        removeFrom(m_keyListeners);
    }
    const std::string &name = listener.name(); // a key, or what its keys begin with
    for (auto next = m_unreadable.lower_bound(name); next != m_unreadable.end() && next->first.starts_with(name);) {
        const auto entry = next++;
        if (entry->second.erase(&listener) != 0 && entry->second.empty()) {
            m_unreadable.erase(entry);
        }
    }
}

void Replica::addBinding(const std::shared_ptr<Binding> &binding)
{
    const auto self = shared_from_this();
    if (m_worker || QCoreApplication::instance()) {
        loadPatiently();
    }
    encodeDirty(Which::All);
    add(*binding);
    adoptPending(*binding);
    if (binding->keepsBase()) {
        m_hasDeaf = true;
        std::erase_if(m_unheard, [&](const auto &former) {
            return binding->isPrefix() ? former.first.starts_with(binding->name()) : former.first == binding->name();
        });
    }
    const auto rows = rowsOf(*binding);
    batch([&] { binding->rowsLoaded(rows); }); // observers may set the store when that is over
    publish();
}

/// A store that has been set. It is kept alive until it is written.
void Replica::touch(Binding &binding) noexcept
{
    binding.m_isDirty = true;
    binding.m_held = Ref<Node>::share(&binding.m_node);
    binding.m_nextDirty = std::exchange(m_dirty, &binding);
    if (!m_isFlushScheduled) {
        try {
            scheduleFlush();
        } catch (...) { // the next change asks again
            reportError(std::current_exception());
        }
    }
}

void Replica::put(const std::string &key, RawValue &&value, Binding &owner)
{
    putRaw(key, std::move(value), owner.style().schema, owner.style().durability, &owner);
}

void Replica::reportUnwritable(const std::string &key)
{
    try {
        throw;
    } catch (const std::exception &error) {
        noteError(EngineError(EngineErrorKind::Misuse, "\"" + key + "\" cannot be written: " + error.what(), place()));
        reportError(std::current_exception());
    } catch (...) {
        reportError(std::current_exception());
    }
}

void Replica::setUnreadable(const std::string &key, const RowListener &reader, bool isUnreadable)
{
    if (isUnreadable) {
        if (m_unreadable[key].insert(&reader).second) {
            m_lastError = EngineError(
                EngineErrorKind::Corrupt,
                "the value of \"" + key + "\" is not of its store's type; it is kept until the store is set", place());
        }
    } else if (const auto found = m_unreadable.find(key); found != m_unreadable.end()) {
        found->second.erase(&reader); // another store of the key may be of another type
        if (found->second.empty()) {
            m_unreadable.erase(found);
        }
    }
}

} // namespace nanostores::detail
