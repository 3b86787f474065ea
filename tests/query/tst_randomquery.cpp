// SPDX-License-Identifier: MIT

// Random programs of queries and mutations against a plain model of the cache, with a clock that is moved by hand and a
// server that answers in any order.

#include "randomworlds.h"
#include "server.h"
#include "support/manualtime.h"

#include <nanostores/core.h>
#include <nanostores/query.h>

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

constexpr int Keys = 3;
constexpr int Queries = 4;
constexpr int Fresh = 100;
constexpr int Lifetime = 500;

/// What a mutation does to a number: sets it, or adds to it.
struct Change
{
    int owner = 0;
    int committed = 0;
    bool sets = false;
    int number = 0;

    void apply(std::optional<int> &value) const
    {
        if (sets) {
            value = number;
        } else if (value) {
            value = *value * 2 + number; // the order counts
        }
    }
};

struct Run
{
    int request = 0; ///< Of its key, counted from 0.
    int began = 0;
    bool abortable = false;
};

/// What is known of a key.
struct Model
{
    std::optional<int> base;
    bool failed = false;
    std::vector<Change> changes;
    std::optional<int> settledAt;
    int leftAt = 0;
    bool isOutdated = false;
    bool isWanted = false;
    int failures = 0;
    int retryAt = -1;
    int requests = 0;
    std::optional<Run> run;
    std::vector<int> observers;
    std::vector<bool> waiters; ///< Whether their queries can be aborted.
    std::vector<int> aborted;

    bool isInUse() const { return !observers.empty() || !waiters.empty(); }
    std::optional<int> data() const
    {
        auto value = base;
        for (const Change &change : changes) {
            change.apply(value);
        }
        return value;
    }
    QString text() const
    {
        const bool loading = run || isWanted;
        return shown({data(), failed ? error() : QueryError(), loading,
                      data().has_value() && (loading || isOutdated || failed), false});
    }
    static const QueryError &error()
    {
        static const QueryError no(std::make_exception_ptr(std::runtime_error("no")));
        return no;
    }
};

