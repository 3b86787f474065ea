// SPDX-License-Identifier: MIT

// What is redacted is nowhere in what a logger writes.

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

const std::string secret = "hunter2";

struct Session
{
    std::string user;
    std::string token;
    std::vector<std::string> keys;
    std::optional<int> pin;
    friend bool operator==(const Session &, const Session &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("user", &Session::user);
        f("token", &Session::token);
        f("keys", &Session::keys);
        f("pin", &Session::pin);
    }
};

struct Account
{
    Session session;
    std::vector<Session> old;
    friend bool operator==(const Account &, const Account &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("session", &Account::session);
        f("old", &Account::old);
    }
};

/// All that a logger writes, to each kind of sink.
class Everything
{
public:
    Everything()
        : m_trace(m_folder.filePath(QStringLiteral("trace.json")).toStdString())
    {
    }
    LoggerOptions options(std::vector<Redaction> redact)
    {
        LoggerOptions made;
        made.redact = std::move(redact);
        made.messages.equal = true;
        made.origins = false;
        made.sinks = {lineSink([this](const std::string &line) { lines += line + '\n'; }),
                      jsonLines([this](std::string_view line) { json += std::string(line) + '\n'; }),
                      traceFile(m_trace), eventSink([this](const LogEvent &event) {
                          data += event.name + event.actionName + event.error;
                          for (const LogValuePtr &value : {event.oldValue, event.newValue}) {
                              data += value ? value->toJson() : "";
                          }
                      })};
        return made;
    }
    std::string text() const
    {
        QFile file(QString::fromStdString(m_trace));
        if (!file.open(QIODevice::ReadOnly)) {
            return file.errorString().toStdString();
        }
        return lines + json + data + file.readAll().toStdString();
    }
    bool holds(const std::string &what) const { return text().find(what) != std::string::npos; }

    std::string lines;
    std::string json;
    std::string data;

private:
    QTemporaryDir m_folder;
    std::string m_trace;
};

} // namespace

class tst_Redaction : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void patterns_data();
    void patterns();
    void member_ofARecord();
    void member_insideOfOthers();
    void member_byItsPointer();
    void member_isStillSeenToChange();
    void store_byName();
    void store_byHandle();
    void store_endsAndItsRuleWithIt();
    void store_removedAndItsRuleStays();
    void store_namedLater();
    void store_namedInTheTurn();
    void key_ofAMap();
    void keys_themselves();
    void path_ofAStore();
    void arguments_ofActions();
    void errors_ofActionsAndComputedStores();
    void elsewhere_isFoundAsWell();
    void elsewhere_isFoundWhereTextsAreCut();
    void elsewhere_oneTextInAnother();
    void digests_sayNothing();
    void pattern_thatIsEmpty();
    void random_programsLeakNothing();
};

void tst_Redaction::patterns_data()
{
    QTest::addColumn<QByteArray>("pattern");
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<bool>("matches");

    QTest::newRow("same") << QByteArray("token") << QByteArray("token") << true;
    QTest::newRow("capitals") << QByteArray("Token") << QByteArray("tOKEN") << true;
    QTest::newRow("longer") << QByteArray("token") << QByteArray("tokens") << false;
    QTest::newRow("all") << QByteArray("*") << QByteArray("") << true;
    QTest::newRow("beginning") << QByteArray("auth/*") << QByteArray("auth/a/b") << true;
    QTest::newRow("other beginning") << QByteArray("auth/*") << QByteArray("author") << false;
    QTest::newRow("middle") << QByteArray("*secret*") << QByteArray("mySecretKey") << true;
    QTest::newRow("one") << QByteArray("p?n") << QByteArray("pin") << true;
    QTest::newRow("none for one") << QByteArray("p?n") << QByteArray("pn") << false;
    QTest::newRow("back") << QByteArray("*ab*ac") << QByteArray("abababac") << true;
    QTest::newRow("many") << QByteArray("*a*a*a*a*a*a*a*a*b") << QByteArray(5000, 'a') << false;
}

void tst_Redaction::patterns()
{
    QFETCH(QByteArray, pattern);
    QFETCH(QByteArray, text);
    QTEST(detail::matches(pattern.toStdString(), text.toStdString()), "matches");
}

void tst_Redaction::member_ofARecord()
{
    Everything all;
    const auto session = map(Session{});
    Logger log = logger({{"session", session}}, all.options({"token", "pin"}));
    session.setKey(&Session::token, secret);
    session.setKey(&Session::user, "Ada");
    session.setKey(&Session::pin, 48151623);
    session.set({"Bob", secret + '2', {}, 48151624});
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
    QVERIFY(!all.holds("4815162"));
    QCOMPARE(all.lines.substr(all.lines.find("session")),
             all.lines.substr(all.lines.find("session.token: *** -> ***")));
    QVERIFY(all.holds("session.user: \"\" -> \"Ada\""));
}

