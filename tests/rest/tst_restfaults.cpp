// SPDX-License-Identifier: MIT

// What a server, or the way to it, can do wrong.

#include "httpserver.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>
#include <nanostores/rest.h>

#include <QNetworkAccessManager>
#include <QProcess>
#include <QScopeGuard>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>
#ifndef QT_NO_SSL
#include <QSslCertificate>
#include <QSslConfiguration>
#include <QSslKey>
#include <QSslServer>
#include <QSslSocket>
#endif

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

/// Is read when the test says so.
struct Slow
{
};
QSemaphore decoding;
QSemaphore mayGoOn;

} // namespace

template<>
struct nanostores::Convert<QJsonValue, Slow>
{
    static QJsonValue convert(const Slow &) { return {}; }
};
template<>
struct nanostores::Convert<std::optional<Slow>, QJsonValue>
{
    static std::optional<Slow> convert(const QJsonValue &)
    {
        decoding.release();
        mayGoOn.acquire();
        return Slow();
    }
};

class tst_RestFaults : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void address_thatIsNone_data();
    void address_thatIsNone();
    void server_thatIsNotThere();
    void connection_endsWithoutAnAnswer();
    void connection_endsInTheBody();
    void length_shorterThanTheBody();
    void answer_thatDoesNotComeIsTooLate();
    void answer_thatDripsIsTooLate();
    void answer_timeoutOfTheRequest();
    void body_tooLargeByItsLength();
    void body_tooLargeAsItComes();
    void body_ofJustTheBytes();
    void status_hasItsBody();
    void status_retryAfter_data();
    void status_retryAfter();
    void json_wrong_data();
    void json_wrong();
    void json_deepIsRefused();
    void json_wrongInALongAnswer();
    void redirect_isFollowed();
    void redirect_loopEnds();
    void redirect_toAnotherServerTakesNoSecrets();
    void redirect_methods_data();
    void redirect_methods();
    void redirect_toNoAddress();
    void abort_beforeItBegins();
    void abort_whileItRuns();
    void abort_whileItIsDecoded();
    void abort_insideTheEndOfAnother();
    void client_goesWhileARequestRuns();
    void renewal_thatNeverEndsIsTooLate();
    void authorization_thatThrows();
    void tls_untrustedIsRefused();
    void tls_noneIsAnError();

protected Q_SLOTS:
    void init()
    {
        cleanTasks();
        TimedTest::init();
        server = std::make_unique<HttpServer>();
    }

private:
    RestClient client() const { return RestClient({.baseUrl = server->url()}); }
    static FetchContext context() { return FetchContext(AnyCacheKey()); }
    template<typename R>
    static std::optional<RestError> errorOf(const Task<R> &task)
    {
        std::optional<RestError> error;
        task.then([](const auto &...) {}, [&](const std::exception_ptr &e) { error = QueryError(e).as<RestError>(); });
        return error;
    }
    template<typename R>
    static QString kindOf(const Task<R> &task)
    {
        static const QStringList names{u"network"_s, u"timeout"_s, u"tls"_s,       u"redirect"_s,
                                       u"status"_s,  u"decode"_s,  u"too large"_s, u"aborted"_s};
        const auto error = errorOf(task);
        return error ? names.value(static_cast<int>(error->kind())) : u"none"_s;
    }

    std::unique_ptr<HttpServer> server;
};

void tst_RestFaults::address_thatIsNone_data()
{
    QTest::addColumn<QUrl>("base");
    QTest::addColumn<QString>("path");
    QTest::newRow("no base") << QUrl() << u"users"_s;
    QTest::newRow("file") << QUrl() << u"file:///etc/passwd"_s;
    QTest::newRow("bad encoding") << QUrl(u"http://127.0.0.1:1"_s) << u"a%zz"_s;
    QTest::newRow("space") << QUrl(u"http://127.0.0.1:1"_s) << u"a b"_s;
}

void tst_RestFaults::address_thatIsNone()
{
    QFETCH(QUrl, base);
    QFETCH(QString, path);
    const auto task = RestClient({.baseUrl = base}).get<int>(path);
    QVERIFY(task.done());
    QCOMPARE(kindOf(task), u"network"_s);
    QVERIFY(QString::fromUtf8(errorOf(task)->what()).contains(u"baseUrl"_s));
    QVERIFY(allTasks().done());
}

