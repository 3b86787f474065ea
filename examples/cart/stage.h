// SPDX-License-Identifier: MIT
#pragma once

#include <QDir>
#include <QFont>
#include <QImage>
#include <QString>

class QQuickWindow;

/// What each program of the shop does around its windows.

/// Smooth icons, and the style of the controls; before the application object.
void prepareShop();
/// The application's font for the shop.
QFont shopFont();
/// Whether the scheme, light, dark or system, is a dark one here.
bool isDarkScheme(const QString &scheme);

/// Lets the windows load, lay out and draw.
void settle();
/// What the window shows.
QImage grab(QQuickWindow *window);

/// Draws windows into PNG files of a folder.
class Camera
{
public:
    explicit Camera(const QString &folder);

    /// Once everything has settled.
    void shoot(const QString &name, QQuickWindow *window);
    void save(const QString &name, const QImage &image);
    /// False, with a warning, when a file could not be written.
    bool isGood() const { return m_isGood; }

private:
    QDir m_folder;
    bool m_isGood;
};
