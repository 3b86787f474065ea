// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/worker.h>

#include <nanostores/core/post.h>
#include <nanostores/persistent/detail/replica.h>

#include <atomic>
#include <utility>

namespace nanostores::detail {

using Clock = std::chrono::steady_clock;

std::uint64_t WorkerPort::nextNumber() noexcept
{
    static std::atomic<std::uint64_t> last{0};
    return ++last;
}

std::deque<WorkerReport> WorkerPort::take()
{
    const std::lock_guard lock(m_mutex);
    m_isPosted = false;
    return std::exchange(m_reports, {});
}

bool WorkerPort::wait(Clock::time_point until)
{
    std::unique_lock lock(m_mutex);
    return m_arrived.wait_until(lock, until, [this] { return !m_reports.empty(); });
}

std::deque<WorkerReport> WorkerPort::disconnect()
{
    const std::lock_guard lock(m_mutex);
    m_isConnected = false;
    return std::exchange(m_reports, {});
}

bool WorkerPort::isConnected() const
{
    const std::lock_guard lock(m_mutex);
    return m_isConnected;
}

bool WorkerPort::report(WorkerReport report)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isConnected) {
            return false;
        }
        m_reports.push_back(std::move(report));
        m_arrived.notify_all();
        if (std::exchange(m_isPosted, true)) {
            return true;
        }
    }
    postToOwner(*m_node, [replica = m_replica] {
        if (const auto present = replica.lock()) {
            present->takeReports();
        }
    });
    return true;
}

} // namespace nanostores::detail
