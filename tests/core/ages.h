// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/map.h>

#include <QtCore/QByteArray>

#include <string>

/// What the tests of maps share: a map of numbers by name, and it and its changes as text.
namespace ages {

using Ages = nanostores::Map<std::string, int>;
using Dict = nanostores::Dictionary<std::string, int>;
using Change = nanostores::MapChange<std::string, int>;

inline QByteArray text(const Dict &value)
{
    QByteArray all;
    for (const auto &[key, number] : value) {
        all += QByteArray::fromStdString(key) + QByteArray::number(number);
    }
    return all.isEmpty() ? "-" : all;
}

inline QByteArray text(const std::string *key)
{
    return key ? QByteArray::fromStdString(*key) : "null";
}

inline QByteArray text(const Change &change)
{
    if (change.whole) {
        return "whole";
    }
    QByteArray all;
    for (const auto &[key, old] : change.keys) {
        all += QByteArray::fromStdString(key) + (old ? QByteArray::number(*old) : "?");
    }
    return all;
}

} // namespace ages
