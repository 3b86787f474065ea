// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractItemModel>
#include <QCoreApplication>
#include <QQuickItem>
#include <QQuickView>
#include <QString>
#include <QUrl>

#include <cstdio>
#include <cstdlib>
#include <string>

/// A ListView that shows the rows of a model.
struct View
{
    explicit View(QAbstractItemModel *model, const QString &file = QStringLiteral("Rows"))
    {
        view.setInitialProperties({{QStringLiteral("model"), QVariant::fromValue(model)}});
        view.setSource(QUrl(QStringLiteral("qrc:/qt/qml/Bench/qml/%1.qml").arg(file)));
        view.show();
        if (!view.rootObject()) {
            std::fprintf(stderr, "the rows cannot be shown\n");
            std::abort();
        }
        polish();
    }
    /// Lays out, as a frame would.
    void polish()
    {
        QMetaObject::invokeMethod(view.rootObject(), "forceLayout");
        QCoreApplication::processEvents();
    }
    std::string number(int row)
    {
        QQuickItem *item = nullptr;
        QMetaObject::invokeMethod(view.rootObject(), "itemAtIndex", Q_RETURN_ARG(QQuickItem *, item), Q_ARG(int, row));
        return item ? item->property("seen").toString().toStdString() : "none";
    }
    QQuickView view;
};
