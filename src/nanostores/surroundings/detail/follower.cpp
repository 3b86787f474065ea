// SPDX-License-Identifier: MIT
#include <nanostores/surroundings/detail/follower.h>

#include <nanostores/core/batch.h>

#include <QCoreApplication>
#include <QMetaObject>
#include <QMutex>
#include <QMutexLocker>
#include <QThread>

#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace nanostores::detail {

namespace {

/// What the followers of all threads share.
struct Followers
{
    QMutex mutex;
    std::vector<SurroundingsFollower *> all;
    SurroundingsFollower::State system;
    bool wantNetwork = false;
};

Followers &followers()
{
    static Followers &shared = *new Followers; // statics may have followers until the very end
    return shared;
}

thread_local SurroundingsFollower *follower = nullptr;

bool isOfAnotherThread()
{
    const QCoreApplication *const app = QCoreApplication::instance();
    return app && app->thread() != QThread::currentThread();
}

struct EndsWithThread
{
    bool isOn = false;

    ~EndsWithThread()
    {
        if (isOn) {
            follower->leave();
        }
        if (isOn && isOfAnotherThread()) {
            delete std::exchange(follower, nullptr);
        }
    }
};
thread_local EndsWithThread endsWithThread;

/// A library that comes with a program makes the stores before the program begins, so that a test which is the first to
/// use them does not seem to leave them behind.
[[maybe_unused]] const bool isMadeEarly = !isOfAnotherThread() && (SurroundingsFollower::local(), true);

} // namespace

SurroundingsFollower &SurroundingsFollower::local()
{
    if (!follower) {
        follower = new SurroundingsFollower;
        endsWithThread.isOn = true;
        static std::atomic_flag isAsked;
        if (!isAsked.test_and_set()) {
            qAddPreRoutine(&followSystem); // now, and for each application object to come
        }
    }
    return *follower;
}

SurroundingsFollower::SurroundingsFollower()
    : isVisible(Atom<bool>(true).named("appVisible"))
    , isActive(Atom<bool>(true).named("appActive"))
    , isOnline(Atom<bool>(true).named("online"))
    , isMetered(Atom<bool>(false).named("metered"))
{
    {
        // Both at once, as a change between the two would be missed.
        const QMutexLocker lock(&followers().mutex);
        followers().all.push_back(this);
        m_system = followers().system;
    }
    publish();
}

SurroundingsFollower::~SurroundingsFollower()
{
    leave();
}

void SurroundingsFollower::leave()
{
    const QMutexLocker lock(&followers().mutex);
    std::erase(followers().all, this);
}

/// In the thread of the application object: at once for one that has just been made, else in a turn of its event loop.
void SurroundingsFollower::followSystem()
{
    if (isOfAnotherThread()) {
        QMetaObject::invokeMethod(QCoreApplication::instance(), &followSystem, Qt::QueuedConnection);
        return;
    }
    SurroundingsFollower &mine = local();
    mine.followApplication();
    bool wantNetwork = false;
    {
        const QMutexLocker lock(&followers().mutex);
        wantNetwork = followers().wantNetwork;
    }
    if (wantNetwork) {
        mine.findNetwork();
    }
}

/// By name, as this library does not link Qt Gui.
void SurroundingsFollower::followApplication()
{
    const QCoreApplication *const app = QCoreApplication::instance();
    if (app && app->inherits("QGuiApplication")) {
        connect(app, SIGNAL(applicationStateChanged(Qt::ApplicationState)), this, SLOT(setState(Qt::ApplicationState)),
                Qt::UniqueConnection);
    }
}

void SurroundingsFollower::followNetwork()
{
    if (std::exchange(m_followsNetwork, true)) {
        return;
    }
    bool isWanted = false;
    {
        const QMutexLocker lock(&followers().mutex);
        isWanted = std::exchange(followers().wantNetwork, true);
    }
    if (!isWanted && QCoreApplication::instance()) {
        followSystem();
    }
}

/// Qt's network information belongs to the thread that loads it.
void SurroundingsFollower::findNetwork()
{
    using Feature = QNetworkInformation::Feature;
    if (!QNetworkInformation::instance()
        && !QNetworkInformation::loadBackendByFeatures(Feature::Reachability | Feature::Metered)) {
        QNetworkInformation::loadBackendByFeatures(Feature::Reachability);
    }
    if (const auto *const network = QNetworkInformation::instance()) {
        connect(network, &QNetworkInformation::reachabilityChanged, this, &SurroundingsFollower::setReachability,
                Qt::UniqueConnection);
        connect(network, &QNetworkInformation::isMeteredChanged, this, &SurroundingsFollower::setMetered,
                Qt::UniqueConnection);
        m_system.isMetered = network->isMetered();
        setReachability(network->reachability());
    }
}

void SurroundingsFollower::setFake(std::optional<State> fake)
{
    m_fake = fake;
    publish();
}

void SurroundingsFollower::publish()
{
    const State now = m_fake.value_or(m_system);
    const Batch batch;
    isVisible.set(now.isVisible);
    isActive.set(now.isActive);
    isOnline.set(now.isOnline);
    isMetered.set(now.isMetered);
}

/// In the thread of the application object.
void SurroundingsFollower::setSystem(const State &system)
{
    m_system = system;
    {
        const QMutexLocker lock(&followers().mutex); // each lives while it is held
        followers().system = system;
        for (SurroundingsFollower *const other : followers().all) {
            if (other != this) {
                QMetaObject::invokeMethod(
                    other,
                    [other, system] {
                        other->m_system = system;
                        other->publish();
                    },
                    Qt::QueuedConnection);
            }
        }
    }
    publish();
}

void SurroundingsFollower::setState(Qt::ApplicationState state)
{
    State system = m_system;
    system.isActive = state == Qt::ApplicationActive;
    system.isVisible = system.isActive || state == Qt::ApplicationInactive;
    setSystem(system);
}

void SurroundingsFollower::setReachability(QNetworkInformation::Reachability reachability)
{
    State system = m_system;
    system.isOnline = reachability != QNetworkInformation::Reachability::Disconnected;
    setSystem(system);
}

void SurroundingsFollower::setMetered(bool isMeteredNow)
{
    State system = m_system;
    system.isMetered = isMeteredNow;
    setSystem(system);
}

} // namespace nanostores::detail
