// SPDX-License-Identifier: MIT
#include <nanostores/testkit/detail/keptstores.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/testkit/detail/naming.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores::detail {

namespace {

/// So many times stores are given their values again after what observes them has changed others.
constexpr int RestoreRounds = 100;

std::string whatWentWrong()
{
    try {
        throw;
    } catch (const std::exception &error) {
        return error.what();
    } catch (...) {
        return "an error of a type that is no std::exception";
    }
}

} // namespace

void KeptStores::keep(const Node &node)
{
    if (node.has(Computing | Effecting) || m_places.contains(&node) || m_lost.contains(&node)) {
        return;
    }
    std::string why = "its value cannot be copied";
    try {
        if (KeptValue value = detail::keep(node)) {
            m_kept.push_back({const_cast<Node *>(&node), std::move(value)});
            m_places.emplace(&node, m_kept.size() - 1);
            return;
        }
    } catch (...) {
        why = "copying its value threw: " + whatWentWrong();
    }
    m_lost.emplace(&node, Lost{std::move(why)});
}

void KeptStores::forget(const Node &node) noexcept
{
    if (const auto place = m_places.find(&node); place != m_places.end()) {
        m_kept[place->second].node = nullptr;
        m_places.erase(place);
    }
    m_lost.erase(&node);
}

void KeptStores::noteWrite(const Node &node) noexcept
{
    if (m_lost.empty()) {
        return;
    }
    if (const auto lost = m_lost.find(&node); lost != m_lost.end()) {
        lost->second.isWritten = true;
    }
}

/// False: all have their values. Hooks run within, and may make stores and end them.
bool KeptStores::restoreOnce(std::vector<std::string> &errors)
{
    bool changed = false;
    errors.clear();
    try {
        batch([&] {
            for (std::size_t i = 0; i < m_kept.size(); ++i) {
                Node *const node = m_kept[i].node;
                if (!node) {
                    continue;
                }
                const auto held = Ref<Node>::share(node);
                try {
                    if (node->differs(m_kept[i].value.get())) {
                        changed = true;
                        KeptValue value = std::move(m_kept[i].value);
                        detail::restore(*node, std::move(value));
                        m_kept[i].value = detail::keep(*node); // for another round
                    }
                } catch (...) {
                    errors.push_back(described(*node) + ": " + whatWentWrong());
                    if (!m_kept[i].value) {
                        forget(*node);
                    }
                }
            }
        });
    } catch (...) {
        reportError(std::current_exception()); // of an observer: the values are set
    }
    return changed;
}

std::vector<std::string> KeptStores::restore()
{
    std::vector<std::string> wrong;
    std::vector<std::string> errors;
    int rounds = RestoreRounds;
    while (rounds > 0 && restoreOnce(errors)) {
        --rounds;
        wrong.insert(wrong.end(), errors.begin(), errors.end());
    }
    if (rounds == 0) {
        for (const Kept &kept : m_kept) {
            if (kept.node && kept.node->differs(kept.value.get())) {
                wrong.push_back(described(*kept.node) + ": an observer writes it whenever it is given its value");
            }
        }
    }
    for (const auto &[node, lost] : m_lost) {
        if (lost.isWritten) {
            wrong.push_back(described(*node) + ": " + lost.why
                            + "; set it back by hand, or hold the value in a std::shared_ptr");
        }
    }
    std::sort(wrong.begin(), wrong.end());
    wrong.erase(std::unique(wrong.begin(), wrong.end()), wrong.end());
    return wrong;
}

/// The values change places for a moment, in which nothing runs.
std::vector<std::string> KeptStores::differences()
{
    std::vector<std::string> lines;
    for (const Kept &kept : m_kept) {
        if (!kept.node || !kept.node->differs(kept.value.get())) {
            continue;
        }
        const std::string now = valueTextOf(*kept.node);
        kept.node->swapValue(*kept.value.get());
        const std::string before = valueTextOf(*kept.node);
        kept.node->swapValue(*kept.value.get());
        lines.push_back(described(*kept.node) + ": " + before + " -> " + now);
    }
    for (const auto &[node, lost] : m_lost) {
        if (lost.isWritten) {
            lines.push_back(described(*node) + ": was written, " + lost.why);
        }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

} // namespace nanostores::detail
