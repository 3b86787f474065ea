// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>
#include <nanostores/core/graph/graph.h>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <unordered_map>
#include <vector>

namespace nanostores {

/// A function that was running, and the line it was in: of C++, or of QML or JavaScript.
struct Frame
{
    std::string function; ///< `Cart::add`, `onClicked`; may be empty.
    std::string file; ///< The path, or the URL, that the compiler or the engine has for it; empty: not known.
    int line = 0; ///< 0: not known.

    friend bool operator==(const Frame &, const Frame &) = default;
};

} // namespace nanostores

/// What nodes are called, without work by the user. Names are looked up when they are asked for, never when a store is
/// made or written.
///
/// The first of these that there is:
///
/// 1. the name that was given;
/// 2. the variable that holds the store's handle, from the symbols of the program (NanoStores::Inspect);
/// 3. the variable, the member or the function in which the function of a computed store or an effect was written, from
///    the type of its closure: also in a stripped program;
/// 4. what a layer above knows: the id in QML, the variable in a file of JavaScript;
/// 5. the property that shows the store.
namespace nanostores::detail {

/// What knows the names of nodes of the thread it was made in, and ends there: a layer of another language.
class NANOSTORES_CORE_EXPORT Namer
{
public:
    Namer();
    Namer(const Namer &) = delete;
    Namer &operator=(const Namer &) = delete;
    virtual ~Namer();

    using Found = std::function<void(const Node &node, std::string name)>;
    /// Calls found with each node that it knows a name of.
    virtual void nameNodes(const Found &found) const;
    /// Appends the functions of its language that are running, the innermost first.
    virtual void appendRunning(std::vector<Frame> &frames) const;

private:
    friend NANOSTORES_CORE_EXPORT void forEachNamer(const std::function<void(const Namer &)> &visit);
    Namer *m_next;
    Namer *m_previous = nullptr;
};

NANOSTORES_CORE_EXPORT void forEachNamer(const std::function<void(const Namer &)> &visit);

/// Calls found with each variable of the program that holds the address of a node.
using FindVariables = void (*)(const std::function<bool(const void *)> &isNode,
                               const std::function<void(const void *node, std::string variable)> &found);
/// Who reads the symbols of the program; null at first. For the whole process.
NANOSTORES_CORE_EXPORT void setFindVariables(FindVariables find) noexcept;

/// The names of the nodes of this thread, looked up once. To be used at once: it goes by addresses.
class NANOSTORES_CORE_EXPORT NodeNames
{
public:
    /// Of all nodes.
    NodeNames();
    /// Of one node.
    explicit NodeNames(const Node &node);

    /// The name; empty, if there is none.
    std::string of(const Node &node) const;
    /// The same, or what makes it differ from others: `store<int>@55d0c8a2f010`.
    std::string orAddress(const Node &node) const;

private:
    void ask(const std::function<bool(const void *)> &isNode);

    std::unordered_map<const void *, std::string> m_variables;
    std::unordered_map<const void *, std::string> m_known;
};

/// The name of one node, or what makes it differ from others. Looks at all symbols: for more than one, use NodeNames.
NANOSTORES_CORE_EXPORT std::string nameOf(const Node &node);
/// What calls a listener its own: the property it is for, or the function in which it was written. May be empty.
NANOSTORES_CORE_EXPORT std::string nameOf(const Listener &listener);

/// `store`, `computed`, `batched`, `effect` or `scope`.
NANOSTORES_CORE_EXPORT const char *kindOf(const Node &node) noexcept;
/// The type of the value as the programmer writes it; that of an effect is empty.
NANOSTORES_CORE_EXPORT std::string valueTypeOf(const Node &node);
/// The value as text, as dump() shows it: without bringing it up to date. What is longer than `most` bytes ends in
/// `...`; the rest of the value is not looked at.
NANOSTORES_CORE_EXPORT std::string valueTextOf(const Node &node, std::size_t most = std::string::npos);
/// How many listeners, effects and observed computed stores observe it.
NANOSTORES_CORE_EXPORT std::size_t observersOf(const Node &node) noexcept;

/// Where the declaration of a closure's type stands: `shop::cartCount::{lambda()#1}` gives `shop::cartCount`. Looks in
/// the type of a node or of a listener; empty, if there is none but those of this library.
NANOSTORES_CORE_EXPORT std::string nameInType(std::string_view demangled);
/// `void shop::Cart::add<int>(int) const` gives `shop::Cart::add`.
NANOSTORES_CORE_EXPORT std::string plainFunctionName(std::string_view demangled);
/// As the programmer writes it, where the compiler can say. Also of a symbol of the linker.
NANOSTORES_CORE_EXPORT std::string demangled(const char *symbol);
NANOSTORES_CORE_EXPORT std::string typeName(const std::type_info &type);

} // namespace nanostores::detail
