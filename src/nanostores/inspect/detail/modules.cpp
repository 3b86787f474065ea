// SPDX-License-Identifier: MIT
#include <nanostores/inspect/detail/modules.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/inspect/detail/elffile.h>
#include <nanostores/inspect/detail/linetable.h>

#if defined(__ELF__) && __has_include(<link.h>)
#define NANOSTORES_MODULES
#include <link.h>
#endif

#include <algorithm>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <utility>

namespace nanostores::detail {

#ifdef NANOSTORES_MODULES

namespace {

constexpr std::size_t WordSize = sizeof(void *);
/// A variable that is larger is taken for a table, and not looked through.
constexpr std::uint64_t LargestVariable = 64 * 1024;
/// What is remembered of code, in places.
constexpr std::size_t MostPlaces = 100'000;

std::string pathOf(const dl_phdr_info &info, bool isFirst)
{
    const std::string name = info.dlpi_name ? info.dlpi_name : "";
    return name.empty() && isFirst ? "/proc/self/exe" : name;
}

/// The file may have been replaced since it was loaded.
bool isSameFile(const ElfFile &file, const dl_phdr_info &info)
{
    const auto &segments = file.segments();
    if (segments.size() != info.dlpi_phnum) {
        return false;
    }
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const ElfW(Phdr) &loaded = info.dlpi_phdr[i];
        if (segments[i] != ElfFile::Segment{loaded.p_type, loaded.p_vaddr, loaded.p_memsz}) {
            return false;
        }
    }
    return true;
}

/// The file with the symbols: that of the module, or the one that packages of debug symbols install.
std::unique_ptr<ElfFile> fileWithSymbols(const std::string &path)
{
    auto file = std::make_unique<ElfFile>(path);
    const Bytes id = file->hasSymbolTable() ? Bytes() : file->buildId();
    if (id.size() > 1) {
        constexpr char digits[] = "0123456789abcdef";
        std::string name = "/usr/lib/debug/.build-id/";
        for (std::size_t i = 0; i < id.size(); ++i) {
            name += digits[id[i] >> 4u];
            name += digits[id[i] & 0xfu];
            name += i == 0 ? "/" : "";
        }
        auto symbols = std::make_unique<ElfFile>(name + ".debug");
        if (symbols->hasSymbolTable() && symbols->buildId() == id) {
            return symbols;
        }
    }
    return file;
}

/// A variable that may hold handles of stores.
struct Variable
{
    std::uint64_t address = 0;
    std::uint64_t size = 0;
    bool isOfThread = false;
    std::string symbol;
};

/// The variables of one module.
struct Variables
{
    std::uintptr_t base = 0;
    std::string path;
    bool isLoaded = false; ///< Met in this walk.
    std::vector<Variable> all;
};

bool mayHoldHandles(const ElfFile::Symbol &symbol)
{
    const bool isVariable = symbol.kind == ElfFile::Symbol::Variable || symbol.kind == ElfFile::Symbol::ThreadVariable;
    constexpr std::string_view made[] = {"_ZTV", "_ZTI", "_ZTT", "_ZTC", "_ZGV", "_ZTW", "_ZTH"}; // by the compiler
    return isVariable && symbol.isWritable && symbol.size >= WordSize && symbol.size % WordSize == 0
           && symbol.size <= LargestVariable && symbol.address % WordSize == 0
           && std::none_of(std::begin(made), std::end(made),
                           [&](std::string_view prefix) { return symbol.name.starts_with(prefix); });
}

/// Reads what other threads may be writing.
#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address"), no_sanitize("thread")))
#endif
const void *
wordAt(std::uintptr_t address)
{
    return *reinterpret_cast<const void *volatile const *>(address);
}

/// Whether the program may read there, and writes there: the rest has no handles.
bool isInData(const dl_phdr_info &info, std::uint64_t address, std::uint64_t size)
{
    for (std::size_t i = 0; i < info.dlpi_phnum; ++i) {
        const ElfW(Phdr) &segment = info.dlpi_phdr[i];
        if (segment.p_type == PT_LOAD && (segment.p_flags & (PF_R | PF_W)) == (PF_R | PF_W)
            && address >= segment.p_vaddr && size <= segment.p_memsz
            && address - segment.p_vaddr <= segment.p_memsz - size) {
            return true;
        }
    }
    return false;
}

std::uint64_t threadBlockSize(const dl_phdr_info &info)
{
    for (std::size_t i = 0; i < info.dlpi_phnum; ++i) {
        if (info.dlpi_phdr[i].p_type == PT_TLS) {
            return info.dlpi_phdr[i].p_memsz;
        }
    }
    return 0;
}

std::string nameOf(const Variable &variable, std::uint64_t word)
{
    std::string name = plainFunctionName(demangled(variable.symbol.c_str()));
    if (word > 0) {
        name += '+' + std::to_string(word * WordSize);
    }
    return name;
}

/// Reading the files takes most of the time, so what they say is kept as long as a module is loaded.
class VariableFinder
{
public:
    using IsNode = std::function<bool(const void *)>;
    using Found = std::function<void(const void *, std::string)>;

