// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

/// What the tests of MapModel share. No .cpp file belongs to it.
struct Item
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(int count MEMBER count FINAL)

public:
    QString name;
    int count = 0;

    friend bool operator==(const Item &, const Item &) = default;
};

using Items = nanostores::Map<QString, Item>;
using Model = nanostores::MapModel<QString, Item>;

inline QString text(const QAbstractItemModel &model)
{
    QStringList rows;
    for (int row = 0; row < model.rowCount(); ++row) {
        const QModelIndex index = model.index(row, 0);
        rows.append(index.data(nanostores::StoreModel::KeyRole).toString() + u':'
                    + QString::number(index.data(nanostores::StoreModel::FirstFieldRole + 1).toInt()));
    }
    return rows.join(u' ');
}

inline Item item(int count)
{
    return Item{QStringLiteral("n"), count};
}
