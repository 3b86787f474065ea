// SPDX-License-Identifier: MIT
#include "recording.h"

#include "output.h"

#include <QFile>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <utility>

using nanostores::InspectorClient;

namespace {

constexpr auto Pause = std::chrono::milliseconds(100); ///< Between two looks at what there is.
constexpr auto LastAnswer = std::chrono::seconds(3); ///< So long it is waited for.

} // namespace

Recording::Recording(Wish wish, Done done)
    : Talking(std::move(wish), {.follows = false}, std::move(done))
{
    m_pause.setSingleShot(true);
    m_pause.setInterval(Pause);
    QObject::connect(&m_pause, &QTimer::timeout, &m_pause, [this] { askLines(); });
}

void Recording::run()
{
    client().ask(QStringLiteral("record"), {}, [this](const InspectorClient::Answer &answer) {
        if (answer) {
            begin();
        } else {
            fail(answer.error);
        }
    });
}

void Recording::begin()
{
    if (!wish().output.isEmpty()) {
        try {
            m_file.emplace(QFile::encodeName(wish().output).toStdString(), "wb", "record");
        } catch (const std::exception &error) {
            fail(QString::fromUtf8(error.what()));
            return;
        }
    }
    askLines();
}

void Recording::stop()
{
    m_isStopping = true;
    if (client().state().get() != nanostores::InspectorState::Connected) {
        fail(QStringLiteral("nothing was recorded: the program has not answered yet"));
        return;
    }
    if (!m_isAsking) {
        askLines();
    }
    QTimer::singleShot(LastAnswer, &m_pause, [this] {
        if (!isOver()) {
            lost(QStringLiteral("the program does not answer"));
        }
    });
}

void Recording::askLines()
{
    m_pause.stop();
    m_isAsking = true;
    client().ask(QStringLiteral("lines"), {}, [this](const InspectorClient::Answer &answer) {
        m_isAsking = false;
        takeLines(answer);
    });
}

void Recording::takeLines(const InspectorClient::Answer &answer)
{
    if (isOver()) {
        return;
    }
    if (!answer) {
        if (answer.code != QLatin1String("ended")) { // else lost() follows
            fail(answer.error);
        }
        return;
    }
    const std::string lines = answer.reply.value(QLatin1String("lines")).toString().toStdString();
    if (!write(untilCount(lines))) {
        return;
    }
    const bool isMore = answer.reply.value(QLatin1String("more")).toBool();
    if (wish().count > 0 && m_events >= wish().count) {
        end(exitcode::Good);
    } else if (isMore) {
        askLines();
    } else if (m_isStopping) {
        end(exitcode::Good);
    } else {
        m_pause.start();
    }
}

/// Counts the events on the way.
std::string_view Recording::untilCount(std::string_view lines)
{
    std::size_t at = 0;
    while (at < lines.size() && (wish().count == 0 || m_events < wish().count)) {
        m_events += lines.substr(at).starts_with("{\"e\":") ? 1 : 0;
        at = std::min(lines.find('\n', at), lines.size() - 1) + 1;
    }
    return lines.substr(0, at);
}

bool Recording::write(std::string_view lines)
{
    try {
        if (m_file) {
            m_file->write(lines);
        } else if (std::fwrite(lines.data(), 1, lines.size(), stdout) != lines.size() || std::fflush(stdout) != 0) {
            fail(QStringLiteral("the session cannot be written"));
            return false;
        }
    } catch (const std::exception &error) {
        fail(QString::fromUtf8(error.what()));
        return false;
    }
    return true;
}

void Recording::lost(const QString &reason)
{
    printError(QStringLiteral("%1; %2 events were recorded").arg(reason).arg(m_events));
    end(exitcode::Good);
}
