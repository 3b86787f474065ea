// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt.h>

#include <QtCore/QAbstractItemModel>
#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>

/// What the tests of derived models share. No .cpp file belongs to it.
struct Track
{
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(QString album MEMBER album FINAL)
    Q_PROPERTY(int stars MEMBER stars FINAL)

public:
    int id = 0;
    QString title;
    QString album;
    int stars = 0;

    bool isGood() const { return stars >= 3; }
    friend bool operator==(const Track &, const Track &) = default;
};

using Tracks = QList<Track>;

inline Tracks sample()
{
    return {{1, QStringLiteral("c"), QStringLiteral("x"), 3},
            {2, QStringLiteral("a"), QStringLiteral("y"), 1},
            {3, QStringLiteral("d"), QStringLiteral("x"), 5},
            {4, QStringLiteral("b"), QStringLiteral("z"), 4}};
}

inline QList<int> ids(const QAbstractItemModel &model)
{
    QList<int> all;
    for (int row = 0; row < model.rowCount(); ++row) {
        all.append(model.index(row, 0).data(nanostores::StoreModel::KeyRole).toInt());
    }
    return all;
}

inline QAbstractItemModel *inner(const QAbstractItemModel &model, int row, const char *role)
{
    return model.index(row, 0).data(model.roleNames().key(role)).value<QAbstractItemModel *>();
}

inline QString titles(const QAbstractItemModel &model)
{
    QString all;
    for (int row = 0; row < model.rowCount(); ++row) {
        all += model.index(row, 0).data(model.roleNames().key("title")).toString();
    }
    return all;
}
