// SPDX-License-Identifier: MIT
#pragma once

#include "inspection.h"
#include "record.h"

#include <nanostores/qt.h>

#include <QDir>
#include <QObject>
#include <QtQml/qqml.h>

#include <algorithm>

/// The inspector's state as QML sees it.
class Lens : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(QString, filter, lens::filter)
    NANOSTORES_PROPERTY(bool, isUnobservedOnly, lens::isUnobservedOnly)
    NANOSTORES_PROPERTY(bool, isWastedOnly, lens::isWastedOnly)
    NANOSTORES_PROPERTY(bool, showsEffects, lens::showsEffects)
    NANOSTORES_PROPERTY(QString, sortColumn, lens::sortColumn)
    NANOSTORES_PROPERTY(bool, isDescending, lens::isDescending)
    NANOSTORES_PROPERTY(bool, isDark, lens::isDark)
    NANOSTORES_PROPERTY(bool, isPaused, lens::isPaused)
    NANOSTORES_PROPERTY(bool, isPlaying, lens::isPlaying)
    NANOSTORES_PROPERTY(bool, isPicking, lens::isPicking)
    NANOSTORES_PROPERTY(bool, isTravelling, lens::isTravelling)
    NANOSTORES_READONLY(bool, canTravel, lens::canTravel)
    NANOSTORES_READONLY(bool, isInPast, lens::isInPast)
    NANOSTORES_READONLY(int, travelCount, m_travelCount)
    NANOSTORES_READONLY(int, travelPosition, lens::travelPosition)
    NANOSTORES_READONLY(QString, travelText, lens::travelText)
    NANOSTORES_READONLY(bool, isStepSkipped, lens::isStepSkipped)
    NANOSTORES_READONLY(int, heldWrites, lens::heldWrites)
    NANOSTORES_READONLY(bool, isAnimated, lens::isAnimated)
    NANOSTORES_READONLY(QString, title, lens::title)
    NANOSTORES_READONLY(QString, status, lens::status)
    NANOSTORES_READONLY(bool, isBusy, lens::isBusy)
    NANOSTORES_READONLY(bool, isConnected, lens::isConnected)
    NANOSTORES_READONLY(bool, canEdit, lens::canEdit)
    NANOSTORES_READONLY(int, eventCount, lens::eventCount)
    NANOSTORES_READONLY(int, recordVersion, lens::recordVersion)
    NANOSTORES_READONLY(int, lostCount, lens::lostCount)
    NANOSTORES_READONLY(int, cursor, lens::cursor)
    NANOSTORES_READONLY(QString, cursorText, lens::cursorText)
    NANOSTORES_READONLY(double, selectedStore, m_selectedStore)
    NANOSTORES_READONLY(double, selectedEvent, m_selectedEvent)
    NANOSTORES_READONLY(nanostores::InspectedStore, selection, lens::selection)
    NANOSTORES_READONLY(QString, changeTitle, lens::changeTitle)
    NANOSTORES_READONLY(QString, why, lens::why)
    NANOSTORES_READONLY(QString, editText, lens::editText)
    NANOSTORES_READONLY(QString, editProblem, lens::editProblem)
    NANOSTORES_READONLY(QString, differencesTitle, lens::differencesTitle)
    NANOSTORES_READONLY(QString, solidLines, m_solidLines)
    NANOSTORES_READONLY(QString, dashedLines, m_dashedLines)
    NANOSTORES_READONLY(QString, arrowHeads, m_arrowHeads)
    NANOSTORES_READONLY(double, graphWidth, m_graphWidth)
    NANOSTORES_READONLY(double, graphHeight, m_graphHeight)
    NANOSTORES_READONLY(double, graphCentreX, m_graphCentreX)
    NANOSTORES_READONLY(double, graphCentreY, m_graphCentreY)
    NANOSTORES_READONLY(int, graphLeftOut, m_graphLeftOut)
    NANOSTORES_MODEL(stores, lens::shownStores, &nanostores::InspectedStore::number)
    NANOSTORES_MODEL(timeline, lens::timeline, &lens::TimelineLine::place)
    NANOSTORES_MODEL(changes, lens::changes, &lens::ChangeRow::path)
    NANOSTORES_MODEL(differences, lens::differences, &lens::ChangeRow::path)
    NANOSTORES_MODEL(programs, lens::programs, &lens::ProgramRow::where)
    NANOSTORES_MODEL(boxes, m_boxes, &lens::Box::place)
    NANOSTORES_MODEL(skippedSteps, m_skippedSteps, &lens::TravelStep::number)