void tst_RestFaults::server_thatIsNotThere()
{
    const RestClient api = client();
    server->close();
    const auto task = api.get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"network"_s);
}

void tst_RestFaults::connection_endsWithoutAnAnswer()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Close, .isSilent = true}; };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"network"_s);
}

void tst_RestFaults::connection_endsInTheBody()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.body = "[1,2", .fault = HttpFault::Close, .length = 100};
    };
    const auto task = client().get<QByteArray>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"network"_s);
}

void tst_RestFaults::length_shorterThanTheBody()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "[1,2,3]", .length = 4}; };
    const auto task = client().get<QList<int>>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"decode"_s);
}

void tst_RestFaults::answer_thatDoesNotComeIsTooLate()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true}; };
    const auto task = client().get<int>(u"a"_s);
    QTRY_COMPARE(server->requests().size(), 1);
    m_time->advance(29999);
    QVERIFY(!task.done());
    m_time->advance(1);
    QCOMPARE(kindOf(task), u"timeout"_s);
    QTRY_COMPARE(server->ended(), 1);
}

void tst_RestFaults::answer_thatDripsIsTooLate()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.body = "[", .fault = HttpFault::Stall, .length = 99};
    };
    const RestProgress progress;
    const auto task = client().get<QList<int>>(u"a"_s, {.progress = progress});
    for (int second = 0; second < 30; ++second) {
        QTRY_COMPARE(progress.download().get().done, second + 1);
        QVERIFY(!task.done());
        server->drip(" ");
        m_time->advance(1000);
    }
    QCOMPARE(kindOf(task), u"timeout"_s);
}

void tst_RestFaults::answer_timeoutOfTheRequest()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true}; };
    const auto task = client().get<int>(u"a"_s, {.timeout = 100ms});
    m_time->advance(100);
    QCOMPARE(kindOf(task), u"timeout"_s);
}

void tst_RestFaults::body_tooLargeByItsLength()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.body = "x", .fault = HttpFault::Stall, .length = 1'000'000'000'000};
    };
    const auto task = client().get<QByteArray>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"too large"_s);
}

void tst_RestFaults::body_tooLargeAsItComes()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.body = "6\r\n012345\r\n6\r\n6789ab\r\n",
                          .headers = {{"Transfer-Encoding", "chunked"}},
                          .fault = HttpFault::Stall};
    };
    const auto task = client().get<QByteArray>(u"a"_s, {.maxBody = 10});
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"too large"_s);
    QTRY_COMPARE(server->ended(), 1);
}

void tst_RestFaults::body_ofJustTheBytes()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "0123456789"}; };
    const auto task = client().get<QByteArray>(u"a"_s, {.maxBody = 10});
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result(), "0123456789");
}

void tst_RestFaults::status_hasItsBody()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.status = 422, .body = R"({"name":"too short"})"}; };
    const auto task = client().post<int>(u"a?token=secret"_s, 1);
    QTRY_VERIFY(task.done());
    const auto error = errorOf(task);
    QCOMPARE(kindOf(task), u"status"_s);
    QCOMPARE(error->status(), 422);
    QCOMPARE(error->body(), R"({"name":"too short"})");
    QVERIFY(!error->retryAfter());
    QVERIFY(QString::fromUtf8(error->what()).contains(u"422"_s));
    QVERIFY(!QString::fromUtf8(error->what()).contains(u"secret"_s));
}

void tst_RestFaults::status_retryAfter_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<qint64>("seconds");
    QTest::newRow("number") << QByteArray("7") << qint64(7);
    QTest::newRow("past") << QByteArray("Sun, 06 Nov 1994 08:49:37 GMT") << qint64(0);
    QTest::newRow("negative") << QByteArray("-1") << qint64(-1);
    QTest::newRow("words") << QByteArray("soon") << qint64(-1);
    QTest::newRow("huge") << QByteArray("999999999999999999") << qint64(366 * 24 * 3600);
}

