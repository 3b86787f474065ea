// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/export.h>
#include <nanostores/core/store.h>

#include <concepts>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>

#if defined(__GNUC__) && !defined(_WIN32)
#define NANOSTORES_PRIVATE_HIDDEN __attribute__((visibility("hidden")))
#else
#define NANOSTORES_PRIVATE_HIDDEN
#endif

namespace nanostores {

/// Thrown by shared() when the name belongs to a store of another type. what() names both declarations: their types,
/// files and lines.
class NANOSTORES_CORE_EXPORT SharedTypeError : public std::logic_error
{
public:
    using std::logic_error::logic_error;
    ~SharedTypeError() override;
};

/// The name of a shared store, with the place where it is declared.
struct SharedName
{
    template<typename Text>
    requires std::convertible_to<Text, std::string>
    SharedName(Text &&text, const char *declaredIn = __builtin_FILE(), unsigned atLine = __builtin_LINE())
        : name(std::forward<Text>(text))
        , file(declaredIn)
        , line(atLine)
    {
    }

    std::string name;
    const char *file;
    unsigned line;
};

namespace detail {

/// How a declaration describes its store. Compared by what it says, never by addresses: each module has its own.
struct SharedType
{
    const std::type_info *handle;
    std::size_t valueSize;
    std::size_t nodeSize;
};

/// The node of that name; null if there is none yet. Throws SharedTypeError. Keeps the module that the code belongs to
/// in memory.
NANOSTORES_CORE_EXPORT Ref<Node> findShared(const SharedName &name, const SharedType &type, const void *code);
/// Makes the node known by that name. If another thread was faster, it is that one's node.
NANOSTORES_CORE_EXPORT Ref<Node> addShared(const SharedName &name, const SharedType &type, Ref<Node> node);

template<typename F, typename S>
concept MakerOf = std::invocable<F> && std::same_as<std::invoke_result_t<F>, S>;

} // namespace detail

/// shared<Atom<bool>>("cart/isOpen", false): the store of that name, one for the whole process.
///
/// The first call makes it, from what the store's constructor takes or, as computed stores need it, by a function
/// that returns it; later calls get a handle to the same one, whatever it would have started with. The type
/// belongs to the name: another one throws SharedTypeError.
///
/// The store lives as long as the process and belongs to the thread that made it; any thread may ask for it. A plugin
/// that declares a shared store stays in memory when it is unloaded, because its code may be part of a store by then:
/// its objects go, and with them their listeners, not its code.
template<AnyStore S, typename... Args>
requires std::constructible_from<S, Args...> || (sizeof...(Args) == 1 && (detail::MakerOf<Args, S> && ...))
NANOSTORES_PRIVATE_HIDDEN S shared(const SharedName &name, Args &&...args)
{
    using Node = typename S::node_type;
    static const char mark = 0; // hidden, so it lies in the module that is calling
    const detail::SharedType type{&typeid(S), sizeof(typename S::value_type), sizeof(Node)};
    detail::Ref<detail::Node> node = detail::findShared(name, type, &mark);
    if (!node) {
        const auto make = [&]() -> S {
            if constexpr (sizeof...(Args) == 1 && (detail::MakerOf<Args, S> && ...)) {
                return (std::forward<Args>(args)(), ...);
            } else {
                return S(std::forward<Args>(args)...);
            }
        };
        const S made = make();
        node = detail::addShared(name, type, detail::Ref<detail::Node>::share(made.node().get()));
    }
    return S(detail::Ref<Node>::share(static_cast<Node *>(node.get())));
}

} // namespace nanostores
