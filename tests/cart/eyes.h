// SPDX-License-Identifier: MIT
#pragma once

#include <QCoreApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QString>
#include <QTest>
#include <QVariant>

/// The visible item of that name, wherever it is in the scene.
inline QQuickItem *find(QQuickItem *root, const QString &name)
{
    if (!root->isVisible()) {
        return nullptr;
    }
    if (root->objectName() == name) {
        return root;
    }
    for (QQuickItem *child : root->childItems()) {
        if (QQuickItem *item = find(child, name)) {
            return item;
        }
    }
    return nullptr;
}

/// A QML window to look at and to click on.
class Eyes
{
public:
    explicit Eyes(QQuickWindow *window)
        : m_window(window)
    {
    }

    QQuickWindow *window() const { return m_window; }

    QQuickItem *item(const char *name) const
    {
        QCoreApplication::processEvents();
        m_window->grabWindow(); // lays out what has changed
        return find(m_window->contentItem(), QLatin1String(name));
    }
    QVariant read(const char *name, const char *property) const
    {
        const QQuickItem *shown = item(name);
        return shown ? shown->property(property) : QVariant();
    }
    QString text(const char *name) const { return read(name, "text").toString(); }

    /// Clicks on a point of the item, given in parts of its size.
    bool click(const char *name, double x = 0.5, double y = 0.5) const
    {
        const QQuickItem *target = item(name);
        if (!target) {
            return false;
        }
        const QPointF point = target->mapToScene(QPointF(target->width() * x, target->height() * y));
        QTest::mouseClick(m_window, Qt::LeftButton, {}, point.toPoint());
        return true;
    }
    /// Goes there by Tab.
    bool tabTo(const char *name) const
    {
        for (int i = 0; i < 40; ++i) {
            const QQuickItem *focused = m_window->activeFocusItem();
            if (focused && focused->objectName() == QLatin1String(name)) {
                return true;
            }
            QTest::keyClick(m_window, Qt::Key_Tab);
        }
        return false;
    }

private:
    QQuickWindow *m_window;
};
