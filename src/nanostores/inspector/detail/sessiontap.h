// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/detail/wiresession.h>
#include <nanostores/recorder/recorder.h>

#include <cstddef>
#include <string>
#include <vector>

namespace nanostores::detail {

/// Records a session for a client, and hands it over in pieces of whole lines. What the client does not take is in a
/// ring: then the oldest events are lost, and a line says how many.
class SessionTap
{
public:
    explicit SessionTap(const std::vector<Redaction> &redact);

    WireDesk::Answer take();

private:
    nanostores::Recorder m_recorder; // detail has one, too
    std::string m_lines; ///< Taken from the recorder.
    std::size_t m_given = 0; ///< So many bytes of them.
};

} // namespace nanostores::detail
