// SPDX-License-Identifier: MIT

#include "httpserver.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>
#include <nanostores/rest.h>

#include <QTest>
#include <QThread>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

#define USER(FIELD) FIELD(int, id) FIELD(QString, name)

struct User
{
    Q_GADGET
    NANOSTORES_STRUCT(User, USER)
};

namespace {

/// Remembers the thread that has read it.
struct Marked
{
    QThread *thread = nullptr;
    qsizetype size = 0;
};

} // namespace

template<>
struct nanostores::Convert<QJsonValue, Marked>
{
    static QJsonValue convert(const Marked &) { return {}; }
};
template<>
struct nanostores::Convert<std::optional<Marked>, QJsonValue>
{
    static std::optional<Marked> convert(const QJsonValue &json)
    {
        return Marked{QThread::currentThread(), json.toString().size()};
    }
};

class tst_Rest : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void get_decodes();
    void get_query_isEncoded();
    void get_optional_isEmptyWithTheBody();
    void get_response_isAllOfIt();
    void path_partsMayHoldAnyText();
    void path_partOfDotsIsRefused();
    void path_isAppendedToTheBase_data();
    void path_isAppendedToTheBase();
    void post_sendsJson();
    void post_sendsBytes();
    void put_patch_del();
    void headers_ofTheClientAndTheRequest();
    void decode_longAnswersInAnotherThread();
    void progress_followsBothBodies();
    void etag_confirmedByThe304();
    void etag_isOfWhoAsks();
    void etag_notKeptWhereForbidden();
    void etag_forgotten();
    void notModified_withoutWhatItIsOfIsAStatus();
    void authorization_isSent();
    void authorization_renewedOnceForAll();
    void authorization_ofAnotherRequestIsUsed();
    void authorization_renewalFails();
    void authorization_refusedAgainIsAStatus();
    void authorization_requestOfTheRenewalItself();
    void query_abortsItsRequest();
    void query_retriesByTheRetryAfter();
    void retry_dependsOnTheError_data();
    void retry_dependsOnTheError();
    void verdict_dependsOnTheError_data();
    void verdict_dependsOnTheError();
    void allTasks_waitsForRequests();
    void network_ofTheProgram();

protected Q_SLOTS:
    void init()
    {
        cleanTasks();
        TimedTest::init();
        server = std::make_unique<HttpServer>([](const HttpRequest &) { return HttpAnswer{200, user()}; });
    }

private:
    static QByteArray user() { return R"({"id":7,"name":"Ann"})"; }
    RestOptions options() const { return {.baseUrl = server->url(u"/api"_s)}; }
    RestClient client() const { return RestClient(options()); }
    template<typename R>
    static std::optional<RestError> errorOf(const Task<R> &task)
    {
        std::optional<RestError> error;
        task.then([](const auto &...) {}, [&](const std::exception_ptr &e) { error = QueryError(e).as<RestError>(); });
        return error;
    }

    std::unique_ptr<HttpServer> server;
};

void tst_Rest::get_decodes()
{
    const auto task = client().get<User>(restPath("users", 7));
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result(), (User{7, u"Ann"_s}));
    QCOMPARE(server->targets(), u"GET /api/users/7"_s);
    QVERIFY(server->requests().first().header("Accept").startsWith("application/json"));
}

void tst_Rest::get_query_isEncoded()
{
    const auto task = client().get<User>(u"users"_s, {.query = {{u"q"_s, u"a&b=c+d é%"_s}, {u"page"_s, u"2"_s}}});
    QTRY_VERIFY(task.done());
    QCOMPARE(server->targets(), u"GET /api/users?q=a%26b%3Dc%2Bd%20%C3%A9%25&page=2"_s);
}

