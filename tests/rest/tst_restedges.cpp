// SPDX-License-Identifier: MIT

// Requests and answers at the edges: without a body, without an end, without what sends them, with dates of other time
// zones and addresses as people write them.

#include "httpserver.h"
#include "support/handlers.h"
#include "support/timedtest.h"
#include "support/timezone.h"

#include <nanostores/core.h>
#include <nanostores/rest.h>

#include <QDateTime>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTest>
#include <QTimeZone>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <optional>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::HttpAnswer;
using support::HttpFault;
using support::HttpRequest;
using support::HttpServer;

class tst_RestEdges : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void head_hasTheLengthOfWhatGetWouldHave_data();
    void head_hasTheLengthOfWhatGetWouldHave();
    void timeout_withoutEnd();
    void forget_alsoWhatIsOnItsWay();
    void retryAfter_isAMomentInEveryTimeZone_data();
    void retryAfter_isAMomentInEveryTimeZone();
    void redirect_toAnAddressAsPeopleWriteIt_data();
    void redirect_toAnAddressAsPeopleWriteIt();
    void redirect_toAnotherServerByBackslashesTakesNoSecrets();
    void redirect_toNoAddress_data();
    void redirect_toNoAddress();
    void network_thatGoesEndsItsRequests();
    void network_thatGoesIsNotAskedAgain();
    void network_thatLosesAReply();

protected Q_SLOTS:
    void init()
    {
        cleanTasks();
        TimedTest::init();
        server = std::make_unique<HttpServer>();
    }

private:
    template<typename R>
    static QString errorOf(const Task<R> &task)
    {
        QString message;
        task.then([](const R &) {}, [&](const std::exception_ptr &error) { message = QueryError(error).message(); });
        return message;
    }
    template<typename R>
    static std::optional<RestErrorKind> kindOf(const Task<R> &task)
    {
        std::optional<RestErrorKind> kind;
        task.then([](const R &) {},
                  [&](const std::exception_ptr &error) {
                      if (const auto ofRest = QueryError(error).as<RestError>()) {
                          kind = ofRest->kind();
                      }
                  });
        return kind;
    }
    RestClient client() const { return RestClient({.baseUrl = server->url()}); }

    std::unique_ptr<HttpServer> server;
};

void tst_RestEdges::head_hasTheLengthOfWhatGetWouldHave_data()
{
    QTest::addColumn<qint64>("length");
    QTest::addColumn<HttpFault>("fault");
    QTest::newRow("short") << qint64(7) << HttpFault::None;
    QTest::newRow("on a connection that stays") << qint64(7) << HttpFault::Stall;
    QTest::newRow("longer than a body may be") << qint64(5'000'000'000) << HttpFault::Stall;
}

void tst_RestEdges::head_hasTheLengthOfWhatGetWouldHave()
{
    QFETCH(qint64, length);
    QFETCH(HttpFault, fault);
    server->handler = [=](const HttpRequest &) { return HttpAnswer{.fault = fault, .length = length}; };
    const auto task = client().send<RestResponse>("HEAD", u"film"_s, std::nullopt);
    QTRY_VERIFY(task.done());
    QCOMPARE(errorOf(task), QString());
    QCOMPARE(server->requests().first().method, "HEAD");
    QCOMPARE(task.result().header("Content-Length").toLongLong(), length);
    QCOMPARE(task.result().body, QByteArray());
}

void tst_RestEdges::timeout_withoutEnd()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "7"}; };
    m_time->advance(1000); // what is added to the clock is no more than it takes
    const auto task = client().get<int>(u"a"_s, {.timeout = std::chrono::milliseconds::max()});
    m_time->advance(1000);
    QTRY_VERIFY(task.done());
    QCOMPARE(errorOf(task), QString());
    QCOMPARE(task.result(), 7);
}

void tst_RestEdges::forget_alsoWhatIsOnItsWay()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "7", .headers = {{"ETag", "\"a\""}}}; };
    const RestClient api = client();
    const auto former = api.get<int>(u"me"_s);
    api.forget(); // another user comes
    QTRY_VERIFY(former.done());
    QCOMPARE(former.result(), 7);
    const auto next = api.get<int>(u"me"_s);
    QTRY_VERIFY(next.done());
    QCOMPARE(server->requests().last().header("If-None-Match"), QByteArray());
    const auto last = api.get<int>(u"me"_s);
    QTRY_VERIFY(last.done());
    QCOMPARE(server->requests().last().header("If-None-Match"), "\"a\"");
}

