// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/naming.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/kindflags.h>
#include <nanostores/core/graph/lifecycle.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <unordered_map>
#include <utility>

#if defined(__GNUC__)
#include <cxxabi.h>
#endif

/// Names of nodes: from the types of closures, and from what layers and symbols say.
namespace nanostores::detail {

// Namers

namespace {

constinit thread_local Namer *firstNamer = nullptr;
constinit std::atomic<FindVariables> findVariables = nullptr;

} // namespace

Namer::Namer()
    : m_next(std::exchange(firstNamer, this))
{
    if (m_next) {
        m_next->m_previous = this;
    }
}

Namer::~Namer()
{
    (m_previous ? m_previous->m_next : firstNamer) = m_next;
    if (m_next) {
        m_next->m_previous = m_previous;
    }
}

void Namer::nameNodes(const Found &) const {}
void Namer::appendRunning(std::vector<Frame> &) const {}

void forEachNamer(const std::function<void(const Namer &)> &visit)
{
    for (const Namer *namer = firstNamer; namer; namer = namer->m_next) {
        visit(*namer);
    }
}

void setFindVariables(FindVariables find) noexcept
{
    findVariables.store(find, std::memory_order_release);
}

// Demangled names

std::string demangled(const char *symbol)
{
#if defined(__GNUC__)
    int status = 0;
    if (char *const name = abi::__cxa_demangle(symbol, nullptr, nullptr, &status)) {
        std::string text = name;
        std::free(name);
        return text;
    }
#endif
    return symbol;
}

namespace {

const std::string &demangledString()
{
    static const auto *const name = new std::string(demangled(typeid(std::string).name()));
    return *name;
}

} // namespace

std::string typeName(const std::type_info &type)
{
    std::string name = demangled(type.name());
    for (const auto &[from, to] :
         {std::pair<std::string_view, std::string_view>{demangledString(), "std::string"}, {" >", ">"}}) {
        for (std::size_t at = name.find(from); at != std::string::npos; at = name.find(from, at)) {
            name.replace(at, from.size(), to);
        }
    }
    return name;
}

namespace {

constexpr std::string_view AnonymousNamespace = "(anonymous namespace)::";
constexpr std::string_view CallOperator = "::operator()";
constexpr std::string_view ClosureCall = "::{}::operator()"; // of a plain() name
constexpr auto none = std::string_view::npos;

constexpr bool opens(char c) noexcept
{
    return c == '(' || c == '<' || c == '{' || c == '[';
}

constexpr bool closes(char c) noexcept
{
    return c == ')' || c == '>' || c == '}' || c == ']';
}

bool isQualifier(std::string_view rest)
{
    return rest.starts_with(" const") || rest.starts_with(" volatile") || rest.starts_with(" &");
}

/// The names of closures begin so: {lambda()#1}, and $_0 or 'lambda' of clang.
std::size_t findClosure(std::string_view text, std::size_t from)
{
    const std::size_t found[] = {text.find("{lambda", from), text.find("$_", from), text.find("'lambda", from)};
    return std::min({found[0], found[1], found[2]});
}

/// The qualified name around a place in a type, within the brackets that it stands in.
std::string_view nameAround(std::string_view text, std::size_t at)
{
    std::size_t begin = at;
    for (int depth = 0; begin > 0; --begin) {
        const char c = text[begin - 1];
        if (closes(c)) {
            ++depth;
        } else if (opens(c)) {
            if (depth-- == 0) {
                break;
            }
        } else if (depth == 0 && (c == ',' || (c == ' ' && !isQualifier(text.substr(begin - 1))))) {
            break;
        }
    }
    std::size_t end = at;
    for (int depth = 0; end < text.size(); ++end) {
        const char c = text[end];
        if (opens(c)) {
            ++depth;
        } else if (closes(c)) {
            if (depth-- == 0) {
                break;
            }
        } else if (depth == 0 && (c == ',' || (c == ' ' && !isQualifier(text.substr(end))))) {
            break;
        }
    }
    return text.substr(begin, end - begin);
}

bool isInternal(std::string_view name)
{
    return name.starts_with("nanostores::") || name.starts_with("std::") || name.starts_with("__gnu");
}

/// Where the bracket at `at` ends, behind it.
std::size_t behindBracket(std::string_view text, std::size_t at)
{
    int depth = 0;
    for (; at < text.size(); ++at) {
        if (opens(text[at])) {
            ++depth;
        } else if (closes(text[at]) && --depth == 0) {
            return at + 1;
        }
    }
    return at;
}

bool isNameChar(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '~' || c == '$';
}

/// Leaves out the arguments of templates, anonymous namespaces and closures; parameters become (), if they are kept.
std::string plain(std::string_view text, bool keepsParameters)
{
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::string_view rest = text.substr(at);
        const bool atStart = result.empty() || !isNameChar(result.back());
        if (rest.starts_with(AnonymousNamespace)) {
            at += AnonymousNamespace.size();
        } else if (atStart && rest.starts_with("operator") && rest.size() > 8 && !isNameChar(rest[8])) {
            const std::size_t parameters = rest.starts_with("operator()") ? 10 : rest.find('(');
            result += rest.substr(0, parameters);
            at += std::min(parameters, rest.size());
        } else if (rest[0] == '<') {
            at = behindBracket(text, at);
        } else if (rest[0] == '{') { // of a closure
            at = behindBracket(text, at);
            result += "{}";
        } else if (rest[0] == '(') {
            at = behindBracket(text, at);
            result += keepsParameters ? "()" : "";
            while (at < text.size() && isQualifier(text.substr(at))) {
                at = std::min({text.find(' ', at + 1), text.find(':', at + 1), text.size()});
            }
        } else if (rest.starts_with("[abi:") || rest.starts_with(" [clone")) {
            at = behindBracket(text, text.find('[', at));
        } else {
            result += rest[0];
            ++at;
        }
    }
    return result;
}

/// The number of a closure among those of its function: #2 of {lambda()#2}; none for the first.
std::string numberOf(std::string_view closure)
{
    const std::size_t at = closure.find(closure.starts_with('$') ? '_' : '#');
    std::string number;
    for (std::size_t i = at + 1;
         at != none && i < closure.size() && std::isdigit(static_cast<unsigned char>(closure[i])); ++i) {
        number += closure[i];
    }
    return number.empty() || number == "1" || number == "0" ? std::string() : '#' + number;
}

/// Of the whole name of a closure. One that was written in the function of another one has the name of that.
std::string nameOfClosure(std::string_view closure)
{
    std::size_t last = none;
    for (std::size_t at = findClosure(closure, 0); at != none; at = findClosure(closure, at + 1)) {
        if (closure.substr(0, at).find('<') == none || nameAround(closure, at) == closure) {
            last = at; // not one among the arguments of a template
        }
    }
    if (last == none) {
        return {};
    }
    const std::string number = numberOf(closure.substr(last));
    std::string name = plain(closure.substr(0, last), true);
    for (const std::string_view inner : {"{}", "'lambda'"}) {
        const std::string call = "::" + std::string(inner) + std::string(CallOperator) + "()";
        for (std::size_t at = name.find(call); at != none; at = name.find(call)) {
            name.erase(at, call.size());
        }
    }
    while (name.ends_with(':')) {
        name.pop_back();
    }
    if (name == "main") {
        name = "main()"; // it has no parameters in the names of the linker
    }
    if (closure[last] == '$' && !name.ends_with(')')) { // clang does not say for which variable of a namespace
        name += name.empty() ? "lambda" : "::lambda";
    }
    return name.starts_with('(') ? std::string() : name + number; // ( of an operator, which looks like a bracket
}

/// The functor among the arguments of a node's or a listener's type.
std::string_view functorIn(std::string_view type)
{
    const std::size_t arguments = type.find('<');
    if (!type.starts_with("nanostores::") || arguments == none) {
        return {};
    }
    const std::string_view name = type.substr(0, arguments);
    std::size_t at = arguments + 1;
    if (name.ends_with("Computed") || name.ends_with("ListenerOf")) { // the second one, behind the type of the value
        int depth = 0;
        while (at < type.size() && !(type[at] == ',' && depth == 0)) {
            depth += opens(type[at]) ? 1 : closes(type[at]) ? -1 : 0;
            ++at;
        }
        at += 2;
    } else if (!name.ends_with("Effect")) {
        return {};
    }
    const std::string_view functor = at < type.size() ? nameAround(type, at) : std::string_view();
    const bool isFunctionPointer = type.substr(std::min(at + functor.size(), type.size())).starts_with(" (");
    return isFunctionPointer ? std::string_view() : functor;
}

} // namespace

