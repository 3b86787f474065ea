// SPDX-License-Identifier: MIT
#include <nanostores/core/inspect.h>

#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/graph/quietdescriber.h>
#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <string_view>
#include <tuple>
#include <typeindex>
#include <unordered_map>
#include <vector>

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

/// Thrown where a text is long enough.
struct Enough
{
};

/// Writes values as text, up to a length.
class Text final : public Describer
{
public:
    explicit Text(std::size_t most)
        : m_most(most)
    {
    }
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
        text += '<' + typeName(valueType) + '>';
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
        if (text.size() > m_most) {
            throw Enough();
        }
        Level &level = m_levels.back();
        if (std::exchange(level.isNamed, false)) {
            level.parts = 1;
        } else if (level.parts++ > 0) {
            text += level.isMap && level.parts % 2 == 0 ? ": " : ", ";
        }
    }

    const std::size_t m_most;
    std::vector<Level> m_levels;
};

/// The type alone, without a look at the value.
class Type final : public QuietDescriber
{
public:
    void valueType(const std::type_info &storeType) override { type = &storeType; }

    const std::type_info *type = nullptr;
};

bool isShown(const Node &node)
{
    return !node.has(Effecting);
}

StoreInfo infoOf(const Node &node, const NodeNames &names)
{
    StoreInfo info;
    const Extra *const extra = node.extraOrNull();
    info.isNamed = extra && !extra->name.empty();
    info.name = names.of(node);
    info.kind = kindOf(node);
    info.type = valueTypeOf(node);
    info.value = valueTextOf(node);
    info.observers = observersOf(node);
    info.isMounted = isMounted(node);
    info.isStale = node.has(Computing) && node.has(Dirty | Stale);
    info.node = &node;
    return info;
}

std::string lineOf(const StoreInfo &info)
{
    std::string line = info.isNamed ? '"' + info.name + '"' : info.name.empty() ? "unnamed" : info.name;
    line += std::string(" ") + (info.kind == "store" ? "store " : "computed ") + info.type + " = " + info.value;
    line += (info.isStale ? ", stale, " : ", ") + std::to_string(info.observers);
    return line + (info.observers == 1 ? " observer" : " observers") + (info.isMounted ? ", mounted\n" : "\n");
}

} // namespace

std::string valueTypeOf(const Node &node)
{
    if (node.has(Effecting)) {
        return {};
    }
    Type found;
    try {
        describe(node, found);
    } catch (...) {
        // what a container of the user's threw
    }
    return typeName(found.type ? *found.type : typeid(node));
}

std::string valueTextOf(const Node &node, std::size_t most)
{
    Text value(most);
    try {
        describe(node, value);
    } catch (Enough) {
        // cut below
    } catch (const std::exception &error) {
        return std::string("error: ") + error.what();
    }
    if (value.text.size() > most) {
        while (most > 0 && (static_cast<unsigned char>(value.text[most]) & 0xc0u) == 0x80u) {
            --most; // not within a character of UTF-8
        }
        value.text.resize(most);
        value.text += "...";
    }
    return value.text;
}

} // namespace detail

std::vector<StoreInfo> allStores()
{
    const detail::NodeNames names;
    std::vector<const detail::Node *> nodes; // first, as naming and describing may make others
    detail::forEachNode([&nodes](const detail::Node &node) {
        if (detail::isShown(node)) {
            nodes.push_back(&node);
        }
    });
    std::vector<StoreInfo> stores;
    stores.reserve(nodes.size());
    for (const detail::Node *const node : nodes) {
        stores.push_back(detail::infoOf(*node, names));
    }
    const auto rank = [](const StoreInfo &info) { return info.isNamed ? 0 : info.name.empty() ? 2 : 1; };
    std::sort(stores.begin(), stores.end(), [&rank](const StoreInfo &a, const StoreInfo &b) {
        return std::tuple(rank(a), std::string_view(a.name), a.node)
               < std::tuple(rank(b), std::string_view(b.name), b.node);
    });
    return stores;
}

std::string dump()
{
    std::string text;
    for (const StoreInfo &info : allStores()) {
        text += detail::lineOf(info);
    }
    return text;
}

} // namespace nanostores

void nanostores_dump()
{
    std::fputs(nanostores::dump().c_str(), stderr);
}

void nanostores_graph()
{
    std::fputs(nanostores::graphDot().c_str(), stderr);
}
