// SPDX-License-Identifier: MIT

// The state of the inspector's windows, examples/inspector: timeline, time, sessions, and the picture of a graph.

#include "inspection.h"

#include <nanostores/core.h>

#include <QCoreApplication>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRectF>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace nanostores;

namespace {

InspectedEvent eventOf(const QByteArray &line)
{
    InspectedEvent made;
    InspectedEvent::parse(line, made);
    return made;
}

QByteArray change(int id, int in, int turn, const char *name, int store, int before, int after)
{
    return QStringLiteral(
               R"({"e":%1,"in":%2,"turn":%3,"t":%4,"kind":"%5","s":%6,"store":"%7","outcome":"changed","old":%8,"new":%9})")
        .arg(id)
        .arg(in)
        .arg(turn)
        .arg(id * 1'000'000)
        .arg(in == 0 ? QLatin1String("change") : QLatin1String("run"))
        .arg(store)
        .arg(QLatin1String(name))
        .arg(before)
        .arg(after)
        .toUtf8();
}

/// Two turns: a write with two runs, and one alone.
QList<InspectedEvent> twoTurns()
{
    return {eventOf(change(1, 0, 1, "count", 7, 0, 1)), eventOf(change(2, 1, 1, "twice", 8, 0, 2)),
            eventOf(change(3, 2, 1, "label", 9, 10, 20)), eventOf(change(4, 0, 2, "count", 7, 1, 5))};
}

QList<InspectedStore> stores()
{
    QList<InspectedStore> made(3);
    const char *const names[] = {"count", "twice", "label"};
    for (int i = 0; i < 3; ++i) {
        made[i].number = 7 + i;
        made[i].name = QLatin1String(names[i]);
        made[i].kind = i == 0 ? QStringLiteral("store") : QStringLiteral("computed");
        made[i].value = QStringLiteral("now");
        made[i].observers = i;
    }
    return made;
}

lens::EventRow rowAt(std::size_t line)
{
    return lens::eventRow(lens::timeline.at(line).place);
}

/// All that the timeline shows.
QStringList linesNow()
{
    QStringList lines;
    for (const lens::TimelineLine &line : lens::timeline.get()) {
        const lens::EventRow row = lens::eventRow(line.place);
        lines.append(QStringLiteral("%1 %2 %3 %4 %5 %6 %7")
                         .arg(line.number)
                         .arg(line.depth)
                         .arg(line.inside)
                         .arg(line.isOpen)
                         .arg(row.turn)
                         .arg(row.name, row.change));
    }
    return lines;
}

QStringList shownNames()
{
    QStringList names;
    for (const InspectedStore &store : lens::shownStores.get()) {
        names.append(store.name);
    }
    return names;
}

QString shownValue(const char *name)
{
    for (const InspectedStore &store : lens::shownStores.get()) {
        if (store.name == QLatin1String(name)) {
            return store.value;
        }
    }
    return {};
}

} // namespace

class tst_Lens : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup() { m_inspection.reset(); }
    void timeline_aLineForEachTurn();
    void timeline_unfoldsATurn();
    void timeline_inPartsAsAtOnce();
    void timeline_isFilteredByTheNamesInATurn();
    void table_isFilteredAndSorted();
    void cursor_showsTheValuesOfThatTime();
    void cursor_stepsByTurns();
    void cursor_appliesChangesOfParts();
    void change_ofTheSelectedEvent();
    void session_savedAndOpened();
    void session_ofARecorder();
    void session_whatIsNoneIsRefused();
    void sessions_theFirstDifferenceOfEachStore();
    void edit_whatIsNoJson();
    void graph_sourcesAreLeftAndNothingOverlaps();
    void graph_aCycleEnds();
    void manyEvents_areBounded();

private:
    using Work = void (lens::Inspection::*)(const QString &path);
    /// Files are read and written while the windows go on. What the status says then.
    QString statusAfter(Work work, const QString &path)
    {
        (m_inspection.get()->*work)(path);
        return QTest::qWaitFor([] { return !lens::isBusy.get(); }, 30000) ? lens::status.get() : QString();
    }

    std::unique_ptr<lens::Inspection> m_inspection;
    QTemporaryDir m_folder;
};