void tst_Redaction::member_insideOfOthers()
{
    Everything all;
    const auto account = deepMap(Account{});
    const auto list = atom(std::vector<Account>());
    Logger log = logger({{"account", account}, {"list", list}}, all.options({"token", "keys"}));
    account.setKey(path(&Account::session, &Session::token), secret);
    account.setKey(path(&Account::session, &Session::keys, 2), secret);
    account.setKey(path(&Account::old, 1), Session{"Eve", secret, {secret}, {}});
    list.set({account.get(), account.get()});
    list.set({});
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
    QVERIFY(all.holds("account.session.token: *** -> ***"));
    QVERIFY(all.holds("Eve"));
}

void tst_Redaction::member_byItsPointer()
{
    Everything all;
    const auto session = map(Session{});
    Logger log = logger({{"session", session}}, all.options({redact(&Session::token)}));
    session.set({"Ada", secret, {"shown"}, {}});
    log.reset();
    QVERIFY(!all.holds(secret));
    QVERIFY(all.holds("shown"));
}

void tst_Redaction::member_isStillSeenToChange()
{
    Everything all;
    const auto session = map(Session{"Ada", "", {}, {}});
    const Logger log = logger({{"session", session}}, all.options({"token"}));
    session.set({"Ada", secret, {}, {}});
    session.set({"Ada", secret, {}, {}});
    QVERIFY(all.lines.find("session.token: *** -> ***") != std::string::npos);
    QVERIFY(all.lines.find("session: equal") != std::string::npos);
}

void tst_Redaction::store_byName()
{
    for (const char *pattern : {"auth/*", "auth/token", "AUTH/*", "token", "*"}) {
        Everything all;
        const auto token = map<std::string, std::string>().named("auth/token");
        const auto other = atom(std::string()).named("other");
        Logger log = logger({token, other}, all.options({pattern}));
        token.setKey(secret, "x" + secret);
        token.removeKey(secret);
        token.set({{secret, secret}});
        log.reset();
        QVERIFY2(!all.holds(secret), pattern);
        QVERIFY(all.holds("auth/token: *** -> ***"));
    }
}

void tst_Redaction::store_byHandle()
{
    Everything all;
    const auto a = atom(std::string());
    const auto b = atom(std::string());
    Logger log = logger({{"a", a}, {"b", b}}, all.options({redact(a)}));
    a.set(secret);
    b.set("shown");
    log.reset();
    QVERIFY(!all.holds(secret));
    QVERIFY(all.holds("shown"));
}

/// Another store may come to lie where one has ended.
void tst_Redaction::store_endsAndItsRuleWithIt()
{
    Everything all;
    auto a = std::make_unique<Atom<std::string>>(std::string());
    const auto *const place = a->node().get();
    const Logger log = logAll(all.options({redact(*a)}));
    a.reset();
    for (int i = 0; i < 1000; ++i) {
        const Atom<std::string> next{std::string()};
        next.set("shown");
        if (next.node().get() == place) {
            break;
        }
    }
    QVERIFY(all.holds("shown"));
}

void tst_Redaction::store_removedAndItsRuleStays()
{
    for (const bool isOfAll : {false, true}) {
        Everything all;
        support::ErrorLog errors;
        const auto a = atom(std::string()).named("a");
        const auto b = atom(0).named("b");
        const auto one = b.listen([](int) { throw std::runtime_error(secret); });
        const auto two = b.listen([](int) { throw std::runtime_error(secret); });
        const auto options = all.options({redact(a)});
        Logger log = isOfAll ? logAll(options) : logger({a, b}, options);
        log.remove(a);
        a.set(secret);
        QVERIFY(!all.holds("a: "));
        log.add(a);
        a.set(secret + '2');
        log.remove(a);
        QVERIFY_EXCEPTION_THROWN(b.set(1), std::runtime_error);
        log.reset();
        QVERIFY2(!all.holds(secret), all.text().c_str());
        QVERIFY(all.holds("a: *** -> ***"));
    }
}

void tst_Redaction::store_namedLater()
{
    Everything all;
    const auto chosen = atom(std::string("first"));
    const auto given = atom(std::string("first"));
    const auto other = atom(std::string("first"));
    Logger log = logger({chosen, {"shown", given}}, all.options({"auth/*"}));
    const Logger every = logAll(all.options({"auth/*"}));
    chosen.set("second");
    other.set("second");
    chosen.named("auth/chosen");
    other.named("auth/other");
    log.remove(given);
    chosen.set(secret);
    other.set(secret);
    QVERIFY2(!all.holds(secret), all.lines.c_str());
    QVERIFY2(all.lines.find("auth/chosen: *** -> ***") != std::string::npos, all.lines.c_str());
    QVERIFY2(all.lines.find("auth/other: *** -> ***") != std::string::npos, all.lines.c_str());
}

