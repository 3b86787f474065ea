// SPDX-License-Identifier: MIT
#include "events.h"
#include "harness.h"
#include "otherprocess.h"
#include "turns.h"

#include "inspection.h"
#include "record.h"

#include <QGuiApplication>
#include <QQmlApplicationEngine>
#include <QQuickItem>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QTemporaryDir>

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

/// The inspector's application with so many events: the longest turn of its event loop, and the time of all, while a
/// user loads them, filters, scrolls, goes back in time. Its window is drawn without a display.

namespace {

class Application
{
public:
    Application()
    {
        static int argc = 1;
        static char program[] = "bench_inspector";
        static char *argv[] = {program, nullptr};
        qputenv("QT_QPA_PLATFORM", "offscreen");
        qputenv("QT_QUICK_BACKEND", "software");
        QQuickStyle::setStyle(QStringLiteral("Basic"));
        m_app = std::make_unique<QGuiApplication>(argc, argv);
        lens::isAnimated.set(false);
        inspection = std::make_unique<lens::Inspection>();
        m_engine = std::make_unique<QQmlApplicationEngine>();
        m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        m_engine->load(QUrl(QStringLiteral("qrc:/qt/qml/LensApp/Main.qml")));
        if (m_engine->rootObjects().isEmpty()) {
            giveUp("the window is not there");
        }
        window = qobject_cast<QQuickWindow *>(m_engine->rootObjects().constFirst());
        drawing = std::make_unique<Drawing>(*window);
        Turns(*drawing).settle();
    }

    QString file(const char *name) const { return m_folder.filePath(QLatin1String(name)); }
    QQuickItem *list(const char *name) const { return window->findChild<QQuickItem *>(QLatin1String(name)); }

    std::unique_ptr<lens::Inspection> inspection;
    QQuickWindow *window = nullptr;
    std::unique_ptr<Drawing> drawing;

private:
    QTemporaryDir m_folder;
    std::unique_ptr<QGuiApplication> m_app;
    std::unique_ptr<QQmlApplicationEngine> m_engine;
};

using Figures = std::vector<double>;

void add(Figures &to, const Turns &turns)
{
    to.push_back(turns.longest());
    to.push_back(turns.longestWithDrawing());
    to.push_back(turns.all());
}

/// A session is opened; what is asked for comes one after the other.
Figures openAndUse(int events)
{
    Application app;
    Figures figures;
    const QString path = app.file("run.jsonl");
    writeOwnSession(path, events);
    {
        Turns turns(*app.drawing);
        turns.act([&] { app.inspection->open(path); });
        turns.until([&] { return lens::eventCount.get() == events && !lens::isBusy.get(); });
        turns.settle();
        add(figures, turns);
    }
    {
        Turns turns(*app.drawing); // a search is typed
        for (const char *const typed : {"s", "st", "sto", "stor", "store", "store2", "store23"}) {
            turns.act([&] { lens::filter.set(QLatin1String(typed)); });
            turns.settle();
        }
        turns.act([&] { lens::filter.set(QString()); });
        turns.settle();
        add(figures, turns);
    }
    {
        Turns turns(*app.drawing); // from end to end, in 200 steps
        QQuickItem *const list = app.list("timeline");
        for (int step = 0; step <= 200; ++step) {
            turns.act([&] {
                const double height = list->property("contentHeight").toDouble() - list->height();
                list->setProperty("contentY", list->property("originY").toDouble() + height * step / 200);
            });
            turns.settle();
        }
        add(figures, turns);
    }
    {
        Turns turns(*app.drawing); // the slider is drawn back, and forth in larger steps
        for (int step = 200; step >= 0; --step) {
            turns.act([&] { app.inspection->setCursor(int(qint64(events - 2) * step / 200)); });
            turns.settle();
        }
        for (int step = 0; step <= 50; ++step) {
            turns.act([&] { app.inspection->setCursor(int(qint64(events - 2) * step / 50)); });
            turns.settle();
        }
        for (int step = 0; step < 50; ++step) {
            turns.act([&] { app.inspection->step(-1); });
            turns.settle();
        }
        turns.act([&] { app.inspection->setCursor(-1); });
        turns.settle();
        add(figures, turns);
    }
    {
        Turns turns(*app.drawing);
        turns.act([&] { app.inspection->clear(); });
        turns.settle();
        add(figures, turns);
    }
    return figures;
}

/// A turn of so many events is opened, unfolded, and folded.
Figures unfold(int events)
{
    Application app;
    Figures figures;
    const QString path = app.file("turn.jsonl");
    writeOneTurn(path, events);
    {
        Turns turns(*app.drawing);
        turns.act([&] { app.inspection->open(path); });
        turns.until([&] { return lens::eventCount.get() == events && !lens::isBusy.get(); });
        turns.settle();
        add(figures, turns);
    }
    {
        Turns turns(*app.drawing);
        turns.act([&] { app.inspection->toggle(2); });
        turns.settle();
        turns.act([&] { app.inspection->toggle(2); });
        turns.settle();
        add(figures, turns);
    }
    return figures;
}

/// The session that a Recorder has written is opened.
Figures openRecorded(int events)
{
    Application app;
    Figures figures;
    const QString path = app.file("recorded.jsonl");
    writeRecordedSession(path, events);
    Turns turns(*app.drawing);
    turns.act([&] { app.inspection->open(path); });
    turns.until([&] { return lens::eventCount.get() == events && !lens::isBusy.get(); });
    turns.settle();
    add(figures, turns);
    return figures;
}

/// They come from a program, and as many again, for which the oldest ones make room.
Figures follow(int events)
{
    Application app;
    const OtherProcess program({QStringLiteral("program"), QString::number(events)});
    QString reason;
    const auto endpoint = nanostores::findInspectorEndpoint(QString::number(program.id()), &reason);
    if (!endpoint) {
        giveUp(qPrintable(reason));
    }
    Figures figures;
    Turns turns(*app.drawing);
    turns.act([&] { app.inspection->attach(*endpoint); });
    turns.until([] { return lens::isConnected.get(); });
    bool isAtItsEnd = false;
    const auto watching = lens::recordVersion.listen([&](int) {
        const std::size_t lines = lens::timeline.size();
        isAtItsEnd = lines > 0 && lens::eventRow(lens::timeline.at(lines - 1).place).name == QLatin1String("end");
    });
    turns.until([&] { return isAtItsEnd; });
    add(figures, turns);
    return figures;
}

} // namespace

void addWindowCases()
{
    for (const int events : {10'000, 100'000}) {
        const std::string at = "@" + std::to_string(events);
        addFigures("use" + at, [events] { return openAndUse(events); });
        addFigures("unfold" + at, [events] { return unfold(events); });
        addFigures("recorded" + at, [events] { return openRecorded(events); });
        addFigures("follow" + at, [events] { return follow(events); });
    }
}
