// SPDX-License-Identifier: MIT

// Servers that mean harm: what they send is bounded, and each request ends.

#include "httpserver.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/rest.h>

#include <QTest>

#include <limits>
#include <memory>
#include <optional>
#include <random>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;
using support::HttpAnswer;
using support::HttpFault;
using support::HttpRequest;
using support::HttpServer;

class tst_RestHostile : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void headers_thatDripAreTooLate();
    void headers_countForWhatIsKept();
    void headers_many();
    void body_compressedIsLimitedAsItIsRead_data();
    void body_compressedIsLimitedAsItIsRead();
    void maxBody_ofAnyNumber_data();
    void maxBody_ofAnyNumber();
    void redirect_toItselfWithAnotherQueryEnds();
    void redirect_withALongBodyIsLimited();
    void answer_ofAnyBytesEnds();

    void init()
    {
        cleanTasks();
        TimedTest::init();
        server = std::make_unique<HttpServer>();
    }

private:
    RestClient client() const { return RestClient({.baseUrl = server->url()}); }
    /// The kind of a task's error; none if it has a result.
    template<typename R>
    static std::optional<RestErrorKind> kindOf(const Task<R> &task)
    {
        std::optional<RestErrorKind> kind;
        task.then([](const auto &...) {},
                  [&](const std::exception_ptr &error) {
                      if (const auto ofRest = QueryError(error).as<RestError>()) {
                          kind = ofRest->kind();
                      }
                  });
        return kind;
    }

    std::unique_ptr<HttpServer> server;
};

void tst_RestHostile::headers_thatDripAreTooLate()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true}; };
    const auto task = client().get<int>(u"a"_s);
    QTRY_COMPARE(server->requests().size(), 1);
    server->drip("HTTP/1.1 200 OK\r\n");
    for (int second = 0; second < 30; ++second) {
        QVERIFY(!task.done());
        server->drip("X-More: and more\r\n");
        QTest::qWait(0);
        m_time->advance(1000);
    }
    QCOMPARE(kindOf(task), RestErrorKind::Timeout);
    QTRY_COMPARE(server->ended(), 1);
}

void tst_RestHostile::headers_countForWhatIsKept()
{
    server->handler = [](const HttpRequest &) {
        HttpAnswer answer{.body = "1", .headers = {{"ETag", "\"a\""}}};
        for (int i = 0; i < 20; ++i) {
            answer.headers.append({"X-" + QByteArray::number(i), QByteArray(4000, 'x')});
        }
        return answer;
    };
    const auto asksWithTheTag = [this](qint64 maxKept) {
        const RestClient api({.baseUrl = server->url(), .maxKept = maxKept});
        for (int i = 0; i < 2; ++i) {
            const auto task = api.get<int>(u"a"_s);
            if (!QTest::qWaitFor([&] { return task.done(); })) {
                return false;
            }
        }
        return !server->requests().last().header("If-None-Match").isEmpty();
    };
    QVERIFY(!asksWithTheTag(64 * 1024));
    QVERIFY(asksWithTheTag(128 * 1024));
}

/// From some version on Qt refuses so many.
void tst_RestHostile::headers_many()
{
    server->handler = [](const HttpRequest &) {
        HttpAnswer answer{.body = "1"};
        for (int i = 0; i < 20000; ++i) {
            answer.headers.append({"X-Header-" + QByteArray::number(i), "value"});
        }
        return answer;
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    const auto kind = kindOf(task);
    QVERIFY(!kind || kind == RestErrorKind::Network);
}

void tst_RestHostile::body_compressedIsLimitedAsItIsRead_data()
{
    QTest::addColumn<qint64>("maxBody");
    QTest::addColumn<int>("mebibytes");
    QTest::newRow("more than is allowed") << qint64{1024 * 1024} << 8;
    QTest::newRow("more than Qt's own limit") << qint64{512 * 1024 * 1024} << 64; // it is a thousandth of that
}

void tst_RestHostile::body_compressedIsLimitedAsItIsRead()
{
    QFETCH(const qint64, maxBody);
    QFETCH(const int, mebibytes);
    const QByteArray body = qCompress(QByteArray(mebibytes * 1024 * 1024, ' ')).mid(4); // without Qt's length
    server->handler = [body](const HttpRequest &) {
        return HttpAnswer{.body = body, .headers = {{"Content-Encoding", "deflate"}}};
    };
    const auto task = client().get<QByteArray>(u"a"_s, {.maxBody = maxBody});
    QTRY_VERIFY(task.done());
    const auto kind = kindOf(task);
    QVERIFY(kind == RestErrorKind::TooLarge || kind == RestErrorKind::Network);
    const auto small = qCompress("[1,2,3]").mid(4);
    server->handler = [small](const HttpRequest &) {
        return HttpAnswer{.body = small, .headers = {{"Content-Encoding", "deflate"}}};
    };
    const auto next = client().get<QList<int>>(u"a"_s);
    QTRY_VERIFY(next.done());
    QCOMPARE(next.result(), (QList<int>{1, 2, 3}));
}

void tst_RestHostile::maxBody_ofAnyNumber_data()
{
    QTest::addColumn<qint64>("maxBody");
    QTest::addColumn<bool>("isEnough");
    QTest::newRow("all") << std::numeric_limits<qint64>::max() << true;
    QTest::newRow("none") << qint64{0} << false;
    QTest::newRow("less than none") << qint64{-1} << false;
    QTest::newRow("least") << std::numeric_limits<qint64>::min() << false;
}

void tst_RestHostile::maxBody_ofAnyNumber()
{
    QFETCH(const qint64, maxBody);
    QFETCH(const bool, isEnough);
    server->handler = [](const HttpRequest &) { return HttpAnswer{.body = "7"}; };
    const auto task = client().get<int>(u"a"_s, {.maxBody = maxBody});
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), isEnough ? std::nullopt : std::optional(RestErrorKind::TooLarge));
}

