// SPDX-License-Identifier: MIT

// What the inspector's windows have recorded: the values of any time, and what stays when much was recorded.

#include "inspection.h"
#include "record.h"

#include <nanostores/core.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QTest>

#include <cstddef>
#include <vector>

using namespace nanostores;

namespace {

QJsonObject changed(int id, qint64 store)
{
    return {{QStringLiteral("e"), id},
            {QStringLiteral("turn"), id},
            {QStringLiteral("kind"), QStringLiteral("change")},
            {QStringLiteral("s"), store},
            {QStringLiteral("store"), QStringLiteral("store%1").arg(store)},
            {QStringLiteral("outcome"), QStringLiteral("changed")}};
}

/// A part has changed, or, without a value, has gone.
QJsonObject changedAt(int id, qint64 store, const QJsonArray &at, const QJsonValue &value)
{
    QJsonObject event = changed(id, store);
    QJsonObject change{{QStringLiteral("at"), at}};
    if (!value.isUndefined()) {
        change.insert(QStringLiteral("new"), value);
    }
    event.insert(QStringLiteral("changes"), QJsonArray{change});
    return event;
}

QJsonObject changedTo(int id, qint64 store, const QJsonValue &before, const QJsonValue &after)
{
    QJsonObject event = changed(id, store);
    event.insert(QStringLiteral("old"), before);
    event.insert(QStringLiteral("new"), after);
    return event;
}

QJsonObject insideOf(QJsonObject event, int parent)
{
    event.insert(QStringLiteral("in"), parent);
    return event;
}

InspectedEvent eventOf(const QJsonObject &event)
{
    InspectedEvent made = InspectedEvent::ofJson(event);
    made.line = QJsonDocument(event).toJson(QJsonDocument::Compact);
    return made;
}

} // namespace

class tst_LensRecord : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void values_areThoseOfAllChangesBefore();
    void values_ofPartsOfWhatIsNotKnown();
    void values_stayWhenTheOldestEventsGo();
    void turns_rootsAndWhatTheySetOff();
    void turns_whatIsLeftOfATurnIsOne();
    void timeline_eventsAreMissing();
    void timeline_aTurnOfMoreThanIsKept();
};

/// Against applying all of them, one after the other.
void tst_LensRecord::values_areThoseOfAllChangesBefore()
{
    for (quint32 seed = 1; seed <= 20; ++seed) {
        QRandomGenerator random(seed);
        lens::Record record;
        std::vector<QString> expected;
        QJsonObject value;
        for (int id = 1; id <= 600; ++id) {
            const QString key = QStringLiteral("key%1").arg(random.bounded(seed % 2 == 0 ? 5 : 200));
            const QString list = QStringLiteral("list");
            if (id == 1 || random.bounded(100) == 0) {
                const QJsonObject next{{key, id}};
                record.append(eventOf(changedTo(id, 7, value, next)));
                value = next;
            } else if (random.bounded(4) == 0) {
                record.append(eventOf(changedAt(id, 7, {key}, QJsonValue::Undefined)));
                value.remove(key);
            } else if (random.bounded(4) == 0) {
                record.append(eventOf(changedAt(id, 7, {list}, QJsonArray{id})));
                value.insert(list, QJsonArray{id});
                expected.push_back(inspectedText(value));
                record.append(eventOf(changedAt(id, 7, {list, 0}, id + 1)));
                value.insert(list, QJsonArray{id + 1});
                expected.push_back(inspectedText(value));
                record.append(eventOf(changedAt(id, 7, {list, 1}, QStringLiteral("end"))));
                value.insert(list, QJsonArray{id + 1, QStringLiteral("end")});
            } else {
                record.append(eventOf(changedAt(id, 7, {key}, id)));
                value.insert(key, id);
            }
            expected.push_back(inspectedText(value));
        }
        std::size_t first = 0;
        for (const std::size_t drop : {std::size_t(0), record.size() / 3}) {
            record.dropUntil(first + drop);
            first += drop;
            for (std::size_t place = first; place < expected.size(); ++place) {
                QCOMPARE(record.valuesAt(place).value(7), expected[place]);
            }
        }
    }
}

void tst_LensRecord::values_ofPartsOfWhatIsNotKnown()
{
    lens::Record record;
    for (int id = 1; id <= 200; ++id) {
        record.append(eventOf(changedAt(id, 7, {QStringLiteral("a")}, id)));
    }
    QCOMPARE(record.valuesAt(150).value(7), QStringLiteral("\u2026 .a: - \u2192 151"));
    record.append(eventOf(changedTo(201, 7, QJsonObject{{QStringLiteral("a"), 200}}, QJsonObject{})));
    record.append(eventOf(changedAt(202, 7, {QStringLiteral("b")}, 1)));
    QCOMPARE(record.valuesAt(201).value(7), QStringLiteral("{b: 1}"));
    QCOMPARE(record.valuesAt(199).value(7), QStringLiteral("\u2026 .a: - \u2192 200"));
}