void tst_Redaction::store_namedInTheTurn()
{
    Everything all;
    const auto token = atom(std::string());
    const auto other = atom(0);
    const Logger log = logger({token, other}, all.options({"auth/*"}));
    batch([&] {
        token.set(secret);
        other.set(1);
        token.named("auth/token");
    });
    QVERIFY2(!all.holds(secret), all.lines.c_str());
    QVERIFY2(all.lines.find("auth/token: *** -> ***") != std::string::npos, all.lines.c_str());
    QVERIFY2(all.lines.find("0 -> 1") != std::string::npos, all.lines.c_str());
}

void tst_Redaction::key_ofAMap()
{
    Everything all;
    const auto settings = map<std::string, std::string>();
    Logger log = logger({{"settings", settings}}, all.options({"*password*"}));
    settings.setKey("Password", secret);
    settings.setKey("old_passwords", secret);
    settings.setKey("theme", "dark");
    log.reset();
    QVERIFY(!all.holds(secret));
    QVERIFY(all.holds("dark"));
    QVERIFY(all.holds("settings[\"Password\"]: - -> ***"));
}

void tst_Redaction::keys_themselves()
{
    Everything all;
    const auto sessions = map<std::string, int>();
    Logger log = logger({{"sessions", sessions}}, all.options({"sessions.*"}));
    sessions.setKey(secret, 1);
    sessions.setKey(secret + 'x', 2);
    sessions.removeKey(secret);
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
}

void tst_Redaction::path_ofAStore()
{
    Everything all;
    const auto session = map(Session{}).named("users/7");
    const auto other = map(Session{}).named("shop");
    Logger log = logger({session, other}, all.options({"users/*.token"}));
    session.setKey(&Session::token, secret);
    other.setKey(&Session::token, "shown");
    log.reset();
    QVERIFY(!all.holds(secret));
    QVERIFY(all.holds("shown"));
}

void tst_Redaction::arguments_ofActions()
{
    Everything all;
    const auto session = map(Session{});
    const auto count = atom(0);
    const auto settings = map<std::string, std::string>();
    const auto login = action(session, "login", [](auto store, std::string password) {
        store.setKey(&Session::token, "hash of " + password);
    });
    const auto add = action(count, "add", [](auto store, int by) { store.set(by); });
    const auto put =
        action(settings, "put", [](auto store, std::string key, std::string value) { store.setKey(key, value); });
    const auto take = action(count, "take", [](auto, const Session &) {});
    Logger log = logger({{"session", session}, {"count", count}, {"settings", settings}}, all.options({"token"}));
    login(secret);
    add(5);
    put("token", secret);
    take(Session{"", secret, {}, {}});
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
    QVERIFY(all.holds("add(5)"));
    QVERIFY(all.holds("login(***)"));
}

void tst_Redaction::errors_ofActionsAndComputedStores()
{
    Everything all;
    support::ErrorLog errors;
    const auto session = map(Session{});
    const auto hook =
        onSet(session, [](auto &event) { throw std::runtime_error("refused: " + event.newValue().token); });
    const auto text = computed([&] { return session().user.empty() ? throw std::runtime_error(secret) : 1; });
    const auto login =
        action(session, "login", [](auto store, std::string token) { store.setKey(&Session::token, token); });
    Logger log = logger({{"session", session}, {"text", text}}, all.options({"token"}));
    QVERIFY_EXCEPTION_THROWN(login(secret), std::runtime_error);
    QVERIFY_EXCEPTION_THROWN(text.peek(), std::runtime_error);
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
    QVERIFY(all.holds("login"));
    QVERIFY(all.holds("std::runtime_error"));
}

/// A value that was hidden in one place is hidden where a program repeats it.
void tst_Redaction::elsewhere_isFoundAsWell()
{
    Everything all;
    const auto session = map(Session{});
    const auto label = atom(std::string());
    const auto cache = map<std::string, int>();
    Logger log = logger({{"session", session}, {"label", label}, {"cache", cache}}, all.options({"token"}));
    session.setKey(&Session::token, secret);
    label.set("the token is " + secret + "!");
    label.set(secret);
    cache.setKey(secret, 1);
    log.reset();
    QVERIFY2(!all.holds(secret), all.text().c_str());
    QVERIFY(all.holds("the token is ***!"));
}