void tst_Rest::get_optional_isEmptyWithTheBody()
{
    server->handler = [](const HttpRequest &request) {
        return HttpAnswer{request.target.endsWith("1") ? 204 : 200,
                          request.target.endsWith("1") ? QByteArray() : user()};
    };
    const auto none = client().get<std::optional<User>>(u"1"_s);
    const auto some = client().get<std::optional<User>>(u"2"_s);
    QTRY_VERIFY(none.done() && some.done());
    QVERIFY(!none.result());
    QCOMPARE(some.result()->id, 7);
}

void tst_Rest::get_response_isAllOfIt()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{201, "made", {{"X-Number", "9"}}}; };
    const auto task = client().get<RestResponse>(u"x"_s);
    const auto bytes = client().get<QByteArray>(u"x"_s);
    QTRY_VERIFY(task.done() && bytes.done());
    QCOMPARE(task.result().status, 201);
    QCOMPARE(task.result().header("x-number"), "9");
    QCOMPARE(task.result().body, "made");
    QCOMPARE(bytes.result(), "made");
}

void tst_Rest::path_partsMayHoldAnyText()
{
    QCOMPARE(restPath("a/b", u"é ?#"_s, std::string("x"), 7u), u"a%2Fb/%C3%A9%20%3F%23/x/7"_s);
    const auto task = client().get<void>(restPath("files", u"a/b?#"_s));
    QTRY_VERIFY(task.done());
    QCOMPARE(server->targets(), u"GET /api/files/a%2Fb%3F%23"_s);
}

void tst_Rest::path_partOfDotsIsRefused()
{
    QVERIFY_EXCEPTION_THROWN((void)restPath("users", ".."), std::invalid_argument);
    QVERIFY_EXCEPTION_THROWN((void)restPath("users", ""), std::invalid_argument);
}

void tst_Rest::path_isAppendedToTheBase_data()
{
    QTest::addColumn<QString>("base");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("target");
    QTest::newRow("none") << u""_s << u"a"_s << u"/a"_s;
    QTest::newRow("slash") << u"/"_s << u"a"_s << u"/a"_s;
    QTest::newRow("both slashes") << u"/v1/"_s << u"/a"_s << u"/v1/a"_s;
    QTest::newRow("no path") << u"/v1"_s << u""_s << u"/v1"_s;
    QTest::newRow("query") << u"/v1"_s << u"a?x=1%202"_s << u"/v1/a?x=1%202"_s;
    QTest::newRow("encoded base") << u"/a%2Fb"_s << u"c%2Fd"_s << u"/a%2Fb/c%2Fd"_s;
}

void tst_Rest::path_isAppendedToTheBase()
{
    QFETCH(QString, base);
    QFETCH(QString, path);
    QFETCH(QString, target);
    const RestClient api({.baseUrl = server->url(base)});
    const auto task = api.get<void>(path);
    QTRY_VERIFY(task.done());
    QCOMPARE(server->targets(), QString(u"GET "_s + target));
}

void tst_Rest::post_sendsJson()
{
    const auto task = client().post<User>(u"users"_s, User{1, u"Bob"_s});
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result().name, u"Ann"_s);
    const HttpRequest &request = server->requests().first();
    QCOMPARE(request.method, "POST");
    QCOMPARE(request.header("Content-Type"), "application/json");
    QCOMPARE(request.body, R"({"id":1,"name":"Bob"})");
}

void tst_Rest::post_sendsBytes()
{
    const auto bytes = client().post<void>(u"photos"_s, QByteArray("\x00\xff", 2));
    const auto text = client().post<void>(u"notes"_s, RestBody{"hi", "text/plain"});
    QTRY_VERIFY(bytes.done() && text.done());
    for (const HttpRequest &request : server->requests()) {
        const bool isText = request.target == "/api/notes";
        QCOMPARE(request.header("Content-Type"), isText ? "text/plain" : "application/octet-stream");
        QCOMPARE(request.body, isText ? QByteArray("hi") : QByteArray("\x00\xff", 2));
    }
}

