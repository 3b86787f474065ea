// SPDX-License-Identifier: MIT
#pragma once

#include "talking.h"

#include <nanostores/logger/detail/file.h>

#include <QTimer>

#include <cstddef>
#include <optional>
#include <string_view>

/// Writes what the stores of a program do as a session, until it ends or is to stop.
class Recording final : public Talking
{
public:
    Recording(Wish wish, Done done);

    /// Takes what there is, and ends.
    void stop();

protected:
    void run() override;
    void lost(const QString &reason) override;

private:
    void begin();
    void askLines();
    void takeLines(const nanostores::InspectorClient::Answer &answer);
    std::string_view untilCount(std::string_view lines);
    bool write(std::string_view lines);

    std::optional<nanostores::detail::LogFile> m_file; ///< None: standard output.
    QTimer m_pause;
    int m_events = 0;
    bool m_isAsking = false;
    bool m_isStopping = false;
};
