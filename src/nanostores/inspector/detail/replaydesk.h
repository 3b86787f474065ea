// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/detail/wiresession.h>
#include <nanostores/logger/redaction.h>

#include <QJsonObject>

#include <string>
#include <vector>

namespace nanostores::detail {

/// Takes a session of a client, piece by piece, and replays it in the program.
class ReplayDesk
{
public:
    WireDesk::Answer take(const QJsonObject &request, const std::vector<Redaction> &redact);

private:
    std::string m_lines;
};

} // namespace nanostores::detail
