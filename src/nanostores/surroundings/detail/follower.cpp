// SPDX-License-Identifier: MIT
#include <nanostores/surroundings/detail/follower.h>

#include <nanostores/core/batch.h>

#include <QCoreApplication>
#include <QThread>

#include <utility>

namespace nanostores::detail {

namespace {

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
        if (isOfAnotherThread()) {
            endsWithThread.isOn = true;
            follower->followApplication();
        } else {
            qAddPreRoutine(&followAll); // now, and for each application object to come
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
}

/// In the thread of an application object that has just been made, or is there.
void SurroundingsFollower::followAll()
{
    SurroundingsFollower &mine = local();
    mine.followApplication();
    if (mine.m_followsNetwork) {
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
    if (!std::exchange(m_followsNetwork, true) && QCoreApplication::instance()) {
        findNetwork();
    }
}

/// Qt's network information belongs to the thread that loads it.
void SurroundingsFollower::findNetwork()
{
    using Feature = QNetworkInformation::Feature;
    if (!isOfAnotherThread() && !QNetworkInformation::instance()
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

void SurroundingsFollower::setState(Qt::ApplicationState state)
{
    m_system.isActive = state == Qt::ApplicationActive;
    m_system.isVisible = m_system.isActive || state == Qt::ApplicationInactive;
    publish();
}

void SurroundingsFollower::setReachability(QNetworkInformation::Reachability reachability)
{
    m_system.isOnline = reachability != QNetworkInformation::Reachability::Disconnected;
    publish();
}

void SurroundingsFollower::setMetered(bool isMeteredNow)
{
    m_system.isMetered = isMeteredNow;
    publish();
}

} // namespace nanostores::detail
