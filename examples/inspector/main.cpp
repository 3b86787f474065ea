// SPDX-License-Identifier: MIT

// Looks at the stores of a running program.
//
//   inspector                      the only program there is, or the cart, which it starts
//   inspector --program shop       one of several, by its name or its pid
//   inspector --session run.jsonl  what was saved
//   inspector --screenshot DIR     pictures of it, by day and by night

#include "inspection.h"

#include <QCommandLineParser>
#include <QDir>
#include <QEventLoop>
#include <QFont>
#include <QGuiApplication>
#include <QPalette>
#include <QProcess>
#include <QQmlApplicationEngine>
#include <QQuickStyle>
#include <QQuickWindow>
#include <QStandardPaths>
#include <QSurfaceFormat>
#include <QTimer>
#include <QtQml/QQmlExtensionPlugin>

#include <algorithm>
#include <chrono>

Q_IMPORT_QML_PLUGIN(LensAppPlugin)

namespace {

constexpr int MostTries = 100;

void wait(int milliseconds)
{
    QEventLoop loop;
    QTimer::singleShot(std::chrono::milliseconds(milliseconds), &loop, &QEventLoop::quit);
    loop.exec();
}

/// Starts the cart with an inspector, and attaches to it as soon as it listens.
void startCart(QProcess &cart, const QStringList &arguments)
{
#ifdef CART_PROGRAM
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NANOSTORES_INSPECT"), QStringLiteral("edit,travel"));
    cart.setProcessEnvironment(environment);
    cart.setProcessChannelMode(QProcess::ForwardedChannels);
    cart.start(QStringLiteral(CART_PROGRAM), arguments);
    for (int i = 0; i < MostTries && cart.state() != QProcess::NotRunning; ++i) {
        wait(100);
        QString reason;
        if (const auto endpoint = nanostores::findInspectorEndpoint(QString::number(cart.processId()), &reason)) {
            lens::Inspection::instance()->attach(*endpoint);
            return;
        }
    }
    lens::status.set(QStringLiteral("the cart did not start"));
#else
    Q_UNUSED(cart)
    Q_UNUSED(arguments)
#endif
}

qint64 storeNamed(const char *name)
{
    for (const nanostores::InspectedStore &store : lens::stores.get()) {
        if (store.name == QLatin1String(name)) {
            return store.number;
        }
    }
    return 0;
}

/// Opens the newest turn in which much happened, and returns its event.
qint64 openTurn()
{
    const QList<lens::TimelineLine> lines = lens::timeline.get();
    const auto found = std::find_if(lines.rbegin(), lines.rend(), [](const lens::TimelineLine &line) {
        return line.inside > 4 && lens::eventRow(line.place).name.contains(QLatin1String("cart/items"));
    });
    if (found == lines.rend()) {
        return 0;
    }
    lens::Inspection::instance()->toggle(found->number);
    return found->number;
}

/// Takes the cart back by six steps, and leaves the one before out.
bool travel()
{
    lens::isPaused.set(false);
    lens::Inspection::instance()->setCursor(lens::Live);
    lens::isTravelling.set(true);
    wait(1000);
    const qsizetype steps = lens::travelSteps.get().size(); // those before were not recorded
    for (int i = 0; i < MostTries && lens::travelSteps.get().size() < steps + 10; ++i) {
        wait(100);
    }
    lens::Travelling &travelling = lens::Inspection::instance()->travelling();
    travelling.step(-7);
    wait(500);
    travelling.skip(true);
    wait(500);
    travelling.step(1);
    wait(1500);
    return lens::isInPast.get();
}

bool takePictures(QQuickWindow *window, const QString &folder)
{
    QProcess cart;
    startCart(cart, {QStringLiteral("--state"), QStringLiteral("none"), QStringLiteral("--visitor"),
                     QStringLiteral("--scheme"), QStringLiteral("light")});
    bool isGood = QDir().mkpath(folder) && lens::isConnected.get();
    const auto shoot = [&](const char *name, int tab) {
        window->setProperty("tab", tab);
        wait(500);
        const QString file = QDir(folder).filePath(QLatin1String(name) + QStringLiteral(".png"));
        isGood = window->grabWindow().convertToFormat(QImage::Format_RGB32).save(file, "PNG", 1) && isGood;
        qInfo("%s", qPrintable(file));
    };
    for (int i = 0; i < MostTries && lens::eventCount.get() < 100; ++i) {
        wait(500); // until the visitor has done a few things, however slow the machine is
    }
    lens::isPaused.set(true);
    const qint64 turn = openTurn();
    lens::selectedEvent.set(turn);
    shoot("inspector-light", 0);
    lens::selectedStore.set(storeNamed("shop::cartSubtotal"));
    wait(500);
    shoot("inspector-graph-light", 1);
    shoot("inspector-why-light", 2);
    lens::isDark.set(true);
    shoot("inspector-graph-dark", 1);
    lens::selectedStore.set(storeNamed("cart/items"));
    wait(500);
    shoot("inspector-value-dark", 3);
    lens::selectedEvent.set(0);
    lens::selectedEvent.set(turn);
    for (int i = 0; i < 6; ++i) {
        lens::Inspection::instance()->step(-1);
    }
    lens::sortColumn.set(QStringLiteral("writes"));
    lens::isDescending.set(true);
    shoot("inspector-past-dark", 0);
    lens::isDark.set(false);
    lens::sortColumn.set(QStringLiteral("name"));
    lens::isDescending.set(false);
    lens::Inspection::instance()->toggle(turn);
    isGood = travel() && isGood;
    shoot("inspector-travel-light", 0);
    window->resize(400, 800);
    window->setProperty("page", 1);
    shoot("inspector-small-light", 0);
    cart.terminate();
    cart.waitForFinished();
    return isGood;
}

} // namespace

