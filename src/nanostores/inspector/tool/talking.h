// SPDX-License-Identifier: MIT
#pragma once

#include "wish.h"

#include <nanostores/inspector.h>

#include <functional>

/// A command that talks with a program: it connects, does something, and calls done() with the exit code.
class Talking
{
public:
    using Done = std::function<void(int exitCode)>;

    /// failure: the exit code if it cannot be done.
    Talking(Wish wish, nanostores::InspectorClient::Options options, Done done, int failure = exitcode::Bad);
    Talking(const Talking &) = delete;
    Talking &operator=(const Talking &) = delete;
    virtual ~Talking();

    void start(const nanostores::InspectorEndpoint &endpoint);

protected:
    /// There is a connection.
    virtual void run() = 0;
    /// The program has ended, or has cut the connection.
    virtual void lost(const QString &reason) { fail(reason); }

    const Wish &wish() const noexcept { return m_wish; }
    nanostores::InspectorClient &client() noexcept { return m_client; }
    bool isOver() const noexcept { return m_isOver; }
    void end(int exitCode);
    void fail(const QString &reason);

private:
    const Wish m_wish;
    const Done m_done;
    const int m_failure;
    nanostores::InspectorClient m_client;
    nanostores::Subscription m_following;
    bool m_isRunning = false;
    bool m_isOver = false;
};
