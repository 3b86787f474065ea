// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QStringList>
#include <QTest>

namespace inspecting {

/// What a command has printed, and how it has ended.
struct Run
{
    int exitCode = -1; ///< -1: it has not ended by itself.
    QByteArray output;
    QByteArray errors;
};

/// A program, while this one answers.
inline Run runProgram(const QString &program, const QStringList &arguments)
{
    QProcess process;
    process.start(program, arguments);
    const bool hasEnded = QTest::qWaitFor([&process] { return process.state() == QProcess::NotRunning; }, 60'000);
    if (!hasEnded) {
        process.kill();
        process.waitForFinished();
    }
    return {hasEnded ? process.exitCode() : -1, process.readAllStandardOutput(), process.readAllStandardError()};
}

inline Run inspect(const QStringList &arguments)
{
    return runProgram(QStringLiteral(INSPECT_TOOL), arguments);
}

} // namespace inspecting
