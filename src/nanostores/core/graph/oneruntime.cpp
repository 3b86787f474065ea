// SPDX-License-Identifier: MIT

// Finds a second runtime in the process.
//
// Each module (the program, a library, a plugin) that has the runtime linked into it has a mark in it. A runtime that
// starts looks for the marks of others in all modules that are loaded. It asks the modules, and no symbol: a static
// runtime is hidden, and RTLD_LOCAL hides the rest. Nothing has to be taken back when a module is unloaded, as its mark
// goes with it.

#include <nanostores/core/graph/runtime.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#if defined(_WIN32)
#include <windows.h>
// after windows.h
#include <psapi.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#include <mach-o/getsect.h>
#elif defined(__ELF__) && defined(__GNUC__)
#include <link.h>
#include <unistd.h>
#endif

namespace nanostores::detail {

/// One in each module with a runtime. Runtimes of different versions read each other's: fields may only be added.
struct RuntimeMark
{
    std::uint32_t size;
    std::uint32_t started;
    void (*report)(const char *message); ///< To the misuse handler of that runtime.
};

namespace {

void report(const char *message)
{
    try {
        if (!callMisuseHandler(message)) {
            std::fprintf(stderr, "%s\n", message); // and no more: a plugin may keep its stores to itself
        }
    } catch (...) {
        reportError(std::current_exception());
    }
}

struct Module
{
    std::string path;
    RuntimeMark *mark;
};

} // namespace

#if defined(_WIN32)

extern "C" {
__declspec(dllexport) RuntimeMark nanostores_runtime_mark{sizeof(RuntimeMark), 0, &report};
}

static std::vector<Module> modulesWithRuntime()
{
    std::vector<HMODULE> handles(1024);
    DWORD bytes = 0;
    if (!K32EnumProcessModules(GetCurrentProcess(), handles.data(),
                               static_cast<DWORD>(handles.size() * sizeof(HMODULE)), &bytes)) {
        return {};
    }
    if (handles.size() > bytes / sizeof(HMODULE)) {
        handles.resize(bytes / sizeof(HMODULE));
    }
    std::vector<Module> found;
    for (const HMODULE handle : handles) {
        if (auto *const mark = reinterpret_cast<RuntimeMark *>(
                reinterpret_cast<void *>(GetProcAddress(handle, "nanostores_runtime_mark")))) {
            std::string path(MAX_PATH, '\0');
            path.resize(GetModuleFileNameA(handle, path.data(), MAX_PATH));
            found.push_back({std::move(path), mark});
        }
    }
    return found;
}

#elif defined(__APPLE__)

extern "C" {
__attribute__((used, visibility("hidden"), section("__DATA,__nanostores")))
RuntimeMark nanostores_runtime_mark{sizeof(RuntimeMark), 0, &report};
}

static std::vector<Module> modulesWithRuntime()
{
    std::vector<Module> found;
    for (std::uint32_t i = 0; i < _dyld_image_count(); ++i) {
        unsigned long size = 0;
        const auto *const header = reinterpret_cast<const mach_header_64 *>(_dyld_get_image_header(i));
        if (auto *const mark =
                reinterpret_cast<RuntimeMark *>(getsectiondata(header, "__DATA", "__nanostores", &size))) {
            found.push_back({_dyld_get_image_name(i), mark});
        }
    }
    return found;
}

#elif defined(__ELF__) && defined(__GNUC__)

extern "C" {
__attribute__((used, visibility("hidden"))) RuntimeMark nanostores_runtime_mark{sizeof(RuntimeMark), 0, &report};
}

// The program headers lead to the notes of a module, whatever was stripped from it; ours says how far from here the
// mark is.
asm(".pushsection .note.nanostores, \"a\", %note\n"
    "    .balign 4\n"
    "    .long 11, 4, 1\n" // the sizes of what follows, and a type
    "    .asciz \"NanoStores\"\n"
    "    .balign 4\n"
    "    .long nanostores_runtime_mark - .\n"
    ".popsection\n");

namespace {

constexpr std::size_t rounded(std::size_t size, std::size_t align)
{
    return (size + align - 1) & ~(align - 1);
}

/// The mark in the notes of a segment; null if there is none.
RuntimeMark *markIn(const char *at, std::size_t size, std::size_t align)
{
    using Note = ElfW(Nhdr);
    const char *const end = at + size;
    while (end - at > static_cast<std::ptrdiff_t>(sizeof(Note))) {
        const auto *const note = reinterpret_cast<const Note *>(at);
        const char *const content = at + rounded(sizeof(Note) + note->n_namesz, align);
        if (note->n_namesz == sizeof("NanoStores") && note->n_descsz == sizeof(std::int32_t)
            && std::memcmp(at + sizeof(Note), "NanoStores", sizeof("NanoStores")) == 0) {
            std::int32_t distance = 0;
            std::memcpy(&distance, content, sizeof(distance));
            return reinterpret_cast<RuntimeMark *>(const_cast<char *>(content) + distance);
        }
        at = content + rounded(note->n_descsz, align);
    }
    return nullptr;
}

std::string programPath()
{
    std::string path(4096, '\0');
    const ssize_t length = readlink("/proc/self/exe", path.data(), path.size());
    path.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
    return path.empty() ? "the program" : path;
}

int visitModule(dl_phdr_info *module, std::size_t, void *found)
{
    try {
        for (int i = 0; i < module->dlpi_phnum; ++i) {
            const ElfW(Phdr) &segment = module->dlpi_phdr[i];
            if (segment.p_type != PT_NOTE) {
                continue;
            }
            const auto *const notes = reinterpret_cast<const char *>(module->dlpi_addr + segment.p_vaddr);
            if (RuntimeMark *const mark = markIn(notes, segment.p_memsz, segment.p_align == 8 ? 8 : 4)) {
                const bool isProgram = !module->dlpi_name || module->dlpi_name[0] == '\0';
                static_cast<std::vector<Module> *>(found)->push_back(
                    {isProgram ? programPath() : module->dlpi_name, mark});
            }
        }
        return 0;
    } catch (...) {
        return 1; // out of memory: what was found will do
    }
}

} // namespace

static std::vector<Module> modulesWithRuntime()
{
    std::vector<Module> found;
    dl_iterate_phdr(&visitModule, &found);
    return found;
}

#else

RuntimeMark nanostores_runtime_mark{sizeof(RuntimeMark), 0, &report};

static std::vector<Module> modulesWithRuntime()
{
    return {};
}

#endif

void announceRuntime() noexcept
{
    nanostores_runtime_mark.started = 1;
    try {
        std::string own;
        std::string others;
        const RuntimeMark *first = nullptr;
        for (const Module &module : modulesWithRuntime()) {
            if (module.mark == &nanostores_runtime_mark) {
                own = module.path;
            } else if (module.mark->started != 0) { // else it will look, and find this one
                others += (first ? ", in " : "") + module.path;
                first = first ? first : module.mark;
            }
        }
        if (first) {
            first->report(
                ("nanostores: this process has more than one runtime: in " + others + ", and now in " + own
                 + ". Stores of one are unknown to the other: shared() gives each its own, and a batch or an effect "
                   "of one does not wait for the other's stores. Link both to the shared library NanoStores::Core "
                   "(build it with NANOSTORES_SHARED=ON, the default)")
                    .c_str());
        }
    } catch (...) {
        reportError(std::current_exception());
    }
}

} // namespace nanostores::detail
