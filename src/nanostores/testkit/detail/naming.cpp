// SPDX-License-Identifier: MIT
#include <nanostores/testkit/detail/naming.h>

#include <nanostores/core/graph/naming.h>

namespace nanostores::detail {

namespace {

std::string withName(const Node &node, const std::string &name)
{
    if (!name.empty()) {
        return (node.has(Effecting) ? "effect " : node.has(Computing) ? "computed store " : "store ") + name;
    }
    const std::string type = valueTypeOf(node);
    return node.label() + (type.empty() ? "" : " of " + type);
}

} // namespace

std::string described(const Node &node)
{
    const std::string label = node.label();
    return label.starts_with("unnamed ") ? withName(node, nameInType(typeName(typeid(node)))) : label;
}

std::string describedByVariable(const Node &node)
{
    const std::string label = node.label();
    return label.starts_with("unnamed ") ? withName(node, NodeNames(node).of(node)) : label;
}

std::string described(const Listener &listener)
{
    const std::string owner = nameOf(listener);
    return "listener of " + describedByVariable(*listener.source) + (owner.empty() ? "" : " by " + owner);
}

std::string described(TaskPlace place)
{
    return place.file ? std::string("task of ") + place.file + ':' + std::to_string(place.line) : std::string("task");
}

std::string placeOf(const std::type_info &function)
{
    const std::string place = nameInType(typeName(function));
    return place.empty() ? std::string() : " in " + place;
}

std::string describedJob(const std::string &kind, const std::type_info &function)
{
    const std::string place = placeOf(function);
    return kind + (place.empty() ? " (" + typeName(function) + ')' : place);
}

bool isOfJavaScript(const Node &node)
{
    return typeName(typeid(node)).starts_with("nanostores::detail::Script");
}

} // namespace nanostores::detail