/// 02:30 is no time on the day when clocks are set forward; for the server it is one.
void tst_RestEdges::retryAfter_isAMomentInEveryTimeZone_data()
{
    QTest::addColumn<QByteArray>("zone");
    QTest::newRow("UTC") << QByteArray("UTC");
    QTest::newRow("New York") << QByteArray("America/New_York");
    QTest::newRow("Tokyo") << QByteArray("Asia/Tokyo");
}

void tst_RestEdges::retryAfter_isAMomentInEveryTimeZone()
{
    QFETCH(QByteArray, zone);
    const support::TimeZone there(zone.constData());
    const QDateTime moment(QDate(2080, 3, 10), QTime(2, 30), QTimeZone::utc());
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.status = 503, .headers = {{"Retry-After", "Sun, 10 Mar 2080 02:30:00 GMT"}}};
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    std::optional<RestError> error;
    task.then([](int) {}, [&](const std::exception_ptr &e) { error = QueryError(e).as<RestError>(); });
    QVERIFY(error && error->retryAfter());
    const qint64 after = error->retryAfter()->count() / 1000;
    const qint64 wanted = QDateTime::currentDateTimeUtc().secsTo(moment);
    QVERIFY2(std::abs(after - wanted) < 1800, qPrintable(QString::number(after - wanted)));
}

void tst_RestEdges::redirect_toAnAddressAsPeopleWriteIt_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("encoded") << QByteArray("/a%20b%2Fc?d=%26") << QByteArray("/a%20b%2Fc?d=%26");
    QTest::newRow("spaces") << QByteArray("/a b?c=d e") << QByteArray("/a%20b?c=d%20e");
    QTest::newRow("UTF-8") << QByteArray("/gr\xc3\xbc\xc3\x9f"
                                         "e?q=\xe2\x82\xac")
                           << QByteArray("/gr%C3%BC%C3%9Fe?q=%E2%82%AC");
    QTest::newRow("Latin-1") << QByteArray("/gr\xfc\xdf"
                                           "e")
                             << QByteArray("/gr%FC%DFe");
    QTest::newRow("percent") << QByteArray("/100%") << QByteArray("/100%25");
    QTest::newRow("brackets") << QByteArray("/a?b[]=1|2") << QByteArray("/a?b[]=1%7C2");
    QTest::newRow("whole") << QByteArray("BASE/a b|\xc3\xbc?c=d e") << QByteArray("/a%20b%7C%C3%BC?c=d%20e");
    QTest::newRow("relative") << QByteArray("b c") << QByteArray("/users/b%20c");
    QTest::newRow("backslashes") << QByteArray("..\\b") << QByteArray("/b");
    QTest::newRow("tab") << QByteArray("/a\tb") << QByteArray("/ab");
    QTest::newRow("line break") << QByteArray("/a%0D%0AX-Evil: 1") << QByteArray("/a%0D%0AX-Evil:%201");
}

void tst_RestEdges::redirect_toAnAddressAsPeopleWriteIt()
{
    QFETCH(QByteArray, location);
    QFETCH(const QByteArray, target);
    location.replace("BASE", server->url().toEncoded());
    server->handler = [location](const HttpRequest &request) {
        return request.target == "/users/7" ? HttpAnswer{.status = 302, .headers = {{"Location", location}}}
                                            : HttpAnswer{.body = "7"};
    };
    const auto task = client().get<int>(u"users/7"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(errorOf(task), QString());
    QCOMPARE(server->requests().size(), 2);
    QCOMPARE(server->requests().last().target, target);
    QVERIFY(server->requests().last().header("X-Evil").isEmpty());
}

/// Browsers take backslashes for slashes, so these begin with the name of a server.
void tst_RestEdges::redirect_toAnotherServerByBackslashesTakesNoSecrets()
{
    HttpServer other([](const HttpRequest &) { return HttpAnswer{.body = "7"}; });
    const QByteArray there = "\\/127.0.0.1:" + QByteArray::number(other.url().port()) + "\\a b";
    server->handler = [there](const HttpRequest &) {
        return HttpAnswer{.status = 302, .headers = {{"Location", there}}};
    };
    const RestClient api({.baseUrl = server->url(), .headers = {{"X-Shop", "7"}}, .authorization = [] {
                              return QByteArray("Bearer secret");
                          }});
    const auto task = api.get<int>(u"a"_s, {.headers = {{"X-Mine", "1"}}});
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result(), 7);
    QCOMPARE(other.targets(), u"GET /a%20b"_s);
    QCOMPARE(server->requests().first().header("Authorization"), "Bearer secret");
    for (const char *const name : {"Authorization", "X-Shop", "X-Mine"}) {
        QCOMPARE(other.requests().first().header(name), QByteArray());
    }
}

