// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/settingsvalue.h>

#include <nanostores/persistent/detail/jsontext.h>
#include <nanostores/qt/detail/values.h>
#include <nanostores/qt/json/jsoncodec.h>

#include <QByteArray>
#include <QMetaType>

#include <exception>

namespace nanostores::detail {

std::optional<std::string> rawOfSetting(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::UnknownType:
        return std::nullopt;
    case QMetaType::QString:
        return value.toString().toStdString();
    case QMetaType::QByteArray:
        return value.toByteArray().toStdString();
    default:
        break;
    }
    try {
        return JsonCodec<QVariant>().encode(value);
    } catch (const std::exception &) { // of a type that JSON does not have
        return std::nullopt;
    }
}

// A text that begins with a byte order mark is none any more when QSettings has read it.
QVariant settingOfRaw(const std::string &raw)
{
    const bool isText = isUtf8(raw) && raw.find("\xef\xbb\xbf") == raw.npos;
    return isText ? QVariant(QString::fromStdString(raw)) : QVariant(QByteArray::fromStdString(raw));
}

// QSettings takes \ for /, drops / at the ends and after another one, and has no empty key.
QString settingsKeyOf(std::string_view key)
{
    if (key.empty()) {
        return QStringLiteral("%");
    }
    std::string written;
    for (std::size_t i = 0; i < key.size(); ++i) {
        const bool isAtEnd = i == 0 || i + 1 == key.size() || key[i - 1] == '/';
        if (key[i] == '%') {
            written += "%25";
        } else if (key[i] == '\\') {
            written += "%5C";
        } else if (key[i] == '/' && isAtEnd) {
            written += "%2F";
        } else {
            written.push_back(key[i]);
        }
    }
    return textOfUtf8(written); // fromStdString() would take a byte order mark away
}

std::string keyOfSettings(const QString &settingsKey)
{
    const std::string written = settingsKey.toStdString();
    if (written == "%") {
        return {};
    }
    std::string key;
    for (std::size_t i = 0; i < written.size(); ++i) {
        const auto three = std::string_view(written).substr(i, 3);
        const char plain = three == "%25" ? '%' : three == "%5C" ? '\\' : three == "%2F" ? '/' : '\0';
        key.push_back(plain != '\0' ? plain : written[i]);
        i += plain != '\0' ? 2 : 0;
    }
    return key;
}

} // namespace nanostores::detail