void tst_Lens::init()
{
    lens::filter.set({});
    lens::sortColumn.set(QStringLiteral("name"));
    lens::isDescending.set(false);
    lens::isUnobservedOnly.set(false);
    m_inspection = std::make_unique<lens::Inspection>();
    m_inspection->clear();
    lens::stores.set(stores());
}

void tst_Lens::timeline_aLineForEachTurn()
{
    m_inspection->take(twoTurns());
    QCOMPARE(lens::timeline.size(), std::size_t(2));
    QCOMPARE(rowAt(0).name, QStringLiteral("count"));
    QCOMPARE(rowAt(0).change, QStringLiteral("0 \u2192 1"));
    QCOMPARE(lens::timeline.at(0).inside, 2);
    QCOMPARE(lens::timeline.at(1).inside, 0);
    QCOMPARE(rowAt(1).time, QStringLiteral("0:00.003"));
    QCOMPARE(lens::eventCount.get(), 4);
}

void tst_Lens::timeline_unfoldsATurn()
{
    m_inspection->take(twoTurns());
    m_inspection->toggle(1);
    QCOMPARE(lens::timeline.size(), std::size_t(4));
    QCOMPARE(rowAt(1).name, QStringLiteral("twice"));
    QCOMPARE(lens::timeline.at(1).depth, 1);
    QCOMPARE(lens::timeline.at(2).depth, 2);
    QVERIFY(lens::timeline.at(0).isOpen);
    m_inspection->toggle(2); // unfolds nothing of its own
    m_inspection->toggle(1);
    QCOMPARE(lens::timeline.size(), std::size_t(2));
}

/// Turns come in pieces that are cut anywhere, and lines are unfolded meanwhile.
void tst_Lens::timeline_inPartsAsAtOnce()
{
    for (quint32 seed = 1; seed <= 100; ++seed) {
        QRandomGenerator random(seed);
        QList<InspectedEvent> all;
        for (int root = 0; all.size() < 60;) {
            const int id = int(all.size()) + 1;
            const bool isRoot = all.isEmpty() || random.bounded(3u) == 0;
            root = isRoot ? id : root;
            const int parent = isRoot ? 0 : int(random.bounded(root, id));
            all.append(eventOf(change(id, parent, root, isRoot ? "count" : "twice", isRoot ? 7 : 8, id, id + 1)));
        }
        lens::filter.set(random.bounded(4u) == 0 ? QStringLiteral("twice") : QString());
        m_inspection->clear();
        m_inspection->take(all);
        QSet<qint64> open;
        for (const lens::TimelineLine &row : QList<lens::TimelineLine>(lens::timeline.get())) {
            if (row.inside > 0 && random.bounded(2u) == 0) {
                open.insert(row.number);
                m_inspection->toggle(row.number);
            }
        }
        const QStringList expected = linesNow();
        m_inspection->clear();
        for (qsizetype at = 0; at < all.size();) {
            const auto count = qsizetype(random.bounded(1, 8));
            m_inspection->take(all.mid(at, count));
            at += count;
            for (const lens::TimelineLine &row : QList<lens::TimelineLine>(lens::timeline.get())) {
                if (open.contains(row.number) && row.inside > 0 && !row.isOpen) {
                    m_inspection->toggle(row.number);
                }
            }
        }
        QCOMPARE(linesNow(), expected);
    }
}

void tst_Lens::timeline_isFilteredByTheNamesInATurn()
{
    m_inspection->take(twoTurns());
    lens::filter.set(QStringLiteral("LABEL"));
    QCOMPARE(lens::timeline.size(), std::size_t(1));
    QCOMPARE(rowAt(0).turn, 1.0);
    lens::filter.set(QStringLiteral("none"));
    QCOMPARE(lens::timeline.size(), std::size_t(0));
    lens::filter.set({});
    QCOMPARE(lens::timeline.size(), std::size_t(2));
}

