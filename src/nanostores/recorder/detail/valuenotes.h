// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/logger/detail/valuereader.h>
#include <nanostores/recorder/detail/eventring.h>
#include <nanostores/recorder/detail/storebook.h>
#include <nanostores/recorder/recorder.h>

#include <memory>
#include <string>

namespace nanostores::detail {

/// Puts into the ring which values stores had before an event, and which ones after it: as a whole, as what has changed
/// in it, or cut.
class ValueNotes
{
public:
    /// The value before.
    struct Former
    {
        std::unique_ptr<LogValue> value; ///< One that may change in parts.
        std::string json; ///< Another one; empty: not known.
    };

    ValueNotes(const RecorderOptions &options, const RedactionRules &rules, EventRing &ring)
        : m_options(options)
        , m_rules(rules)
        , m_ring(ring)
    {
    }

    bool isRecorded(const KnownStore &known, const Node &node) const noexcept
    {
        return m_options.values && !known.isHidden && !node.has(Effecting);
    }
    LogValue read(const Node &node, const KnownStore &known);
    /// For the line of the store.
    LogValue readForLine(const Node &node, const KnownStore &known);
    std::unique_ptr<Former> before(const Node &node, const KnownStore &known);
    /// old: null, if it was not taken.
    void noteAfter(std::uint64_t event, const Former *old, KnownStore &known, const Node &node);
    /// Hides in an event what has become known as hidden since.
    void scrub(SessionEvent &event) const;

private:
    bool readLeaf(const Node &node);
    bool noteChanges(std::uint64_t event, const LogValue &old, const LogValue &value, const std::string &json,
                     const KnownStore &known);
    void noteWhole(std::uint64_t event, const std::string &oldJson, const std::string &newJson);

    const RecorderOptions &m_options;
    const RedactionRules &m_rules;
    EventRing &m_ring;
    Secrets m_secrets;
    std::string m_leaf; ///< What readLeaf() has read.
};

} // namespace nanostores::detail
