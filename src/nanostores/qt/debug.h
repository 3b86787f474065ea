// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/printing.h>
#include <nanostores/core/dictionary.h>

#include <QDebug>
#include <QHashFunctions>
#include <QString>

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace nanostores {

namespace detail {

class DebugOut
{
public:
    explicit DebugOut(QDebug &debug)
        : m_saver(debug)
        , m_debug(debug.nospace())
    {
    }
    void raw(std::string_view text)
    {
        m_debug.noquote() << QUtf8StringView(text.data(), static_cast<qsizetype>(text.size()));
        m_debug.quote();
    }
    void value(const std::string &text) { m_debug << QString::fromStdString(text); }
    template<typename T>
    requires(QTypeTraits::has_ostream_operator_v<QDebug, T>)
    void value(const T &value)
    {
        m_debug << value;
    }

private:
    const QDebugStateSaver m_saver;
    QDebug &m_debug;
};

} // namespace detail

/// qDebug() << store: the store's name and its value, as in `Store("count", 5)`. QCOMPARE prints the same. The value is
/// read with peek(): nothing is tracked or mounted, and a computed store that is stale runs. For logs; the format may
/// change.
template<AnyStore S>
QDebug operator<<(QDebug debug, const S &store)
{
    detail::DebugOut out(debug);
    detail::printStore(out, store);
    return debug;
}

/// qDebug() << dictionary: the entries in order, as in `{"anna": 3, "ben": 5}`.
template<typename K, typename V>
QDebug operator<<(QDebug debug, const Dictionary<K, V> &dictionary)
{
    detail::DebugOut out(debug);
    detail::printAll(out, "{}", dictionary, [&out](const auto &entry) {
        detail::printValue(out, entry.first);
        out.raw(": ");
        detail::printValue(out, entry.second);
    });
    return debug;
}

/// Which store it is, for QHash and QSet; as == does.
template<AnyStore S>
std::size_t qHash(const S &store, std::size_t seed = 0) noexcept
{
    return ::qHash(static_cast<const void *>(store.node().get()), seed);
}

} // namespace nanostores