void tst_RestEdges::redirect_toNoAddress_data()
{
    QTest::addColumn<QByteArray>("location");
    QTest::newRow("no server") << QByteArray("http://");
    QTest::newRow("no port") << QByteArray("http://127.0.0.1:99999/");
    QTest::newRow("a server of no name") << QByteArray("http://a b/");
    QTest::newRow("a file") << QByteArray("file:///etc/passwd");
    QTest::newRow("a script") << QByteArray("javascript:alert(1)");
}

void tst_RestEdges::redirect_toNoAddress()
{
    QFETCH(const QByteArray, location);
    server->handler = [location](const HttpRequest &) {
        return HttpAnswer{.status = 302, .headers = {{"Location", location}}};
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QVERIFY2(errorOf(task).contains(u"no address of the web"), qPrintable(errorOf(task)));
    QCOMPARE(server->requests().size(), 1);
}

void tst_RestEdges::network_thatGoesEndsItsRequests()
{
    int asked = 0;
    server->handler = [&asked](const HttpRequest &) { // without a head, and amid the body
        return HttpAnswer{.body = "[1", .fault = HttpFault::Stall, .length = 5, .isSilent = asked++ == 0};
    };
    auto network = std::make_unique<QNetworkAccessManager>();
    const RestClient api({.baseUrl = server->url(), .network = network.get()});
    const RestProgress progress;
    const auto first = api.get<int>(u"a"_s);
    QTRY_COMPARE(server->requests().size(), 1);
    const auto second = api.get<int>(u"b"_s, {.progress = progress});
    QTRY_COMPARE(progress.download().get().done, 2);
    network.reset();
    QTRY_VERIFY(first.done() && second.done());
    for (const auto &task : {first, second}) {
        QCOMPARE(kindOf(task), RestErrorKind::Network);
        QVERIFY2(errorOf(task).contains(u"QNetworkAccessManager has gone"), qPrintable(errorOf(task)));
    }
    const auto next = api.get<int>(u"c"_s);
    QVERIFY(next.done());
    QVERIFY(errorOf(next).contains(u"QNetworkAccessManager has gone"));
    QVERIFY(allTasks().done());
}

/// Not while it is being destroyed, either.
void tst_RestEdges::network_thatGoesIsNotAskedAgain()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true}; };
    auto network = std::make_unique<QNetworkAccessManager>();
    const RestClient api({.baseUrl = server->url(), .network = network.get()});
    QString error;
    api.get<int>(u"a"_s).then([](int) {},
                              [&](const std::exception_ptr &) {
                                  const auto again = api.get<int>(u"b"_s);
                                  error = again.done() ? errorOf(again) : u"sent"_s;
                              });
    QTRY_COMPARE(server->requests().size(), 1);
    network.reset();
    QTRY_VERIFY(error.contains(u"QNetworkAccessManager has gone"));
}

void tst_RestEdges::network_thatLosesAReply()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true}; };
    QNetworkAccessManager network;
    const RestClient api({.baseUrl = server->url(), .network = &network});
    const auto task = api.get<int>(u"a"_s);
    QTRY_COMPARE(server->requests().size(), 1);
    delete network.findChild<QNetworkReply *>();
    QTRY_VERIFY(task.done());
    QVERIFY2(errorOf(task).contains(u"has deleted the reply"), qPrintable(errorOf(task)));
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "7"}; };
    const auto next = api.get<int>(u"b"_s);
    QTRY_VERIFY(next.done());
    QCOMPARE(next.result(), 7);
}

QTEST_GUILESS_MAIN(tst_RestEdges)
#include "tst_restedges.moc"
