// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/redaction.h>
#include <nanostores/recorder/session.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <typeinfo>
#include <unordered_map>
#include <utility>
#include <vector>

namespace nanostores::detail {

class NodeNames;
struct Node;

/// A store or an effect that has had an event, or that was asked about.
struct KnownStore
{
    Node *node = nullptr;
    std::uint32_t id = 0;
    const std::type_info *type = nullptr; ///< Of the node; null: not known yet.
    bool isHidden = false;
    bool isSetFirst = false; ///< Of JavaScript, which has the new value when a write begins.
    bool hasWhole = false; ///< A value was recorded as a whole: later ones may be changes.
    bool hasName = false;
    std::uint64_t whole = 0; ///< The place in the ring of that.
    std::uint64_t lastChange = 0; ///< What its sinks run for.
    std::uint64_t lastRun = 0;
    std::string last; ///< Of JavaScript: the value as JSON.
    SessionStore line; ///< With hasName.
};

/// Whether it is neither a store nor an effect, but a part of how these are made.
bool isNoStore(const Node &node) noexcept;
/// Whether the node is a store of JavaScript, by its type.
bool isOfScript(const std::type_info &type) noexcept;

/// Which stores and effects a recorder knows: their numbers, their names, and what of them is hidden.
class StoreBook
{
public:
    explicit StoreBook(const std::vector<Redaction> &redact)
        : m_rules(redact)
    {
    }

    /// The one of the node, which becomes known by that.
    KnownStore &of(const Node &node)
    {
        auto &place = m_recent[recentPlace(node)];
        if (place.first != &node) {
            place = {&node, &ofSlowly(node)};
        }
        return *place.second;
    }
    /// Null: it is not known.
    KnownStore *find(const Node &node) const noexcept
    {
        const auto &place = m_recent[recentPlace(node)];
        if (place.first == &node) {
            return place.second;
        }
        const auto found = m_known.find(&node);
        return found == m_known.end() ? nullptr : found->second.get();
    }
    /// Takes its type, once the node has it, and hides it where a rule says so.
    void lookAt(KnownStore &known, const Node &node)
    {
        if (!known.type) [[unlikely]] {
            lookAtFirst(known, node);
        }
    }
    /// With a name that the rules are asked with.
    void rename(KnownStore &known, std::string name);
    void forget(const Node &node);

    /// In the order of their numbers.
    std::vector<std::reference_wrapper<KnownStore>> all() const;
    /// Without a value.
    const SessionStore &lineOf(KnownStore &known, const NodeNames &names);
    /// Of a node that is being destroyed, with what can still be found.
    const SessionStore &lastLineOf(KnownStore &known);

    const RedactionRules &rules() const noexcept { return m_rules; }
    /// Values are to be recorded as a whole again.
    void forgetWholes() noexcept;

private:
    static std::size_t recentPlace(const Node &node) noexcept
    {
        return (reinterpret_cast<std::uintptr_t>(&node) >> 4u) % Recent;
    }
    KnownStore &ofSlowly(const Node &node);
    void lookAtFirst(KnownStore &known, const Node &node);

    static constexpr std::size_t Recent = 64;

    RedactionRules m_rules;
    std::unordered_map<const Node *, std::unique_ptr<KnownStore>> m_known;
    /// Those that were looked for last, by address.
    std::array<std::pair<const Node *, KnownStore *>, Recent> m_recent{};
    std::uint32_t m_lastStore = 0;
    std::unordered_map<std::string, unsigned> m_names; ///< How many stores of a name there were.
};

} // namespace nanostores::detail
