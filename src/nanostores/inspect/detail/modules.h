// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

/// The program and the libraries that are loaded, and what their files say of addresses in them.
namespace nanostores::detail {

struct Module
{
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    std::uintptr_t base = 0; ///< Is added to the addresses in the file.
    std::string path;
};

/// What was loaded at one moment. The addresses that were taken then are looked up in the files, also after a library
/// was unloaded and another one has its place.
class ModuleMap
{
public:
    /// Cheap as long as nothing is loaded or unloaded.
    static std::shared_ptr<const ModuleMap> current();

    const Module *at(std::uintptr_t address) const;

    std::vector<Module> modules; ///< In the order of their addresses.
    std::uint64_t loads = 0;
    std::uint64_t unloads = 0;
};

struct CodePlace
{
    std::string module; ///< The path of its file; empty: of none, as code made at run time.
    std::string symbol; ///< As the linker calls the function.
    std::string file;
    int line = 0;
};

/// The functions that contain the addresses, as far as they are known.
std::vector<CodePlace> findCode(const ModuleMap &map, const std::vector<std::uintptr_t> &addresses);

/// Calls found with each variable of the program and its libraries that holds the address of a node.
void findVariablesInModules(const std::function<bool(const void *)> &isNode,
                            const std::function<void(const void *node, std::string variable)> &found);

} // namespace nanostores::detail
