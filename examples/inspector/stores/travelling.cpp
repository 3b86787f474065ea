// SPDX-License-Identifier: MIT
#include "travelling.h"

#include "record.h"

#include <QJsonArray>

#include <algorithm>
#include <utility>

using nanostores::InspectorClient;

namespace lens {

namespace {

constexpr int LookInterval = 500;
constexpr int AgainInterval = 100;
constexpr qsizetype MostNames = 2;

QString namesOf(const QJsonArray &stores)
{
    QStringList names;
    for (const QJsonValue &store : stores) {
        if (names.size() < MostNames) {
            names.append(store.toString());
        }
    }
    const qsizetype more = stores.size() - names.size();
    return names.join(QStringLiteral(", ")) + (more > 0 ? QStringLiteral(", %1 more").arg(more) : QString());
}

} // namespace

const nanostores::Computed<QString> travelText =
    nanostores::computed([] {
        const int position = travelPosition();
        const QList<TravelStep> steps = travelSteps();
        if (!isInPast()) {
            return steps.isEmpty() ? QStringLiteral("no steps yet") : QStringLiteral("%1 steps").arg(steps.size());
        }
        const QString place = QStringLiteral("%1 of %2").arg(position).arg(steps.size());
        return position > 0 && position <= steps.size()
                   ? place + QStringLiteral(" \u00b7 ") + steps.at(position - 1).what
                   : place + QStringLiteral(" \u00b7 before the first step");
    }).named("lens/travelText");

const nanostores::Computed<bool> isStepSkipped =
    nanostores::computed([] {
        const int position = travelPosition();
        const QList<TravelStep> steps = travelSteps();
        return position > 0 && position <= steps.size() && steps.at(position - 1).isSkipped;
    }).named("lens/isStepSkipped");

Travelling::Travelling(InspectorClient &client)
    : m_client(client)
{
    m_look.setInterval(LookInterval);
    QObject::connect(&m_look, &QTimer::timeout, &m_look, [this] { askForSteps(); });
    m_again.setInterval(AgainInterval);
    m_again.setSingleShot(true);
    QObject::connect(&m_again, &QTimer::timeout, &m_again, [this] { goOn(); });
    m_following.push_back(isTravelling.listen([this](bool travels) {
        if (travels) {
            askForSteps();
            m_look.start();
        } else {
            m_look.stop();
            returnToPresent(false);
        }
    }));
}

Travelling::~Travelling() = default;

void Travelling::reset(bool isAllowed)
{
    m_wanted.clear();
    m_again.stop();
    m_isAsking = false;
    m_isAskingForSteps = false;
    nanostores::batch([&] {
        canTravel.set(isAllowed);
        isInPast.set(false);
        heldWrites.set(0);
        travelSteps.set({});
        travelPosition.set(0);
        isTravelling.set(false);
    });
}

void Travelling::step(int steps)
{
    const int to = travelPosition.get() + steps;
    if (to > int(travelSteps.get().size())) {
        returnToPresent(false);
    } else {
        jump(to);
    }
}

void Travelling::jump(int position)
{
    const int to = std::clamp(position, 0, int(travelSteps.get().size()));
    if (to != travelPosition.get()) {
        travelPosition.set(to); // what is dragged stays under the hand
        ask({{QStringLiteral("to"), to}});
    }
}

void Travelling::skip(bool isSkipped)
{
    if (travelPosition.get() > 0) {
        ask({{QStringLiteral("skip"), travelPosition.get()}, {QStringLiteral("skipped"), isSkipped}});
    }
}

void Travelling::continueFromHere()
{
    if (isInPast.get()) {
        ask({{QStringLiteral("to"), QStringLiteral("here")}});
    }
}

void Travelling::returnToPresent(bool dropsHeld)
{
    if (isInPast.get() || !m_wanted.isEmpty() || m_isAsking) {
        ask({{QStringLiteral("to"), QStringLiteral("now")},
             {QStringLiteral("held"), dropsHeld ? QStringLiteral("drop") : QStringLiteral("apply")}});
    }
}

/// One after the other. Of jumps that were not made yet the last one counts.
void Travelling::ask(QJsonObject request)
{
    const auto isJump = [](const QJsonObject &wanted) { return wanted.value(QLatin1String("to")).isDouble(); };
    if (isJump(request) && !m_wanted.isEmpty() && isJump(m_wanted.constLast())) {
        m_wanted.removeLast();
    }
    m_wanted.append(std::move(request));
    goOn();
}

void Travelling::goOn()
{
    if (m_isAsking || m_wanted.isEmpty() || m_again.isActive()) {
        return;
    }
    const QJsonObject request = m_wanted.takeFirst();
    m_isAsking = true;
    m_client.ask(QStringLiteral("travel"), request, [this, request](const InspectorClient::Answer &answer) {
        m_isAsking = false;
        if (answer.code == QLatin1String("busy")) { // it is in the midst of a turn
            m_wanted.prepend(request);
            m_again.start();
            return;
        }
        if (answer) {
            takePosition(answer.reply);
        } else if (answer.code != QLatin1String("ended")) {
            status.set(answer.error);
        }
        if (!answer || request.value(QLatin1String("to")).isString() || request.contains(QLatin1String("skip"))) {
            askForSteps(); // others than there were
        }
        goOn();
    });
}

void Travelling::takePosition(const QJsonObject &reply)
{
    nanostores::batch([&] {
        isInPast.set(reply.value(QLatin1String("past")).toBool());
        heldWrites.set(reply.value(QLatin1String("held")).toInt());
        if (m_wanted.isEmpty()) {
            travelPosition.set(reply.value(QLatin1String("position")).toInt());
        }
    });
}

void Travelling::askForSteps()
{
    if (!m_isAskingForSteps) {
        m_isAskingForSteps = true;
        takeSteps({}, {});
    }
}

/// The first time without a reply: asks for those that are behind what is there.
void Travelling::takeSteps(const QJsonObject &reply, QList<TravelStep> before)
{
    const QJsonArray steps = reply.value(QLatin1String("steps")).toArray();
    for (const QJsonValue &value : steps) {
        const QJsonObject step = value.toObject();
        TravelStep made;
        made.number = step.value(QLatin1String("step")).toInt();
        made.turn = step.value(QLatin1String("turn")).toInteger();
        made.what = namesOf(step.value(QLatin1String("stores")).toArray());
        made.isSkipped = step.value(QLatin1String("skipped")).toBool();
        before.append(made);
    }
    const bool isMore = reply.value(QLatin1String("more")).toBool() && !steps.isEmpty();
    if (reply.isEmpty() || isMore) {
        m_client.ask(QStringLiteral("steps"), {{QStringLiteral("from"), before.size()}},
                     [this, before](const InspectorClient::Answer &answer) {
                         if (answer) {
                             takeSteps(answer.reply, before);
                         } else {
                             m_isAskingForSteps = false;
                         }
                     });
        return;
    }
    m_isAskingForSteps = false;
    nanostores::batch([&] {
        travelSteps.set(before);
        if (!m_isAsking && m_wanted.isEmpty()) {
            takePosition(reply);
        }
    });
}

} // namespace lens