void tst_RestFaults::status_retryAfter()
{
    QFETCH(QByteArray, header);
    QFETCH(qint64, seconds);
    server->handler = [header](const HttpRequest &) {
        return HttpAnswer{.status = 503, .headers = {{"Retry-After", header}}};
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    const auto after = errorOf(task)->retryAfter();
    QCOMPARE(after ? after->count() / 1000 : -1, seconds);
}

void tst_RestFaults::json_wrong_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("html") << QByteArray("<html></html>");
    QTest::newRow("half") << QByteArray("[1,");
    QTest::newRow("another type") << QByteArray(R"(["1"])");
    QTest::newRow("another shape") << QByteArray(R"({"a":1})");
    QTest::newRow("fraction") << QByteArray("[1.5]");
    QTest::newRow("no UTF-8") << QByteArray("[\"\xff\"]");
}

void tst_RestFaults::json_wrong()
{
    QFETCH(QByteArray, body);
    server->handler = [body](const HttpRequest &) { return HttpAnswer{.body = body}; };
    const auto task = client().get<QList<int>>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"decode"_s);
    QCOMPARE(errorOf(task)->body(), body);
    QCOMPARE(errorOf(task)->status(), 200);
}

void tst_RestFaults::json_deepIsRefused()
{
    server->handler = [](const HttpRequest &request) {
        const int depth = request.target == "/deep" ? 101 : 100;
        return HttpAnswer{.body = QByteArray(depth - 1, '[') + R"(["[[\"[[["])" + QByteArray(depth - 1, ']')};
    };
    const auto deep = client().get<QVariant>(u"deep"_s);
    const auto just = client().get<QVariant>(u"just"_s);
    QTRY_VERIFY(deep.done() && just.done());
    QCOMPARE(kindOf(deep), u"decode"_s);
    QCOMPARE(kindOf(just), u"none"_s);
}

void tst_RestFaults::json_wrongInALongAnswer()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = QByteArray(200000, '[')}; };
    const auto task = client().get<QVariant>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"decode"_s);
}

void tst_RestFaults::redirect_isFollowed()
{
    server->handler = [](const HttpRequest &request) {
        return request.target == "/a" ? HttpAnswer{.status = 301, .headers = {{"Location", "b?x=1"}}}
                                      : HttpAnswer{.body = "5"};
    };
    const auto task = client().get<RestResponse>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(server->targets(), u"GET /a,GET /b?x=1"_s);
    QCOMPARE(task.result().url, server->url(u"/b?x=1"_s));
}

void tst_RestFaults::redirect_loopEnds()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.status = 302, .headers = {{"Location", "/a"}}}; };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"redirect"_s);
    QCOMPARE(server->requests().size(), 6);
}

void tst_RestFaults::redirect_toAnotherServerTakesNoSecrets()
{
    HttpServer other([](const HttpRequest &) { return HttpAnswer{.body = "5"}; });
    server->handler = [&](const HttpRequest &) {
        return HttpAnswer{.status = 307, .headers = {{"Location", other.url(u"/b"_s).toEncoded()}}};
    };
    const RestClient api({.baseUrl = server->url(), .headers = {{"X-Key", "1"}}, .authorization = [] {
                              return QByteArray("Bearer x");
                          }});
    const auto task = api.get<int>(u"a"_s, {.headers = {{"X-Own", "2"}}});
    QTRY_VERIFY(task.done());
    QCOMPARE(server->requests().first().header("Authorization"), "Bearer x");
    for (const char *name : {"Authorization", "X-Key", "X-Own"}) {
        QCOMPARE(other.requests().first().header(name), "");
    }
    const auto direct = api.get<int>(other.url(u"/c"_s).toString());
    QTRY_VERIFY(direct.done());
    QCOMPARE(other.requests().last().header("Authorization"), "");
}

void tst_RestFaults::redirect_methods_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("next");
    QTest::newRow("301 of a POST") << 301 << QByteArray("POST") << QByteArray("GET");
    QTest::newRow("302 of a PUT") << 302 << QByteArray("PUT") << QByteArray("PUT");
    QTest::newRow("303 of a PUT") << 303 << QByteArray("PUT") << QByteArray("GET");
    QTest::newRow("307 of a POST") << 307 << QByteArray("POST") << QByteArray("POST");
    QTest::newRow("308 of a PATCH") << 308 << QByteArray("PATCH") << QByteArray("PATCH");
}

