// SPDX-License-Identifier: MIT
#include <nanostores/logger/logvalue.h>

#include <nanostores/logger/detail/text.h>
#include <nanostores/logger/detail/valuereader.h>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace nanostores {

LogValue LogValue::ofText(std::string text)
{
    LogValue value(Kind::Text);
    value.size = text.size();
    value.digest = detail::digestOf(text, Kind::Text);
    value.text = std::move(text);
    return value;
}

std::string LogValue::toText(std::size_t limit) const
{
    std::string made;
    detail::appendText(made, *this, limit);
    return made;
}

std::string LogValue::toJson() const
{
    std::string made;
    detail::appendJson(made, *this);
    return made;
}

std::string pathText(const std::vector<LogStep> &path, std::size_t limit)
{
    std::string text;
    for (const LogStep &step : path) {
        switch (step.kind) {
        case LogStep::Kind::Member:
            text += '.';
            detail::appendEscaped(text, step.name, false);
            break;
        case LogStep::Kind::Key:
            text += '[';
            detail::appendText(text, step.key, limit);
            text += ']';
            break;
        case LogStep::Kind::Index:
            text += '[' + std::to_string(step.index) + ']';
            break;
        }
    }
    return text;
}

namespace {

/// Walks through two values at once.
class Comparison
{
public:
    explicit Comparison(std::size_t limit)
        : m_limit(limit)
    {
    }

    void compare(const LogValue &before, const LogValue &now)
    {
        if (before == now) {
            return;
        }
        const std::size_t found = m_changes.size();
        bool inParts = before.kind == now.kind && !before.isCut() && !now.isCut();
        switch (inParts ? now.kind : LogValue::Kind::None) {
        case LogValue::Kind::Struct:
            inParts = before.names == now.names;
            if (inParts) {
                compareStructs(before, now);
            }
            break;
        case LogValue::Kind::Map:
            inParts = compareMaps(before, now);
            break;
        case LogValue::Kind::List:
            compareLists(before, now);
            break;
        default:
            inParts = false;
        }
        if (!inParts || m_changes.size() == found || m_changes.size() > m_limit) {
            m_changes.resize(found); // as one
            add(before, now);
        }
    }
    std::vector<LogChange> take() { return std::move(m_changes); }

private:
    void add(const LogValue &before, const LogValue &now) { m_changes.push_back({m_path, before, now}); }
    bool isFull() const noexcept { return m_changes.size() > m_limit; }
    template<typename F>
    void at(LogStep step, F f)
    {
        m_path.push_back(std::move(step));
        f();
        m_path.pop_back();
    }
    static LogStep member(const std::string &name) { return {LogStep::Kind::Member, name, {}, 0}; }
    static LogStep atKey(const LogValue &key) { return {LogStep::Kind::Key, {}, key, 0}; }
    static LogStep atIndex(std::size_t i) { return {LogStep::Kind::Index, {}, {}, i}; }

    void compareStructs(const LogValue &before, const LogValue &now)
    {
        for (std::size_t i = 0; i < now.items.size() && !isFull(); ++i) {
            at(member(now.names[i]), [&] { compare(before.items[i], now.items[i]); });
        }
    }
    void compareLists(const LogValue &before, const LogValue &now)
    {
        const std::size_t common = std::min(before.items.size(), now.items.size());
        for (std::size_t i = 0; i < common && !isFull(); ++i) {
            at(atIndex(i), [&] { compare(before.items[i], now.items[i]); });
        }
        for (std::size_t i = before.items.size(); i-- > common && !isFull();) {
            at(atIndex(i), [&] { add(before.items[i], LogValue()); });
        }
        for (std::size_t i = common; i < now.items.size() && !isFull(); ++i) {
            at(atIndex(i), [&] { add(LogValue(), now.items[i]); });
        }
    }
    /// False: the keys that stay, or the new ones, do not stand where removing, setting and adding leaves them.
    bool compareMaps(const LogValue &before, const LogValue &now)
    {
        std::unordered_map<std::uint64_t, std::size_t> old;
        std::unordered_map<std::uint64_t, std::size_t> present;
        for (std::size_t i = 0; i < now.items.size(); i += 2) {
            if (!present.emplace(now.items[i].digest, i).second || now.items[i].isCut()) {
                return false;
            }
        }
        for (std::size_t i = 0; i < before.items.size(); i += 2) {
            if (!old.emplace(before.items[i].digest, i).second || before.items[i].isCut()) {
                return false;
            }
            if (!present.count(before.items[i].digest) && !isFull()) {
                at(atKey(before.items[i]), [&] { add(before.items[i + 1], LogValue()); });
            }
        }
        std::size_t last = 0;
        bool added = false;
        for (std::size_t i = 0; i < now.items.size(); i += 2) {
            const auto found = old.find(now.items[i].digest);
            if (found == old.end()) {
                added = true;
                if (!isFull()) {
                    at(atKey(now.items[i]), [&] { add(LogValue(), now.items[i + 1]); });
                }
                continue;
            }
            if (added || found->second + 1 < last) {
                return false;
            }
            last = found->second + 1;
            if (!isFull()) {
                at(atKey(now.items[i]), [&] { compare(before.items[found->second + 1], now.items[i + 1]); });
            }
        }
        return true;
    }

    const std::size_t m_limit;
    std::vector<LogStep> m_path;
    std::vector<LogChange> m_changes;
};

} // namespace

std::vector<LogChange> changesOf(const LogValue &oldValue, const LogValue &newValue, std::size_t limit)
{
    Comparison comparison(limit);
    comparison.compare(oldValue, newValue);
    return comparison.take();
}

} // namespace nanostores