void tst_Redaction::elsewhere_isFoundWhereTextsAreCut()
{
    Everything all;
    const auto token = atom(std::string()).named("token");
    const auto label = atom(std::string()).named("label");
    const auto cache = map<std::string, std::string>().named("cache");
    LoggerOptions options = all.options({"token", "a long key"});
    options.limits.textBytes = 8;
    Logger log = logger({token, label, cache}, options);
    token.set("correct horse");
    label.set("see correct horse");
    label.set(" horse");
    label.set("correct horse");
    cache.setKey("a long key", "staple");
    log.reset();
    QVERIFY2(!all.holds("corre"), all.text().c_str());
    QVERIFY2(!all.holds("staple"), all.text().c_str());
    QVERIFY2(all.holds("see ***"), all.text().c_str());
}

void tst_Redaction::elsewhere_oneTextInAnother()
{
    detail::Secrets secrets;
    for (const char *text : {"hunt", "hunter2", "ter2you", "abab"}) {
        secrets.add(text);
    }
    const auto scrubbed = [&](std::string text) {
        secrets.scrub(text);
        return text;
    };
    QCOMPARE(scrubbed("hunter2"), std::string("***"));
    QCOMPARE(scrubbed("<hunter2>"), std::string("<***>"));
    QCOMPARE(scrubbed("<hunter2you>"), std::string("<***>"));
    QCOMPARE(scrubbed("hunted hunter2"), std::string("***ed ***"));
    QCOMPARE(scrubbed("xababab"), std::string("x***"));
    QCOMPARE(scrubbed("shown"), std::string("shown"));
    std::string cut = "a hunter2";
    secrets.add("2abcd");
    secrets.scrub(cut, true);
    QCOMPARE(cut, std::string("a ***"));
}

void tst_Redaction::digests_sayNothing()
{
    std::vector<std::uint64_t> digests;
    const std::uint64_t plain = LogValue::ofText(secret).digest;
    for (int i = 0; i < 2; ++i) {
        const auto token = atom(std::string()).named("token");
        const auto label = atom(std::string()).named("label");
        LoggerOptions options;
        options.redact = {"token"};
        options.sinks = {eventSink([&](const LogEvent &event) { digests.push_back(event.newValue->digest); })};
        const Logger log = logger({token, label}, options);
        token.set(secret);
        label.set(secret);
        token.set("other");
        token.set(secret);
    }
    QCOMPARE(digests.size(), std::size_t(8));
    QCOMPARE(std::count(digests.begin(), digests.end(), plain), 0);
    QCOMPARE(digests[0], digests[3]);
    QVERIFY(digests[0] != digests[2]);
    QVERIFY(digests[0] != digests[4]);
    QVERIFY(digests[1] != digests[5]);
}

void tst_Redaction::pattern_thatIsEmpty()
{
    LoggerOptions options;
    options.redact = {""};
    const QString message = support::thrownBy([&] { Logger log = logAll(options); });
    QVERIFY2(message.contains(QStringLiteral("the pattern is empty")), qPrintable(message));
}

void tst_Redaction::random_programsLeakNothing()
{
    for (unsigned seed = 1; seed <= 60; ++seed) {
        std::mt19937 random(seed);
        Everything all;
        const auto account = deepMap(Account{}).named("account");
        const auto list = atom(std::vector<Session>()).named("list");
        const auto table = map<std::string, Session>().named("table");
        const auto token = atom(std::string()).named("auth/token");
        const auto user = computed(account, [](const Account &value) { return value.session; }).named("user");
        const auto listener = user.listen([](const Session &) {});
        const auto renew = action(account, "renew", [](auto store, std::string next) {
            store.setKey(path(&Account::session, &Session::token), next);
        });
        {
            const Logger log = logAll(all.options({"token", "keys", "auth/*"}));
            for (int i = 0; i < 30; ++i) {
                const std::string value = secret + std::to_string(random() % 5);
                const std::string plain(1, char('a' + random() % 3));
                const Session session{plain, value, {value}, {}};
                switch (random() % 9) {
                case 0:
                    account.setKey(path(&Account::session, &Session::token), value);
                    break;
                case 1:
                    account.setKey(path(&Account::old, random() % 3), session);
                    break;
                case 2:
                    list.set(std::vector<Session>(random() % 3, session));
                    break;
                case 3:
                    table.setKey(plain, session);
                    break;
                case 4:
                    table.removeKey(plain);
                    break;
                case 5:
                    token.set(value);
                    break;
                case 6:
                    renew(value);
                    break;
                case 7:
                    batch([&] {
                        token.set(value);
                        list.set({session});
                    });
                    break;
                default:
                    account.set({session, {session}});
                }
            }
        }
        QVERIFY2(!all.holds(secret), ("seed " + std::to_string(seed) + '\n' + all.text()).c_str());
        QVERIFY(all.holds("account"));
    }
}

QTEST_GUILESS_MAIN(tst_Redaction)
#include "tst_redaction.moc"