void tst_Rest::put_patch_del()
{
    const RestClient api = client();
    const auto put = api.put<User>(u"a"_s, 1);
    QTRY_VERIFY(put.done());
    const auto patch = api.patch<User>(u"b"_s, QList<int>{1, 2});
    QTRY_VERIFY(patch.done());
    const auto del = api.del<void>(u"c"_s);
    QTRY_VERIFY(del.done());
    QCOMPARE(server->targets(), u"PUT /api/a,PATCH /api/b,DELETE /api/c"_s);
    QCOMPARE(server->requests().at(1).body, "[1,2]");
}

void tst_Rest::headers_ofTheClientAndTheRequest()
{
    RestOptions with = options();
    with.headers = {{"X-App", "shop"}, {"Accept", "text/plain"}};
    const auto task = RestClient(with).get<void>(u"a"_s, {.headers = {{"X-App", "cart"}, {"X-Of", "me"}}});
    QTRY_VERIFY(task.done());
    const HttpRequest &request = server->requests().first();
    QCOMPARE(request.header("X-App"), "cart");
    QCOMPARE(request.header("X-Of"), "me");
    QCOMPARE(request.header("Accept"), "text/plain");
}

void tst_Rest::decode_longAnswersInAnotherThread()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{200, '"' + QByteArray(100000, 'x') + '"'}; };
    const auto task = client().get<Marked>(u"a"_s);
    QTRY_VERIFY(task.done());
    QVERIFY(task.result().thread != QThread::currentThread());
    QCOMPARE(task.result().size, 100000);
}

void tst_Rest::progress_followsBothBodies()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{200, "0123", {}, HttpFault::Stall, 10}; };
    const RestProgress progress;
    const auto task = client().post<QByteArray>(u"a"_s, QByteArray(1000, 'x'), {.progress = progress});
    QTRY_COMPARE(progress.download().get(), (RestBytes{4, 10}));
    QCOMPARE(progress.upload().get(), (RestBytes{1000, 1000}));
    server->drip("456789");
    QTRY_VERIFY(task.done());
    QCOMPARE(progress.download().get(), (RestBytes{10, 10}));
    QCOMPARE(progress.upload().get(), (RestBytes{1000, 1000}));
    QCOMPARE(task.result(), "0123456789");
}

void tst_Rest::etag_confirmedByThe304()
{
    server->handler = [](const HttpRequest &request) {
        return request.header("If-None-Match") == "\"1\"" ? HttpAnswer{304, {}, {{"ETag", "\"1\""}}}
                                                          : HttpAnswer{200, user(), {{"ETag", "\"1\""}}};
    };
    const RestClient api = client();
    const auto one = api.get<User>(u"a"_s);
    QTRY_VERIFY(one.done());
    const auto two = api.get<User>(u"a"_s);
    QTRY_VERIFY(two.done());
    QCOMPARE(two.result().name, u"Ann"_s);
    QCOMPARE(server->requests().at(0).header("If-None-Match"), "");
    QCOMPARE(server->requests().at(1).header("If-None-Match"), "\"1\"");
}

void tst_Rest::etag_isOfWhoAsks()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{200, user(), {{"ETag", "\"1\""}}}; };
    QByteArray who = "Bearer ann";
    RestOptions with = options();
    with.authorization = [&] { return who; };
    const RestClient api(with);
    const auto one = api.get<User>(u"a"_s);
    QTRY_VERIFY(one.done());
    who = "Bearer bob";
    const auto two = api.get<User>(u"a"_s);
    QTRY_VERIFY(two.done());
    QCOMPARE(server->requests().at(1).header("If-None-Match"), "");
}

void tst_Rest::etag_notKeptWhereForbidden()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{200, user(), {{"ETag", "\"1\""}, {"Cache-Control", "private, No-Store"}}};
    };
    const RestClient api = client();
    for (int i = 0; i < 2; ++i) {
        const auto task = api.get<User>(u"a"_s);
        QTRY_VERIFY(task.done());
    }
    QCOMPARE(server->requests().at(1).header("If-None-Match"), "");
}