public:
    Q_INVOKABLE void lookForPrograms() { lens::Inspection::instance()->lookForPrograms(); }
    Q_INVOKABLE void attach(const QString &where)
    {
        QString reason;
        const QList<nanostores::InspectorEndpoint> endpoints = nanostores::inspectorEndpoints();
        for (const nanostores::InspectorEndpoint &endpoint : endpoints) {
            const QString its = endpoint.port ? QStringLiteral("127.0.0.1:%1").arg(endpoint.port) : endpoint.socket;
            if (its == where) {
                lens::Inspection::instance()->attach(endpoint);
            }
        }
    }
    Q_INVOKABLE void selectStore(double number) { lens::Inspection::instance()->selectStore(qint64(number)); }
    Q_INVOKABLE void selectEvent(double number) { lens::Inspection::instance()->selectEvent(qint64(number)); }
    Q_INVOKABLE void toggle(double number) { lens::Inspection::instance()->toggle(qint64(number)); }
    Q_INVOKABLE void clear() { lens::Inspection::instance()->clear(); }
    Q_INVOKABLE void setCursor(int place) { lens::Inspection::instance()->setCursor(place); }
    Q_INVOKABLE void step(int turns) { lens::Inspection::instance()->step(turns); }
    /// The program's own time: see lens::Travelling.
    Q_INVOKABLE void travelTo(int position) { lens::Inspection::instance()->travelling().jump(position); }
    Q_INVOKABLE void skipStep(bool isSkipped) { lens::Inspection::instance()->travelling().skip(isSkipped); }
    Q_INVOKABLE void continueFromHere() { lens::Inspection::instance()->travelling().continueFromHere(); }
    Q_INVOKABLE void returnToPresent() { lens::Inspection::instance()->travelling().returnToPresent(false); }
    Q_INVOKABLE void dropHeldWrites() { lens::Inspection::instance()->travelling().returnToPresent(true); }
    Q_INVOKABLE void edit(const QString &json) { lens::Inspection::instance()->edit(json); }
    Q_INVOKABLE void save(const QString &path) { lens::Inspection::instance()->save(path); }
    Q_INVOKABLE void open(const QString &path) { lens::Inspection::instance()->open(path); }
    Q_INVOKABLE void compare(const QString &path) { lens::Inspection::instance()->compare(path); }
    /// What a line of the timeline says. inside: so that it is asked again when more has happened in the turn.
    Q_INVOKABLE lens::EventRow eventRow(double place, int inside) const
    {
        Q_UNUSED(inside)
        return lens::eventRow(qint64(place));
    }
    /// The line of the selected event, or that of its turn; -1 if it has none.
    Q_INVOKABLE int selectedLine() const { return lens::selectedLine(); }
    /// What is proposed for a file.
    Q_INVOKABLE QString sessionPath() const
    {
        const QString name = lens::title.get().isEmpty() ? QStringLiteral("session") : lens::title.get();
        return QDir::home().filePath(name + QStringLiteral(".jsonl"));
    }
    Q_INVOKABLE void sortBy(const QString &column)
    {
        nanostores::batch([&column] {
            const bool isSame = lens::sortColumn.get() == column;
            const bool isText = column == QLatin1String("name") || column == QLatin1String("value");
            lens::isDescending.set(isSame ? !lens::isDescending.get() : !isText); // most first
            lens::sortColumn.set(column);
        });
    }

private:
    // Numbers of QML are doubles.
    const nanostores::Computed<double> m_selectedStore =
        nanostores::computed(lens::selectedStore, [](qint64 number) { return double(number); });
    const nanostores::Computed<double> m_selectedEvent =
        nanostores::computed(lens::selectedEvent, [](qint64 number) { return double(number); });
    const nanostores::Computed<QString> m_solidLines =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.solid; });
    const nanostores::Computed<QString> m_dashedLines =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.dashed; });
    const nanostores::Computed<QString> m_arrowHeads =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.heads; });
    const nanostores::Computed<double> m_graphWidth =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.width; });
    const nanostores::Computed<double> m_graphHeight =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.height; });
    const nanostores::Computed<int> m_travelCount =
        nanostores::computed(lens::travelSteps, [](const QList<lens::TravelStep> &steps) { return int(steps.size()); });
    const nanostores::Computed<QList<lens::TravelStep>> m_skippedSteps =
        nanostores::computed(lens::travelSteps, [](QList<lens::TravelStep> steps) {
            steps.removeIf([](const lens::TravelStep &step) { return !step.isSkipped; });
            return steps;
        });
    const nanostores::Computed<int> m_graphLeftOut =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.leftOut; });
    const nanostores::Computed<lens::Box> m_centreBox =
        nanostores::computed(lens::picture, [](const lens::Picture &all) {
            const auto found =
                std::find_if(all.boxes.begin(), all.boxes.end(), [](const lens::Box &box) { return box.isCentre; });
            return found == all.boxes.end() ? lens::Box() : *found;
        });
    const nanostores::Computed<double> m_graphCentreX =
        nanostores::computed(m_centreBox, [](const lens::Box &box) { return box.boxX + box.boxWidth / 2; });
    const nanostores::Computed<double> m_graphCentreY =
        nanostores::computed(m_centreBox, [](const lens::Box &box) { return box.boxY + box.boxHeight / 2; });
    const nanostores::Computed<QList<lens::Box>> m_boxes =
        nanostores::computed(lens::picture, [](const lens::Picture &picture) { return picture.boxes; });
};

/// Lets QML read what a line of the timeline says.
struct EventRowType
{
    Q_GADGET
    QML_FOREIGN(lens::EventRow)
    QML_VALUE_TYPE(eventRow)
};

/// Lets QML read the fields of the selected store.
struct InspectedStoreType
{
    Q_GADGET
    QML_FOREIGN(nanostores::InspectedStore)
    QML_VALUE_TYPE(inspectedStore)
};