void tst_RestFaults::redirect_methods()
{
    QFETCH(int, status);
    QFETCH(QByteArray, method);
    QFETCH(QByteArray, next);
    server->handler = [status](const HttpRequest &request) {
        return request.target == "/a" ? HttpAnswer{.status = status, .headers = {{"Location", "/b"}}} : HttpAnswer{};
    };
    const auto task = client().send<void>(method, u"a"_s, RestBody{"body", "text/plain"});
    QTRY_VERIFY(task.done());
    QCOMPARE(server->requests().at(1).method, next);
    QCOMPARE(server->requests().at(1).body, next == "GET" ? "" : "body");
}

void tst_RestFaults::redirect_toNoAddress()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.status = 302, .headers = {{"Location", "file:///etc/passwd"}}};
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), u"redirect"_s);
}

void tst_RestFaults::abort_beforeItBegins()
{
    const FetchContext fetch = context();
    fetch.abort();
    const auto task = client().get<int>(u"a"_s, {.context = fetch});
    QVERIFY(task.done());
    QCOMPARE(kindOf(task), u"aborted"_s);
}

void tst_RestFaults::abort_whileItRuns()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.body = "[", .fault = HttpFault::Stall, .length = 9};
    };
    const FetchContext fetch = context();
    const auto task = client().get<int>(u"a"_s, {.context = fetch});
    QTRY_COMPARE(server->requests().size(), 1);
    fetch.abort();
    QVERIFY(task.done());
    QCOMPARE(kindOf(task), u"aborted"_s);
    QTRY_COMPARE(server->ended(), 1);
}

void tst_RestFaults::abort_whileItIsDecoded()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = '"' + QByteArray(100000, 'x') + '"'}; };
    const FetchContext fetch = context();
    const auto task = client().get<Slow>(u"a"_s, {.context = fetch});
    {
        const auto release = qScopeGuard([] { mayGoOn.release(); }); // the thread must not wait for ever
        QTRY_COMPARE(decoding.available(), 1);
        fetch.abort();
        QCOMPARE(kindOf(task), u"aborted"_s);
        QVERIFY(allTasks().done());
    }
    QVERIFY(QThreadPool::globalInstance()->waitForDone());
    QCoreApplication::processEvents(); // what it has made is let go of
}

void tst_RestFaults::abort_insideTheEndOfAnother()
{
    server->handler = [](const HttpRequest &request) {
        return HttpAnswer{.body = "5",
                          .fault = request.target == "/a" ? HttpFault::None : HttpFault::Stall,
                          .length = request.target == "/a" ? 1 : 9};
    };
    const FetchContext fetch = context();
    const RestClient api = client();
    const auto slow = api.get<int>(u"b"_s, {.context = fetch});
    QTRY_COMPARE(server->requests().size(), 1);
    const auto quick = api.get<int>(u"a"_s);
    quick.then([&](int) { fetch.abort(); }, [](const std::exception_ptr &) {});
    QTRY_VERIFY(slow.done());
    QCOMPARE(quick.result(), 5);
    QCOMPARE(kindOf(slow), u"aborted"_s);
}

void tst_RestFaults::client_goesWhileARequestRuns()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "5"}; };
    std::optional<RestClient> api = client();
    const auto task = api->get<int>(u"a"_s);
    api.reset();
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result(), 5);
}

void tst_RestFaults::renewal_thatNeverEndsIsTooLate()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.status = 401}; };
    const TaskSource<void> never;
    bool isAsked = false;
    const RestClient api({.baseUrl = server->url(), .renew = [&] {
                              isAsked = true;
                              return never.task();
                          }});
    const auto task = api.get<int>(u"a"_s);
    QTRY_VERIFY(isAsked);
    m_time->advance(30000);
    QCOMPARE(kindOf(task), u"timeout"_s);
    never.resolve();
    QCOMPARE(server->requests().size(), 1);
}

void tst_RestFaults::authorization_thatThrows()
{
    const RestClient api(
        {.baseUrl = server->url(), .authorization = []() -> QByteArray { throw std::runtime_error("locked"); }});
    const auto task = api.get<int>(u"a"_s);
    QVERIFY(task.done());
    QVERIFY_EXCEPTION_THROWN(task.result(), std::runtime_error);
    QVERIFY(allTasks().done());
}