void tst_Rest::etag_forgotten()
{
    server->handler = [](const HttpRequest &) {
        return HttpAnswer{200, user(), {{"Last-Modified", "Sun, 29 Nov 2026 10:00:00 GMT"}}};
    };
    const RestClient api = client();
    for (int i = 0; i < 3; ++i) {
        const auto task = api.get<User>(u"a"_s);
        QTRY_VERIFY(task.done());
        if (i == 1) {
            api.forget();
        }
    }
    QCOMPARE(server->requests().at(1).header("If-Modified-Since"), "Sun, 29 Nov 2026 10:00:00 GMT");
    QCOMPARE(server->requests().at(2).header("If-Modified-Since"), "");
}

void tst_Rest::notModified_withoutWhatItIsOfIsAStatus()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{304}; };
    const auto task = client().get<User>(u"a"_s, {.headers = {{"If-None-Match", "\"mine\""}}});
    QTRY_VERIFY(task.done());
    const auto error = errorOf(task);
    QVERIFY(error && error->kind() == RestErrorKind::Status);
    QCOMPARE(error->status(), 304);
}

void tst_Rest::authorization_isSent()
{
    RestOptions with = options();
    with.authorization = [] { return QByteArray("Bearer x"); };
    const RestClient api(with);
    const auto one = api.get<void>(u"a"_s);
    const auto two = api.get<void>(u"b"_s, {.isAuthorized = false});
    QTRY_VERIFY(one.done() && two.done());
    for (const HttpRequest &request : server->requests()) {
        QCOMPARE(request.header("Authorization"), request.target == "/api/a" ? "Bearer x" : "");
    }
}

void tst_Rest::authorization_renewedOnceForAll()
{
    server->handler = [](const HttpRequest &request) {
        return request.header("Authorization") == "Bearer new" ? HttpAnswer{200, user()} : HttpAnswer{401};
    };
    QByteArray token = "Bearer old";
    int renewals = 0;
    const TaskSource<void> renewal;
    RestOptions with = options();
    with.authorization = [&] { return token; };
    with.renew = [&] {
        ++renewals;
        return renewal.task();
    };
    const RestClient api(with);
    QList<Task<User>> tasks;
    for (int i = 0; i < 5; ++i) {
        tasks.append(api.get<User>(QString::number(i)));
    }
    QTRY_COMPARE(server->ended(), 5);
    QTRY_COMPARE(renewals, 1);
    token = "Bearer new";
    renewal.resolve();
    for (const auto &task : tasks) {
        QTRY_VERIFY(task.done());
        QCOMPARE(task.result().id, 7);
    }
    QCOMPARE(renewals, 1);
    QCOMPARE(server->requests().size(), 10);
}

void tst_Rest::authorization_ofAnotherRequestIsUsed()
{
    QByteArray token = "Bearer old";
    server->handler = [&](const HttpRequest &request) {
        token = "Bearer new"; // meanwhile
        return request.header("Authorization") == "Bearer new" ? HttpAnswer{200, user()} : HttpAnswer{401};
    };
    int renewals = 0;
    RestOptions with = options();
    with.authorization = [&] { return token; };
    with.renew = [&] {
        ++renewals;
        return TaskSource<void>().task();
    };
    const auto task = RestClient(with).get<User>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result().id, 7);
    QCOMPARE(renewals, 0);
}

void tst_Rest::authorization_renewalFails()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{401, "who?"}; };
    RestOptions with = options();
    with.renew = []() -> Task<void> { throw std::runtime_error("logged out"); };
    const RestClient api(with);
    const auto task = api.get<User>(u"a"_s);
    QTRY_VERIFY(task.done());
    const auto error = errorOf(task);
    QVERIFY(error && error->kind() == RestErrorKind::Status);
    QCOMPARE(error->status(), 401);
    QCOMPARE(error->body(), "who?");
    QVERIFY(QString::fromUtf8(error->what()).contains(u"logged out"_s));
}

