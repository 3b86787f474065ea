// SPDX-License-Identifier: MIT
#include "testing.h"

#include "output.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

using nanostores::InspectorEndpoint;

namespace {

constexpr auto LookEvery = std::chrono::milliseconds(20);
constexpr int EndWithin = 5000; ///< Milliseconds.

} // namespace

Testing::Testing(Wish wish, std::string lines, Talking::Done done)
    : m_wish(wish)
    , m_done(std::move(done))
    , m_replaying(std::move(wish), std::move(lines), [this](int exitCode) { end(exitCode); })
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NANOSTORES_INSPECT"), QStringLiteral("edit"));
    environment.remove(QStringLiteral("NANOSTORES_RECORD")); // it may be the session that is replayed
    m_program.setProcessEnvironment(environment);
    m_program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QObject::connect(&m_program, &QProcess::readyReadStandardOutput, &m_program, [this] {
        const QByteArray output = m_program.readAllStandardOutput(); // what is found stands alone on standard output
        std::fwrite(output.constData(), 1, std::size_t(output.size()), stderr);
    });
    QObject::connect(&m_program, &QProcess::errorOccurred, &m_program, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            fail(m_program.program() + QStringLiteral(": ") + m_program.errorString());
        }
    });
    QObject::connect(&m_program, &QProcess::finished, &m_program, [this](int exitCode) {
        fail(QStringLiteral("the program has ended, with exit code %1, before it has replayed the session")
                 .arg(exitCode));
    });
    m_looking.setInterval(LookEvery);
    QObject::connect(&m_looking, &QTimer::timeout, &m_looking, [this] { look(); });
    m_patience.setSingleShot(true);
    QObject::connect(&m_patience, &QTimer::timeout, &m_patience, [this] {
        fail(QStringLiteral("the program has no inspector after %1 seconds; it needs one, and a script has to start it "
                            "by exec")
                 .arg(m_wish.seconds));
    });
}

Testing::~Testing()
{
    m_program.disconnect();
}

void Testing::start()
{
    m_patience.start(std::chrono::seconds(m_wish.seconds));
    m_looking.start();
    m_program.start(m_wish.arguments.at(1), m_wish.arguments.mid(2));
    m_program.closeWriteChannel();
}

void Testing::look()
{
    const qint64 pid = m_program.processId();
    const QList<InspectorEndpoint> endpoints = nanostores::inspectorEndpoints();
    const auto its = std::find_if(endpoints.begin(), endpoints.end(), [pid](const InspectorEndpoint &endpoint) {
        return pid != 0 && endpoint.pid == pid && endpoint.port == 0;
    });
    if (its != endpoints.end()) {
        m_looking.stop();
        m_patience.stop();
        m_replaying.start(*its);
    }
}

void Testing::fail(const QString &reason)
{
    if (!m_isOver) {
        printError(reason);
        end(exitcode::Untested);
    }
}

void Testing::end(int exitCode)
{
    if (std::exchange(m_isOver, true)) {
        return;
    }
    m_looking.stop();
    m_patience.stop();
    if (m_program.state() != QProcess::NotRunning) {
        m_program.terminate();
        if (!m_program.waitForFinished(EndWithin)) {
            m_program.kill();
            m_program.waitForFinished();
        }
    }
    m_done(exitCode);
}