void tst_LensRecord::values_stayWhenTheOldestEventsGo()
{
    lens::Record record;
    record.append(eventOf(changedTo(1, 7, 0, 1)));
    record.append(eventOf(changedTo(2, 8, 0, 1)));
    record.append(eventOf(changedTo(3, 8, 1, 2)));
    record.dropUntil(2);
    QCOMPARE(record.valuesAt(2).value(7), QStringLiteral("1"));
    QCOMPARE(record.valuesAt(2).value(8), QStringLiteral("2"));
    QCOMPARE(record.placeOf(3), std::size_t(2)); // the place is as it was
    QCOMPARE(record.placeOf(2), record.end());
    record.clear();
    QVERIFY(record.valuesAt(record.begin()).isEmpty());
}

void tst_LensRecord::turns_rootsAndWhatTheySetOff()
{
    lens::Record record;
    record.append(eventOf(changedTo(1, 7, 0, 1)));
    record.append(eventOf(insideOf(changedTo(2, 8, 0, 1), 1)));
    record.append(eventOf(insideOf(changedTo(3, 9, 0, 1), 2)));
    record.append(eventOf(changedTo(4, 7, 1, 2)));
    QCOMPARE(record.inside(0), std::size_t(2));
    QCOMPARE(record.endOfTurn(1), std::size_t(3));
    QCOMPARE(record.depthOf(2), 2);
    QCOMPARE(record.rootOf(2), std::size_t(0));
    QCOMPARE(record.rootOf(3), std::size_t(3));
}

void tst_LensRecord::turns_whatIsLeftOfATurnIsOne()
{
    lens::Record record;
    record.append(eventOf(changedTo(1, 7, 0, 1)));
    for (int id = 2; id <= 5; ++id) {
        record.append(eventOf(insideOf(changedTo(id, 8, id, id + 1), 1)));
    }
    record.append(eventOf(changedTo(6, 7, 1, 2)));
    record.dropUntil(2);
    QCOMPARE(record.rootOf(4), std::size_t(2));
    QCOMPARE(record.inside(2), std::size_t(2));
    QCOMPARE(record.endOfTurn(2), std::size_t(5));
    record.append(eventOf(insideOf(changedTo(7, 8, 6, 7), 6)));
    QCOMPARE(record.rootOf(6), std::size_t(5));
}

/// What says so has no number of its own.
void tst_LensRecord::timeline_eventsAreMissing()
{
    lens::Inspection inspection;
    inspection.clear();
    const QJsonObject missing{{QStringLiteral("kind"), QStringLiteral("leftOut")}, {QStringLiteral("events"), 12}};
    inspection.take({eventOf(changedTo(1, 7, 0, 1)), eventOf(missing), eventOf(changedTo(14, 7, 1, 2)),
                     eventOf(insideOf(changedTo(15, 8, 1, 2), 14)), eventOf(missing)});
    QCOMPARE(lens::timeline.size(), std::size_t(4));
    QCOMPARE(lens::eventRow(lens::timeline.at(1).place).name, QStringLiteral("12 events are missing here"));
    QCOMPARE(lens::lostCount.get(), 24);
    inspection.toggle(14);
    QCOMPARE(lens::timeline.size(), std::size_t(5));
    QCOMPARE(lens::timeline.at(3).number, qint64(15));
    inspection.selectEvent(14);
    QCOMPARE(lens::selectedLine(), 2);
}

void tst_LensRecord::timeline_aTurnOfMoreThanIsKept()
{
    lens::Inspection inspection;
    inspection.clear();
    const int count = int(lens::MostEvents) + 5000;
    QList<InspectedEvent> part{eventOf(changedTo(1, 7, 0, 1))};
    for (int id = 2; id <= count; ++id) {
        InspectedEvent event = eventOf(insideOf(changedTo(2, 8, 0, 1), 1));
        event.id = id;
        part.append(event);
        if (part.size() == 5000 || id == count) {
            inspection.take(part);
            part.clear();
        }
    }
    QVERIFY(lens::eventCount.get() <= int(lens::MostEvents));
    QCOMPARE(lens::timeline.size(), std::size_t(1));
    QCOMPARE(lens::timeline.at(0).inside, lens::eventCount.get() - 1);
    inspection.toggle(lens::timeline.at(0).number);
    QCOMPARE(lens::timeline.size(), std::size_t(lens::eventCount.get()));
}

QTEST_GUILESS_MAIN(tst_LensRecord)
#include "tst_lensrecord.moc"
