// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt.h>

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QString>

namespace lens {

#define LENS_BOX(FIELD) \
    FIELD(int, place) \
    FIELD(qint64, store) \
    FIELD(QString, name) \
    FIELD(QString, kind) \
    FIELD(QString, shown) \
    FIELD(double, boxX) \
    FIELD(double, boxY) \
    FIELD(double, boxWidth) \
    FIELD(double, boxHeight) \
    FIELD(bool, isCentre)

/// A store, an effect or a listener in the picture of a graph.
struct Box
{
    Q_GADGET
    NANOSTORES_STRUCT(Box, LENS_BOX)
};

struct Picture
{
    QList<Box> boxes;
    QString solid; ///< Arrows as an SVG path; and those of sources that are not observed.
    QString dashed;
    QString heads;
    double width = 0;
    double height = 0;
    int leftOut = 0; ///< So many stores and effects are farther away than those that are drawn.

    bool operator==(const Picture &) const = default;
};

/// Lays out what an inspector answers to "graph" in columns, sources to the left, with few crossings.
Picture layOut(const QJsonObject &graph, qint64 centre);

} // namespace lens
