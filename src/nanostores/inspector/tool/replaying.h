// SPDX-License-Identifier: MIT
#pragma once

#include "talking.h"

#include <QJsonObject>

#include <string>

/// Hands a session to a program, which replays it, and prints the first difference.
class Replaying final : public Talking
{
public:
    /// lines: of the session.
    Replaying(Wish wish, std::string lines, Done done);

    /// Why the session cannot be read; empty: it can.
    static QString read(const QString &path, std::string &lines);

protected:
    void run() override { sendNext(); }

private:
    void sendNext();
    void print(const QJsonObject &reply);

    const std::string m_lines;
    std::size_t m_sent = 0;
};
