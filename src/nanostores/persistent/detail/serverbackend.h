// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/detail/place.h>
#include <nanostores/persistent/export.h>

#include <QtCore/QElapsedTimer>

#include <chrono>
#include <memory>

class QTimer;

namespace nanostores::detail {

/// What backends of servers have in common: one belongs to the process that made it, looks after its connection now and
/// then while it is open, and asks a server that has refused again after a while.
class NANOSTORES_PERSISTENT_EXPORT ServerBackend : public EngineBackend
{
public:
    ~ServerBackend() override;

protected:
    ServerBackend();

    /// Throws EngineErrorKind::Misuse in a process that was forked since.
    void requireSameProcess() const;
    bool isSameProcess() const { return m_fork.isSameProcess(); }
    /// Likewise, and unless it is open.
    void requireOpen() const;
    /// At the end of open(). tick() is called from the event loop then, that often.
    void beginTicks(std::chrono::milliseconds interval);
    /// At the beginning of close().
    void endTicks() noexcept;
    virtual void tick() = 0;

    /// The engine does not try again what fails so: a wrong password, say.
    void noteRefusal(const EngineError &error);
    template<typename F>
    void notingRefusal(F f)
    {
        try {
            f();
        } catch (const EngineError &error) {
            noteRefusal(error);
            throw;
        }
    }
    void forgetRefusal() { m_refused.invalidate(); }
    /// For tick(): the server has refused a while ago, and the engine has to be woken to ask it again.
    bool isRefusalOver();

private:
    const ForkGuard m_fork;
    std::unique_ptr<QTimer> m_timer; ///< While it is open.
    QElapsedTimer m_refused;
};

} // namespace nanostores::detail
