// SPDX-License-Identifier: MIT
#include <nanostores/core/shared.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/lifecycle.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <unordered_set>

#if defined(_WIN32)
#include <windows.h>
#elif defined(__unix__) || defined(__APPLE__)
#include <dlfcn.h>
#if defined(__ELF__)
#include <cstdint>
#include <link.h>
#endif
#endif
#if defined(__GNUC__)
#include <cxxabi.h>
#endif

namespace nanostores {

SharedTypeError::~SharedTypeError() = default;

namespace detail {

namespace {

struct SharedStore
{
    Ref<Node> node;
    SharedType type;
    std::string place;
};

/// Never destroyed: stores may be asked for until the very end.
struct SharedStores
{
    std::mutex mutex;
    std::unordered_map<std::string, SharedStore> byName;
    std::unordered_set<const void *> keptCode; ///< Of modules that stay loaded: asked for once.
};

SharedStores &sharedStores()
{
    static auto *const instance = new SharedStores;
    return *instance;
}

std::string placeOf(const SharedName &name)
{
    return std::string(name.file) + ':' + std::to_string(name.line);
}

std::string readable(const std::type_info &type)
{
#if defined(__GNUC__)
    int status = 0;
    const std::unique_ptr<char, void (*)(void *)> text(abi::__cxa_demangle(type.name(), nullptr, nullptr, &status),
                                                       &std::free);
    if (text) {
        return text.get();
    }
#endif
    return type.name();
}

/// Types in unnamed namespaces may differ and have one name.
bool isUnnamed(const std::string &name)
{
    return name.find("_GLOBAL__N_") != std::string::npos || name.find("`anonymous") != std::string::npos;
}

/// Each module has type information of its own for a type that all of them know, so names count. Where the names agree,
/// a difference of size shows that the definitions differ, as those of two versions may.
bool agree(const SharedType &a, const SharedType &b)
{
    if (a.valueSize != b.valueSize || a.nodeSize != b.nodeSize) {
        return false;
    }
    const std::string name = a.handle->name();
    return a.handle == b.handle || (name == b.handle->name() && !isUnnamed(name));
}

std::string describe(const SharedType &type, const std::string &place)
{
    return readable(*type.handle) + " at " + place;
}

[[noreturn]] void throwClash(const SharedName &name, const SharedType &type, const SharedStore &known)
{
    std::string message = "nanostores: the shared store \"" + name.name + "\" is declared as "
                          + describe(type, placeOf(name)) + ", but as " + describe(known.type, known.place) + " before";
    if (readable(*type.handle) != readable(*known.type.handle)) {
        message += ". Give one of them another name.";
    } else if (isUnnamed(type.handle->name())) {
        message += ". These are two types, in an unnamed namespace each. Declare the type once, in a header.";
    } else {
        message += ". These are two definitions of the type, with different sizes. Build both against the same one.";
    }
    throw SharedTypeError(message);
}

#if !defined(_WIN32) && defined(RTLD_NODELETE)

/// The program itself stays anyway, and is no module that dlopen() finds by its name.
bool isOfProgram(const void *code)
{
#if defined(__ELF__)
    struct Search
    {
        std::uintptr_t address;
        bool found;
    };
    Search search{reinterpret_cast<std::uintptr_t>(code), false};
    dl_iterate_phdr(
        [](dl_phdr_info *module, std::size_t, void *context) {
            auto &wanted = *static_cast<Search *>(context);
            for (int i = 0; i < module->dlpi_phnum; ++i) {
                const auto &part = module->dlpi_phdr[i];
                const std::uintptr_t offset = wanted.address - module->dlpi_addr - part.p_vaddr;
                wanted.found = wanted.found || (part.p_type == PT_LOAD && offset < part.p_memsz);
            }
            return 1; // the first one is the program
        },
        &search);
    return search.found;
#else
    static_cast<void>(code);
    return false;
#endif
}

#endif

// The module that first makes a store has its virtual functions; any module that changes a store may leave in it what
// its own code destroys, and values may point to the module's constants. So all of them stay.
// False: it could not be seen to, and is tried again the next time.
bool keepLoaded(const void *code)
{
#if defined(_WIN32)
    HMODULE module = nullptr;
    return GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                              static_cast<LPCWSTR>(code), &module)
           != 0;
#elif defined(RTLD_NODELETE)
    Dl_info module;
    if (dladdr(code, &module) != 0 && module.dli_fname) {
        if (void *const handle = dlopen(module.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE)) {
            dlclose(handle); // the mark stays
            return true;
        }
    }
    return isOfProgram(code);
#else
    static_cast<void>(code);
    return true;
#endif
}

Ref<Node> knownShared(SharedStores &all, const SharedName &name, const SharedType &type)
{
    const auto known = all.byName.find(name.name);
    if (known == all.byName.end()) {
        return {};
    }
    if (!agree(type, known->second.type)) {
        throwClash(name, type, known->second);
    }
    return known->second.node;
}

} // namespace

Ref<Node> findShared(const SharedName &name, const SharedType &type, const void *code)
{
    SharedStores &all = sharedStores();
    std::unique_lock lock(all.mutex);
    if (!all.keptCode.contains(code)) {
        lock.unlock(); // it waits for the loader, which may run what shares a store
        const bool isKept = keepLoaded(code);
        lock.lock();
        if (isKept) { // another module may come to lie where one lay that went
            all.keptCode.insert(code);
        }
    }
    return knownShared(all, name, type);
}

Ref<Node> addShared(const SharedName &name, const SharedType &type, Ref<Node> node)
{
    SharedStores &all = sharedStores();
    const std::lock_guard lock(all.mutex);
    if (auto known = knownShared(all, name, type)) {
        return known;
    }
    if (Extra &extra = node->extra(); extra.name.empty()) {
        extra.name = name.name;
    }
    all.byName.emplace(name.name, SharedStore{node, type, placeOf(name)});
    return node;
}

} // namespace detail
} // namespace nanostores