    void find(const IsNode &isNode, const Found &found)
    {
        const std::lock_guard lock(m_mutex);
        for (Variables &module : m_modules) {
            module.isLoaded = false;
        }
        Walk walk{this, &isNode, &found, true, {}};
        dl_iterate_phdr(
            [](dl_phdr_info *info, std::size_t size, void *context) {
                static_cast<Walk *>(context)->visit(*info, size);
                return 0;
            },
            &walk);
        std::erase_if(m_modules, [](const Variables &module) { return !module.isLoaded; });
        for (const auto &[node, place] : walk.places) {
            found(node, nameOf(*place.first, place.second));
        }
    }

private:
    struct Walk
    {
        /// While the loader is held: no module goes.
        void visit(const dl_phdr_info &info, std::size_t size)
        {
            const Variables &module = finder->variablesOf(info, std::exchange(isFirst, false));
#if defined(__GLIBC__)
            const bool hasThreadData = size >= offsetof(dl_phdr_info, dlpi_tls_data) + sizeof(info.dlpi_tls_data);
            const auto threadData = reinterpret_cast<std::uintptr_t>(hasThreadData ? info.dlpi_tls_data : nullptr);
#else
            static_cast<void>(size);
            constexpr std::uintptr_t threadData = 0;
#endif
            const std::uint64_t threadSize = threadData != 0 ? threadBlockSize(info) : 0;
            for (const Variable &variable : module.all) {
                std::uintptr_t address = 0;
                if (!variable.isOfThread && isInData(info, variable.address, variable.size)) {
                    address = info.dlpi_addr + static_cast<std::uintptr_t>(variable.address);
                } else if (variable.isOfThread && variable.size <= threadSize
                           && variable.address <= threadSize - variable.size) {
                    address = threadData + static_cast<std::uintptr_t>(variable.address);
                } else {
                    continue;
                }
                look(variable, address);
            }
        }
        /// A handle that is a variable of its own names the store better than one that is a part of another one.
        void look(const Variable &variable, std::uintptr_t address)
        {
            for (std::uint64_t word = 0; word < variable.size / WordSize; ++word) {
                const void *const value = wordAt(address + static_cast<std::uintptr_t>(word) * WordSize);
                if (value && (*isNode)(value)) {
                    auto &place = places[value];
                    if (!place.first || variable.size < place.first->size) {
                        place = {&variable, word};
                    }
                }
            }
        }

        VariableFinder *finder;
        const IsNode *isNode;
        const Found *found;
        bool isFirst;
        std::map<const void *, std::pair<const Variable *, std::uint64_t>> places;
    };

    Variables &variablesOf(const dl_phdr_info &info, bool isFirst)
    {
        const std::string path = pathOf(info, isFirst);
        for (Variables &module : m_modules) {
            if (module.base == info.dlpi_addr && module.path == path) {
                module.isLoaded = true;
                return module;
            }
        }
        Variables &module = m_modules.emplace_back(Variables{info.dlpi_addr, path, true, {}});
        if (path.empty() || !isSameFile(ElfFile(path), info)) {
            return module;
        }
        fileWithSymbols(path)->forEachSymbol([&module](const ElfFile::Symbol &symbol) {
            if (mayHoldHandles(symbol)) {
                module.all.push_back({symbol.address, symbol.size, symbol.kind == ElfFile::Symbol::ThreadVariable,
                                      std::string(symbol.name)});
            }
        });
        return module;
    }

    std::mutex m_mutex;
    std::list<Variables> m_modules;
};

} // namespace

void findVariablesInModules(const std::function<bool(const void *)> &isNode,
                            const std::function<void(const void *, std::string)> &found)
{
    static auto *const finder = new VariableFinder; // never destroyed: stores may be asked for their names late
    finder->find(isNode, found);
}

// Modules

