// SPDX-License-Identifier: MIT

// Requests before the program has an application object, and after it has gone.

#include "httpserver.h"

#include <nanostores/core.h>
#include <nanostores/query.h>
#include <nanostores/rest.h>

#include <QCoreApplication>
#include <QNetworkAccessManager>
#include <QProcess>
#include <QTest>

#include <cstdio>
#include <optional>

using namespace nanostores;
using namespace Qt::StringLiterals;

namespace {

/// What its end is, if it has ended.
void say(const Task<QByteArray> &task)
{
    if (!task.done()) {
        std::puts("runs");
        return;
    }
    try {
        std::puts(task.result().constData());
    } catch (const RestError &error) {
        const bool hasNoApplication = QByteArray(error.what()).contains("application object");
        std::puts(hasNoApplication                         ? "no application"
                  : error.kind() == RestErrorKind::Network ? "refused"
                  : error.kind() == RestErrorKind::Aborted ? "aborted"
                                                           : error.what());
    }
}

struct AsksAtTheEnd
{
    std::optional<RestClient> client;
    bool isOn = false;

    ~AsksAtTheEnd()
    {
        if (isOn) {
            say(client->get<QByteArray>(u"late"_s));
        }
    }
};
AsksAtTheEnd asksAtTheEnd;

/// Says when it is asked: Qt loses requests that are made without an application object.
class WatchedNetwork : public QNetworkAccessManager
{
protected:
    QNetworkReply *createRequest(Operation operation, const QNetworkRequest &request, QIODevice *body) override
    {
        std::puts(QCoreApplication::instance() ? "sent" : "sent too early");
        return QNetworkAccessManager::createRequest(operation, request, body);
    }
};

int runChild(int argc, char **argv)
{
    const QByteArray way(argv[1]);
    std::optional<WatchedNetwork> network;
    std::optional<Task<QByteArray>> early;
    if (way == "--early" || way == "--aborted") {
        const FetchContext context{AnyCacheKey()};
        network.emplace();
        early = RestClient({.baseUrl = QUrl(u"http://127.0.0.1:9"_s), .network = &*network})
                    .get<QByteArray>(u"early"_s, {.context = context});
        if (way == "--aborted") {
            context.abort();
        }
    }
    QCoreApplication app(argc, argv);
    const support::HttpServer server([](const support::HttpRequest &) { return support::HttpAnswer{.body = "here"}; });
    const auto wait = [](const Task<QByteArray> &task) {
        while (!task.done()) {
            QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
        }
    };
    asksAtTheEnd.client.emplace(RestOptions{.baseUrl = server.url()});
    asksAtTheEnd.isOn = way == "--late" || way == "--both";
    if (early) {
        wait(*early);
        say(*early);
        QCoreApplication::processEvents();
        network.reset();
    }
    if (way == "--both" || way == "--runs") {
        const auto task = asksAtTheEnd.client->get<QByteArray>(u"now"_s);
        if (way == "--both") {
            wait(task);
        }
        say(task);
    }
    return 0;
}

} // namespace

class tst_RestExit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void request_withoutApplication_data();
    void request_withoutApplication();
};

void tst_RestExit::request_withoutApplication_data()
{
    QTest::addColumn<QString>("way");
    QTest::addColumn<QByteArray>("first");
    QTest::addColumn<bool>("fails");
    QTest::newRow("before there is one") << u"--early"_s << QByteArray("sent\nrefused\n") << false;
    QTest::newRow("before there is one, and aborted") << u"--aborted"_s << QByteArray("aborted\n") << false;
    QTest::newRow("the first one, after it has gone") << u"--late"_s << QByteArray() << true;
    QTest::newRow("one more, after it has gone") << u"--both"_s << QByteArray("here\n") << true;
    QTest::newRow("one runs when it ends") << u"--runs"_s << QByteArray("runs\n") << false;
}

void tst_RestExit::request_withoutApplication()
{
    QFETCH(const QString, way);
    QFETCH(const QByteArray, first);
    QFETCH(const bool, fails);
    QProcess process;
    process.start(QCoreApplication::applicationFilePath(), {way});
    QVERIFY(process.waitForFinished(60000));
    const QByteArray errors = process.readAllStandardError();
    QVERIFY2(process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0, errors.constData());
    const QByteArray said = process.readAllStandardOutput().replace("\r\n", "\n");
    QVERIFY2(said.startsWith(first), said.constData());
    QCOMPARE(said.contains("no application"), fails);
    QCOMPARE(said.contains("sent"), way == u"--early");
}

int main(int argc, char **argv)
{
    if (argc == 2 && QByteArray(argv[1]).startsWith("--")) {
        return runChild(argc, argv);
    }
    QCoreApplication app(argc, argv);
    tst_RestExit test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_restexit.moc"
