// SPDX-License-Identifier: MIT

// What becomes of entities, and of changes that are not yet answered, when data is written, fetched or swept meanwhile.

#include "querytest.h"

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

struct Member
{
    int id = 0;
    QString name;
    int likes = 0;
    friend bool operator==(const Member &, const Member &) = default;
};
struct Crew
{
    QString title;
    Member lead;
    friend bool operator==(const Crew &, const Crew &) = default;
};
struct User
{
    int id = 0;
    QString name;
    friend bool operator==(const User &, const User &) = default;
};
struct Team
{
    User lead;
    QList<User> members;
    friend bool operator==(const Team &, const Team &) = default;
};

namespace {

const auto users = entity("user", &User::id);
const auto teamKey = queryKey<Team, int>("team", [](EntityVisitor &visit, Team &team) {
    visit(users, team.lead);
    visit(users, team.members);
});
const auto listKey = queryKey<QList<User>>("list", [](EntityVisitor &visit, QList<User> &list) { visit(users, list); });

QString names(const std::optional<Team> &team)
{
    QStringList all;
    if (team) {
        all += team->lead.name;
        for (const User &user : team->members) {
            all += user.name;
        }
    }
    return all.join(u' ');
}

const auto members = entity("member", &Member::id);
const auto crewKey = queryKey<Crew, int>("crew", [](EntityVisitor &visit, Crew &crew) { visit(members, crew.lead); });

QString shownCrew(const std::optional<Crew> &crew)
{
    return crew ? QStringLiteral("%1:%2%3").arg(crew->title, crew->lead.name).arg(crew->lead.likes) : QString();
}

} // namespace

class tst_QueryEntities : public QueryTest
{
    Q_OBJECT

private Q_SLOTS:
    void entities_areTheSameEverywhere();
    void entities_changedInOnePlaceChangeInAll();
    void entities_changeOfAListIsUndone();
    void entities_areSharedWithTheirOwnQueries();
    void entities_writtenByHand();
    void write_ofAShardKeepsNewerEntities();
    void write_doesNotKeepWhatIsTakenBackLater();
    void write_ofAShardIsUnderTheChangesOfRunningCalls();
    void answer_thatBeganBeforeACallHasNoOlderEntities();
    void answer_thatBeganAfterACallCountsItOnce();
    void lifetime_ofAnEntityIsThatOfWhatShowsIt();
    void lifetime_ofAnEntityBeginsWhenNothingShowsIt();
    void lifetime_ofAnEntityIsThatOfAnAnswerThatStaysLonger();
    void lifetime_ofAnEntityThatACallHasPutIntoAnAnswer();
    void lifetime_ofAnEntityOfALaterPage();
    void lifetime_ofAnEntityWhoseAnswerIsForgotten();

protected Q_SLOTS:
    void init()
    {
        start();
        crews = {};
    }

private:
    Query<Crew> crewOf(const QueryClient &client, const QueryOptions &options = {})
    {
        return client.query(
            crewKey, 1, [crews = crews](int) { return crews.ask(u"crew"_s); }, options);
    }
    Mutation<int, int> likeOf(const QueryClient &client)
    {
        return client.mutation([server = server](MutationContext &context, int id) {
            context.update(members(id), [](Member &member) { ++member.likes; });
            return server.ask(u"like"_s);
        });
    }

    ServerOf<Crew> crews;
};

void tst_QueryEntities::entities_areTheSameEverywhere()
{
    const QueryClient client;
    const auto team = client.query(teamKey, 1, [](int) { return Team{{1, u"Ann"_s}, {{2, u"Bob"_s}, {3, u"Cid"_s}}}; });
    QList<User> answer{{2, u"Bob"_s}, {3, u"Cid"_s}};
    const auto list = client.query(listKey, [&] { return answer; });
    QStringList log;
    const Subscription one = team.subscribe([&](const Fetched<Team> &now) { log += names(now.data); });
    const Subscription two = list.listen([] {});
    answer = {{2, u"Bobby"_s}};
    list.revalidate();
    QCOMPARE(log, (QStringList{u"Ann Bob Cid"_s, u"Ann Bobby Cid"_s}));
    QCOMPARE(client.cached(users(2))->name, u"Bobby"_s);
}