std::string nameInType(std::string_view type)
{
    for (std::size_t at = findClosure(type, 0); at != none; at = findClosure(type, at + 1)) {
        const std::string_view closure = nameAround(type, at);
        if (!isInternal(closure)) {
            return nameOfClosure(closure);
        }
    }
    const std::string_view functor = functorIn(type);
    if (functor.empty() || isInternal(functor) || functor.find('{') != none) {
        return {};
    }
    return plain(functor, false);
}

std::string plainFunctionName(std::string_view function)
{
    std::string name = plain(function, false);
    // The return type of a template stands before it.
    const std::size_t op = name.find("operator");
    const std::size_t space = name.rfind(' ', op);
    if (space != none && (op == none || space < op)) {
        name.erase(0, space + 1);
    }
    if (name.ends_with(ClosureCall)) {
        name.erase(name.size() - ClosureCall.size());
        name += "::lambda";
    }
    for (std::size_t at = name.find(ClosureCall); at != none; at = name.find(ClosureCall)) {
        name.erase(at, ClosureCall.size());
    }
    for (std::size_t at = name.find("{}"); at != none; at = name.find("{}")) {
        name.replace(at, 2, "lambda");
    }
    return name;
}

// Nodes

NodeNames::NodeNames()
{
    std::unordered_map<const void *, bool> nodes;
    forEachNode([&nodes](const Node &node) { nodes.emplace(&node, true); });
    ask([&nodes](const void *address) { return nodes.contains(address); });
}

