// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/inspector.h>
#include <nanostores/qt.h>

#include <QJsonObject>
#include <QList>
#include <QObject>
#include <QString>
#include <QTimer>

#include <vector>

/// Takes the program itself back in time: its windows show the past, as TimeTravel does it.
namespace lens {

#define LENS_TRAVEL_STEP(FIELD) \
    FIELD(int, number) \
    FIELD(qint64, turn) \
    FIELD(QString, what) \
    FIELD(bool, isSkipped)

/// A turn that the program has kept. what: the stores that it changed.
struct TravelStep
{
    Q_GADGET
    NANOSTORES_STRUCT(TravelStep, LENS_TRAVEL_STEP)
};

inline const auto canTravel = nanostores::atom(false).named("lens/canTravel"); ///< The program allows it.
inline const auto isTravelling = nanostores::atom(false).named("lens/isTravelling"); ///< The time bar is the program's.
inline const auto travelSteps = nanostores::atom(QList<TravelStep>()).named("lens/travelSteps");
/// After so many of the steps; as many as there are in the present.
inline const auto travelPosition = nanostores::atom(0).named("lens/travelPosition");
inline const auto isInPast = nanostores::atom(false).named("lens/isInPast"); ///< The program shows it.
inline const auto heldWrites = nanostores::atom(0).named("lens/heldWrites"); ///< So many wait for the present.

/// Where the program is, for people.
extern const nanostores::Computed<QString> travelText;
/// Whether the step that is shown last is left out.
extern const nanostores::Computed<bool> isStepSkipped;

/// What the time bar asks of the program.
class Travelling
{
public:
    explicit Travelling(nanostores::InspectorClient &client);
    Travelling(const Travelling &) = delete;
    Travelling &operator=(const Travelling &) = delete;
    ~Travelling();

    void jump(int position);
    void step(int steps); ///< One too many forth leads to the present.
    /// Leaves the step that is shown last out, or not.
    void skip(bool isSkipped);
    void continueFromHere();
    void returnToPresent(bool dropsHeld);
    /// The connection has come or gone.
    void reset(bool isAllowed);

private:
    void ask(QJsonObject request);
    void askForSteps();
    void takeSteps(const QJsonObject &reply, QList<TravelStep> before);
    void takePosition(const QJsonObject &reply);
    void goOn();

    nanostores::InspectorClient &m_client;
    std::vector<nanostores::Subscription> m_following;
    QTimer m_look; ///< For new steps, and writes that are held.
    QTimer m_again; ///< When the program was in the midst of a turn.
    QList<QJsonObject> m_wanted; ///< What is asked next.
    bool m_isAsking = false;
    bool m_isAskingForSteps = false;
};

} // namespace lens