int main(int argc, char *argv[])
{
    QSurfaceFormat format = QSurfaceFormat::defaultFormat();
    format.setSamples(4);
    QSurfaceFormat::setDefaultFormat(format);
    QQuickStyle::setStyle(QStringLiteral("Basic"));
    QGuiApplication app(argc, argv);
    QGuiApplication::setApplicationName(QStringLiteral("inspector"));
    QFont font = QGuiApplication::font();
    if (font.family() == QLatin1String("DejaVu Sans") || font.family() == QLatin1String("Sans Serif")) {
        font.setFamilies({QStringLiteral("DejaVu Sans Condensed"), font.family()});
    }
    QGuiApplication::setFont(font);

    const QCommandLineOption program({QStringLiteral("p"), QStringLiteral("program")},
                                     QStringLiteral("Look at this one: a name, a pid, or the path of a socket."),
                                     QStringLiteral("which"));
    const QCommandLineOption session(QStringLiteral("session"), QStringLiteral("Open what was saved in FILE."),
                                     QStringLiteral("FILE"));
    const QCommandLineOption screenshot(QStringLiteral("screenshot"),
                                        QStringLiteral("Draw the window into PNG files in DIR, and exit."),
                                        QStringLiteral("DIR"));
    QCommandLineParser parser;
    parser.setApplicationDescription(QStringLiteral("Looks at the stores of a running program."));
    parser.addHelpOption();
    parser.addOptions({program, session, screenshot});
    parser.process(app);
    const bool takesPictures = parser.isSet(screenshot);

    lens::isDark.set(QGuiApplication::palette().color(QPalette::Window).lightness() < 128);
    lens::isAnimated.set(!takesPictures);
    if (!takesPictures) {
        const QString folder = QStandardPaths::writableLocation(QStandardPaths::AppConfigLocation);
        QDir().mkpath(folder);
        lens::keepViews(nanostores::StorageEngine::json((folder + QStringLiteral("/views.json")).toStdString()));
    }
    lens::Inspection inspection;
    // Its own stores can be looked at as well, but for those that change with each look.
    const auto ownInspector = nanostores::Inspector::fromEnvironment(
        {.capabilities = nanostores::InspectorCapability::Read | nanostores::InspectorCapability::Edit,
         .except = {"inspector/*", "lens/stores", "lens/shownStores", "lens/selection", "lens/timeline",
                    "lens/eventCount", "lens/recordVersion", "lens/pastValues", "lens/cursorText", "lens/why",
                    "lens/picture", "lambda*", "Lens::*"}});
    QQmlApplicationEngine engine;
    engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine.load(QUrl(QStringLiteral("qrc:/qt/qml/LensApp/Main.qml")));
    if (engine.rootObjects().isEmpty()) {
        return 1;
    }
    auto *const window = qobject_cast<QQuickWindow *>(engine.rootObjects().constFirst());
    if (takesPictures) {
        lens::isDark.set(false);
        return takePictures(window, parser.value(screenshot)) ? 0 : 1;
    }
    QProcess cart;
    QTimer::singleShot(0, &app, [&] {
        if (parser.isSet(session)) {
            inspection.open(parser.value(session));
            return;
        }
        QString reason;
        const auto endpoint = nanostores::findInspectorEndpoint(parser.value(program), &reason);
        if (endpoint && endpoint->pid != QCoreApplication::applicationPid()) {
            inspection.attach(*endpoint);
        } else if (parser.isSet(program)) {
            lens::status.set(reason);
        } else if (nanostores::inspectorEndpoints().isEmpty()) {
            startCart(cart, {});
        } else {
            lens::isPicking.set(true);
        }
    });
    const int result = QGuiApplication::exec();
    if (cart.state() != QProcess::NotRunning) {
        cart.terminate();
        cart.waitForFinished();
    }
    return result;
}