void tst_Lens::table_isFilteredAndSorted()
{
    QCOMPARE(shownNames().join(QLatin1Char(' ')), QStringLiteral("count label twice"));
    lens::sortColumn.set(QStringLiteral("observers"));
    lens::isDescending.set(true);
    QCOMPARE(shownNames().join(QLatin1Char(' ')), QStringLiteral("label twice count"));
    lens::isUnobservedOnly.set(true);
    QCOMPARE(shownNames().join(QLatin1Char(' ')), QStringLiteral("count"));
    lens::isUnobservedOnly.set(false);
    lens::filter.set(QStringLiteral("Tw"));
    QCOMPARE(shownNames().join(QLatin1Char(' ')), QStringLiteral("twice"));
}

void tst_Lens::cursor_showsTheValuesOfThatTime()
{
    m_inspection->take(twoTurns());
    QCOMPARE(shownValue("count"), QStringLiteral("now"));
    m_inspection->setCursor(0);
    QCOMPARE(shownValue("count"), QStringLiteral("1"));
    QCOMPARE(shownValue("twice"), QStringLiteral("0")); // what it had until its first run
    m_inspection->setCursor(2);
    QCOMPARE(shownValue("count"), QStringLiteral("1"));
    QCOMPARE(shownValue("label"), QStringLiteral("20"));
    m_inspection->setCursor(3); // the last one
    QCOMPARE(lens::cursor.get(), lens::Live);
    QCOMPARE(shownValue("count"), QStringLiteral("now"));
}

void tst_Lens::cursor_stepsByTurns()
{
    m_inspection->take(twoTurns());
    m_inspection->step(-1);
    QCOMPARE(lens::cursor.get(), 2); // the end of the first turn
    m_inspection->step(-1);
    QCOMPARE(lens::cursor.get(), 0);
    m_inspection->step(1);
    QCOMPARE(lens::cursor.get(), 2);
    m_inspection->step(1);
    QCOMPARE(lens::cursor.get(), lens::Live);
}

void tst_Lens::cursor_appliesChangesOfParts()
{
    m_inspection->take(
        {eventOf(
             R"({"e":1,"turn":1,"kind":"change","s":7,"store":"count","outcome":"changed","old":{},"new":{"a":1}})"),
         eventOf(
             R"({"e":2,"turn":2,"kind":"change","s":7,"store":"count","outcome":"changed","changes":[{"at":["b"],"new":[1,2]},{"at":["a"],"old":1}]})"),
         eventOf(
             R"({"e":3,"turn":3,"kind":"change","s":7,"store":"count","outcome":"changed","changes":[{"at":["b",1],"old":2,"new":9}]})"),
         eventOf(R"({"e":4,"turn":4,"kind":"change","s":8,"store":"twice","outcome":"changed","new":1})")});
    m_inspection->setCursor(1);
    QCOMPARE(shownValue("count"), QStringLiteral("{b: [1, 2]}"));
    m_inspection->setCursor(2);
    QCOMPARE(shownValue("count"), QStringLiteral("{b: [1, 9]}"));
}

void tst_Lens::change_ofTheSelectedEvent()
{
    m_inspection->take(twoTurns());
    m_inspection->selectEvent(3);
    QCOMPARE(lens::changes.get().size(), 1);
    QCOMPARE(lens::changes.get().at(0).before, QStringLiteral("10"));
    QCOMPARE(lens::changes.get().at(0).after, QStringLiteral("20"));
    QCOMPARE(lens::selectedStore.get(), qint64(9));
    m_inspection->selectEvent(99);
    QVERIFY(lens::changes.get().isEmpty());
}

void tst_Lens::session_savedAndOpened()
{
    const QString path = m_folder.filePath(QStringLiteral("run.jsonl"));
    lens::title.set(QStringLiteral("shop"));
    m_inspection->take(twoTurns());
    QCOMPARE(statusAfter(&lens::Inspection::save, path), QStringLiteral("4 events are in ") + path);
    m_inspection->clear();
    lens::title.set({});
    lens::stores.set({});
    QCOMPARE(statusAfter(&lens::Inspection::open, path), QStringLiteral("session \u00b7 ") + path);
    QCOMPARE(lens::title.get(), QStringLiteral("shop"));
    QCOMPARE(lens::stores.get(), stores());
    QCOMPARE(lens::timeline.size(), std::size_t(2));
    const QString status = statusAfter(&lens::Inspection::save, m_folder.filePath(QStringLiteral("none/run.jsonl")));
    QVERIFY2(status.contains(QLatin1String("none/run.jsonl: ")), qPrintable(status));
}

