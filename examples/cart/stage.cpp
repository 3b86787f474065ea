// SPDX-License-Identifier: MIT
#include "stage.h"

#include <QEventLoop>
#include <QGuiApplication>
#include <QPalette>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QSurfaceFormat>
#include <QTimer>

void prepareShop()
{
    QSurfaceFormat format = QSurfaceFormat::defaultFormat();
    format.setSamples(4);
    QSurfaceFormat::setDefaultFormat(format);
    QQuickStyle::setStyle(QStringLiteral("Basic"));
}

QFont shopFont()
{
    // DejaVu, where a bare Linux falls back to it, sets too wide for headlines; its condensed cut does not.
    QFont font = QGuiApplication::font();
    if (font.family() == QLatin1String("DejaVu Sans") || font.family() == QLatin1String("Sans Serif")) {
        font.setFamilies({QStringLiteral("DejaVu Sans Condensed"), font.family()});
    }
    return font;
}

bool isDarkScheme(const QString &scheme)
{
    if (scheme != QLatin1String("system")) {
        return scheme == QLatin1String("dark");
    }
    return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
}

void settle()
{
    QEventLoop loop;
    QTimer::singleShot(300, &loop, &QEventLoop::quit);
    loop.exec();
}

QImage grab(QQuickWindow *window)
{
    QImage image = window->grabWindow();
    image.setDevicePixelRatio(window->devicePixelRatio()); // some render loops leave it out
    return image;
}

Camera::Camera(const QString &folder)
    : m_folder(folder)
    , m_isGood(m_folder.mkpath(QStringLiteral(".")))
{
}

void Camera::shoot(const QString &name, QQuickWindow *window)
{
    settle();
    save(name, grab(window));
}

void Camera::save(const QString &name, const QImage &image)
{
    const QString file = m_folder.filePath(name + QStringLiteral(".png"));
    if (image.convertToFormat(QImage::Format_RGB32).save(file, "PNG", 1)) {
        qInfo("%s", qPrintable(QDir::toNativeSeparators(file)));
        return;
    }
    qWarning("Cannot write %s", qPrintable(QDir::toNativeSeparators(file)));
    m_isGood = false;
}
