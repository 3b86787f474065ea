// SPDX-License-Identifier: MIT

// Loggers of map creators, and of the stores that they make.

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include "loggedlines.h"
#include "support/timedtest.h"

#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;
using support::LoggedLines;

namespace {

struct User
{
    std::string id;
    std::string name;
    friend bool operator==(const User &, const User &) = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("id", &User::id);
        f("name", &User::name);
    }
};

struct Post
{
    int id = 0;
    int likes = 0;
    friend bool operator==(const Post &, const Post &) = default;
};

} // namespace

class tst_CreatorLogger : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void stores_areLoggedByTheirIds();
    void stores_thatWereThereAreNotLogged();
    void stores_areNotKept();
    void creators_several();
    void names_byTheNameGetter();
    void names_withoutAnIdThatIsHidden();
    void messages_build();
    void logger_ends();
    void logger_endsWhileAStoreIsMade();
    void events_asData();
    void events_endInTheMidst();
    void sinks_knowBuilds();
};

void tst_CreatorLogger::stores_areLoggedByTheirIds()
{
    LoggedLines lines;
    const auto users = mapCreator<User>(
        [](const Record<User> &user, const std::string &id) { user.setKey(&User::name, "loaded " + id); });
    const Logger log = creatorLogger({{"users", users}}, lines.options());
    const auto ada = users("ada");
    QCOMPARE(users("ada"), ada);
    QCOMPARE(lines.take(), QList<QByteArray>{"users:ada: built by users"});
    const auto listener = ada.listen([] {});
    ada.setKey(&User::name, "Ada");
    QCOMPARE(lines.take(), (QList<QByteArray>{"users:ada: mounted", "users:ada.name: \"\" -> \"loaded ada\"",
                                              "users:ada.name: \"loaded ada\" -> \"Ada\""}));
}

void tst_CreatorLogger::stores_thatWereThereAreNotLogged()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    const auto ada = users("ada");
    const Logger log = creatorLogger({{"users", users}}, lines.options());
    ada.setKey(&User::name, "Ada");
    QCOMPARE(users("ada"), ada);
    QVERIFY(lines.take().isEmpty());
}

void tst_CreatorLogger::stores_areNotKept()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    const Logger log = creatorLogger({{"users", users}}, lines.options());
    users("ada").listen([] {}).reset();
    QCOMPARE(users.size(), std::size_t(1));
    m_time->advance(1000);
    QCOMPARE(users.size(), std::size_t(0));
    lines.take();
    static_cast<void>(users("ada"));
    QCOMPARE(lines.take(), QList<QByteArray>{"users:ada: built by users"});
}

void tst_CreatorLogger::creators_several()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    const auto posts = mapCreator<Post, int>([](const Record<Post> &, int, int) {});
    const Logger log = creatorLogger({{"users", users}, {"posts", posts}}, lines.options());
    users("7");
    const auto post = posts(7, 1);
    QCOMPARE(lines.take(), (QList<QByteArray>{"users:7: built by users", "posts:7: built by posts"}));
}

void tst_CreatorLogger::names_byTheNameGetter()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    LoggerOptions options = lines.options();
    options.nameGetter = [](const std::string &creator, const std::string &id) { return id + " of " + creator; };
    const Logger log = creatorLogger({{"users", users}}, options);
    users("ada").setKey(&User::name, "Ada");
    QCOMPARE(lines.take(), (QList<QByteArray>{"ada of users: built by users", "ada of users.name: \"\" -> \"Ada\""}));
}

void tst_CreatorLogger::names_withoutAnIdThatIsHidden()
{
    for (const char *rule : {"id", "users:*.id"}) {
        LoggedLines lines;
        const auto users = mapCreator<User>();
        LoggerOptions options = lines.options();
        options.redact = {rule};
        const Logger log = creatorLogger({{"users", users}}, options);
        users("hunter2").set(User{"hunter2", "Ada"});
        const QByteArray text = lines.text();
        QVERIFY2(!text.contains("hunter2"), text);
        QVERIFY2(text.contains("users:***: built by users"), text);
    }
}

void tst_CreatorLogger::messages_build()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    LoggerOptions options = lines.options();
    options.messages.build = false;
    const Logger log = creatorLogger({{"users", users}}, options);
    users("ada").setKey(&User::name, "Ada");
    QCOMPARE(lines.take(), QList<QByteArray>{"users:ada.name: \"\" -> \"Ada\""});
}

void tst_CreatorLogger::logger_ends()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    Logger log = creatorLogger({{"users", users}}, lines.options());
    const auto ada = users("ada");
    lines.take();
    log.reset();
    ada.setKey(&User::name, "Ada");
    users("bob");
    QVERIFY(lines.take().isEmpty());
}

void tst_CreatorLogger::logger_endsWhileAStoreIsMade()
{
    LoggedLines lines;
    const auto users = mapCreator<User>();
    Logger log;
    const auto first = users.onBuild([&](const Record<User> &, const std::string &) { log.reset(); });
    log = creatorLogger({{"users", users}}, lines.options());
    users("ada").setKey(&User::name, "Ada");
    QVERIFY(lines.take().isEmpty());
    auto other = creatorLogger({{"users", users}}, lines.options());
    users("bob");
    QCOMPARE(lines.take(), QList<QByteArray>{"users:bob: built by users"});
}

void tst_CreatorLogger::events_asData()
{
    const auto posts = mapCreator<Post>();
    std::vector<std::string> seen;
    auto both = buildCreatorLogger(posts, "posts", [&](const LogBuildEvent &event, const Record<Post> &store) {
        seen.push_back(event.creatorName + ' ' + event.id + ' ' + event.storeName + ' '
                       + std::to_string(store.get().id));
    });
    LoggerOptions options;
    options.redact = {"id"};
    const auto one = buildCreatorLogger(
        posts, "posts", [&](const LogBuildEvent &event) { seen.push_back(event.storeName); }, options);
    posts(7);
    posts(7);
    QVERIFY(seen == (std::vector<std::string>{"posts 7 posts:7 7", "posts:***"}));
    both.reset();
    posts(8);
    QVERIFY(seen.size() == 3);
    LoggerOptions quiet;
    quiet.messages.build = false;
    QVERIFY(!buildCreatorLogger(
        posts, "posts", [](const LogBuildEvent &) {}, quiet));
}

void tst_CreatorLogger::events_endInTheMidst()
{
    auto users = std::make_unique<MapCreator<User>>(mapCreator<User>());
    BuildListener second;
    int calls = 0;
    const auto first = users->onBuild([&](const Record<User> &, const std::string &) {
        second.reset();
        users.reset();
    });
    second = users->onBuild([&](const Record<User> &, const std::string &) { ++calls; });
    const auto ada = (*users)("ada");
    QCOMPARE(ada.get().id, std::string("ada"));
    QCOMPARE(calls, 0);
}

void tst_CreatorLogger::sinks_knowBuilds()
{
    std::string json;
    const auto users = mapCreator<User>();
    LoggerOptions options;
    options.origins = false;
    options.sinks = {jsonLines([&](std::string_view line) { json += line; })};
    const Logger log = creatorLogger({{"users", users}}, options);
    users("ada");
    QVERIFY2(json.find("\"kind\":\"build\"") != std::string::npos, json.c_str());
    QVERIFY2(json.find("\"creator\":\"users\"") != std::string::npos, json.c_str());
}

QTEST_GUILESS_MAIN(tst_CreatorLogger)
#include "tst_creatorlogger.moc"
