// SPDX-License-Identifier: MIT
#pragma once

#include "graphlayout.h"
#include "travelling.h"

#include <nanostores/core.h>
#include <nanostores/inspector.h>
#include <nanostores/persistent.h>
#include <nanostores/qt.h>

#include <QJsonValue>
#include <QList>
#include <QObject>
#include <QString>

/// What the inspector's windows show: the program, its stores, what they did, and which of it is looked at.
namespace lens {

#define LENS_TIMELINE_LINE(FIELD) \
    FIELD(qint64, number) \
    FIELD(qint64, place) \
    FIELD(int, depth) \
    FIELD(int, inside) \
    FIELD(bool, isOpen)

/// A line of the timeline: a turn, or in an open turn what happened in it. inside: so many events. What it says is made
/// when it is in sight, as eventRow().
struct TimelineLine
{
    Q_GADGET
    NANOSTORES_STRUCT(TimelineLine, LENS_TIMELINE_LINE)
};

#define LENS_EVENT_ROW(FIELD) \
    FIELD(qint64, number) \
    FIELD(qint64, store) \
    FIELD(double, turn) \
    FIELD(QString, kind) \
    FIELD(QString, outcome) \
    FIELD(QString, name) \
    FIELD(QString, change) \
    FIELD(QString, by) \
    FIELD(QString, time) \
    FIELD(QString, duration)

/// What a line of the timeline says.
struct EventRow
{
    Q_GADGET
    NANOSTORES_STRUCT(EventRow, LENS_EVENT_ROW)
};

#define LENS_CHANGE_ROW(FIELD) \
    FIELD(QString, path) \
    FIELD(QString, before) \
    FIELD(QString, after)

/// A place at which two values differ.
struct ChangeRow
{
    Q_GADGET
    NANOSTORES_STRUCT(ChangeRow, LENS_CHANGE_ROW)
};

#define LENS_PROGRAM_ROW(FIELD) \
    FIELD(qint64, pid) \
    FIELD(QString, app) \
    FIELD(QString, where)

/// A program that can be looked at.
struct ProgramRow
{
    Q_GADGET
    NANOSTORES_STRUCT(ProgramRow, LENS_PROGRAM_ROW)
};

constexpr int Live = -1; ///< A cursor that is at the last event.

// How it is looked at. What is in these stays until the next start.
inline const auto filter = nanostores::atom(QString()).named("lens/filter");
inline const auto isUnobservedOnly = nanostores::atom(false).named("lens/isUnobservedOnly");
inline const auto isWastedOnly = nanostores::atom(false).named("lens/isWastedOnly");
inline const auto showsEffects = nanostores::atom(true).named("lens/showsEffects");
inline const auto sortColumn = nanostores::atom(QStringLiteral("name")).named("lens/sortColumn");
inline const auto isDescending = nanostores::atom(false).named("lens/isDescending");
inline const auto isDark = nanostores::atom(false).named("lens/isDark");
inline const auto isAnimated = nanostores::atom(true).named("lens/isAnimated");

// What is looked at.
inline const auto selectedStore = nanostores::atom(qint64(0)).named("lens/selectedStore");
inline const auto selectedEvent = nanostores::atom(qint64(0)).named("lens/selectedEvent");
inline const auto cursor = nanostores::atom(Live).named("lens/cursor"); ///< The place of an event.
inline const auto isPaused = nanostores::atom(false).named("lens/isPaused");
inline const auto isPicking = nanostores::atom(false).named("lens/isPicking"); ///< A program is being chosen.
inline const auto isPlaying = nanostores::atom(false).named("lens/isPlaying");

// What is known.
inline const auto programs = nanostores::atom(QList<ProgramRow>()).named("lens/programs");
inline const auto title = nanostores::atom(QString()).named("lens/title");
inline const auto status = nanostores::atom(QString()).named("lens/status");
inline const auto isBusy = nanostores::atom(false).named("lens/isBusy"); ///< With a file.
inline const auto isConnected = nanostores::atom(false).named("lens/isConnected");
inline const auto canEdit = nanostores::atom(false).named("lens/canEdit");
inline const auto stores = nanostores::atom(QList<nanostores::InspectedStore>()).named("lens/stores");
inline const auto eventCount = nanostores::atom(0).named("lens/eventCount");
inline const auto lostCount = nanostores::atom(0).named("lens/lostCount");
inline const auto timeline = nanostores::list(QList<TimelineLine>()).named("lens/timeline");
inline const auto changes = nanostores::atom(QList<ChangeRow>()).named("lens/changes");
inline const auto changeTitle = nanostores::atom(QString()).named("lens/changeTitle");
inline const auto why = nanostores::atom(QString()).named("lens/why");
inline const auto editText = nanostores::atom(QString()).named("lens/editText");
inline const auto editProblem = nanostores::atom(QString()).named("lens/editProblem");
inline const auto picture = nanostores::atom(Picture()).named("lens/picture");
inline const auto differences = nanostores::atom(QList<ChangeRow>()).named("lens/differences");
inline const auto differencesTitle = nanostores::atom(QString()).named("lens/differencesTitle");

/// The stores as the table shows them: filtered, sorted, and with the values of the cursor's time.
extern const nanostores::Computed<QList<nanostores::InspectedStore>> shownStores;
extern const nanostores::Computed<nanostores::InspectedStore> selection;
extern const nanostores::Computed<QString> cursorText;

EventRow eventRow(qint64 place);
/// The line of the selected event, or that of its turn; -1 if it has none.
int selectedLine();

/// Connects, records, and answers what the windows ask. One for the program.
class Inspection
{
public:
    Inspection();
    Inspection(const Inspection &) = delete;
    Inspection &operator=(const Inspection &) = delete;
    ~Inspection();

    static Inspection *instance();

    void lookForPrograms();
    void attach(const nanostores::InspectorEndpoint &endpoint);
    void detach();

    void selectStore(qint64 id);
    void selectEvent(qint64 id);
    void toggle(qint64 id);
    void clear();

    void setCursor(int place);
    /// To the end of a turn before or after; while the program travels, to a step of it.
    void step(int turns);
    Travelling &travelling(); ///< The program's own time.

    void edit(const QString &json);

    /// Files of events as JSON lines. They are read and written while the windows go on: isBusy until it is done. A
    /// status says how it went.
    void save(const QString &path);
    void open(const QString &path);
    void compare(const QString &path);

    /// As if the events had come from a program.
    void take(const QList<nanostores::InspectedEvent> &events);

private:
    class Private;
    std::unique_ptr<Private> m_private;
};

/// Keeps how it is looked at in a file.
void keepViews(const nanostores::StorageEngine &engine);

} // namespace lens