NodeNames::NodeNames(const Node &node)
{
    const Extra *const extra = node.extraOrNull();
    if (!extra || extra->name.empty()) {
        ask([&node](const void *address) { return address == &node; });
    }
}

void NodeNames::ask(const std::function<bool(const void *)> &isNode)
{
    if (const FindVariables find = findVariables.load(std::memory_order_acquire)) {
        find(isNode,
             [this](const void *node, std::string variable) { m_variables.emplace(node, std::move(variable)); });
    }
    forEachNamer([&](const Namer &namer) {
        namer.nameNodes([&](const Node &node, std::string name) {
            if (isNode(&node)) {
                m_known.emplace(&node, std::move(name));
            }
        });
    });
}

std::string NodeNames::of(const Node &node) const
{
    const Extra *const extra = node.extraOrNull();
    if (extra && !extra->name.empty()) {
        return extra->name;
    }
    if (const auto found = m_variables.find(&node); found != m_variables.end()) {
        // A Subscription holds a listener or, behind that, an effect.
        return found->second.substr(0, node.has(Effecting) ? found->second.find('+') : std::string::npos);
    }
    if (node.has(Computing | Effecting)) {
        if (std::string name = nameInType(typeName(typeid(node))); !name.empty()) {
            return name;
        }
    }
    if (const auto found = m_known.find(&node); found != m_known.end()) {
        return found->second;
    }
    for (const Link *link = node.sinks; link; link = link->next) {
        if (link->kind & Link::IsListener) {
            if (std::string shown = static_cast<const Listener *>(link)->shownAs(); !shown.empty()) {
                return shown;
            }
        }
    }
    return {};
}

std::string NodeNames::orAddress(const Node &node) const
{
    std::string name = of(node);
    if (name.empty()) {
        char digits[2 * sizeof(std::uintptr_t)];
        const auto end = std::to_chars(digits, digits + sizeof(digits), reinterpret_cast<std::uintptr_t>(&node), 16);
        const std::string type = valueTypeOf(node);
        name = kindOf(node) + (type.empty() ? std::string() : '<' + type + '>') + '@';
        name.append(digits, end.ptr);
    }
    return name;
}

std::string nameOf(const Node &node)
{
    return NodeNames(node).orAddress(node);
}

std::string nameOf(const Listener &listener)
{
    std::string name = listener.shownAs();
    return name.empty() ? nameInType(typeName(typeid(listener))) : name;
}

const char *kindOf(const Node &node) noexcept
{
    if (node.has(Effecting)) {
        return dynamic_cast<const ScopeNode *>(&node) ? "scope" : "effect";
    }
    return hasFlag(node, ComputedFlag::Batched) ? "batched" : node.has(Computing) ? "computed" : "store";
}

std::size_t observersOf(const Node &node) noexcept
{
    if (node.has(Computing)) {
        return static_cast<const Sink &>(node).live;
    }
    std::size_t count = 0;
    for (const Link *link = node.sinks; link; link = link->next) {
        count += (link->kind & Link::Counted) ? 1 : 0;
    }
    return count;
}

} // namespace nanostores::detail