class World
{
public:
    World()
        : m_client({.dedupeTime = std::chrono::milliseconds(Fresh),
                    .cacheLifetime = std::chrono::milliseconds(Lifetime),
                    .retry = backoff({.first = 50ms, .longest = 200ms, .jitter = 0}),
                    .enabled = {m_enabled}})
    {
        for (int i = 0; i < Queries; ++i) {
            m_ids.push_back(atom(std::optional<int>(i % Keys)));
            m_queries.push_back(isAbortable(i) ? m_client.query(m_key, m_ids.back(),
                                                                [this](const FetchContext &context, int key) {
                                                                    return m_servers[place(key)].ask(context, {});
                                                                })
                                               : m_client.query(m_key, m_ids.back(), [this](int key) {
                                                     return m_servers[place(key)].ask({});
                                                 }));
            m_observers.emplace_back();
        }
        m_mutate.emplace(m_client.mutation(
            [this](MutationContext &context, int owner, int key, bool sets, int number) -> Task<int> {
                if (sets) {
                    context.set(m_key(key), number);
                } else {
                    context.update(m_key(key), [number](int &value) { value = value * 2 + number; });
                }
                return m_sources[owner].task();
            },
            {.calls = MutationCalls::AtOnce}));
    }
    ~World()
    {
        for (const Server &server : m_servers) {
            server.stop();
        }
        m_sources.clear();
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    void step(QRandomGenerator &random)
    {
        const int query = random.bounded(Queries);
        const int key = random.bounded(Keys);
        switch (random.bounded(13)) {
        case 0:
        case 1:
            mount(query);
            break;
        case 2:
            unmount(query);
            break;
        case 3:
            moveTo(query, random.bounded(4) == 0 ? std::optional<int>() : std::optional<int>(key));
            break;
        case 4:
        case 5:
            answer(key, random);
            break;
        case 6:
            advance(random.bounded(4) == 0 ? random.bounded(700) : random.bounded(60));
            break;
        case 7:
            revalidate(key, random.bounded(2) == 0);
            break;
        case 8:
            write(key, random.bounded(4) == 0 ? std::optional<int>() : std::optional<int>(random.bounded(100)));
            break;
        case 9:
            beginMutation(key, random.bounded(2) == 0, random.bounded(100));
            break;
        case 10:
        case 11:
            endMutation(random);
            break;
        default:
            if (random.bounded(2) == 0) {
                enable(random.bounded(3) != 0);
            } else {
                fetch(query);
            }
        }
    }
    void check() const
    {
        int running = 0;
        for (int key = 0; key < Keys; ++key) {
            const Model &model = m_models[place(key)];
            const Server &server = m_servers[place(key)];
            running += model.run ? 1 : 0;
            QCOMPARE(server.count(), model.requests);
            QCOMPARE(server.abortedPlaces(), model.aborted);
            QCOMPARE(m_client.cached(m_key(key)), isExpired(model) ? std::nullopt : model.data());
        }
        QCOMPARE(m_client.fetching().get(), running);
        for (int query = 0; query < Queries; ++query) {
            if (m_observers[place(query)]) {
                const auto id = m_ids[place(query)].get();
                QCOMPARE(shown(m_queries[place(query)].get()), id ? m_models[place(*id)].text() : u"-"_s);
            }
        }
        QCOMPARE(m_fetched, m_expected);
        QCOMPARE(allTasks().done(), running == 0 && m_running.empty());
    }

private:
    static std::size_t place(int number) { return static_cast<std::size_t>(number); }
    static bool isAbortable(int query) { return query % 2 == 0; }
    Model &at(int key)
    {
        Model &model = m_models[place(key)];
        if (isExpired(model)) {
            model.base.reset();
            model.failed = false;
            model.settledAt.reset();
            model.isOutdated = false;
            model.failures = 0;
        }
        return model;
    }
    bool isExpired(const Model &model) const
    {
        return !model.isInUse() && !model.run && model.changes.empty() && (model.data() || model.failed)
               && m_now >= std::max(model.leftAt, model.settledAt.value_or(model.leftAt)) + Lifetime;
    }

    // What a cache does, in short.
    bool isDue(const Model &model) const
    {
        return !model.settledAt || model.isOutdated || m_now - *model.settledAt >= Fresh;
    }
    static void drop(Model &model)
    {
        if (model.run && model.run->abortable) {
            model.aborted.push_back(model.run->request);
        }
        model.run.reset();
    }
    void begin(Model &model, bool abortable)
    {
        model.retryAt = -1;
        model.isWanted = false;
        drop(model);
        model.run = Run{model.requests++, ++m_number, abortable};
    }
    void look(Model &model, int query, bool deferred)
    {
        if (m_isEnabled && !model.run && !model.isWanted && isDue(model)) {
            if (deferred) {
                model.isWanted = true;
            } else {
                begin(model, isAbortable(query));
            }
        }
    }
    void fetchAgain(Model &model)
    {
        drop(model);
        if (m_isEnabled && !model.observers.empty()) {
            begin(model, isAbortable(model.observers.front()));
        } else if (!model.waiters.empty()) {
            begin(model, model.waiters.front());
        }
    }
    void leave(Model &model)
    {
        if (!model.isInUse()) {
            model.isOutdated = model.isOutdated || model.retryAt >= 0;
            model.retryAt = -1;
            model.isWanted = false;
            model.leftAt = m_now;
            if (model.run && model.run->abortable) {
                drop(model);
            }
        }
    }
    void settle(Model &model)
    {
        model.failed = false;
        model.failures = 0;
        model.isOutdated = false;
        model.settledAt = m_now;
    }
    static void fold(Model &model)
    {
        while (!model.run && !model.changes.empty() && model.changes.front().committed != 0) {
            model.changes.front().apply(model.base);
            model.changes.erase(model.changes.begin());
        }
    }
    static void dropCommitted(Model &model)
    {
        std::erase_if(model.changes, [](const Change &change) { return change.committed != 0; });
    }
    void wake(Model &model, const QString &end)
    {
        for (std::size_t i = 0; i < model.waiters.size(); ++i) {
            m_expected.append(end);
        }
        model.waiters.clear();
    }
    static QString end(const Model &model)
    {
        return model.failed ? u"no"_s : model.data() ? QString::number(*model.data()) : u"gone"_s;
    }
    void turn()
    {
        m_time.advance(0);
        for (Model &model : m_models) {
            if (std::exchange(model.isWanted, false) && m_isEnabled) {
                begin(model, isAbortable(model.observers.front()));
            }
        }
    }

    // What happens to both.
    void mount(int query)
    {
        if (!m_observers[place(query)]) {
            turn();
            m_observers[place(query)] = m_queries[place(query)].listen([] {});
            if (const auto id = m_ids[place(query)].get()) {
                Model &model = at(*id);
                model.observers.push_back(query);
                look(model, query, false);
            }
        }
    }
    void unmount(int query)
    {
        if (m_observers[place(query)]) {
            turn();
            m_observers[place(query)].reset();
            m_time.advance(0);
            if (const auto id = m_ids[place(query)].get()) {
                Model &model = at(*id);
                std::erase(model.observers, query);
                leave(model);
            }
        }
    }
    void moveTo(int query, std::optional<int> next)
    {
        const auto former = m_ids[place(query)].get();
        m_ids[place(query)].set(next);
        if (former != next && m_observers[place(query)]) {
            if (former) {
                Model &model = at(*former);
                std::erase(model.observers, query);
                leave(model);
            }
            if (next) {
                Model &model = at(*next);
                model.observers.push_back(query);
                look(model, query, true);
            }
        }
    }
    void answer(int key, QRandomGenerator &random)
    {
        Model &model = at(key);
        if (model.requests == 0) {
            return;
        }
        const int request = random.bounded(std::max(0, model.requests - 3), model.requests);
        const bool succeeds = random.bounded(3) != 0;
        const int value = random.bounded(100);
        const bool counts = model.run && model.run->request == request;
        if (succeeds) {
            m_servers[place(key)].answer(place(request), value);
        } else {
            m_servers[place(key)].refuse(place(request));
        }
        if (!counts) {
            return; // late, or answered before
        }
        const int began = model.run->began;
        model.run.reset();
        const int failures = model.failures + 1;
        settle(model);
        if (succeeds) {
            model.base = value;
            std::erase_if(model.changes,
                          [&](const Change &change) { return change.committed != 0 && change.committed < began; });
        } else {
            model.failed = true;
            model.failures = failures;
            if (!model.observers.empty()) {
                model.retryAt = m_now + std::min(50 << std::min(failures - 1, 10), 200);
            }
        }
        fold(model);
        wake(model, end(model));
        leave(model);
    }
    void advance(int milliseconds)
    {
        turn();
        m_time.advance(milliseconds);
        for (int i = 0; i < milliseconds; ++i) {
            ++m_now;
            for (Model &model : m_models) {
                if (model.retryAt == m_now) {
                    model.retryAt = -1;
                    if (!model.run && !model.isWanted) {
                        model.isOutdated = true;
                        fetchAgain(model);
                    }
                }
            }
        }
    }
    void revalidate(int key, bool forgets)
    {
        turn();
        Model &model = at(key);
        if (forgets) {
            dropCommitted(model);
            m_client.invalidate(m_key(key));
            model.base.reset();
            model.failed = model.isOutdated = model.isWanted = false;
            model.failures = 0;
            model.retryAt = -1;
            model.settledAt.reset();
        } else {
            m_client.revalidate(m_key(key));
            model.isOutdated = model.settledAt || model.data();
        }
        fetchAgain(model);
        fold(model);
    }
    void write(int key, std::optional<int> value)
    {
        turn();
        Model &model = at(key);
        m_client.mutate(m_key(key), value);
        drop(model);
        model.retryAt = -1;
        dropCommitted(model);
        if (value) {
            settle(model);
            model.leftAt = model.isInUse() ? model.leftAt : m_now;
        } else {
            model.failed = model.isOutdated = false;
            model.failures = 0;
            model.settledAt.reset();
        }
        model.base = value;
        fold(model);
        wake(model, end(model));
    }
    void beginMutation(int key, bool sets, int number)
    {
        turn();
        const int owner = ++m_owners;
        at(key).changes.push_back({owner, 0, sets, number});
        m_running[owner] = key;
        m_sources.emplace(owner, TaskSource<int>());
        (*m_mutate)(owner, key, sets, number);
    }
    void endMutation(QRandomGenerator &random)
    {
        if (m_running.empty()) {
            return;
        }
        turn();
        auto ended = m_running.begin();
        std::advance(ended, random.bounded(static_cast<int>(m_running.size())));
        const auto [owner, key] = *ended;
        m_running.erase(ended);
        Model &model = at(key);
        if (random.bounded(2) == 0) {
            m_sources.at(owner).resolve(0);
            const int number = ++m_number;
            for (Change &change : model.changes) {
                change.committed = change.owner == owner ? number : change.committed;
            }
        } else {
            m_sources.at(owner).reject(std::make_exception_ptr(std::runtime_error("no")));
            const int mine = owner;
            std::erase_if(model.changes, [mine](const Change &change) { return change.owner == mine; });
        }
        model.leftAt = m_now;
        fold(model);
    }
    void enable(bool enabled)
    {
        turn();
        if (std::exchange(m_isEnabled, enabled) != enabled) {
            m_enabled.set(enabled);
            for (Model &model : m_models) {
                for (const int query : std::vector<int>(model.observers)) {
                    look(model, query, true);
                }
            }
            turn();
        }
    }
    void fetch(int query)
    {
        turn();
        const auto id = m_ids[place(query)].get();
        if (!id) {
            return;
        }
        Model &model = at(*id);
        if (!model.run && !isDue(model)) {
            m_expected.append(end(model));
        } else {
            model.waiters.push_back(isAbortable(query));
            if (!model.run) {
                begin(model, isAbortable(query));
            }
        }
        m_queries[place(query)].fetch().then([this](int value) { m_fetched.append(QString::number(value)); },
                                             [this](const std::exception_ptr &error) {
                                                 const QString message = QueryError(error).message();
                                                 m_fetched.append(message == u"no" ? message : u"gone"_s);
                                             });
    }

    ManualTime m_time;
    int m_now = 0;
    int m_number = 0; ///< Of beginnings of fetches and ends of mutations.
    int m_owners = 0;
    bool m_isEnabled = true;
    std::array<Model, Keys> m_models;
    std::array<Server, Keys> m_servers;
    std::map<int, int> m_running; ///< Mutations, and their keys.
    std::map<int, TaskSource<int>> m_sources;
    QStringList m_fetched;
    QStringList m_expected;

    const QueryKey<int, int> m_key = queryKey<int, int>("number");
    const Atom<bool> m_enabled{true};
    QueryClient m_client;
    std::vector<Atom<std::optional<int>>> m_ids;
    std::vector<Query<int>> m_queries;
    std::optional<Mutation<int, int, int, bool, int>> m_mutate;
    std::vector<Subscription> m_observers;
};

} // namespace

class tst_RandomQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programs_doAsTheModelDoes();
};

void tst_RandomQuery::programs_doAsTheModelDoes()
{
    support::runRandomWorlds<World>();
}

QTEST_GUILESS_MAIN(tst_RandomQuery)
#include "tst_randomquery.moc"