void tst_QueryEntities::entities_changedInOnePlaceChangeInAll()
{
    const QueryClient client;
    client.mutate(teamKey(1), Team{{1, u"Ann"_s}, {{1, u"Ann"_s}, {2, u"Bob"_s}}});
    client.mutate(listKey(), QList<User>{{1, u"Ann"_s}});
    const auto rename = client.mutation([this](MutationContext &context, int id, const QString &name) {
        context.update(users(id), [name](User &user) { user.name = name; });
        return server.ask({});
    });
    const auto all = [&] { return names(client.cached(teamKey(1))) + u'|' + client.cached(listKey())->first().name; };
    rename(1, u"Eva"_s);
    QCOMPARE(all(), u"Eva Eva Bob|Eva"_s);
    server.refuse(0);
    QCOMPARE(all(), u"Ann Ann Bob|Ann"_s);
    rename(1, u"Eva"_s);
    server.answer(1, 0);
    QCOMPARE(all(), u"Eva Eva Bob|Eva"_s);
}

void tst_QueryEntities::entities_changeOfAListIsUndone()
{
    const QueryClient client;
    client.mutate(teamKey(1), Team{{1, u"Ann"_s}, {{2, u"Bob"_s}}});
    client.mutate(listKey(), QList<User>{{2, u"Bob"_s}});
    const auto change = client.mutation([this](MutationContext &context) {
        context.update(teamKey(1), [](Team &team) {
            team.members.first().name = u"Eva"_s;
            team.members.append({4, u"Dan"_s});
        });
        return server.ask({});
    });
    const auto all = [&] { return names(client.cached(teamKey(1))) + u'|' + client.cached(listKey())->first().name; };
    change.mutate();
    QCOMPARE(all(), u"Ann Eva Dan|Eva"_s);
    server.refuse(0);
    QCOMPARE(all(), u"Ann Bob|Bob"_s);
    change.mutate();
    server.answer(1, 0);
    QCOMPARE(all(), u"Ann Eva Dan|Eva"_s);
}

void tst_QueryEntities::entities_areSharedWithTheirOwnQueries()
{
    const QueryClient client;
    client.mutate(teamKey(1), Team{{1, u"Ann"_s}, {}});
    int fetches = 0;
    const auto user = client.query(users, 1, [&](int id) {
        ++fetches;
        return User{id, u"Eva"_s};
    });
    QCOMPARE(user.fetch().result().name, u"Ann"_s); // fresh, as the team's answer had it
    m_time->advance(4000);
    QCOMPARE(user.fetch().result().name, u"Eva"_s);
    QCOMPARE(fetches, 1);
    QCOMPARE(names(client.cached(teamKey(1))), u"Eva"_s);
}

void tst_QueryEntities::entities_writtenByHand()
{
    const QueryClient client;
    client.mutate(teamKey(1), Team{{1, u"Ann"_s}, {}});
    client.mutate(users(1), User{1, u"Eva"_s});
    QCOMPARE(names(client.cached(teamKey(1))), u"Eva"_s);
    client.mutate(users(1), std::nullopt); // the team has its own
    QCOMPARE(names(client.cached(teamKey(1))), u"Ann"_s);
}

void tst_QueryEntities::write_ofAShardKeepsNewerEntities()
{
    const QueryClient client;
    client.mutate(crewKey(1), Crew{u"A"_s, {7, u"Ann"_s}});
    client.mutate(members(7), Member{7, u"Eva"_s});
    client.mutate(crewKey.all(), [](Crew &crew) { crew.title = u"B"_s; });
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"B:Eva0"_s);
    QCOMPARE(client.cached(members(7))->name, u"Eva"_s);
    client.mutate(crewKey.all(), [](Crew &crew) { crew.lead.name += u"!"_s; });
    QCOMPARE(client.cached(members(7))->name, u"Eva!"_s);
}

