// SPDX-License-Identifier: MIT
#include <nanostores/recorder/sessionvalues.h>

#include <nanostores/recorder/detail/jsonvalue.h>

#include <algorithm>
#include <span>
#include <utility>

namespace nanostores {

namespace {

using PartKind = LogValue::Kind;

std::size_t placeOfKey(const LogValue &map, const LogValue &key)
{
    std::size_t at = 0;
    while (at < map.items.size() && !(map.items[at] == key)) {
        at += 2;
    }
    return at;
}

/// Where the step leads to in the value: an index into items, or the end of them. None: the value has no such parts.
std::size_t placeOf(const LogValue &value, const LogStep &step)
{
    constexpr std::size_t None = static_cast<std::size_t>(-1);
    switch (value.kind) {
    case PartKind::Struct: {
        const std::string &name = step.kind == LogStep::Kind::Key ? step.key.text : step.name;
        const auto found = std::find(value.names.begin(), value.names.end(), name);
        return found == value.names.end() ? None : static_cast<std::size_t>(found - value.names.begin());
    }
    case PartKind::Map:
        return step.kind == LogStep::Kind::Index ? None
               : step.kind == LogStep::Kind::Key
                   ? placeOfKey(value, step.key)
                   : placeOfKey(value, valueFromJson(LogValue::ofText(step.name).toJson()));
    case PartKind::List: {
        const bool isNumber = step.kind == LogStep::Kind::Index || step.key.kind == PartKind::Integer;
        const auto at = step.kind == LogStep::Kind::Index ? step.index : static_cast<std::size_t>(step.key.integer);
        return isNumber && at <= value.items.size() ? at : None;
    }
    default:
        return None;
    }
}

LogValue keyOf(const LogStep &step)
{
    return step.kind == LogStep::Kind::Key ? step.key : valueFromJson(LogValue::ofText(step.name).toJson());
}

/// Puts next where the path leads to.
bool put(LogValue &value, std::span<const LogStep> path, const LogValue &next)
{
    if (path.empty()) {
        value = next;
        return next.kind != PartKind::Absent;
    }
    if (value.isCut()) {
        return false;
    }
    const std::size_t at = placeOf(value, path.front());
    const std::size_t item = at + (value.kind == PartKind::Map ? 1 : 0);
    if (at > value.items.size()) {
        return false;
    }
    const bool isThere = at < value.items.size();
    const auto place = value.items.begin() + static_cast<std::ptrdiff_t>(at);
    bool isDone = true;
    if (path.size() > 1) {
        isDone = isThere && put(value.items[item], path.subspan(1), next);
    } else if (next.kind == PartKind::Absent) {
        if (isThere && value.kind != PartKind::Struct) {
            value.items.erase(place, place + (value.kind == PartKind::Map ? 2 : 1));
        }
        isDone = isThere;
    } else if (isThere) {
        value.items[item] = next;
    } else if (value.kind == PartKind::Map) {
        value.items.push_back(keyOf(path.front()));
        value.items.push_back(next);
    } else {
        value.items.push_back(next);
    }
    value.size = value.items.size();
    detail::renewDigest(value);
    return isDone;
}

bool changesValue(const SessionEvent &event) noexcept
{
    return event.value || event.old || !event.changes.empty();
}

} // namespace

bool applyTo(LogValue &value, const SessionEvent &event)
{
    bool isKnown = true;
    if (!event.changes.empty()) {
        isKnown = value.kind != PartKind::Absent;
        for (const LogChange &change : event.changes) {
            isKnown = isKnown && put(value, change.path, change.newValue);
        }
    } else if (event.value) {
        value = *event.value;
    } else {
        isKnown = !event.old;
    }
    if (!isKnown) {
        value = LogValue();
    }
    return isKnown;
}

bool takeBackFrom(LogValue &value, const SessionEvent &event)
{
    bool isKnown = true;
    if (!event.changes.empty()) {
        isKnown = value.kind != PartKind::Absent;
        for (auto change = event.changes.rbegin(); change != event.changes.rend(); ++change) {
            isKnown = isKnown && put(value, change->path, change->oldValue);
        }
    } else if (event.old) {
        value = *event.old;
    } else {
        isKnown = !event.value;
    }
    if (!isKnown) {
        value = LogValue();
    }
    return isKnown;
}

SessionValues::SessionValues(const std::vector<SessionStore> &stores)
{
    for (const SessionStore &store : stores) {
        add(store);
    }
}

void SessionValues::add(const SessionStore &store)
{
    m_values.try_emplace(store.id, store.value);
}

void SessionValues::apply(const SessionEvent &event)
{
    if (event.kind == SessionEvent::Kind::Lost && m_hasBegun) { // any of them may have changed
        for (auto &[store, value] : m_values) {
            value = LogValue();
        }
    }
    m_hasBegun = true;
    if (event.store != 0 && changesValue(event)) {
        applyTo(m_values[event.store], event);
    }
}

void SessionValues::takeBack(const SessionEvent &event)
{
    if (event.store != 0 && changesValue(event)) {
        takeBackFrom(m_values[event.store], event);
    }
}

const LogValue &SessionValues::of(std::uint64_t store) const noexcept
{
    static const LogValue unknown;
    const auto found = m_values.find(store);
    return found == m_values.end() ? unknown : found->second;
}

} // namespace nanostores
