// SPDX-License-Identifier: MIT
#include <nanostores/core/inspect.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <typeindex>
#include <unordered_map>
#include <vector>

#if defined(__GNUC__)
#include <cxxabi.h>
#endif

/// Printing all stores of a thread.
namespace nanostores {

namespace detail {

namespace {

using Print = void (*)(std::string &text, const void *value);

template<typename T>
void printNumber(std::string &text, const void *value)
{
    char digits[64];
    const auto end = std::to_chars(digits, digits + sizeof(digits), *static_cast<const T *>(value));
    text.append(digits, end.ptr);
}

template<>
void printNumber<bool>(std::string &text, const void *value)
{
    text += *static_cast<const bool *>(value) ? "true" : "false";
}

void printString(std::string &text, const void *value)
{
    text += '"';
    for (const char c : *static_cast<const std::string *>(value)) {
        if (c == '"' || c == '\\') {
            text += '\\';
        }
        c == '\n' ? text += "\\n" : text += c;
    }
    text += '"';
}

/// How values are printed that every program has.
struct Printers
{
    template<typename... T>
    void addNumbers()
    {
        (byType.emplace(typeid(T), &printNumber<T>), ...);
    }
    Printers()
    {
        addNumbers<bool, char, signed char, unsigned char, short, unsigned short, int, unsigned, long, unsigned long,
                   long long, unsigned long long, float, double, long double>();
        byType.emplace(typeid(std::string), &printString);
    }

    std::unordered_map<std::type_index, Print> byType;
};

/// Never destroyed: stores may be older than, and outlive, everything that is.
const Printers &printers()
{
    static const auto *const instance = new Printers;
    return *instance;
}

/// As the programmer writes it, where the compiler can.
std::string nameOf(const std::type_info &type)
{
    if (type == typeid(std::string)) {
        return "std::string";
    }
#if defined(__GNUC__)
    int status = 0;
    if (char *const name = abi::__cxa_demangle(type.name(), nullptr, nullptr, &status)) {
        std::string text = name;
        std::free(name);
        return text;
    }
#endif
    return type.name();
}

/// Writes values as text.
class Text final : public Describer
{
public:
    void valueType(const std::type_info &storeType) override { type = &storeType; }
    bool whole(const std::type_info &valueType, const void *value) override
    {
        const auto &known = printers().byType;
        const auto found = known.find(valueType);
        if (found == known.end()) {
            return false;
        }
        separate();
        found->second(text, value);
        return true;
    }
    void unknown(const std::type_info &valueType) override
    {
        separate();
        text += '<' + nameOf(valueType) + '>';
    }
    void none() override
    {
        separate();
        text += "none";
    }
    void beginList() override { open('[', false); }
    void endList() override { close(']'); }
    void beginMap() override { open('{', true); }
    void endMap() override { close('}'); }
    void beginStruct() override { open('{', false); }
    void member(const char *name) override
    {
        separate();
        text += name;
        text += ": ";
        m_levels.back().parts = 0; // the value follows without a separator
        m_levels.back().isNamed = true;
    }
    void endStruct() override { close('}'); }

    std::string text;
    const std::type_info *type = nullptr;

private:
    struct Level
    {
        bool isMap = false;
        bool isNamed = false;
        std::size_t parts = 0;
    };
    void open(char bracket, bool isMap)
    {
        separate();
        text += bracket;
        m_levels.push_back({isMap});
    }
    void close(char bracket)
    {
        m_levels.pop_back();
        text += bracket;
    }
    /// Before a part of a list, a map or a struct.
    void separate()
    {
        if (m_levels.empty()) {
            return;
        }
        Level &level = m_levels.back();
        if (std::exchange(level.isNamed, false)) {
            level.parts = 1;
        } else if (level.parts++ > 0) {
            text += level.isMap && level.parts % 2 == 0 ? ": " : ", ";
        }
    }

    std::vector<Level> m_levels;
};

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

std::string lineOf(const Node &node)
{
    const Extra *const extra = node.extraOrNull();
    std::string line = extra && !extra->name.empty() ? '"' + extra->name + "\" " : std::string("unnamed ");
    line += node.has(Computing) ? "computed " : "store ";
    Text value;
    try {
        describe(node, value);
    } catch (const std::exception &error) {
        value.text = std::string("error: ") + error.what();
    }
    line += nameOf(value.type ? *value.type : typeid(node));
    const std::size_t observers = observersOf(node);
    line += " = " + value.text + (node.has(Computing) && node.has(Dirty | Stale) ? ", stale" : "") + ", "
            + std::to_string(observers) + (observers == 1 ? " observer" : " observers");
    return line + (isMounted(node) ? ", mounted\n" : "\n");
}

} // namespace

} // namespace detail

std::string dump()
{
    std::vector<std::string> lines;
    detail::forEachNode([&lines](const detail::Node &node) {
        if (!node.has(detail::Effecting)) {
            lines.push_back(detail::lineOf(node));
        }
    });
    std::sort(lines.begin(), lines.end()); // a quotation mark goes before a letter
    std::string text;
    for (const std::string &line : lines) {
        text += line;
    }
    return text;
}

} // namespace nanostores

void nanostores_dump()
{
    std::fputs(nanostores::dump().c_str(), stderr);
}
