// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt.h>

#include <QtCore/QAbstractItemModel>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QVariant>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

/// The rows of the models that random scripts write to. No .cpp file belongs to it.
struct Cell
{
    Q_GADGET
    Q_PROPERTY(int a MEMBER a FINAL)
    Q_PROPERTY(int b MEMBER b FINAL)

public:
    int id = 0;
    int a = 0;
    int b = 0;

    friend bool operator==(const Cell &, const Cell &) = default;
};

/// Knows of a model only what its signals tell, and reads only what they say has changed.
class Mirror
{
public:
    using Row = std::map<int, QVariant>;

    explicit Mirror(const QAbstractItemModel &model)
        : m_model(model)
    {
        for (int row = 0; row < model.rowCount(); ++row) {
            m_rows.push_back(read(row));
        }
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &m_context,
                         [this](const QModelIndex &, int first, int last) {
                             for (int row = first; row <= last; ++row) {
                                 m_rows.insert(m_rows.begin() + row, read(row));
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &m_context,
                         [this](const QModelIndex &, int first, int last) {
                             m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
                         });
        QObject::connect(&model, &QAbstractItemModel::rowsMoved, &m_context,
                         [this](const QModelIndex &, int first, int last, const QModelIndex &, int destination) {
                             ++m_moves;
                             const auto begin = m_rows.begin();
                             if (destination < first) {
                                 std::rotate(begin + destination, begin + first, begin + last + 1);
                             } else {
                                 std::rotate(begin + first, begin + last + 1, begin + destination);
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::dataChanged, &m_context,
                         [this](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                             for (int row = first.row(); row <= last.row(); ++row) {
                                 const Row now = read(row);
                                 for (const auto &[role, value] : now) {
                                     if (roles.isEmpty() || roles.contains(role)) {
                                         m_rows[row][role] = value;
                                     }
                                 }
                             }
                         });
        QObject::connect(&model, &QAbstractItemModel::modelReset, &m_context, [this] { m_failed = true; });
        QObject::connect(&model, &QAbstractItemModel::layoutAboutToBeChanged, &m_context, [this] {
            for (int row = 0; row < m_model.rowCount(); ++row) {
                m_laidOut.emplace_back(m_model.index(row, 0));
            }
        });
        QObject::connect(&model, &QAbstractItemModel::layoutChanged, &m_context, [this] {
            ++m_layouts;
            std::vector<Row> rows(m_rows.size());
            m_failed = m_failed || m_laidOut.size() != m_rows.size();
            for (std::size_t before = 0; before < m_laidOut.size() && !m_failed; ++before) {
                const auto now = static_cast<std::size_t>(m_laidOut[before].row());
                m_failed = !m_laidOut[before].isValid() || now >= rows.size() || !rows[now].empty();
                if (!m_failed) {
                    rows[now] = std::move(m_rows[before]);
                }
            }
            m_rows = std::move(rows);
            m_laidOut.clear();
        });
    }

    bool agrees() const
    {
        if (m_failed || static_cast<int>(m_rows.size()) != m_model.rowCount()) {
            return false;
        }
        for (int row = 0; row < m_model.rowCount(); ++row) {
            if (m_rows[row] != read(row)) {
                return false;
            }
        }
        return true;
    }
    int takeMoves() { return std::exchange(m_moves, 0); }
    int takeLayouts() { return std::exchange(m_layouts, 0); }

private:
    Row read(int row) const
    {
        Row values;
        for (int role = nanostores::StoreModel::KeyRole; role < nanostores::StoreModel::FirstFieldRole + 2; ++role) {
            QVariant value = m_model.index(row, 0).data(role);
            if (role == nanostores::StoreModel::ValueRole) {
                const Cell cell = value.value<Cell>();
                value = QVariant::fromValue(QList<int>{cell.id, cell.a, cell.b});
            }
            values[role] = value;
        }
        return values;
    }

    const QAbstractItemModel &m_model;
    std::vector<Row> m_rows;
    std::vector<QPersistentModelIndex> m_laidOut; ///< Each row, before the layout changes.
    int m_moves = 0;
    int m_layouts = 0;
    bool m_failed = false;
    QObject m_context;
};
