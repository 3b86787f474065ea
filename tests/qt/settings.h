// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>
#include <QString>
#include <QtQml/qqml.h>

#include <string>

/// The stores of the adapter tests, and an adapter of each kind. No .cpp file belongs to it.
namespace stores {
inline const auto volume = nanostores::atom(5).named("volume");
inline const auto title = nanostores::atom(std::string("title"));
inline const auto loud = nanostores::computed(volume, [](int value) { return value > 10; });
inline const auto shown = nanostores::atom(true);
inline const auto ratio = nanostores::atom(0.5);
} // namespace stores

class Settings : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(int, volume, stores::volume)
    NANOSTORES_PROPERTY(QString, title, stores::title)
    NANOSTORES_READONLY(bool, loud, stores::loud)
    NANOSTORES_PROPERTY(bool, shown, stores::shown)
};

/// Adds to the properties of its base.
class MoreSettings : public Settings
{
    Q_OBJECT
    QML_ANONYMOUS
    NANOSTORES_PROPERTY(double, ratio, stores::ratio)
};
