// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/describe.h>

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/edit.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/core/graph/write.h>

#include <mutex>
#include <string>
#include <typeindex>
#include <unordered_map>

/// Reading and writing values without knowing their types.
namespace nanostores::detail {

namespace {

/// Functions for types that are known when the program runs. Never destroyed: stores may outlive everything that is.
template<typename F>
class FunctionsByType
{
public:
    void set(const std::type_info &type, F function)
    {
        const std::lock_guard lock(m_mutex);
        m_functions.insert_or_assign(type, function);
    }
    F of(const std::type_info &type) const
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_functions.find(type);
        return found == m_functions.end() ? nullptr : found->second;
    }

private:
    mutable std::mutex m_mutex;
    std::unordered_map<std::type_index, F> m_functions;
};

using DescribeFunction = void (*)(const void *value, Describer &to);

FunctionsByType<DescribeFunction> &describers()
{
    static auto *const instance = new FunctionsByType<DescribeFunction>;
    return *instance;
}

} // namespace

Describer::~Describer() = default;

void Describer::valueType(const std::type_info &) {}

void setDescriber(const std::type_info &type, DescribeFunction describe)
{
    describers().set(type, describe);
}

void describeLeaf(const std::type_info &type, const void *value, Describer &to)
{
    const DescribeFunction describe = describers().of(type);
    describe ? describe(value, to) : to.unknown(type);
}

void Node::describeTo(Describer &to) const
{
    to.unknown(typeid(*this));
}

OldValue *Node::keepValue() const
{
    return nullptr;
}

void Node::swapValue(OldValue &) {}

void describe(const Node &node, Describer &to)
{
    node.describeTo(to);
}

KeptValue::~KeptValue()
{
    if (m_value) {
        m_value->release();
    }
}

KeptValue keep(const Node &node)
{
    return KeptValue(node.keepValue());
}

bool restore(Node &node, KeptValue kept)
{
    if (!kept) {
        return false;
    }
    node.checkThread();
    const auto held = Ref<Node>::share(&node);
    WriteProbe probe(node);
    if (!node.differs(kept.get())) {
        probe.ended(Outcome::Equal);
        return true;
    }
    node.swapValue(*kept.get());
    if (node.sinks || node.has(HooksNotify)) {
        node.changed(kept.take()); // it holds the former value now
    } else {
        node.bump();
    }
    probe.ended(Outcome::Changed);
    return true;
}

// Edits

ValueSource::~ValueSource() = default;

bool ValueSource::isNone() const
{
    return false;
}

std::size_t ValueSource::size() const
{
    return 0;
}

const ValueSource *ValueSource::item(std::size_t) const
{
    return nullptr;
}

const ValueSource *ValueSource::key(std::size_t) const
{
    return nullptr;
}

const ValueSource *ValueSource::member(const char *) const
{
    return nullptr;
}

bool ValueSource::isList() const
{
    return false;
}

bool ValueSource::isMap() const
{
    return false;
}

bool ValueSource::isStruct() const
{
    return false;
}

namespace {

/// The editors of the atoms that every program has.
template<typename... T>
void editAtoms(FunctionsByType<Editor> &editors)
{
    (editors.set(typeid(SignalNode<T>), &editNode<SignalNode<T>>), ...);
}

FunctionsByType<Editor> &editors()
{
    static auto *const instance = [] {
        auto *const made = new FunctionsByType<Editor>;
        editAtoms<bool, int, unsigned, long long, double, std::string>(*made);
        return made;
    }();
    return *instance;
}

} // namespace

void setEditor(const std::type_info &nodeType, Editor editor)
{
    editors().set(nodeType, editor);
}

bool isEditable(const Node &node)
{
    return editors().of(typeid(node)) != nullptr;
}

bool assign(Node &node, const ValueSource &from)
{
    const Editor editor = editors().of(typeid(node));
    return editor && editor(node, from);
}

} // namespace nanostores::detail
