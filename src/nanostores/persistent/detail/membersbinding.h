// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/equal.h>
#include <nanostores/core/record.h>
#include <nanostores/persistent/detail/valuebinding.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nanostores::detail {

/// A Record that has an entry for each member.
template<typename T>
class MembersBinding final : public Binding, public ConflictShower<T>
{
    using Node = RecordNode<T>;
    struct Member
    {
        std::string name;
        std::function<std::optional<std::string>(const T &)> encode;
        std::function<bool(T &, const std::string &)> decode; ///< False: it is not of the type.
        std::function<void(T &, const T &)> copy;
        std::function<bool(const T &, const T &)> isSame;
    };

public:
    MembersBinding(const StorageEngine &engine, Node &node, std::string prefix, PersistentOptions<T> options)
        : Binding(engine, node, std::move(prefix), true, styleOf(options), pacingOf(options))
        , m_initial(node.current())
        , m_known(node.current())
        , m_schema(std::move(options.schema))
        , m_policy(std::move(options.onConflict))
        , m_listens(options.listen)
    {
        T::visitFields([this]<typename M>(const char *member, M T::*pointer) {
            const ValueCodec<M> codec;
            m_members.push_back({member, [pointer, codec](const T &from) { return codec.encode(from.*pointer); },
                                 [pointer, codec](T &to, const std::string &raw) {
                                     auto value = codec.decode(raw);
                                     if (value) {
                                         to.*pointer = std::move(*value);
                                     }
                                     return value.has_value();
                                 },
                                 [pointer](T &to, const T &from) { to.*pointer = from.*pointer; },
                                 [pointer](const T &a, const T &b) { return Equal<M>{}(a.*pointer, b.*pointer); }});
        });
    }

    /// What differs from what was last known, so that defaults and what others have set are not written.
    void encode() override
    {
        const T value = typedNode().current();
        const T known = std::exchange(m_known, value);
        for (const Member &member : m_members) {
            if (!member.isSame(known, value)) {
                putEncoded(name() + member.name, [&] { return member.encode(value); });
            }
        }
    }
    void rowsLoaded(std::span<const RowChange> rows) override { take(rows); }
    void rowsChanged(std::span<const RowChange> changes, bool isFirst) override
    {
        if (m_listens || isFirst) {
            take(changes);
        }
    }
    std::optional<std::optional<std::string>> merged(const std::string &key, const RawForm &base, const RawForm &mine,
                                                     const RawForm &theirs) override
    {
        const Member *const member = memberOf(key);
        if (!m_policy.function() || !member) {
            return std::nullopt;
        }
        const T value = m_policy.function()(with(*member, base), with(*member, mine), with(*member, theirs));
        T next = typedNode().current();
        member->copy(next, value);
        member->copy(m_known, value);
        auto raw = member->encode(value);
        const Taking taking(*this);
        handle().set(std::move(next));
        return raw;
    }
    void conflictChanged(const std::string &key, const RawForm &base, const RawForm &mine, const RawForm &theirs,
                         std::uint64_t writer) override
    {
        if (const Member *const member = memberOf(key)) {
            this->show(std::dynamic_pointer_cast<ConflictShower<T>>(shared_from_this()), key, with(*member, base),
                       with(*member, mine), with(*member, theirs), writer);
        }
    }
    void conflictEnded(const std::string &key) override { this->hide(key); }
    void end(const std::string &key, bool keepsMine, const T *value) override
    {
        const auto held = hold();
        const Member *const member = memberOf(key);
        batch([&] { // what observers throw is thrown when the conflict is over
            if (value && member) {
                T next = typedNode().current();
                member->copy(next, *value);
                handle().set(std::move(next));
            }
            resolve(key, keepsMine);
        });
    }

private:
    Node &typedNode() const { return static_cast<Node &>(node()); }
    Record<T> handle() const { return Record<T>(Ref<Node>::share(&typedNode())); }
    const Member *memberOf(std::string_view key) const
    {
        key.remove_prefix(name().size());
        for (const Member &member : m_members) {
            if (member.name == key) {
                return &member;
            }
        }
        return nullptr;
    }
    /// The present struct with another value of the member.
    T with(const Member &member, const RawForm &form) const
    {
        T value = typedNode().current();
        if (!form.value || !read(member, value, *form.value, form.schema)) {
            member.copy(value, m_initial);
        }
        return value;
    }
    /// False: it cannot be read.
    bool read(const Member &member, T &to, const std::string &raw, std::uint32_t schema) const
    {
        const auto present = schema < m_schema.number() ? m_schema.migrated(raw, schema) : std::optional(raw);
        return present && member.decode(to, *present);
    }
    void take(std::span<const RowChange> changes)
    {
        T next = typedNode().current();
        std::vector<const Member *> news;
        for (const RowChange &change : changes) {
            const Member *const member = memberOf(change.key);
            if (!member || (isDirty() && !member->isSame(m_known, typedNode().current()))) {
                continue; // of another version of the program; or the program has set it meanwhile
            }
            T taken = next;
            if (change.value) {
                const bool isRead = read(*member, taken, *change.value, change.schema);
                setUnreadable(change.key, !isRead);
                if (!isRead) {
                    continue;
                }
            } else {
                setUnreadable(change.key, false);
                member->copy(taken, m_initial);
            }
            member->copy(next, taken);
            news.push_back(member);
        }
        if (news.empty()) {
            return;
        }
        const Taking taking(*this);
        handle().set(std::move(next));
        for (const Member *const member : news) { // what a hook has made of them is no change of the program's
            member->copy(m_known, typedNode().current());
        }
    }

    const T m_initial;
    T m_known; ///< As last written or read.
    const Schema m_schema;
    const ConflictPolicy<T> m_policy;
    const bool m_listens;
    std::vector<Member> m_members;
};

} // namespace nanostores::detail