void tst_Lens::session_ofARecorder()
{
    const QString path = m_folder.filePath(QStringLiteral("recorded.jsonl"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"nanostores\":1,\"app\":\"shop\"}\n"
               "{\"s\":1,\"name\":\"stock\",\"kind\":\"store\",\"type\":\"map\",\"v\":{}}\n"
               "{\"s\":2,\"name\":\"save\",\"kind\":\"effect\",\"type\":\"\"}\n"
               "{\"e\":1,\"turn\":1,\"t\":5,\"w\":1,\"key\":\"mug\",\"v\":2}\n"
               "{\"e\":2,\"turn\":1,\"t\":6,\"tell\":1,\"in\":1}\n"
               "{\"e\":3,\"turn\":1,\"t\":7,\"run\":2,\"in\":1,\"because\":[1]}\n");
    file.close();
    QCOMPARE(statusAfter(&lens::Inspection::open, path), QStringLiteral("session \u00b7 ") + path);
    QCOMPARE(lens::title.get(), QStringLiteral("shop"));
    QCOMPARE(lens::stores.get().size(), 2);
    QCOMPARE(lens::timeline.size(), std::size_t(1));
    QCOMPARE(rowAt(0).name, QStringLiteral("stock"));
    QCOMPARE(rowAt(0).change, QStringLiteral(".mug: - \u2192 2"));
    m_inspection->toggle(1);
    QCOMPARE(rowAt(1).kind, QStringLiteral("effect"));
    QCOMPARE(rowAt(1).name, QStringLiteral("save"));
}

void tst_Lens::session_whatIsNoneIsRefused()
{
    const QString path = m_folder.filePath(QStringLiteral("notes.txt"));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"nanostores\":1}\nnotes\n");
    file.close();
    m_inspection->take(twoTurns());
    const QString status = statusAfter(&lens::Inspection::open, path);
    QVERIFY2(status.contains(QLatin1String("line 2")), qPrintable(status));
    QCOMPARE(lens::eventCount.get(), 4); // what was shown stays
    const QString missing = m_folder.filePath(QStringLiteral("missing"));
    const QString other = statusAfter(&lens::Inspection::compare, missing);
    QVERIFY2(other.startsWith(missing), qPrintable(other));
    QCOMPARE(lens::differencesTitle.get(), QString());
}

void tst_Lens::sessions_theFirstDifferenceOfEachStore()
{
    const QString path = m_folder.filePath(QStringLiteral("before.jsonl"));
    m_inspection->take(twoTurns());
    const QString saved = statusAfter(&lens::Inspection::save, path);
    QCOMPARE(statusAfter(&lens::Inspection::compare, path), saved); // as before
    QCOMPARE(lens::differencesTitle.get(), QStringLiteral("All stores had the same values as in %1.").arg(path));
    QVERIFY(lens::differences.get().isEmpty());
    m_inspection->clear();
    QList<InspectedEvent> other = twoTurns();
    other[3] = eventOf(change(4, 0, 2, "count", 7, 1, 6));
    other.removeAt(2);
    m_inspection->take(other);
    statusAfter(&lens::Inspection::compare, path);
    const QList<lens::ChangeRow> rows = lens::differences.get();
    QCOMPARE(rows.size(), 2);
    QCOMPARE(rows.at(0).path, QStringLiteral("count"));
    QCOMPARE(rows.at(0).before, QStringLiteral("1 \u2192 5  (turn 2)"));
    QCOMPARE(rows.at(0).after, QStringLiteral("1 \u2192 6  (turn 2)"));
    QCOMPARE(rows.at(1).path, QStringLiteral("label"));
    QCOMPARE(rows.at(1).after, QString());
}

