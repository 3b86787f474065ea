// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/script/export.h>

#include <QNetworkInformation>
#include <QObject>

#include <cstdint>
#include <functional>

namespace nanostores::detail {

/// Says what happens to the program: what JavaScript in a browser has from the events of its window.
class NANOSTORES_SCRIPT_EXPORT Surroundings : public QObject
{
    Q_OBJECT

public:
    enum class Event : std::uint8_t {
        Hidden, ///< No window can be seen, as on a phone when another program is in front.
        Inactive, ///< The windows can be seen, and none has the focus.
        Active,
        Offline,
        Online,
    };
    using Changed = std::function<void(Event)>;

    explicit Surroundings(Changed changed, QObject *parent = nullptr);

    /// From now on there are Offline and Online. Loads the network information of Qt, if it is not.
    void followNetwork();

private Q_SLOTS:
    void setState(Qt::ApplicationState state);

private:
    void setReachability(QNetworkInformation::Reachability reachability);

    Changed m_changed;
    bool m_followsNetwork = false;
    bool m_isOnline = true;
};

} // namespace nanostores::detail
