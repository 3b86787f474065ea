// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>

#include <QNetworkInformation>
#include <QObject>

#include <optional>

namespace nanostores::detail {

/// The stores of a thread, and what they follow. Lives as long as the thread, and that of the application object until
/// the very end, as static objects may read the stores when they are destroyed.
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

    void followNetwork();
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
    static void followAll();
    void followApplication();
    void findNetwork();
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