void tst_Rest::authorization_refusedAgainIsAStatus()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{401}; };
    int renewals = 0;
    RestOptions with = options();
    with.renew = [&] {
        ++renewals;
        const TaskSource<void> done;
        done.resolve();
        return done.task();
    };
    const auto task = RestClient(with).get<User>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(errorOf(task)->status(), 401);
    QCOMPARE(renewals, 1);
    QCOMPARE(server->requests().size(), 2);
}

void tst_Rest::authorization_requestOfTheRenewalItself()
{
    QByteArray token;
    server->handler = [](const HttpRequest &request) {
        if (request.target == "/api/token") {
            return HttpAnswer{200, R"("fresh")"};
        }
        return request.header("Authorization") == "fresh" ? HttpAnswer{200, user()} : HttpAnswer{401};
    };
    std::optional<RestClient> api;
    RestOptions with = options();
    with.authorization = [&] { return token; };
    with.renew = [&]() -> Task<void> {
        token = (co_await api->post<QString>(u"token"_s, 1, {.isAuthorized = false})).toUtf8();
    };
    api.emplace(with);
    const auto task = api->get<User>(u"a"_s);
    QTRY_VERIFY(task.done());
    QCOMPARE(task.result().id, 7);
    QCOMPARE(server->targets(), u"GET /api/a,POST /api/token,GET /api/a"_s);
}

void tst_Rest::query_abortsItsRequest()
{
    server->handler = [](const HttpRequest &) { return HttpAnswer{200, "{", {}, HttpFault::Stall, 100}; };
    const RestClient api = client();
    const QueryClient cache;
    const auto key = queryKey<User, int>("user");
    const auto query = cache.query(key, 7, [api](const FetchContext &context, int id) {
        return api.get<User>(restPath("users", id), {.context = context});
    });
    Subscription observer = query.listen([] {});
    QTRY_COMPARE(server->requests().size(), 1);
    observer.reset();
    m_time->advance(0);
    QTRY_COMPARE(server->ended(), 1); // the connection is closed
    QVERIFY(allTasks().done());
}

void tst_Rest::query_retriesByTheRetryAfter()
{
    server->handler = [this](const HttpRequest &) {
        return server->requests().size() == 1 ? HttpAnswer{429, "slow down", {{"Retry-After", "7"}}}
                                              : HttpAnswer{200, user()};
    };
    const RestClient api = client();
    const QueryClient cache({.retry = restRetry({.first = 1s, .jitter = 0})});
    const auto key = queryKey<User, int>("user");
    const auto query = cache.query(key, 7, [api](int id) { return api.get<User>(restPath("users", id)); });
    const Subscription observer = query.listen([] {});
    QTRY_VERIFY(query.get().error);
    QCOMPARE(query.get().error.as<RestError>()->retryAfter(), std::optional(7000ms));
    m_time->advance(6999);
    QVERIFY(!query.get().loading);
    m_time->advance(1);
    QVERIFY(query.get().loading);
    QTRY_VERIFY(query.get().data);
}

void tst_Rest::retry_dependsOnTheError_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<int>("retryAfter");
    QTest::addColumn<int>("delay");
    const auto row = [](const char *name, RestErrorKind kind, int status, int retryAfter, int delay) {
        QTest::newRow(name) << static_cast<int>(kind) << status << retryAfter << delay;
    };
    row("network", RestErrorKind::Network, 0, -1, 1000);
    row("timeout", RestErrorKind::Timeout, 0, -1, 1000);
    row("500", RestErrorKind::Status, 500, -1, 1000);
    row("503 later", RestErrorKind::Status, 503, 5000, 5000);
    row("503 sooner", RestErrorKind::Status, 503, 10, 1000);
    row("429 much later", RestErrorKind::Status, 429, 60000, -1);
    row("404", RestErrorKind::Status, 404, -1, -1);
    row("tls", RestErrorKind::Tls, 0, -1, -1);
    row("decode", RestErrorKind::Decode, 200, -1, -1);
    row("too large", RestErrorKind::TooLarge, 200, -1, -1);
    row("redirect", RestErrorKind::Redirect, 302, -1, -1);
}

