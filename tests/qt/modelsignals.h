// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QAbstractItemModel>
#include <QtCore/QByteArrayList>
#include <QtCore/QObject>

#include <algorithm>
#include <utility>

/// What a model tells, as text: "+0-1" rows inserted, "-0" removed, "0>2" moved, "~1(count,value)" changed.
class Signals
{
public:
    explicit Signals(const QAbstractItemModel &model)
    {
        const auto range = [](int first, int last) {
            return first == last ? QByteArray::number(first)
                                 : QByteArray::number(first) + '-' + QByteArray::number(last);
        };
        QObject::connect(&model, &QAbstractItemModel::rowsInserted, &m_context,
                         [=, this](const QModelIndex &, int first, int last) { add('+' + range(first, last)); });
        QObject::connect(&model, &QAbstractItemModel::rowsRemoved, &m_context,
                         [=, this](const QModelIndex &, int first, int last) { add('-' + range(first, last)); });
        QObject::connect(&model, &QAbstractItemModel::rowsMoved, &m_context,
                         [=, this](const QModelIndex &, int first, int last, const QModelIndex &, int destination) {
                             add(range(first, last) + '>' + QByteArray::number(destination));
                         });
        QObject::connect(&model, &QAbstractItemModel::dataChanged, &m_context,
                         [=, this, &model](const QModelIndex &first, const QModelIndex &last, const QList<int> &roles) {
                             QByteArrayList names;
                             for (const int role : roles) {
                                 names.append(model.roleNames().value(role, "display"));
                             }
                             std::sort(names.begin(), names.end());
                             add('~' + range(first.row(), last.row()) + '(' + names.join(',') + ')');
                         });
        QObject::connect(&model, &QAbstractItemModel::modelReset, &m_context, [this] { add("reset"); });
        QObject::connect(&model, &QAbstractItemModel::layoutChanged, &m_context, [this] { add("layout"); });
    }
    QByteArray take() { return std::exchange(m_told, {}).join(' '); }

private:
    void add(const QByteArray &word) { m_told.append(word); }

    QByteArrayList m_told;
    QObject m_context;
};