std::shared_ptr<const ModuleMap> ModuleMap::current()
{
    static auto *const mutex = new std::mutex;
    static auto *const last = new std::shared_ptr<const ModuleMap>;

    std::pair<std::uint64_t, std::uint64_t> counts;
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *context) {
            *static_cast<std::pair<std::uint64_t, std::uint64_t> *>(context) = {info->dlpi_adds, info->dlpi_subs};
            return 1;
        },
        &counts);
    const std::lock_guard lock(*mutex);
    if (*last && (*last)->loads == counts.first && (*last)->unloads == counts.second) {
        return *last;
    }
    auto map = std::make_shared<ModuleMap>();
    dl_iterate_phdr(
        [](dl_phdr_info *info, std::size_t, void *context) {
            auto &made = *static_cast<ModuleMap *>(context);
            Module module;
            module.base = info->dlpi_addr;
            module.path = pathOf(*info, made.loads + made.unloads == 0 && made.modules.empty());
            module.begin = UINTPTR_MAX;
            for (std::size_t i = 0; i < info->dlpi_phnum; ++i) {
                const ElfW(Phdr) &segment = info->dlpi_phdr[i];
                if (segment.p_type == PT_LOAD) {
                    module.begin = std::min(module.begin, info->dlpi_addr + segment.p_vaddr);
                    module.end = std::max(module.end, info->dlpi_addr + segment.p_vaddr + segment.p_memsz);
                }
            }
            if (module.begin < module.end) {
                made.modules.push_back(std::move(module));
            }
            return 0;
        },
        map.get());
    std::sort(map->modules.begin(), map->modules.end(),
              [](const Module &a, const Module &b) { return a.begin < b.begin; });
    map->loads = counts.first;
    map->unloads = counts.second;
    *last = map;
    return map;
}

// Code

namespace {

class CodeFinder
{
public:
    std::vector<CodePlace> find(const ModuleMap &map, const std::vector<std::uintptr_t> &addresses)
    {
        const std::lock_guard lock(m_mutex);
        if (m_places.size() > MostPlaces) {
            m_places.clear();
        }
        std::map<const Module *, std::vector<std::uint64_t>> missing;
        for (const std::uintptr_t address : addresses) {
            const Module *const module = map.at(address);
            if (module && !m_places.contains({module->path, address - module->base})) {
                missing[module].push_back(address - module->base);
            }
        }
        for (auto &[module, offsets] : missing) {
            read(*module, std::move(offsets));
        }
        std::vector<CodePlace> result;
        for (const std::uintptr_t address : addresses) {
            const Module *const module = map.at(address);
            result.push_back(module ? m_places[{module->path, address - module->base}] : CodePlace());
        }
        return result;
    }

private:
    void read(const Module &module, std::vector<std::uint64_t> offsets)
    {
        std::sort(offsets.begin(), offsets.end());
        offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
        std::vector<LineRequest> requests;
        std::vector<std::string> symbols(offsets.size());
        for (const std::uint64_t offset : offsets) {
            requests.push_back({offset, 0, {}, 0});
        }
        const auto file = fileWithSymbols(module.path);
        file->forEachSymbol([&](const ElfFile::Symbol &symbol) {
            if (symbol.kind != ElfFile::Symbol::Function) {
                return;
            }
            const auto first = std::lower_bound(offsets.begin(), offsets.end(), symbol.address);
            for (auto at = first; at != offsets.end() && *at - symbol.address < symbol.size; ++at) {
                const auto index = static_cast<std::size_t>(at - offsets.begin());
                symbols[index] = symbol.name;
                requests[index].function = symbol.address;
            }
        });
        const LineSections lines{file->section(".debug_line"), file->section(".debug_line_str"),
                                 file->section(".debug_str")};
        findLines(lines, requests); // it leaves them in the order that they are in
        for (std::size_t i = 0; i < offsets.size(); ++i) {
            m_places[{module.path, offsets[i]}] = {module.path, std::move(symbols[i]), std::move(requests[i].file),
                                                   requests[i].line};
        }
    }

    std::mutex m_mutex;
    std::map<std::pair<std::string, std::uint64_t>, CodePlace> m_places;
};

} // namespace

std::vector<CodePlace> findCode(const ModuleMap &map, const std::vector<std::uintptr_t> &addresses)
{
    static auto *const finder = new CodeFinder;
    return finder->find(map, addresses);
}

#else

void findVariablesInModules(const std::function<bool(const void *)> &,
                            const std::function<void(const void *, std::string)> &)
{
}

std::shared_ptr<const ModuleMap> ModuleMap::current()
{
    static const auto *const none = new std::shared_ptr<const ModuleMap>(std::make_shared<ModuleMap>());
    return *none;
}

std::vector<CodePlace> findCode(const ModuleMap &, const std::vector<std::uintptr_t> &addresses)
{
    return std::vector<CodePlace>(addresses.size());
}

#endif

const Module *ModuleMap::at(std::uintptr_t address) const
{
    auto module = std::upper_bound(modules.begin(), modules.end(), address,
                                   [](std::uintptr_t one, const Module &other) { return one < other.begin; });
    if (module == modules.begin()) {
        return nullptr;
    }
    --module;
    return address < module->end ? &*module : nullptr;
}

} // namespace nanostores::detail
