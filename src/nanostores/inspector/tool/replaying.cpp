// SPDX-License-Identifier: MIT
#include "replaying.h"

#include "output.h"

#include <nanostores/recorder/sessionfile.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <exception>
#include <string_view>
#include <utility>

using nanostores::InspectorClient;

namespace {

constexpr std::size_t PieceBytes = std::size_t(128) << 10u; ///< In quotes, a request with it is short enough.

/// So many bytes that no character is cut.
std::size_t pieceOf(std::string_view text)
{
    std::size_t size = std::min(text.size(), PieceBytes);
    while (size > 0 && size < text.size() && (static_cast<unsigned char>(text[size]) & 0xc0u) == 0x80u) {
        --size;
    }
    return size > 0 ? size : std::min(text.size(), PieceBytes); // which is no text
}

} // namespace

Replaying::Replaying(Wish wish, std::string lines, Done done)
    : Talking(std::move(wish), {.edits = true, .follows = false}, std::move(done), exitcode::Untested)
    , m_lines(std::move(lines))
{
}

QString Replaying::read(const QString &path, std::string &lines)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        return path + QStringLiteral(": ") + file.errorString();
    }
    lines = file.readAll().toStdString();
    try {
        static_cast<void>(nanostores::Session::parse(lines));
    } catch (const std::exception &error) {
        return path + QStringLiteral(": ") + QString::fromUtf8(error.what());
    }
    return {};
}

void Replaying::sendNext()
{
    const std::string_view rest = std::string_view(m_lines).substr(m_sent);
    const std::size_t size = pieceOf(rest);
    m_sent += size;
    const bool isMore = m_sent < m_lines.size();
    QJsonObject request{{QStringLiteral("lines"), QString::fromUtf8(rest.data(), static_cast<qsizetype>(size))},
                        {QStringLiteral("more"), isMore},
                        {QStringLiteral("values"), wish().isOfValues}};
    if (!wish().ignored.isEmpty()) {
        request.insert(QStringLiteral("ignore"), QJsonArray::fromStringList(wish().ignored));
    }
    client().ask(QStringLiteral("replay"), request, [this, isMore](const InspectorClient::Answer &answer) {
        if (isOver()) {
            return;
        }
        if (!answer) {
            fail(answer.error);
        } else if (isMore) {
            sendNext();
        } else {
            print(answer.reply);
        }
    });
}

void Replaying::print(const QJsonObject &reply)
{
    const bool isSame = reply.value(QLatin1String("same")).toBool();
    const QString difference = reply.value(QLatin1String("difference")).toString();
    if (wish().isJson) {
        printLine(printableJson(QJsonDocument(reply).toJson(QJsonDocument::Compact)));
    } else {
        const QString found = !difference.isEmpty() ? difference
                              : isSame              ? QStringLiteral("no difference")
                                                    : QStringLiteral("nothing was compared");
        QStringList lines = wrapped(found, wish().width);
        lines += QStringLiteral("%1 writes, %2 values compared")
                     .arg(reply.value(QLatin1String("written")).toInteger())
                     .arg(reply.value(QLatin1String("compared")).toInteger());
        const QJsonArray notes = reply.value(QLatin1String("notes")).toArray();
        for (const QJsonValue &note : notes) {
            lines += wrapped(QStringLiteral("note: ") + note.toString(), wish().width);
        }
        for (const QString &line : std::as_const(lines)) {
            printLine(line);
        }
    }
    end(isSame ? exitcode::Good : difference.isEmpty() ? exitcode::Untested : exitcode::Bad);
}
