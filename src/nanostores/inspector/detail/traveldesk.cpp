// SPDX-License-Identifier: MIT
#include <nanostores/inspector/detail/traveldesk.h>

#include <nanostores/core/graph/graph.h>
#include <nanostores/inspector/detail/deskanswers.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

namespace nanostores::detail {

namespace {

constexpr std::size_t MostStepsOfAnAnswer = 500;
constexpr auto UntilRest = std::chrono::milliseconds(50);

/// As long as it lives, the past is being shown: views that are told of it may run an event loop.
class UnderWay
{
public:
    explicit UnderWay(bool &flag)
        : m_flag(flag)
    {
        m_flag = true;
    }
    UnderWay(const UnderWay &) = delete;
    UnderWay &operator=(const UnderWay &) = delete;
    ~UnderWay() { m_flag = false; }

private:
    bool &m_flag;
};

WireDesk::Answer noSuchStep(std::size_t count)
{
    return failure(QStringLiteral("there is no such step: the program keeps %1, and 0 is before the first").arg(count),
                   "step");
}

} // namespace

TravelDesk::TravelDesk(std::size_t steps)
    : m_travel(TimeTravel::Options{steps})
{
    m_again.setInterval(UntilRest);
    QObject::connect(&m_again, &QTimer::timeout, &m_again, [this] { resumeAtRest(); });
}

QJsonObject TravelDesk::position() const
{
    return {{QStringLiteral("count"), jsonNumber(m_travel.stepCount())},
            {QStringLiteral("position"), jsonNumber(m_travel.position())},
            {QStringLiteral("past"), m_travel.isTravelling()},
            {QStringLiteral("held"), jsonNumber(m_travel.heldWrites())}};
}

WireDesk::Answer TravelDesk::steps(const QJsonObject &request) const
{
    const std::vector<TimeTravel::Step> all = m_travel.steps();
    const qint64 asked = request.value(QLatin1String("from")).toInteger(0);
    const auto from = static_cast<std::size_t>(std::clamp<qint64>(asked, 0, static_cast<qint64>(all.size())));
    const std::size_t end = std::min(all.size(), from + MostStepsOfAnAnswer);
    QJsonArray steps;
    for (std::size_t i = from; i < end; ++i) {
        QJsonArray names;
        for (const std::string &name : all[i].stores) {
            names.append(qText(name));
        }
        steps.append(QJsonObject{{QStringLiteral("step"), jsonNumber(i + 1)},
                                 {QStringLiteral("turn"), jsonNumber(all[i].turn)},
                                 {QStringLiteral("ns"), static_cast<qint64>(all[i].time.count())},
                                 {QStringLiteral("stores"), names},
                                 {QStringLiteral("skipped"), all[i].isSkipped}});
    }
    QJsonObject reply = position();
    reply.insert(QStringLiteral("steps"), steps);
    if (end < all.size()) {
        reply.insert(QStringLiteral("more"), true);
    }
    return {reply, {}, {}};
}

WireDesk::Answer TravelDesk::travel(const QJsonObject &request, const WireSession &asker)
{
    if (m_isUnderWay || !idle()) {
        return failure(QStringLiteral("the program is in the midst of a turn; ask again when it has ended"), "busy");
    }
    const UnderWay underWay(m_isUnderWay);
    const QJsonValue to = request.value(QLatin1String("to"));
    const QJsonValue by = request.value(QLatin1String("by"));
    if (request.contains(QLatin1String("skip"))) {
        return skip(request, asker);
    }
    const QString held = request.value(QLatin1String("held")).toString(QStringLiteral("apply"));
    if (held != QLatin1String("apply") && held != QLatin1String("drop")) {
        return failure(QStringLiteral("\"held\" is \"apply\" or \"drop\""), "syntax");
    }
    if (to == QLatin1String("now")) {
        m_traveller = nullptr;
        m_travel.resume(held == QLatin1String("drop") ? TimeTravel::Held::Drop : TimeTravel::Held::Apply);
    } else if (to == QLatin1String("here")) {
        m_traveller = nullptr;
        m_travel.continueFromHere();
    } else if (to.isDouble() && by.isUndefined()) {
        return jump(to, asker);
    } else if (by.isDouble() && to.isUndefined()) {
        return jump(static_cast<double>(m_travel.position()) + by.toDouble(), asker);
    } else {
        return failure(QStringLiteral("\"to\" is the number of a step, \"now\" or \"here\"; or \"by\" is how many "
                                      "steps, back if it is below 0"),
                       "syntax");
    }
    return {position(), {}, {}};
}

WireDesk::Answer TravelDesk::jump(const QJsonValue &to, const WireSession &asker)
{
    const qint64 step = to.toInteger(-1); // also of a number that is not whole
    if (step < 0 || static_cast<std::size_t>(step) > m_travel.stepCount()) {
        return noSuchStep(m_travel.stepCount());
    }
    m_again.stop();
    m_traveller = &asker;
    if (!m_travel.jump(static_cast<std::size_t>(step))) {
        return failure(QStringLiteral("the program shows the past by itself; ask again when it has ended that"),
                       "busy");
    }
    return {position(), {}, {}};
}

/// Leaves a step out, or not. That shows the past as well.
WireDesk::Answer TravelDesk::skip(const QJsonObject &request, const WireSession &asker)
{
    const qint64 step = request.value(QLatin1String("skip")).toInteger(0);
    const QJsonValue isSkipped = request.value(QLatin1String("skipped"));
    if (!isSkipped.isUndefined() && !isSkipped.isBool()) {
        return failure(QStringLiteral("\"skipped\" is true or false"), "syntax");
    }
    if (step < 1 || static_cast<std::size_t>(step) > m_travel.stepCount()) {
        return noSuchStep(m_travel.stepCount());
    }
    m_again.stop();
    m_traveller = &asker;
    m_travel.skip(static_cast<std::size_t>(step - 1), isSkipped.toBool(true));
    return {position(), {}, {}};
}

void TravelDesk::leave(const WireSession &client)
{
    if (m_traveller == &client) {
        m_traveller = nullptr;
        resumeAtRest();
    }
}

void TravelDesk::resumeAtRest()
{
    if (m_isUnderWay || !idle()) {
        m_again.start();
        return;
    }
    m_again.stop();
    m_travel.resume();
}

} // namespace nanostores::detail
