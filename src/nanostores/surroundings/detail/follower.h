// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>

#include <QNetworkInformation>
#include <QObject>

#include <optional>

namespace nanostores::detail {

/// The stores of a thread. Lives as long as the thread, and that of the application object until the very end, as
/// static objects may read the stores when they are destroyed.
///
/// Only the follower of the application object's thread follows the system. The others begin with what that one knows,
/// and are posted each change of it.
class SurroundingsFollower : public QObject
{
    Q_OBJECT

public:
    struct State
    {
        bool isVisible = true;
        bool isActive = true;
        bool isOnline = true;
        bool isMetered = false;
    };

    /// That of the current thread.
    static SurroundingsFollower &local();
    SurroundingsFollower(const SurroundingsFollower &) = delete;
    SurroundingsFollower &operator=(const SurroundingsFollower &) = delete;
    ~SurroundingsFollower() override;

    void followNetwork();
    void leave(); ///< It is posted no changes any more.
    bool hasFake() const noexcept { return m_fake.has_value(); }
    State fake() const { return m_fake.value_or(State()); }
    /// None: the stores have what the system says.
    void setFake(std::optional<State> fake);

    const Atom<bool> isVisible;
    const Atom<bool> isActive;
    const Atom<bool> isOnline;
    const Atom<bool> isMetered;

private:
    SurroundingsFollower();
    static void followSystem();
    void followApplication();
    void findNetwork();
    void setSystem(const State &system);
    void publish();

private Q_SLOTS:
    void setState(Qt::ApplicationState state);

private:
    void setReachability(QNetworkInformation::Reachability reachability);
    void setMetered(bool isMeteredNow);

    State m_system;
    std::optional<State> m_fake;
    bool m_followsNetwork = false;
};

} // namespace nanostores::detail
