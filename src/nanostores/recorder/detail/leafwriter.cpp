// SPDX-License-Identifier: MIT
#include <nanostores/recorder/detail/leafwriter.h>

#include <nanostores/core/graph/quietdescriber.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <type_traits>
#include <typeinfo>

namespace nanostores::detail {

namespace {

/// Writes a value that has no parts as JSON. One that has is looked at no further.
class LeafWriter final : public QuietDescriber
{
public:
    LeafWriter(std::string &to, std::size_t most)
        : m_to(to)
        , m_most(most)
    {
    }
    bool isLeaf() const noexcept { return m_isLeaf; }

    bool whole(const std::type_info &type, const void *value) override
    {
        m_isLeaf = number<int>(type, value) || number<long long>(type, value) || number<long>(type, value)
                   || number<unsigned>(type, value) || number<unsigned long>(type, value)
                   || number<unsigned long long>(type, value) || boolean(type, value) || text(type, value);
        return true;
    }
    void unknown(const std::type_info &) override { m_isLeaf = false; }
    void none() override
    {
        m_to = "null";
        m_isLeaf = true;
    }

private:
    template<typename N>
    bool number(const std::type_info &type, const void *value)
    {
        if (type != typeid(N)) {
            return false;
        }
        constexpr std::int64_t Safe = 9007199254740991;
        const N given = *static_cast<const N *>(value);
        if constexpr (sizeof(N) > 4) {
            if (given > static_cast<N>(Safe) || (std::is_signed_v<N> && given < static_cast<N>(-Safe))) {
                return false;
            }
        }
        char digits[24];
        const auto end = std::to_chars(digits, digits + sizeof(digits), given);
        m_to.assign(digits, end.ptr);
        return true;
    }
    bool boolean(const std::type_info &type, const void *value)
    {
        if (type != typeid(bool)) {
            return false;
        }
        m_to = *static_cast<const bool *>(value) ? "true" : "false";
        return true;
    }
    bool text(const std::type_info &type, const void *value)
    {
        if (type != typeid(std::string)) {
            return false;
        }
        const auto &given = *static_cast<const std::string *>(value);
        const bool isPlain = given.size() <= m_most && std::all_of(given.begin(), given.end(), [](char c) {
                                 return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
                             });
        if (isPlain) {
            m_to = '"';
            m_to += given;
            m_to += '"';
        }
        return isPlain;
    }

    std::string &m_to;
    std::size_t m_most;
    bool m_isLeaf = false;
};

} // namespace

bool writeLeaf(const Node &node, std::size_t most, std::string &to)
{
    LeafWriter writer(to, most);
    describe(node, writer);
    return writer.isLeaf();
}

} // namespace nanostores::detail
