// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/printing.h>
#include <nanostores/core/dictionary.h>

#include <iosfwd>
#include <string>
#include <string_view>
#include <utility>

namespace nanostores {

namespace detail {

/// Text of a library that has a string of its own.
template<typename T>
concept ToText = requires(const T &text) { std::string(text.toStdString()); };

template<typename T, typename Stream>
concept StreamedBy = requires(Stream &stream, const T &value) { stream << value; };

template<typename Stream>
class StreamOut
{
public:
    explicit StreamOut(Stream &stream)
        : m_stream(stream)
    {
    }
    void raw(std::string_view text) { m_stream << text; }
    void value(const std::string &text) { m_stream << '"' << text << '"'; }
    template<typename T>
    requires(ToText<T> || StreamedBy<T, Stream>)
    void value(const T &value)
    {
        if constexpr (ToText<T>) {
            this->value(std::string(value.toStdString()));
        } else {
            m_stream << value;
        }
    }

private:
    Stream &m_stream;
};

} // namespace detail

/// Writes the store's name and its value, as in `Store("count", 5)`. The value is read with peek(): nothing is tracked
/// or mounted, and a computed store that is stale runs. For logs; the format may change.
template<typename Traits, AnyStore S>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &stream, const S &store)
{
    detail::StreamOut<std::basic_ostream<char, Traits>> out(stream);
    detail::printStore(out, store);
    return stream;
}

/// Writes the entries in order, as in `{"anna": 3, "ben": 5}`.
template<typename Traits, typename K, typename V>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &stream,
                                             const Dictionary<K, V> &dictionary)
{
    detail::StreamOut<std::basic_ostream<char, Traits>> out(stream);
    detail::printAll(out, "{}", dictionary, [&out](const auto &entry) {
        detail::printValue(out, entry.first);
        out.raw(": ");
        detail::printValue(out, entry.second);
    });
    return stream;
}

} // namespace nanostores
