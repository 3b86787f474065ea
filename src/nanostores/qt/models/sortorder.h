// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/export.h>
#include <nanostores/qt/models/storemodel.h>

#include <QByteArray>
#include <QObject>
#include <QString>
#include <QVariant>

#include <utility>

namespace nanostores {

/// By what a list is sorted: the value of a store that a table's header sets, and that sorted() follows.
struct NANOSTORES_QT_EXPORT SortOrder
{
    Q_GADGET
    Q_PROPERTY(QString role MEMBER role FINAL)
    Q_PROPERTY(Qt::SortOrder order MEMBER order FINAL)

public:
    QString role; ///< A role of the model, such as a property of the item; empty: as the list is.
    Qt::SortOrder order = Qt::AscendingOrder;

    friend bool operator==(const SortOrder &, const SortOrder &) = default;
};

namespace detail {

/// An order of all values of a type: what is no value, NaN too, comes last.
NANOSTORES_QT_EXPORT bool valueGoesBefore(const QVariant &a, const QVariant &b);

} // namespace detail

/// For sorted(): by the role that a store of a SortOrder names, which is a property of the items, or `value`, the item
/// itself. By an unknown or an empty one the items stay as they are.
///
///     const auto order = atom(SortOrder{"title"});
///     const auto shown = sorted(songs, order, byRole());
class ByRole
{
public:
    template<typename T>
    bool operator()(const T &a, const T &b, const SortOrder &order) const
    {
        const detail::RowType &type = detail::RowType::of<T>();
        if (m_role != order.role) {
            m_field = type.fieldNamed(order.role.toUtf8());
            m_role = order.role;
        }
        const bool turned = order.order == Qt::DescendingOrder;
        const T &first = turned ? b : a;
        const T &second = turned ? a : b;
        if (m_field >= 0) {
            return detail::valueGoesBefore(type.read(m_field, &first), type.read(m_field, &second));
        }
        return type.fields.empty() && m_role == QLatin1String("value")
               && detail::valueGoesBefore(convertTo<QVariant>(first), convertTo<QVariant>(second));
    }

private:
    mutable QString m_role; // of the last call, as it most often is that of the next
    mutable int m_field = -1;
};
/// byRole(): a ByRole.
[[nodiscard]] inline ByRole byRole()
{
    return {};
}

} // namespace nanostores
