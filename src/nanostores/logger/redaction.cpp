// SPDX-License-Identifier: MIT
#include <nanostores/logger/redaction.h>

#include <algorithm>
#include <stdexcept>

namespace nanostores::detail {

namespace {

char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// `token` of `auth/token` and of `shop::token`.
std::string_view lastPart(std::string_view name) noexcept
{
    const std::size_t end = name.find_last_of("/:");
    return end == name.npos ? name : name.substr(end + 1);
}

} // namespace

/// Goes back to the last `*` alone, so it takes as long as pattern times text at most.
bool matches(std::string_view pattern, std::string_view text) noexcept
{
    std::size_t p = 0;
    std::size_t t = 0;
    std::size_t star = pattern.npos;
    std::size_t tried = 0;
    while (t < text.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            tried = t;
        } else if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(text[t]))) {
            ++p;
            ++t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++tried;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') {
        ++p;
    }
    return p == pattern.size();
}

RedactionRules::RedactionRules(const std::vector<Redaction> &rules)
    : m_hasRules(!rules.empty())
{
    for (const Redaction &rule : rules) {
        if (rule.store) {
            m_stores.push_back(rule.store);
        } else if (rule.pattern.empty()) {
            throw std::invalid_argument("redact: the pattern is empty. It names a store, a member, or a path such as "
                                        "\"user.password\"; \"*\" hides all");
        } else if (rule.pattern.find_first_of("./:") == std::string::npos) {
            m_names.push_back(rule.pattern);
        } else {
            m_paths.push_back(rule.pattern);
        }
    }
}

bool RedactionRules::hidesStore(std::uintptr_t store, std::string_view name) const
{
    const auto matchesName = [name](const std::string &pattern) { return matches(pattern, name); };
    return std::find(m_stores.begin(), m_stores.end(), store) != m_stores.end()
           || std::any_of(m_paths.begin(), m_paths.end(), matchesName)
           || std::any_of(m_names.begin(), m_names.end(), [&](const std::string &pattern) {
                  return matches(pattern, name) || matches(pattern, lastPart(name));
              });
}

bool RedactionRules::hidesPart(std::string_view storeName, const std::vector<std::string> &path) const
{
    const std::string_view own = path.empty() ? std::string_view() : std::string_view(path.back());
    if (std::any_of(m_names.begin(), m_names.end(), [own](const std::string &name) { return matches(name, own); })) {
        return true;
    }
    if (m_paths.empty()) {
        return false;
    }
    std::string whole(storeName);
    for (const std::string &step : path) {
        whole += '.';
        whole += step;
    }
    return std::any_of(m_paths.begin(), m_paths.end(),
                       [&](const std::string &pattern) { return matches(pattern, whole); });
}

bool RedactionRules::concern(std::uintptr_t store, std::string_view name, const PossibleNames &parts) const
{
    if (hidesStore(store, name)) {
        return true;
    }
    if ((!m_names.empty() || !m_paths.empty()) && parts.isOpen) {
        return true;
    }
    const auto isPart = [&](std::string_view pattern) {
        return std::any_of(parts.names.begin(), parts.names.end(),
                           [&](const std::string &part) { return matches(pattern, part); });
    };
    return std::any_of(m_names.begin(), m_names.end(), isPart)
           || std::any_of(m_paths.begin(), m_paths.end(), [&](const std::string &pattern) {
                  return isPart(std::string_view(pattern).substr(pattern.find_last_of("./:") + 1));
              });
}

} // namespace nanostores::detail
