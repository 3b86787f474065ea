// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/serverbackend.h>

#include <nanostores/persistent/detail/worker.h>
#include <nanostores/persistent/engineerror.h>

#include <QtCore/QTimer>

#include <algorithm>

namespace nanostores::detail {

namespace {

constexpr std::chrono::milliseconds RefusedFor{30000};
constexpr std::chrono::milliseconds ShortestTick{10};

} // namespace

ServerBackend::ServerBackend() = default;

ServerBackend::~ServerBackend() = default;

void ServerBackend::requireSameProcess() const
{
    if (!isSameProcess()) {
        m_fork.require(place());
    }
}

void ServerBackend::requireOpen() const
{
    requireSameProcess();
    if (!m_timer) {
        throw EngineError(EngineErrorKind::Misuse, "it is not open", place());
    }
}

void ServerBackend::beginTicks(std::chrono::milliseconds interval)
{
    m_timer = std::make_unique<QTimer>();
    QObject::connect(m_timer.get(), &QTimer::timeout, m_timer.get(), [this] { tick(); });
    m_timer->start(std::max(interval, ShortestTick));
}

void ServerBackend::endTicks() noexcept
{
    m_timer.reset();
}

void ServerBackend::noteRefusal(const EngineError &error)
{
    if (!isRetried(error.kind())) {
        m_refused.start();
    }
}

bool ServerBackend::isRefusalOver()
{
    if (!m_refused.isValid() || !m_refused.hasExpired(RefusedFor.count())) {
        return false;
    }
    m_refused.start();
    return true;
}

} // namespace nanostores::detail
