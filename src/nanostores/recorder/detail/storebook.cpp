// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/storebook.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/naming.h>

#include <algorithm>
#include <cstring>

namespace nanostores::detail {

bool isNoStore(const Node &node) noexcept
{
    return node.has(Effecting) && std::strcmp(kindOf(node), "scope") == 0;
}

bool isOfScript(const std::type_info &type) noexcept
{
    return std::strstr(type.name(), "12ScriptSignal") != nullptr;
}

KnownStore &StoreBook::ofSlowly(const Node &node)
{
    std::unique_ptr<KnownStore> &made = m_known[&node];
    if (!made) {
        try {
            made = std::make_unique<KnownStore>();
        } catch (...) {
            m_known.erase(&node);
            throw;
        }
        made->node = const_cast<Node *>(&node);
        made->id = ++m_lastStore;
    }
    return *made;
}

void StoreBook::lookAtFirst(KnownStore &known, const Node &node)
{
    known.type = &typeid(node);
    known.isSetFirst = isOfScript(*known.type);
    if (!m_rules.empty() && known.line.name.empty()) {
        rename(known, nameOf(node));
    }
}

void StoreBook::rename(KnownStore &known, std::string name)
{
    known.line.name = std::move(name);
    known.isHidden =
        !m_rules.empty() && m_rules.hidesStore(reinterpret_cast<std::uintptr_t>(known.node), known.line.name);
}

void StoreBook::forget(const Node &node)
{
    auto &recent = m_recent[recentPlace(node)];
    if (recent.first == &node) {
        recent = {};
    }
    m_rules.forget(reinterpret_cast<std::uintptr_t>(&node));
    m_known.erase(&node);
}

std::vector<std::reference_wrapper<KnownStore>> StoreBook::all() const
{
    std::vector<std::reference_wrapper<KnownStore>> all;
    all.reserve(m_known.size());
    for (const auto &[node, one] : m_known) {
        if (!isNoStore(*node)) {
            all.push_back(*one);
        }
    }
    std::sort(all.begin(), all.end(), [](const KnownStore &a, const KnownStore &b) { return a.id < b.id; });
    return all;
}

const SessionStore &StoreBook::lineOf(KnownStore &known, const NodeNames &names)
{
    const Node &node = *known.node;
    lookAt(known, node);
    SessionStore &line = known.line;
    if (!known.hasName) {
        line.id = known.id;
        line.kind = kindOf(node);
        line.type = valueTypeOf(node);
        if (line.name.empty()) {
            line.name = names.of(node);
        }
        line.isNamed = !line.name.empty();
        if (line.isNamed) {
            const unsigned count = ++m_names[line.name];
            line.name += count > 1 ? '#' + std::to_string(count) : std::string();
        } else {
            line.name = line.kind + (line.type.empty() ? std::string() : '<' + line.type + '>') + '#'
                        + std::to_string(known.id);
        }
        known.hasName = true;
    }
    line.isHidden = known.isHidden;
    return line;
}

const SessionStore &StoreBook::lastLineOf(KnownStore &known)
{
    SessionStore &line = known.line;
    if (!known.hasName) {
        const Node &node = *known.node;
        line.id = known.id;
        line.kind = kindOf(node);
        if (line.name.empty()) {
            const Extra *const extra = node.extraOrNull();
            line.name = extra ? extra->name : std::string();
        }
        if (line.name.empty()) {
            line.name = nameInType(demangled(known.type->name()));
        }
        line.isNamed = !line.name.empty();
        if (!line.isNamed) {
            line.name = line.kind + '#' + std::to_string(known.id);
        }
    }
    line.isHidden = known.isHidden;
    return line;
}

void StoreBook::forgetWholes() noexcept
{
    for (auto &[node, known] : m_known) {
        known->hasWhole = false;
    }
}

} // namespace nanostores::detail
