// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/valuenotes.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/recorder/detail/leafwriter.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

/// What stands for a value that is too long.
std::string cutJson(const std::string &text, std::size_t size)
{
    LogValue cut = LogValue::ofText(text);
    cut.size = std::max(size, cut.text.size() + 1);
    return cut.toJson();
}

} // namespace

LogValue ValueNotes::read(const Node &node, const KnownStore &known)
{
    LogLimits limits;
    limits.textBytes = std::size_t(1) << 20u;
    limits.parts = 100'000;
    ValueReader reader(limits, m_rules, known.line.name, known.isHidden, m_secrets);
    describe(node, reader);
    LogValue value = reader.take();
    if (!m_secrets.empty()) {
        m_secrets.scrub(value);
    }
    return value;
}

LogValue ValueNotes::readForLine(const Node &node, const KnownStore &known)
{
    const std::string json = read(node, known).toJson();
    constexpr std::size_t Most = std::size_t(1) << 20u;
    LogValue value = valueFromJson(json.size() <= Most ? json : cutJson(json.substr(0, 60), json.size()),
                                   {.lineBytes = 2 * Most, .depth = 1000});
    if (!m_secrets.empty()) {
        m_secrets.scrub(value);
    }
    return value;
}

/// What rules may hide is read by the reader that asks them.
bool ValueNotes::readLeaf(const Node &node)
{
    return m_rules.empty() && writeLeaf(node, m_options.valueBytes / 2, m_leaf);
}

std::unique_ptr<ValueNotes::Former> ValueNotes::before(const Node &node, const KnownStore &known)
{
    auto old = std::make_unique<Former>();
    if (known.isSetFirst) {
        old->json = known.last;
    } else if (readLeaf(node)) {
        old->json = m_leaf;
    } else {
        old->value = std::make_unique<LogValue>(read(node, known));
    }
    return old;
}

void ValueNotes::noteWhole(std::uint64_t event, const std::string &oldJson, const std::string &newJson)
{
    std::string members = "\"v\":" + newJson;
    if (!oldJson.empty()) {
        members += ",\"old\":" + oldJson;
    }
    m_ring.add(RingEntry::Values, event, members);
}

/// False: they are too long, or the value has changed as a whole.
bool ValueNotes::noteChanges(std::uint64_t event, const LogValue &old, const LogValue &value, const std::string &json,
                             const KnownStore &known)
{
    SessionEvent noted;
    noted.changes = known.isSetFirst ? changesOf(old, valueFromJson(json, {.depth = 1000})) : changesOf(old, value);
    if (noted.changes.empty() || noted.changes.front().path.empty()) {
        return false;
    }
    const std::string members = valueMembers(noted);
    return !members.empty() && members.size() <= m_options.valueBytes && m_ring.add(RingEntry::Values, event, members);
}

void ValueNotes::noteAfter(std::uint64_t event, const Former *old, KnownStore &known, const Node &node)
{
    std::string oldJson = old ? old->json : std::string();
    const LogValue *oldValue = old ? old->value.get() : nullptr;
    if (!oldValue && readLeaf(node)) {
        noteWhole(event, oldJson, m_leaf);
        known.last = known.isSetFirst ? m_leaf : std::string();
        return;
    }
    const LogValue value = read(node, known);
    LogValue readAgain;
    if (known.isSetFirst && !oldJson.empty()) {
        readAgain = valueFromJson(oldJson, {.depth = 1000});
        oldValue = &readAgain;
    }
    std::string json = value.toJson();
    oldJson = oldValue ? oldValue->toJson() : oldJson;
    const bool isContainer = value.isContainer() && oldValue && oldValue->isContainer();
    const bool isLong = json.size() + oldJson.size() > m_options.valueBytes;
    const bool isWholeNear = known.hasWhole && known.whole + m_ring.capacity() / 2 > m_ring.end();
    const bool isNoted = isContainer && (isWholeNear || isLong) && noteChanges(event, *oldValue, value, json, known);
    known.last = known.isSetFirst ? json : std::string();
    if (isNoted) {
        return;
    }
    if (isLong) {
        const std::size_t most = m_options.valueBytes / 4;
        json = json.size() > 2 * most ? cutJson(value.toText(most / 4), json.size()) : json;
        oldJson = oldJson.size() > 2 * most && oldValue ? cutJson(oldValue->toText(most / 4), oldJson.size()) : oldJson;
    }
    known.whole = m_ring.end();
    known.hasWhole = !isLong;
    noteWhole(event, oldJson, json);
}

void ValueNotes::scrub(SessionEvent &event) const
{
    if (m_secrets.empty()) {
        return;
    }
    m_secrets.scrub(event.text);
    if (event.value) {
        m_secrets.scrub(*event.value);
    }
    if (event.old) {
        m_secrets.scrub(*event.old);
    }
    for (LogChange &change : event.changes) {
        m_secrets.scrub(change.oldValue);
        m_secrets.scrub(change.newValue);
    }
}

} // namespace nanostores::detail
