// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/batch.h>
#include <nanostores/query/detail/entry.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// An entry with its data: what the server has sent, and over that the changes of mutations that have not ended, in
/// their order.
template<typename R>
class EntryOf final : public Entry
{
public:
    using Change = std::function<void(std::optional<R> &)>;

    using Entry::Entry;

    const Atom<std::optional<R>> &data() const noexcept { return m_data; }
    bool hasData() const override { return m_data.peek().has_value(); }
    /// What the server has sent, without what mutations that have not ended have changed.
    const std::optional<R> &sent() const noexcept { return m_changes.empty() ? m_data.peek() : m_base; }
    /// Another one when that was fetched, written or forgotten.
    std::uint64_t version() const noexcept { return m_version; }

    void arrive(std::uint64_t run, const R &value)
    {
        if (!isCurrent(run)) {
            return;
        }
        const auto self = shared_from_this();
        const Run ended = endRun();
        {
            const Batch batch;
            std::erase_if(m_changes, [&](const Pending &change) {
                return change.committed != 0 && change.committed < ended.number; // the answer has it
            });
            settle(ended.by.get());
            ++m_version;
            if (ended.number >= m_known) { // else it has been learnt from an answer that began later
                m_known = ended.number;
                setBase(value);
            }
            foldUpdates();
            publish();
            learnEntities(value, ended.number, ended.number < m_known);
        }
        finish(ended);
    }
    /// Of a list of pages: one more of them.
    template<typename Page>
    void arriveMore(std::uint64_t run, const Page &page)
    {
        if (!isCurrent(run)) {
            return;
        }
        const auto self = shared_from_this();
        const Run ended = endRun();
        {
            const Batch batch;
            R pages = sent().value_or(R());
            pages.push_back(page);
            settleMore();
            ++m_version;
            setBase(std::move(pages));
            foldUpdates();
            publish();
            learnEntities(R{page}, ended.number, true);
        }
        finish(ended);
    }
    /// There is none: the list has become shorter.
    void arriveNoMore(std::uint64_t run)
    {
        if (isCurrent(run)) {
            const auto self = shared_from_this();
            const Run ended = endRun();
            {
                const Batch batch;
                settleMore();
                foldUpdates();
                publish();
            }
            finish(ended);
        }
    }
    /// As an answer that is there: a fetch that is running ends.
    void write(std::optional<R> value)
    {
        const auto self = shared_from_this();
        ++m_version;
        if (!value) {
            wipe();
            return;
        }
        dropRun();
        stopTimers();
        dropCommitted();
        Batch batch;
        settle(nullptr);
        m_known = nextNumber();
        setBase(std::move(value));
        foldUpdates();
        publish();
        if (sent()) {
            learnEntities(*sent(), m_known, false);
        }
        batch.end();
        wake();
        ensureMore();
    }
    /// What another entry's answer has of it; a fetch that is running goes on. The number is that of the answer's
    /// fetch: what is known since then stays.
    void learn(const R &value, std::uint64_t number)
    {
        if (number < m_known) {
            return;
        }
        m_known = number;
        const Batch batch;
        std::erase_if(m_changes, [&](const Pending &change) {
            return change.committed != 0 && change.committed < number; // the answer has it
        });
        settle(nullptr);
        ++m_version;
        setBase(value);
        foldUpdates();
        publish();
    }

    /// Of an earlier run: shown as stale, and fetched anew.
    void restore(const R &value, std::chrono::milliseconds keptAt)
    {
        const Batch batch;
        setBase(value);
        settleRestored(keptAt);
        if (visitsEntities()) {
            R copy = value;
            restoreParts(&copy);
        }
    }

    void change(std::uint64_t owner, Change function)
    {
        auto next = m_data.peek();
        function(next);
        if (m_changes.empty()) {
            m_base = m_data.peek();
        }
        m_changes.push_back({owner, 0, std::move(function)});
        m_data.set(std::move(next));
        publish();
    }
    void undo(std::uint64_t owner) override
    {
        if (std::erase_if(m_changes, [&](const Pending &change) { return change.owner == owner; }) > 0) {
            setBase(std::exchange(m_base, std::nullopt));
            foldUpdates();
            publish();
            touch();
        }
    }
    void commit(std::uint64_t owner, std::uint64_t number) override
    {
        for (Pending &change : m_changes) {
            if (change.owner == owner) {
                change.committed = number;
            }
        }
        foldUpdates();
        touch();
    }

protected:
    bool hasChanges() const override { return !m_changes.empty(); }
    void clearData() override
    {
        dropCommitted();
        ++m_version;
        m_known = 0;
        setBase(std::nullopt);
        dropParts();
    }
    void foldUpdates() override
    {
        if (isRunning()) {
            return;
        }
        auto first = m_changes.begin();
        for (; first != m_changes.end() && first->committed != 0; ++first) {
            apply(first->function, m_base);
            m_known = std::max(m_known, first->committed);
            ++m_version;
            markUnsaved();
        }
        const bool isFolded = first != m_changes.begin();
        m_changes.erase(m_changes.begin(), first);
        if (m_changes.empty()) {
            m_base.reset();
        }
        if (isFolded && visitsEntities() && sent()) {
            R copy = *sent();
            findParts(&copy);
        }
    }

private:
    struct Pending
    {
        std::uint64_t owner;
        std::uint64_t committed; ///< 0: its mutation is running.
        Change function;
    };

    void learnEntities(const R &value, std::uint64_t number, bool besides)
    {
        if (visitsEntities()) {
            R copy = value;
            learnParts(&copy, number, besides);
        }
    }
    static void apply(const Change &function, std::optional<R> &value)
    {
        try {
            auto next = value;
            function(next);
            value = std::move(next);
        } catch (...) {
            reportError(std::current_exception());
        }
    }
    /// They are older than what is written.
    void dropCommitted()
    {
        std::erase_if(m_changes, [](const Pending &change) { return change.committed != 0; });
    }
    void setBase(std::optional<R> value)
    {
        if (!m_changes.empty()) {
            m_base = value;
            for (const Pending &change : m_changes) {
                apply(change.function, value);
            }
        }
        m_data.set(std::move(value));
    }

    Atom<std::optional<R>> m_data{std::nullopt};
    std::optional<R> m_base; ///< While there are changes.
    std::vector<Pending> m_changes;
    std::uint64_t m_version = 0;
    std::uint64_t m_known = 0; ///< When the data was that of the server: the number of a commit, or of a fetch's begin.
};

} // namespace nanostores::detail