void tst_QueryEntities::write_doesNotKeepWhatIsTakenBackLater()
{
    const QueryClient client;
    client.mutate(crewKey(1), Crew{u"A"_s, {7, u"Ann"_s}});
    const auto rename = client.mutation([this](MutationContext &context) {
        context.update(crewKey(1), [](Crew &crew) { crew.lead.name = u"Eva"_s; });
        return server.ask(u"rename"_s);
    });
    rename.mutate();
    client.mutate(crewKey(1), Crew{u"B"_s, {7, u"Ann"_s}});
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"B:Eva0"_s);
    server.refuse(0);
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"B:Ann0"_s);
}

void tst_QueryEntities::write_ofAShardIsUnderTheChangesOfRunningCalls()
{
    const QueryClient client;
    client.mutate(itemKey(1), 1);
    client.mutate(crewKey(1), Crew{u"A"_s, {7, u"Ann"_s}});
    const auto add = client.mutation([this](MutationContext &context) {
        context.update(itemKey(1), [](int &value) { value += 10; });
        return server.ask(u"add"_s);
    });
    add.mutate();
    likeOf(client).mutate(7);
    client.mutate(itemKey.all(), [](int &value) { value *= 2; });
    client.mutate(crewKey.all(), [](Crew &crew) { crew.title = u"B"_s; });
    QCOMPARE(client.cached(itemKey(1)), 12);
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"B:Ann1"_s);
    server.refuse(0);
    server.refuse(1);
    QCOMPARE(client.cached(itemKey(1)), 2);
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"B:Ann0"_s);
}

void tst_QueryEntities::answer_thatBeganBeforeACallHasNoOlderEntities()
{
    const QueryClient client;
    client.mutate(members(7), Member{7, u"Ann"_s});
    const auto crew = crewOf(client);
    const Subscription observer = crew.listen([] {});
    likeOf(client).mutate(7);
    server.answer(0, 0);
    crews.answer(0, {u"A"_s, {7, u"Ann"_s}});
    QCOMPARE(shownCrew(crew.get().data), u"A:Ann1"_s);
    client.mutate(members(7), Member{7, u"Eva"_s, 5});
    crew.revalidate();
    client.mutate(members(7), Member{7, u"Eva"_s, 6});
    crews.answer(1, {u"A"_s, {7, u"Eva"_s, 5}});
    QCOMPARE(shownCrew(crew.get().data), u"A:Eva6"_s);
}

void tst_QueryEntities::answer_thatBeganAfterACallCountsItOnce()
{
    const QueryClient client({.dedupeTime = 0ms});
    ServerOf<Member> alone;
    const auto member = client.query(members, 7, [alone](int) { return alone.ask(u"member"_s); });
    const Subscription observer = member.listen([] {});
    alone.answer(0, {7, u"Ann"_s});
    member.revalidate();
    likeOf(client).mutate(7);
    server.answer(0, 0);
    const auto crew = crewOf(client);
    const Subscription other = crew.listen([] {});
    crews.answer(0, {u"A"_s, {7, u"Ann"_s, 1}});
    QCOMPARE(shownCrew(crew.get().data), u"A:Ann1"_s);
    alone.answer(1, {7, u"Ann"_s, 0});
    QCOMPARE(shownCrew(crew.get().data), u"A:Ann1"_s);
    QVERIFY(!member.get().loading);
}

void tst_QueryEntities::lifetime_ofAnEntityIsThatOfWhatShowsIt()
{
    const QueryClient client({.cacheLifetime = 60s});
    const auto crew = crewOf(client);
    const Subscription observer = crew.listen([] {});
    crews.answer(0, {u"A"_s, {7, u"Ann"_s}});
    likeOf(client).mutate(7);
    server.answer(0, 0);
    m_time->advance(200000);
    QCOMPARE(shownCrew(crew.get().data), u"A:Ann1"_s);
}

