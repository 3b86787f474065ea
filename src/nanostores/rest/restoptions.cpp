// SPDX-License-Identifier: MIT
#include <nanostores/rest/restoptions.h>

#include <QUrl>

#include <algorithm>
#include <stdexcept>

namespace nanostores {

QByteArray RestResponse::header(QByteArrayView name) const
{
    const auto found = std::find_if(headers.begin(), headers.end(), [name](const auto &header) {
        return header.first.compare(name, Qt::CaseInsensitive) == 0;
    });
    return found == headers.end() ? QByteArray() : found->second;
}

namespace detail {

QString restPart(const QString &part)
{
    // A part of dots alone would be taken for a step in the path, encoded or not.
    if (part.isEmpty() || part == QLatin1String(".") || part == QLatin1String("..")) {
        throw std::invalid_argument("nanostores: \"" + part.toStdString()
                                    + "\" cannot be a part of a path: leave it out, or give the path as one text");
    }
    return QString::fromLatin1(QUrl::toPercentEncoding(part));
}

} // namespace detail
} // namespace nanostores
