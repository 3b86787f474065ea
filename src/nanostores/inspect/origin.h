// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/naming.h>
#include <nanostores/inspect/export.h>
#include <nanostores/inspect/symbols.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

namespace detail {
class ModuleMap;
} // namespace detail

/// Who called: the functions that were running when it was made, of C++ and of QML or JavaScript.
///
/// Making one takes about a microsecond. The names of functions, files and lines are looked up when they are asked for,
/// also after a library they are in was unloaded. Functions of this library, of Qt and of the standard library are left
/// out.
///
/// The line of a C++ function needs debug information (-g), and its name the symbols of the program. Those of QML and
/// JavaScript need the modules of this library in the engine (`import NanoStores`, or installModules()). With another
/// system than one of ELF files, such as Linux, no functions of C++ are found.
class NANOSTORES_INSPECT_EXPORT Origin
{
public:
    /// Empty.
    Origin();
    Origin(const Origin &) = default;
    Origin(Origin &&) noexcept = default;
    Origin &operator=(const Origin &) = default;
    Origin &operator=(Origin &&) noexcept = default;
    ~Origin();

    /// Of the function that calls this, in this thread.
    [[nodiscard]] static Origin here();

    /// The innermost function first.
    [[nodiscard]] std::vector<Frame> frames() const;
    /// `Cart::add cart.cpp:31 <- onClicked Shop.qml:18`: at most so many functions, the innermost first. Empty, if
    /// there are none.
    [[nodiscard]] std::string text(std::size_t most = 3) const;

    /// How much memory it takes beside its own size.
    [[nodiscard]] std::size_t extraBytes() const noexcept;

private:
    static constexpr std::size_t MostAddresses = 32;

    std::shared_ptr<const detail::ModuleMap> m_modules;
    std::vector<std::uintptr_t> m_addresses;
    std::vector<Frame> m_script;
};

namespace detail {

/// `Cart::add cart.cpp:31`.
[[nodiscard]] NANOSTORES_INSPECT_EXPORT std::string textOf(const Frame &frame);

/// Origin::here(), looked up at once.
[[nodiscard]] NANOSTORES_INSPECT_EXPORT std::vector<Frame> originOfCall();

} // namespace detail

} // namespace nanostores
