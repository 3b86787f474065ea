// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/detail/wiresession.h>
#include <nanostores/recorder/travel.h>

#include <QJsonObject>
#include <QTimer>

#include <cstddef>

namespace nanostores::detail {

/// Shows the past of the program in its windows, as clients ask for it. When the client leaves that has asked last, the
/// present is shown again, and what was held is written.
class TravelDesk
{
public:
    explicit TravelDesk(std::size_t steps);

    /// The turns that are kept.
    WireDesk::Answer steps(const QJsonObject &request) const;
    WireDesk::Answer travel(const QJsonObject &request, const WireSession &asker);
    void leave(const WireSession &client);
    bool isTravelling() const noexcept { return m_travel.isTravelling(); }

private:
    QJsonObject position() const;
    WireDesk::Answer jump(const QJsonValue &to, const WireSession &asker);
    WireDesk::Answer skip(const QJsonObject &request, const WireSession &asker);
    void resumeAtRest();

    TimeTravel m_travel;
    const WireSession *m_traveller = nullptr; ///< Who has asked last. Null: it is not there any more.
    QTimer m_again; ///< Until the program is at rest.
    bool m_isUnderWay = false;
};

} // namespace nanostores::detail