void tst_Rest::retry_dependsOnTheError()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(int, retryAfter);
    QFETCH(int, delay);
    const RestError error(static_cast<RestErrorKind>(kind), QUrl(), {}, status, {},
                          retryAfter < 0 ? std::nullopt : std::optional(std::chrono::milliseconds(retryAfter)));
    const auto policy = restRetry({.first = 1s, .longest = 20s, .jitter = 0});
    const auto next = policy({QueryError(std::make_exception_ptr(error)), {}, 1});
    QCOMPARE(next ? static_cast<int>(next->count()) : -1, delay);
}

void tst_Rest::verdict_dependsOnTheError_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("status");
    QTest::addColumn<QueueVerdict::Kind>("verdict");
    const auto row = [](const char *name, RestErrorKind kind, int status, QueueVerdict::Kind verdict) {
        QTest::newRow(name) << static_cast<int>(kind) << status << verdict;
    };
    row("network", RestErrorKind::Network, 0, QueueVerdict::Kind::Retry);
    row("408", RestErrorKind::Status, 408, QueueVerdict::Kind::Retry);
    row("429", RestErrorKind::Status, 429, QueueVerdict::Kind::Retry);
    row("503", RestErrorKind::Status, 503, QueueVerdict::Kind::Retry);
    row("400", RestErrorKind::Status, 400, QueueVerdict::Kind::Drop);
    row("404", RestErrorKind::Status, 404, QueueVerdict::Kind::Drop);
    row("422", RestErrorKind::Status, 422, QueueVerdict::Kind::Drop);
    for (const int status : {401, 403, 409, 412, 423, 428, 501}) {
        row(QByteArray::number(status), RestErrorKind::Status, status, QueueVerdict::Kind::Hold);
    }
    row("tls", RestErrorKind::Tls, 0, QueueVerdict::Kind::Hold);
    row("decode", RestErrorKind::Decode, 200, QueueVerdict::Kind::Hold);
}

void tst_Rest::verdict_dependsOnTheError()
{
    QFETCH(int, kind);
    QFETCH(int, status);
    QFETCH(QueueVerdict::Kind, verdict);
    const auto policy = restVerdict({.first = 1s, .jitter = 0, .attempts = 2});
    const QueryError error(std::make_exception_ptr(RestError(static_cast<RestErrorKind>(kind), QUrl(), {}, status)));
    QCOMPARE(policy({error, {}, 1}).kind(), verdict);
    // What has failed too often is not lost.
    QCOMPARE(policy({error, {}, 2}).kind(), verdict == QueueVerdict::Kind::Retry ? QueueVerdict::Kind::Hold : verdict);
}

void tst_Rest::allTasks_waitsForRequests()
{
    const auto task = client().get<User>(u"a"_s);
    QVERIFY(!allTasks().done());
    QTRY_VERIFY(task.done());
    QVERIFY(allTasks().done());
}

void tst_Rest::network_ofTheProgram()
{
    auto network = std::make_unique<QNetworkAccessManager>();
    RestOptions with = options();
    with.network = network.get();
    const RestClient api(with);
    const auto one = api.get<User>(u"a"_s);
    QTRY_VERIFY(one.done());
    QCOMPARE(one.result().id, 7);
    network.reset();
    const auto two = api.get<User>(u"a"_s);
    QVERIFY(two.done());
    QCOMPARE(errorOf(two)->kind(), RestErrorKind::Network);
}

QTEST_GUILESS_MAIN(tst_Rest)
#include "tst_rest.moc"