void tst_RestHostile::redirect_toItselfWithAnotherQueryEnds()
{
    server->handler = [this](const HttpRequest &) {
        const QByteArray next = "/a?n=" + QByteArray::number(server->requests().size());
        return HttpAnswer{.status = 302, .headers = {{"Location", next}}};
    };
    const auto task = client().get<int>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), RestErrorKind::Redirect);
    QCOMPARE(server->requests().size(), 6);
}

void tst_RestHostile::redirect_withALongBodyIsLimited()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{.status = 302, .body = QByteArray(100000, 'x'), .headers = {{"Location", "/b"}}};
    };
    const auto task = client().get<int>(u"a"_s, {.maxBody = 1000});
    QTRY_VERIFY(task.done());
    QCOMPARE(kindOf(task), RestErrorKind::TooLarge);
    QCOMPARE(server->requests().size(), 1);
}

/// An answer with bytes changed, left out and put in, whose connection then ends.
void tst_RestHostile::answer_ofAnyBytesEnds()
{
    const QByteArray good = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nETag: \"7\"\r\nLocation: /b\r\n"
                            "Retry-After: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n[1,2\r\n3\r\n,3]\r\n0\r\n\r\n";
    const QList<QByteArray> parts{"\r\n",
                                  "\r\n\r\n",
                                  "HTTP/1.1 ",
                                  "302",
                                  "304",
                                  "401",
                                  "100",
                                  "-1",
                                  "99999999999999999999",
                                  "Content-Length: ",
                                  "Content-Encoding: gzip\r\n",
                                  "ffffffffffffffff\r\n",
                                  ":",
                                  "[[[[",
                                  QByteArray(1, '\0'),
                                  "\xff\xfe",
                                  QByteArray(5000, 'x')};
    std::mt19937 random(1);
    const auto below = [&random](qsizetype limit) {
        return static_cast<qsizetype>(random() % static_cast<std::uint32_t>(limit));
    };
    const int cases = qMax(qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES"), 150);
    const RestClient api = client();
    for (int number = 0; number < cases; ++number) {
        QByteArray bytes = good;
        for (qsizetype edits = below(6); edits >= 0; --edits) {
            const qsizetype at = below(bytes.size() + 1);
            switch (below(4)) {
            case 0:
                bytes.insert(at, parts[below(parts.size())]);
                break;
            case 1:
                bytes.remove(at, below(30));
                break;
            case 2:
                bytes.truncate(at);
                bytes.append(parts[below(parts.size())]);
                break;
            default:
                if (at < bytes.size()) {
                    bytes[at] = static_cast<char>(below(256));
                }
                break;
            }
        }
        int asked = 0;
        server->handler = [&asked](const HttpRequest &) {
            ++asked;
            return HttpAnswer{.fault = HttpFault::Stall, .isSilent = true};
        };
        const auto task = api.get<QList<int>>(u"a"_s);
        for (int answered = 0; !task.done(); ++answered) { // it may be redirected, or ask once more
            QVERIFY2(answered < 60, bytes.toHex().constData());
            QVERIFY2(QTest::qWaitFor([&] { return asked > answered || task.done(); }), bytes.toHex().constData());
            if (!task.done()) {
                server->drip(bytes);
                QTest::qWait(0);
                server->dropAll();
            }
        }
    }
    QVERIFY(allTasks().done());
}

QTEST_GUILESS_MAIN(tst_RestHostile)
#include "tst_resthostile.moc"
