// SPDX-License-Identifier: MIT
#include <nanostores/logger/detail/part.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <utility>

/// Which stores a logger knows on one thread: their names, what is hidden of them, and the values it has seen.
namespace nanostores::detail {

void LoggerPart::add(std::string name, Node &node)
{
    Known &known = m_known[&node];
    known.isChosen = true;
    known.isRemoved = false;
    known.isNameGiven = !name.empty();
    known.name = std::move(name);
    nameAgain(node, known);
    if (m_core->isOn()) {
        known.value = valueOf(node, known);
    }
    follow(*this, node);
}

void LoggerPart::remove(Node &node) noexcept
{
    unfollow(*this, node);
    guarded([&] {
        takeNewOfAll(node);
        if (m_core->followsAll()) {
            Known &known = m_known[&node];
            known.isChosen = false;
            known.isNameGiven = false;
            known.isRemoved = true;
            known.value = nullptr;
            nameAgain(node, known);
        } else {
            m_known.erase(&node);
        }
        endFrames(node);
    });
}

void LoggerPart::nameAgain(const Node &node, Known &known)
{
    known.node = reinterpret_cast<std::uintptr_t>(&node);
    if (known.number == 0) {
        known.number = m_core->nextStore();
    }
    if (!known.isNameGiven) {
        known.name = NodeNames(node).of(node);
    }
    known.isNumbered = known.name.empty();
    if (known.isNumbered) {
        known.name = (node.has(Effecting)   ? "effect #"
                      : node.has(Computing) ? "computed store #"
                                            : "store #")
                     + std::to_string(known.number);
    }
    known.isHidden = m_rules.hidesStore(reinterpret_cast<std::uintptr_t>(&node), known.name);
    const auto &except = m_core->options().except;
    known.isLeftOut = known.isRemoved
                      || (!known.isChosen && std::any_of(except.begin(), except.end(), [&](const std::string &pattern) {
                             return matches(pattern, known.name);
                         }));
}

LoggerPart::Known *LoggerPart::knownOf(const Node &node)
{
    const auto found = m_known.find(&node);
    if (found != m_known.end()) {
        return &found->second;
    }
    if (!m_core->followsAll()) {
        return nullptr;
    }
    Known &known = m_known[&node];
    nameAgain(node, known);
    return &known;
}

LogValuePtr LoggerPart::valueOf(const Node &node, const Known &known)
{
    ValueReader reader(m_core->options().limits, m_rules, known.name, known.isHidden, m_secrets);
    describe(node, reader);
    return std::make_shared<const LogValue>(reader.take());
}

void LoggerPart::destroyed(Node &node) noexcept
{
    m_known.erase(&node);
    m_rules.forget(reinterpret_cast<std::uintptr_t>(&node));
    forgetFrames(node);
}

void LoggerPart::named(Node &node) noexcept
{
    guarded([&] {
        const auto found = m_known.find(&node);
        if (found != m_known.end() && !found->second.isNameGiven) {
            rename(node, found->second);
        }
    });
}

/// What observes a store may have a name for it: the property that shows it.
void LoggerPart::observed(Node &node) noexcept
{
    guarded([&] {
        const auto found = m_known.find(&node);
        if (found != m_known.end() && found->second.isNumbered) {
            rename(node, found->second);
        }
    });
}

/// The rules for the new name count from now on, and for what of the store is not written yet: its values were read by
/// the rules for the former one.
void LoggerPart::rename(const Node &node, Known &known)
{
    const std::string former = known.name;
    nameAgain(node, known);
    if (known.name == former) {
        return;
    }
    known.value = nullptr;
    for (Item &item : m_items) {
        LogEvent &event = item.event;
        if (event.store != known.number) {
            continue;
        }
        event.name = known.name;
        if (m_rules.empty()) {
            continue;
        }
        const auto hidden = std::make_shared<const LogValue>(LogValue::Kind::Hidden);
        event.oldValue = event.oldValue ? hidden : nullptr;
        event.newValue = event.newValue ? hidden : nullptr;
        if (!event.changes.empty()) {
            event.changes.assign(1, LogChange{{}, *hidden, *hidden});
        }
        if (!event.arguments.empty()) {
            event.arguments.assign(1, LogValue(LogValue::Kind::Hidden));
        }
    }
}

} // namespace nanostores::detail
