// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/duration.h>
#include <nanostores/core/detail/printing.h>
#include <nanostores/core/ostream.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

/// A list that a StoreSpy has recorded. It prints itself, to a std::ostream and, with <nanostores/qttestkit.h>, in the
/// message of a failed QCOMPARE; and it compares with every list of the same values.
template<typename T>
class Recorded : public std::vector<T>
{
public:
    using std::vector<T>::vector;

    friend bool operator==(const Recorded &a, const Recorded &b)
    {
        return std::equal(a.begin(), a.end(), b.begin(), b.end());
    }
    template<typename List>
    requires(!std::is_same_v<List, Recorded> && detail::LikeList<List>)
    friend bool operator==(const Recorded &a, const List &b)
    {
        return std::equal(a.begin(), a.end(), std::begin(b), std::end(b));
    }
};

/// Values with the moments at which a listener was called with them, counted from the making of the StoreSpy:
/// `Timeline<int>{{0ms, 1}, {300ms, 2}}`. Prints itself as `[0 ms: 1, 300 ms: 2]`.
template<typename T>
class Timeline : public std::vector<std::pair<std::chrono::milliseconds, T>>
{
public:
    using std::vector<std::pair<std::chrono::milliseconds, T>>::vector;
};

namespace detail {

template<typename Out, typename T>
void printRecorded(Out &out, const Recorded<T> &values)
{
    printAll(out, "[]", values, [&out](const auto &value) { printValue(out, value); });
}

template<typename Out, typename T>
void printRecorded(Out &out, const nanostores::Timeline<T> &values) // detail has one, too: a history's
{
    printAll(out, "[]", values, [&out](const auto &entry) {
        printValue(out, entry.first.count());
        out.raw(" ms: ");
        printValue(out, entry.second);
    });
}

} // namespace detail

/// Writes the values in order, as in `[1, 2]`.
template<typename Traits, typename T>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &stream, const Recorded<T> &values)
{
    detail::StreamOut<std::basic_ostream<char, Traits>> out(stream);
    detail::printRecorded(out, values);
    return stream;
}

/// Writes moments and values in order, as in `[0 ms: 1, 300 ms: 2]`.
template<typename Traits, typename T>
std::basic_ostream<char, Traits> &operator<<(std::basic_ostream<char, Traits> &stream, const Timeline<T> &values)
{
    detail::StreamOut<std::basic_ostream<char, Traits>> out(stream);
    detail::printRecorded(out, values);
    return stream;
}

} // namespace nanostores
