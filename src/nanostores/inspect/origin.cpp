// SPDX-License-Identifier: MIT
#include <nanostores/inspect/origin.h>

#include <nanostores/inspect/detail/linetable.h>
#include <nanostores/inspect/detail/modules.h>

#include <algorithm>
#include <string_view>
#include <utility>

#if defined(__GNUC__) && __has_include(<unwind.h>) && !defined(_WIN32)
#define NANOSTORES_UNWINDS
#include <unwind.h>
#endif

namespace nanostores {

namespace detail {

namespace {

struct Unwinding
{
    std::array<std::uintptr_t, 64> addresses{};
    std::size_t count = 0;
    std::size_t most = 0;
};

#ifdef NANOSTORES_UNWINDS
_Unwind_Reason_Code addFrame(_Unwind_Context *context, void *to)
{
    auto &unwinding = *static_cast<Unwinding *>(to);
    int isExact = 0; // of a signal's handler
    const auto address = static_cast<std::uintptr_t>(_Unwind_GetIPInfo(context, &isExact));
    if (address == 0 || unwinding.count == unwinding.most) {
        return _URC_END_OF_STACK;
    }
    unwinding.addresses[unwinding.count++] = isExact ? address : address - 1; // in the call, not behind it
    return _URC_NO_REASON;
}
#endif

std::string_view baseName(std::string_view path)
{
    return path.substr(path.rfind('/') + 1); // npos + 1 is 0
}

bool startsWithAny(std::string_view text, std::initializer_list<std::string_view> prefixes)
{
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [text](std::string_view prefix) { return text.starts_with(prefix); });
}

/// The symbol without what stands before its first namespace.
std::string_view outermostName(std::string_view symbol)
{
    if (!symbol.starts_with("_Z")) {
        return {};
    }
    symbol.remove_prefix(2);
    while (startsWithAny(symbol, {"N", "Z", "K", "V", "R", "O"})) { // of a function in a function, const, &
        symbol.remove_prefix(1);
    }
    return symbol;
}

/// Of this library, of Qt, or of the standard library.
bool isHidden(const CodePlace &place)
{
    if (startsWithAny(baseName(place.module),
                      {"libNanoStores", "libnanostores", "libQt", "libc.", "libc-", "libm.", "libstdc++", "libc++",
                       "libgcc", "ld-", "ld.", "libpthread", "libglib", "libgobject", "linux-vdso", "libasan",
                       "libtsan", "libubsan", "libclang_rt"})) {
        return true;
    }
    const std::string_view name = outermostName(place.symbol);
    if (startsWithAny(name, {"10nanostores", "St", "3__1", "Th", "Tc", "9__gnu_cxx", "10__cxxabiv1", "9QtPrivate",
                             "7QObject", "2QV4", "11QMetaObject"})) {
        return true;
    }
    return place.symbol.find("QmlCacheGeneratedCode") != std::string::npos
           || place.symbol.find("qt_static_metacall") != std::string::npos
           || place.symbol.find("11qt_metacall") != std::string::npos
           || startsWithAny(place.symbol, {"_start", "__libc_"});
}

/// Where JavaScript runs: its functions belong there.
bool isScriptEngine(const CodePlace &place)
{
    const std::string_view name = baseName(place.module);
    return name.empty() || startsWithAny(name, {"libQt6Qml", "libQt6Quick"})
           || place.symbol.find("3QV4") != std::string::npos;
}

} // namespace

std::string textOf(const Frame &frame)
{
    std::string text = frame.function;
    if (!frame.file.empty()) {
        text += text.empty() ? "" : " ";
        text += baseName(frame.file);
        if (frame.line > 0) {
            text += ':' + std::to_string(frame.line);
        }
    }
    return text;
}

std::vector<Frame> originOfCall()
{
    return Origin::here().frames();
}

} // namespace detail

Origin::Origin() = default;
Origin::~Origin() = default;

Origin Origin::here()
{
    Origin origin;
#ifdef NANOSTORES_UNWINDS
    detail::Unwinding unwinding;
    unwinding.most = MostAddresses;
    _Unwind_Backtrace(&detail::addFrame, &unwinding);
    origin.m_addresses.assign(unwinding.addresses.begin(),
                              unwinding.addresses.begin() + static_cast<std::ptrdiff_t>(unwinding.count));
    origin.m_modules = detail::ModuleMap::current();
#endif
    detail::forEachNamer([&origin](const detail::Namer &namer) { namer.appendRunning(origin.m_script); });
    return origin;
}

/// The functions of C++ up to where the engine of JavaScript was called, and then those of JavaScript.
std::vector<Frame> Origin::frames() const
{
    std::vector<Frame> frames;
    if (m_modules) {
        for (const detail::CodePlace &place : detail::findCode(*m_modules, m_addresses)) {
            if (!m_script.empty() && detail::isScriptEngine(place)) {
                break;
            }
            if (place.symbol.empty()) {
                continue;
            }
            const std::string function = detail::demangled(place.symbol.c_str());
            std::string name;
            if (!detail::isHidden(place)) {
                name = detail::plainFunctionName(function);
            } else if (!place.file.empty() && !detail::isForeignFile(place.file)) {
                name = detail::nameInType(function); // the user's function, which the compiler has put into one of ours
            }
            if (!name.empty()) {
                frames.push_back({std::move(name), place.file, place.line});
            }
        }
    }
    frames.insert(frames.end(), m_script.begin(), m_script.end());
    return frames;
}

std::string Origin::text(std::size_t most) const
{
    std::string text;
    for (const Frame &frame : frames()) {
        if (most-- == 0) {
            break;
        }
        text += (text.empty() ? "" : " <- ") + detail::textOf(frame);
    }
    return text;
}

std::size_t Origin::extraBytes() const noexcept
{
    std::size_t bytes = m_addresses.capacity() * sizeof(std::uintptr_t) + m_script.capacity() * sizeof(Frame);
    for (const Frame &frame : m_script) {
        bytes += frame.function.capacity() + frame.file.capacity();
    }
    return bytes;
}

} // namespace nanostores
