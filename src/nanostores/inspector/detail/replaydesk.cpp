// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/replaydesk.h>

#include <nanostores/core/graph/graph.h>
#include <nanostores/inspector/detail/deskanswers.h>
#include <nanostores/recorder/replay.h>
#include <nanostores/recorder/travel.h>

#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t MostBytes = std::size_t(64) << 20u;
constexpr std::size_t MostNotes = 100;

QJsonObject replyOf(const ReplayResult &result)
{
    QJsonArray notes;
    for (std::size_t i = 0; i < result.notes.size() && i < MostNotes; ++i) {
        notes.append(qText(result.notes[i]));
    }
    QJsonObject reply{{QStringLiteral("same"), bool(result)},
                      {QStringLiteral("written"), jsonNumber(result.written)},
                      {QStringLiteral("compared"), jsonNumber(result.compared)},
                      {QStringLiteral("notes"), notes}};
    if (!result.difference.empty()) {
        reply.insert(QStringLiteral("difference"), qText(result.difference));
        reply.insert(QStringLiteral("event"), jsonNumber(result.event));
    }
    return reply;
}

} // namespace

WireDesk::Answer ReplayDesk::take(const QJsonObject &request, const std::vector<Redaction> &redact)
{
    const QJsonValue lines = request.value(QLatin1String("lines"));
    ReplayOptions options;
    options.mode = request.value(QLatin1String("values")).toBool() ? ReplayOptions::Values : ReplayOptions::Live;
    options.redact = redact;
    if (!lines.isString() || !readTexts(request.value(QLatin1String("ignore")), options.ignore)) {
        m_lines.clear();
        return failure(QStringLiteral("\"lines\" is a piece of a session, and \"ignore\" has patterns of names"),
                       "syntax");
    }
    m_lines += lines.toString().toStdString();
    if (m_lines.size() > MostBytes) {
        m_lines = {};
        return failure(QStringLiteral("a session that is replayed has at most %1 MiB").arg(MostBytes >> 20u),
                       "too-long");
    }
    if (request.value(QLatin1String("more")).toBool()) {
        return {};
    }
    const std::string whole = std::exchange(m_lines, std::string());
    if (!idle() || inspecting().get()) {
        return failure(QStringLiteral("the program is in the midst of a turn, or shows the past"), "busy");
    }
    try {
        return {replyOf(replay(Session::parse(whole), std::move(options))), {}, {}};
    } catch (const SessionError &error) {
        return failure(QString::fromUtf8(error.what()), "value");
    }
}

} // namespace nanostores::detail