void tst_RestFaults::tls_untrustedIsRefused()
{
#ifndef QT_NO_SSL
    const QTemporaryDir directory;
    const QString key = directory.filePath(u"key.pem"_s);
    const QString certificate = directory.filePath(u"certificate.pem"_s);
    QProcess openssl;
    openssl.start(u"openssl"_s, {u"req"_s, u"-x509"_s, u"-newkey"_s, u"rsa:2048"_s, u"-nodes"_s, u"-subj"_s,
                                 u"/CN=127.0.0.1"_s, u"-days"_s, u"2"_s, u"-keyout"_s, key, u"-out"_s, certificate});
    if (!QSslSocket::supportsSsl() || !openssl.waitForFinished() || openssl.exitCode() != 0) {
        QSKIP("there is no TLS, or no openssl to make a certificate");
    }
    QFile keyFile(key);
    QVERIFY(keyFile.open(QIODevice::ReadOnly));
    QSslConfiguration configuration = QSslConfiguration::defaultConfiguration();
    configuration.setLocalCertificate(QSslCertificate::fromPath(certificate).value(0));
    configuration.setPrivateKey(QSslKey(keyFile.readAll(), QSsl::Rsa));
    QSslServer secure;
    secure.setSslConfiguration(configuration);
    QVERIFY(secure.listen(QHostAddress::LocalHost));
    QByteArray location;
    connect(&secure, &QSslServer::pendingConnectionAvailable, &secure, [&] {
        QTcpSocket *const socket = secure.nextPendingConnection();
        connect(socket, &QTcpSocket::readyRead, socket, [&, socket] {
            socket->readAll();
            socket->write("HTTP/1.1 " + QByteArray(location.isEmpty() ? "200 OK\r\n" : "302 Found\r\nLocation: ")
                          + location + (location.isEmpty() ? "" : "\r\n")
                          + "Content-Length: 1\r\nConnection: close\r\n\r\n5");
            socket->disconnectFromHost();
        });
    });
    const QUrl url(u"https://127.0.0.1:%1"_s.arg(secure.serverPort()));
    const auto refused = RestClient({.baseUrl = url}).get<int>(u"a"_s);
    QTRY_VERIFY(refused.done());
    QCOMPARE(kindOf(refused), u"tls"_s);

    qsizetype faults = 0;
    const RestClient trusting({.baseUrl = url, .trust = [&](const QList<QSslError> &errors) {
                                   faults = errors.size();
                                   return true;
                               }});
    const auto trusted = trusting.get<int>(u"a"_s);
    QTRY_VERIFY(trusted.done());
    QCOMPARE(trusted.result(), 5);
    QVERIFY(faults > 0);

    const RestClient unsure(
        {.baseUrl = url, .trust = [](const QList<QSslError> &) -> bool { throw std::logic_error("which?"); }});
    const auto unknown = unsure.get<int>(u"a"_s);
    QTRY_VERIFY(unknown.done());
    QVERIFY_EXCEPTION_THROWN(unknown.result(), std::logic_error);

    location = server->url(u"/plain"_s).toEncoded();
    const auto lowered = trusting.get<int>(u"a"_s);
    QTRY_VERIFY(lowered.done());
    QCOMPARE(kindOf(lowered), u"redirect"_s);
    QVERIFY(server->requests().isEmpty());
#else
    QSKIP("Qt has no TLS");
#endif
}

void tst_RestFaults::tls_noneIsAnError()
{
    QUrl url = server->url();
    url.setScheme(u"https"_s);
    const auto task = RestClient({.baseUrl = url}).get<int>(u"a"_s);
    // The server does not answer what it takes for no request: the client gives up when that is closed.
    QTRY_VERIFY(server->connections() > 0 || task.done());
    server->dropAll();
    QTRY_VERIFY(task.done());
    QVERIFY(kindOf(task) == u"tls"_s || kindOf(task) == u"network"_s);
}

QTEST_GUILESS_MAIN(tst_RestFaults)
#include "tst_restfaults.moc"