void tst_QueryEntities::lifetime_ofAnEntityBeginsWhenNothingShowsIt()
{
    const QueryClient client({.cacheLifetime = 60s});
    const auto crew = crewOf(client);
    Subscription observer = crew.listen([] {});
    crews.answer(0, {u"A"_s, {7, u"Ann"_s}});
    m_time->advance(100000);
    observer.reset();
    m_time->advance(59000);
    QCOMPARE(client.keys().size(), 2U);
    m_time->advance(3000);
    QCOMPARE(client.keys().size(), 0U);
}

void tst_QueryEntities::lifetime_ofAnEntityIsThatOfAnAnswerThatStaysLonger()
{
    const QueryClient client({.cacheLifetime = 10s});
    const auto crew = crewOf(client, {.cacheLifetime = 60s});
    Subscription observer = crew.listen([] {});
    crews.answer(0, {u"A"_s, {7, u"Ann"_s}});
    likeOf(client).mutate(7);
    server.answer(0, 0);
    observer.reset();
    m_time->advance(59000);
    QCOMPARE(client.cached(members(7)), (Member{7, u"Ann"_s, 1}));
    QCOMPARE(shownCrew(client.cached(crewKey(1))), u"A:Ann1"_s);
    m_time->advance(3000);
    QCOMPARE(client.keys().size(), 0U);
}

void tst_QueryEntities::lifetime_ofAnEntityThatACallHasPutIntoAnAnswer()
{
    const QueryClient client({.cacheLifetime = 10s});
    const auto list = client.query(listKey, [] { return QList<User>{{1, u"Ann"_s}}; }, {.cacheLifetime = 60s});
    Subscription observer = list.listen([] {});
    const auto add = client.mutation([](MutationContext &context) {
        context.update(listKey(), [](QList<User> &all) { all.append({4, u"Dan"_s}); });
    });
    add.mutate();
    client.mutate(users(4), User{4, u"Eva"_s});
    observer.reset();
    m_time->advance(59000);
    QCOMPARE(client.cached(listKey()), (QList<User>{{1, u"Ann"_s}, {4, u"Eva"_s}}));
}

void tst_QueryEntities::lifetime_ofAnEntityOfALaterPage()
{
    const auto key = queryKey<QList<Team>>("teams", [](EntityVisitor &visit, QList<Team> &pages) {
        for (Team &page : pages) {
            visit(users, page.lead);
        }
    });
    const QueryClient client({.cacheLifetime = 10s});
    const auto teams = client.infinite(
        key, [](const Team &page) { return page.lead.id < 2 ? std::optional(page.lead.id + 1) : std::nullopt; },
        [](std::optional<int> cursor) {
            return Team{{cursor.value_or(1), u"Ann"_s}, {}};
        },
        {.cacheLifetime = 60s});
    Subscription observer = teams.listen([] {});
    teams.fetchMore();
    client.mutate(users(1), User{1, u"Bob"_s});
    client.mutate(users(2), User{2, u"Cid"_s});
    observer.reset();
    m_time->advance(59000);
    QCOMPARE(client.cached(key())->at(0).lead.name, u"Bob"_s);
    QCOMPARE(client.cached(key())->at(1).lead.name, u"Cid"_s);
}

void tst_QueryEntities::lifetime_ofAnEntityWhoseAnswerIsForgotten()
{
    const QueryClient client({.cacheLifetime = 10s});
    const auto crew = crewOf(client, {.cacheLifetime = 60s});
    Subscription observer = crew.listen([] {});
    crews.answer(0, {u"A"_s, {7, u"Ann"_s}});
    observer.reset();
    client.mutate(crewKey(1), std::nullopt);
    QVERIFY(client.cached(members(7)));
    m_time->advance(12000);
    QCOMPARE(client.keys().size(), 0U);
}

QTEST_GUILESS_MAIN(tst_QueryEntities)
#include "tst_queryentities.moc"
