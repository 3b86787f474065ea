// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/valuesource.h>

#include <algorithm>
#include <limits>
#include <string>
#include <type_traits>

namespace nanostores::detail {

namespace {

using ValueKind = LogValue::Kind;

template<typename N>
bool assignNumber(const LogValue &from, void *to)
{
    auto &number = *static_cast<N *>(to);
    if constexpr (std::is_floating_point_v<N>) {
        if (from.kind == ValueKind::Float || from.kind == ValueKind::Integer || from.kind == ValueKind::Unsigned) {
            number = from.kind == ValueKind::Float     ? static_cast<N>(from.number)
                     : from.kind == ValueKind::Integer ? static_cast<N>(from.integer)
                                                       : static_cast<N>(from.natural);
            return true;
        }
    } else if (from.kind == ValueKind::Integer) {
        const bool fits = std::is_signed_v<N> ? from.integer >= static_cast<std::int64_t>(std::numeric_limits<N>::min())
                                                    && from.integer <= static_cast<std::int64_t>(
                                                           std::is_signed_v<N> ? std::numeric_limits<N>::max() : 0)
                                              : from.integer >= 0
                                                    && static_cast<std::uint64_t>(from.integer)
                                                           <= static_cast<std::uint64_t>(std::numeric_limits<N>::max());
        if (fits) {
            number = static_cast<N>(from.integer);
        }
        return fits;
    } else if (from.kind == ValueKind::Unsigned) {
        const bool fits = from.natural <= static_cast<std::uint64_t>(std::numeric_limits<N>::max());
        if (fits) {
            number = static_cast<N>(from.natural);
        }
        return fits;
    }
    return false;
}

template<typename... N>
bool assignAnyNumber(const std::type_info &type, const LogValue &from, void *to)
{
    bool fits = false;
    static_cast<void>(((type == typeid(N) ? (fits = assignNumber<N>(from, to), true) : false) || ...));
    return fits;
}

} // namespace

LogValueSource::LogValueSource(const LogValue &value)
    : m_value(value)
{
}

LogValueSource::~LogValueSource() = default;

bool LogValueSource::whole(const std::type_info &type, void *value) const
{
    if (type == typeid(bool)) {
        if (m_value.kind == ValueKind::Bool) {
            *static_cast<bool *>(value) = m_value.boolean;
        }
        return m_value.kind == ValueKind::Bool;
    }
    if (type == typeid(std::string)) {
        const bool fits = m_value.kind == ValueKind::Text && !m_value.isCut();
        if (fits) {
            *static_cast<std::string *>(value) = m_value.text;
        }
        return fits;
    }
    return assignAnyNumber<int, double, unsigned, long long, unsigned long long, long, unsigned long, short,
                           unsigned short, char, signed char, unsigned char, float, long double>(type, m_value, value);
}

bool LogValueSource::isNone() const
{
    return m_value.kind == ValueKind::None;
}

std::size_t LogValueSource::size() const
{
    return isList() ? m_value.items.size() : isMap() ? m_value.items.size() / 2 : 0;
}

const LogValueSource *LogValueSource::part(std::size_t index) const
{
    if (index >= m_value.items.size()) {
        return nullptr;
    }
    m_parts.resize(m_value.items.size());
    if (!m_parts[index]) {
        m_parts[index] = std::make_unique<LogValueSource>(m_value.items[index]);
    }
    return m_parts[index].get();
}

const ValueSource *LogValueSource::item(std::size_t index) const
{
    return part(isMap() ? 2 * index + 1 : index);
}

const ValueSource *LogValueSource::key(std::size_t index) const
{
    return isMap() ? part(2 * index) : nullptr;
}

const ValueSource *LogValueSource::member(const char *name) const
{
    for (std::size_t i = 0; isMap() && i + 1 < m_value.items.size(); i += 2) {
        if (m_value.items[i].kind == ValueKind::Text && m_value.items[i].text == name) {
            return part(i + 1);
        }
    }
    return nullptr;
}

bool LogValueSource::isList() const
{
    return m_value.kind == ValueKind::List && !m_value.isCut();
}

bool LogValueSource::isMap() const
{
    return m_value.kind == ValueKind::Map && !m_value.isCut();
}

bool LogValueSource::isStruct() const
{
    return isMap();
}

bool hasGaps(const LogValue &value)
{
    return value.isCut() || value.kind == ValueKind::Hidden || value.kind == ValueKind::Opaque
           || value.kind == ValueKind::Absent || std::any_of(value.items.begin(), value.items.end(), hasGaps);
}

namespace {

bool areSameMaps(const LogValue &a, const LogValue &b)
{
    if (a.items.size() != b.items.size()) {
        return false;
    }
    for (std::size_t i = 0; i + 1 < a.items.size(); i += 2) {
        std::size_t at = i; // most often in the same place
        if (!(b.items[at] == a.items[i])) {
            for (at = 0; at < b.items.size() && !(b.items[at] == a.items[i]);) {
                at += 2;
            }
        }
        if (at >= b.items.size() || !isSameValue(a.items[i + 1], b.items[at + 1])) {
            return false;
        }
    }
    return true;
}

} // namespace

bool isSameValue(const LogValue &a, const LogValue &b)
{
    const auto isGap = [](const LogValue &value) {
        return value.isCut() || value.kind == ValueKind::Hidden || value.kind == ValueKind::Opaque
               || value.kind == ValueKind::Absent;
    };
    if (isGap(a) || isGap(b)) {
        return true;
    }
    if (a.kind == ValueKind::Map && b.kind == ValueKind::Map) {
        return areSameMaps(a, b);
    }
    if (a.kind == ValueKind::List && b.kind == ValueKind::List) {
        return std::equal(a.items.begin(), a.items.end(), b.items.begin(), b.items.end(), isSameValue);
    }
    return a.toJson() == b.toJson();
}

} // namespace nanostores::detail
