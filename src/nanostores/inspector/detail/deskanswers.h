// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/detail/wiresession.h>
#include <nanostores/logger/logvalue.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonValue>
#include <QString>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

/// What the parts of an inspector's desk make their answers of.
namespace nanostores::detail {

inline WireDesk::Answer failure(const QString &error, const char *code)
{
    return {{}, error, QLatin1String(code)};
}

inline QString qText(const std::string &text)
{
    return QString::fromStdString(text);
}

inline QJsonValue jsonNumber(std::uint64_t value)
{
    return static_cast<qint64>(value);
}

inline QJsonValue jsonOf(const LogValue &value)
{
    const QByteArray json = QByteArray::fromStdString('[' + value.toJson() + ']');
    return QJsonDocument::fromJson(json).array().at(0);
}

/// Parts of it, or the whole, are left out.
inline bool isCutAnywhere(const LogValue &value)
{
    return value.isCut() || std::any_of(value.items.begin(), value.items.end(), isCutAnywhere);
}

/// A list of texts; nothing else is in it.
inline bool readTexts(const QJsonValue &list, std::vector<std::string> &to)
{
    const QJsonArray items = list.toArray();
    for (const QJsonValue &item : items) {
        if (!item.isString()) {
            return false;
        }
        to.push_back(item.toString().toStdString());
    }
    return list.isArray() || list.isUndefined();
}

} // namespace nanostores::detail