void tst_Lens::edit_whatIsNoJson()
{
    lens::selectedStore.set(7);
    m_inspection->edit(QStringLiteral("dark"));
    QVERIFY2(lens::editProblem.get().startsWith(QLatin1String("This is no JSON")), qPrintable(lens::editProblem.get()));
    m_inspection->edit(QStringLiteral("\"dark\""));
    QCOMPARE(lens::editProblem.get(), QStringLiteral("there is no connection to a program"));
}

void tst_Lens::graph_sourcesAreLeftAndNothingOverlaps()
{
    const QJsonObject graph = QJsonDocument::fromJson(R"({"nodes":[
        {"s":1,"name":"a","kind":"store","value":"1"},{"s":2,"name":"b","kind":"computed","value":"2"},
        {"s":3,"name":"c","kind":"computed","value":"3"},{"s":4,"name":"d","kind":"store","value":"4"},
        {"s":5,"name":"e","kind":"effect"},{"s":6,"name":"f","kind":"computed","value":"6"}],
        "arrows":[[0,1,true],[1,2,true],[0,2,true],[3,2,false],[2,4,true],[0,5,true],[3,5,true]],
        "listeners":[[2,"label",2],[5,"list",1]]})")
                                  .object();
    const lens::Picture picture = lens::layOut(graph, 3);
    QCOMPARE(picture.boxes.size(), 7); // not the listener of a store that is two steps away
    QVERIFY(picture.boxes.at(2).isCentre);
    QCOMPARE(picture.boxes.at(6).name, QStringLiteral("label \u00d7 2"));
    QVERIFY(!picture.solid.isEmpty() && !picture.dashed.isEmpty() && !picture.heads.isEmpty());
    const auto left = [&picture](int box) { return picture.boxes.at(box).boxX; };
    for (const auto &[from, to] :
         {std::pair(0, 1), std::pair(1, 2), std::pair(0, 2), std::pair(3, 2), std::pair(2, 4), std::pair(2, 6)}) {
        QVERIFY(left(from) + picture.boxes.at(from).boxWidth < left(to));
    }
    for (const lens::Box &a : picture.boxes) {
        const QRectF its(a.boxX, a.boxY, a.boxWidth, a.boxHeight);
        QVERIFY(QRectF(0, 0, picture.width, picture.height).contains(its));
        for (const lens::Box &b : picture.boxes) {
            QVERIFY(a.place == b.place || !its.intersects(QRectF(b.boxX, b.boxY, b.boxWidth, b.boxHeight)));
        }
    }
    QCOMPARE(lens::layOut({}, 0), lens::Picture(lens::layOut({}, 1)));
}

void tst_Lens::graph_aCycleEnds()
{
    const QJsonObject graph = QJsonDocument::fromJson(R"({"nodes":[
        {"s":1,"name":"a","kind":"computed","value":"1"},{"s":2,"name":"b","kind":"computed","value":"2"}],
        "arrows":[[0,1,true],[1,0,true],[0,0,true],[7,1,true],[0,-1,true]]})")
                                  .object();
    QCOMPARE(lens::layOut(graph, 1).boxes.size(), 2);
}

void tst_Lens::manyEvents_areBounded()
{
    int id = 0;
    for (int part = 0; part < 120; ++part) {
        QList<InspectedEvent> events;
        for (int i = 0; i < 500; ++i) {
            const int root = ++id;
            events.append(eventOf(change(root, 0, root, "count", 7, i, i + 1)));
            events.append(eventOf(change(++id, root, root, "twice", 8, 2 * i, 2 * i + 2)));
        }
        m_inspection->take(events);
    }
    QVERIFY2(lens::eventCount.get() <= 100'000 && lens::eventCount.get() > 80'000,
             qPrintable(QString::number(lens::eventCount.get())));
    QCOMPARE(lens::timeline.size(), std::size_t(lens::eventCount.get() / 2));
    m_inspection->setCursor(1000);
    QVERIFY(shownValue("count") != QStringLiteral("now"));
    lens::filter.set(QStringLiteral("nothing"));
    QCOMPARE(lens::timeline.size(), std::size_t(0));
}

QTEST_GUILESS_MAIN(tst_Lens)
#include "tst_lens.moc"
