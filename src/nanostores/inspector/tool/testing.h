// SPDX-License-Identifier: MIT
#pragma once

#include "replaying.h"

#include <QProcess>
#include <QTimer>

#include <functional>
#include <string>

/// Starts a program, has it replay a session, and ends it.
class Testing
{
public:
    Testing(Wish wish, std::string lines, Talking::Done done);
    ~Testing();

    void start();
    void stop() { end(exitcode::Untested); }

private:
    void look();
    void fail(const QString &reason);
    void end(int exitCode);

    const Wish m_wish;
    const Talking::Done m_done;
    Replaying m_replaying;
    QProcess m_program;
    QTimer m_looking; ///< For its inspector.
    QTimer m_patience;
    bool m_isOver = false;
};
