// SPDX-License-Identifier: MIT
#include "talking.h"

#include "output.h"

#include <utility>

using nanostores::InspectorState;

Talking::Talking(Wish wish, nanostores::InspectorClient::Options options, Done done, int failure)
    : m_wish(std::move(wish))
    , m_done(std::move(done))
    , m_failure(failure)
    , m_client(options)
{
}

Talking::~Talking() = default;

void Talking::start(const nanostores::InspectorEndpoint &endpoint)
{
    m_following = m_client.state().listen([this](InspectorState state) {
        if (state == InspectorState::Connected && !std::exchange(m_isRunning, true)) {
            run();
        } else if (state == InspectorState::Ended && !m_isOver) {
            lost(m_client.problem().get());
        } else if (state == InspectorState::Refused) {
            fail(m_client.problem().get());
        }
    });
    m_client.connectTo(endpoint);
}

void Talking::end(int exitCode)
{
    if (!std::exchange(m_isOver, true)) {
        m_client.disconnect(); // so that no answer comes when this is being destroyed
        m_done(exitCode);
    }
}

void Talking::fail(const QString &reason)
{
    if (!m_isOver) {
        printError(reason);
        end(m_failure);
    }
}
