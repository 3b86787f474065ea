// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/surroundings.h>

#include <QCoreApplication>
#include <QThread>

#include <utility>

namespace nanostores::detail {

/// By name, as this library does not link Qt Gui.
Surroundings::Surroundings(Changed changed, QObject *parent)
    : QObject(parent)
    , m_changed(std::move(changed))
{
    const QCoreApplication *const app = QCoreApplication::instance();
    if (app && app->inherits("QGuiApplication")) {
        connect(app, SIGNAL(applicationStateChanged(Qt::ApplicationState)), this, SLOT(setState(Qt::ApplicationState)));
    }
}

void Surroundings::followNetwork()
{
    if (std::exchange(m_followsNetwork, true)) {
        return;
    }
    // It belongs to the thread that loads it.
    const QCoreApplication *const app = QCoreApplication::instance();
    if (app && app->thread() == QThread::currentThread()) {
        QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability);
    }
    if (const auto *const network = QNetworkInformation::instance()) {
        connect(network, &QNetworkInformation::reachabilityChanged, this, &Surroundings::setReachability);
        setReachability(network->reachability());
    }
}

void Surroundings::setState(Qt::ApplicationState state)
{
    m_changed(state == Qt::ApplicationActive     ? Event::Active
              : state == Qt::ApplicationInactive ? Event::Inactive
                                                 : Event::Hidden);
}

void Surroundings::setReachability(QNetworkInformation::Reachability reachability)
{
    const bool isOnline = reachability != QNetworkInformation::Reachability::Disconnected;
    if (std::exchange(m_isOnline, isOnline) != isOnline) {
        m_changed(isOnline ? Event::Online : Event::Offline);
    }
}

} // namespace nanostores::detail
