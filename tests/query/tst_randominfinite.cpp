// SPDX-License-Identifier: MIT

// Random programs of a list that comes page by page, against a plain model of what is known, what is asked for and what
// is aborted. The rows are followed by their signals alone.

#include "qt/modelmirror.h"
#include "randomworlds.h"
#include "server.h"
#include "support/manualtime.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

struct CellPage
{
    QList<Cell> cells;
    std::optional<int> next;

    friend bool operator==(const CellPage &, const CellPage &) = default;
};

namespace {

constexpr int Keys = 2;
constexpr int Fresh = 100;
constexpr int PerPage = 3;

using Pages = QList<CellPage>;

enum class Fetch {
    None,
    Whole,
    More,
};

/// What is known of a key.
struct Model
{
    QList<Cell> cells; ///< The server's.
    std::optional<Pages> pages;
    bool failed = false;
    bool moreFailed = false;
    bool wantsMore = false;
    std::optional<int> settledAt;
    bool isOutdated = false;
    bool isObserved = false;
    int waiters = 0;
    int moreWaiters = 0;
    Fetch run = Fetch::None;
    Pages partial;
    qsizetype missing = 0;
    QStringList requests;
    std::vector<int> aborted;

    bool isInUse() const { return isObserved || waiters > 0 || moreWaiters > 0; }
    std::optional<int> next() const { return pages && !pages->isEmpty() ? pages->last().next : std::nullopt; }
    bool isLoadingMore() const { return run == Fetch::More || (wantsMore && run == Fetch::Whole); }
    bool canFetchMore() const { return pages && next() && !isLoadingMore() && !moreFailed; }
    QString text() const
    {
        const bool loading = run == Fetch::Whole;
        QString text = pages ? u"data"_s : u"none"_s;
        text += failed ? u"!"_s : QString();
        text += loading ? u"L"_s : QString();
        text += pages && (loading || isOutdated || failed) ? u"S"_s : QString();
        text += next() ? u" +"_s : u" -"_s;
        text += isLoadingMore() ? u"L"_s : QString();
        return text + (moreFailed ? u"!"_s : QString());
    }
    CellPage serve(int from) const
    {
        CellPage page{cells.mid(from, PerPage), std::nullopt};
        if (from + PerPage < cells.size()) {
            page.next = from + PerPage;
        }
        return page;
    }
};

class World
{
public:
    World()
        : m_client({.dedupeTime = std::chrono::milliseconds(Fresh), .retry = noRetry()})
        , m_feed(m_client.infinite(m_key, m_name, &CellPage::next,
                                   [this](const FetchContext &context, int key, std::optional<int> cursor) {
                                       return m_servers[place(key)].ask(context, QString::number(cursor.value_or(0)));
                                   }))
        , m_next(m_feed.next())
    {
        for (Model &model : m_models) {
            for (int i = 0; i < 7; ++i) {
                model.cells.append({++m_ids, 0, 0});
            }
        }
    }
    ~World()
    {
        for (const auto &server : m_servers) {
            server.stop();
        }
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;

    void step(QRandomGenerator &random)
    {
        switch (random.bounded(14)) {
        case 0:
            mount();
            break;
        case 1:
            unmount();
            break;
        case 2:
            moveTo(random.bounded(Keys));
            break;
        case 3:
        case 4:
            change(m_models[place(random.bounded(Keys))].cells, random);
            break;
        case 5:
            revalidate(random.bounded(Keys));
            break;
        case 6:
            if (random.bounded(2) == 0) {
                invalidate(random.bounded(Keys));
            } else {
                write(random.bounded(Keys), random);
            }
            break;
        case 7:
            m_time.advance(60);
            m_now += 60;
            break;
        case 8:
            modelFetchMore();
            break;
        case 9:
            fetchMore();
            break;
        default:
            answer(random.bounded(Keys), random.bounded(5) != 0);
        }
    }
    void check()
    {
        int running = 0;
        for (int key = 0; key < Keys; ++key) {
            const Model &model = m_models[place(key)];
            running += model.run != Fetch::None ? 1 : 0;
            QCOMPARE(m_servers[place(key)].requests(), model.requests);
            QCOMPARE(m_servers[place(key)].abortedPlaces(), model.aborted);
            QCOMPARE(m_client.cached(m_key(key)), model.pages);
        }
        QCOMPARE(m_client.fetching().get(), running);
        QCOMPARE(m_ended, m_expected);
        if (m_view) {
            const Fetched<Pages> fetched = m_feed.get();
            const NextPage next = m_next.get();
            QString text = fetched.data ? u"data"_s : u"none"_s;
            text += fetched.error ? u"!"_s : QString();
            text += fetched.loading ? u"L"_s : QString();
            text += fetched.stale ? u"S"_s : QString();
            text += next.available ? u" +"_s : u" -"_s;
            text += next.loading ? u"L"_s : QString();
            text += next.error ? u"!"_s : QString();
            QCOMPARE(text, now().text());
            QCOMPARE(m_view->model.canFetchMore({}), now().canFetchMore());
            QVERIFY(m_view->mirror.agrees());
            qsizetype rows = 0;
            for (const CellPage &page : now().pages.value_or(Pages())) {
                rows += page.cells.size();
            }
            QCOMPARE(m_view->model.rowCount(), static_cast<int>(rows));
        }
    }

private:
    struct View
    {
        explicit View(const InfiniteRows<Cell> &rows)
            : model(rows, &Cell::id)
            , mirror(model)
            , tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest) // fetches more, too
        {
            tester.setUseFetchMore(false);
        }
        ListModel<InfiniteRows<Cell>, int Cell::*> model;
        Mirror mirror;
        QAbstractItemModelTester tester;
    };

    static std::size_t place(int number) { return static_cast<std::size_t>(number); }
    Model &now() { return m_models[place(m_name.get())]; }

    // What an infinite query does, in short.
    bool isDue(const Model &model) const
    {
        return !model.settledAt || model.isOutdated || m_now - *model.settledAt >= Fresh;
    }
    static void ask(Model &model, int cursor) { model.requests.append(QString::number(cursor)); }
    static void drop(Model &model)
    {
        if (model.run != Fetch::None) {
            model.aborted.push_back(static_cast<int>(model.requests.size()) - 1);
            model.wantsMore = model.wantsMore || model.run == Fetch::More;
            model.run = Fetch::None;
        }
    }
    static void begin(Model &model)
    {
        drop(model);
        model.run = Fetch::Whole;
        model.partial.clear();
        model.missing = model.pages ? std::max<qsizetype>(model.pages->size(), 1) : 1;
        ask(model, 0);
    }
    void look(Model &model)
    {
        if (model.run != Fetch::Whole && isDue(model)) {
            begin(model);
        }
    }
    void beginMore(Model &model)
    {
        if (!model.wantsMore || model.run != Fetch::None) {
            return;
        }
        model.wantsMore = model.moreFailed = false;
        if (const auto cursor = model.next()) {
            model.run = Fetch::More;
            ask(model, *cursor);
        } else {
            end(model.moreWaiters, model);
        }
    }
    void end(int &waiters, const Model &model)
    {
        for (; waiters > 0; --waiters) {
            m_expected.append(model.failed || (&waiters == &model.moreWaiters && model.moreFailed) ? u"no"_s
                              : model.pages ? QString::number(model.pages->size())
                                            : u"gone"_s);
        }
    }
    void finish(Model &model)
    {
        end(model.waiters, model);
        if (!model.wantsMore) {
            end(model.moreWaiters, model);
        }
        if (model.isInUse()) {
            beginMore(model);
        }
        leave(model);
    }
    static void leave(Model &model)
    {
        if (!model.isInUse()) {
            drop(model);
            model.wantsMore = model.moreFailed = false;
        }
    }
    void settle(Model &model)
    {
        model.failed = model.moreFailed = model.isOutdated = false;
        model.settledAt = m_now;
    }

    // What happens to both.
    void mount()
    {
        if (!m_view) {
            m_view = std::make_unique<View>(m_rows);
            now().isObserved = true;
            look(now());
            requestMore(now());
        }
    }
    void unmount()
    {
        if (m_view) {
            m_view.reset();
            m_time.advance(0);
            now().isObserved = false;
            leave(now());
        }
    }
    void moveTo(int key)
    {
        Model &former = now();
        m_name.set(key);
        m_time.advance(0);
        if (m_view && &former != &now()) {
            former.isObserved = false;
            leave(former);
            now().isObserved = true;
            look(now());
        }
    }
    void change(QList<Cell> &cells, QRandomGenerator &random)
    {
        const int size = static_cast<int>(cells.size());
        switch (size == 0 ? 0 : random.bounded(3)) {
        case 0:
            cells.insert(random.bounded(size + 1), Cell{++m_ids, 0, 0});
            break;
        case 1:
            cells.removeAt(random.bounded(size));
            break;
        default:
            ++cells[random.bounded(size)].a;
        }
    }
    void revalidate(int key)
    {
        m_client.revalidate(m_key(key));
        Model &model = m_models[place(key)];
        model.isOutdated = model.settledAt || model.pages;
        if (model.isInUse()) {
            begin(model);
        }
    }
    void invalidate(int key)
    {
        m_client.invalidate(m_key(key));
        Model &model = m_models[place(key)];
        drop(model);
        model.pages.reset();
        model.failed = model.moreFailed = model.isOutdated = model.wantsMore = false;
        model.settledAt.reset();
        model.waiters += std::exchange(model.moreWaiters, 0);
        if (model.isInUse()) {
            begin(model);
        }
    }
    void write(int key, QRandomGenerator &random)
    {
        Model &model = m_models[place(key)];
        auto pages = model.pages.value_or(Pages{model.serve(0)});
        if (random.bounded(2) == 0) {
            pages.last().next.reset();
        }
        m_client.mutate(m_key(key), pages);
        drop(model);
        model.pages = pages;
        settle(model);
        end(model.waiters, model);
        if (model.wantsMore) {
            beginMore(model);
        }
    }
    void modelFetchMore()
    {
        if (m_view) {
            m_view->model.fetchMore({});
            requestMore(now());
        }
    }
    void requestMore(Model &model)
    {
        if (model.canFetchMore()) {
            model.wantsMore = true;
            beginMore(model);
        }
    }
    void fetchMore()
    {
        Model &model = now();
        if (!model.pages) {
            if (model.run != Fetch::Whole && !isDue(model)) {
                ++model.waiters;
                end(model.waiters, model);
            } else {
                ++model.waiters;
                if (model.run != Fetch::Whole) {
                    begin(model);
                }
            }
        } else if (model.run == Fetch::Whole || model.next()) {
            ++model.moreWaiters;
            if (model.run != Fetch::More) {
                model.wantsMore = true;
                beginMore(model);
            }
        } else {
            int one = 1;
            end(one, model);
        }
        m_feed.fetchMore().then([this](const Pages &pages) { m_ended.append(QString::number(pages.size())); },
                                [this](const std::exception_ptr &error) {
                                    const QString message = QueryError(error).message();
                                    m_ended.append(message == u"no" ? message : u"gone"_s);
                                });
    }
    void answer(int key, bool succeeds)
    {
        Model &model = m_models[place(key)];
        if (model.run == Fetch::None) {
            return;
        }
        const auto request = static_cast<std::size_t>(model.requests.size()) - 1;
        const int cursor = model.requests.last().toInt();
        const CellPage page = model.serve(cursor);
        // First what is expected, as the answer sets off the rest.
        if (!succeeds) {
            if (std::exchange(model.run, Fetch::None) == Fetch::Whole) {
                settle(model);
                model.failed = true;
                model.wantsMore = false;
            } else {
                model.moreFailed = true;
            }
            finish(model);
            m_servers[place(key)].refuse(request);
            return;
        }
        if (model.run == Fetch::More) {
            model.run = Fetch::None;
            model.pages->append(page);
            model.moreFailed = false;
            finish(model);
        } else {
            model.partial.append(page);
            if (--model.missing == 0 || !page.next) {
                model.run = Fetch::None;
                model.pages = model.partial;
                settle(model);
                finish(model);
            } else {
                ask(model, *page.next);
            }
        }
        m_servers[place(key)].answer(request, page);
    }

    ManualTime m_time;
    int m_now = 0;
    int m_ids = 0;
    std::array<Model, Keys> m_models;
    std::array<ServerOf<CellPage>, Keys> m_servers;
    QStringList m_ended;
    QStringList m_expected;

    const QueryKey<Pages, int> m_key = queryKey<Pages, int>("cells");
    const Atom<int> m_name{0};
    QueryClient m_client;
    Infinite<CellPage, int> m_feed;
    Computed<NextPage> m_next;
    InfiniteRows<Cell> m_rows = m_feed.rows(&CellPage::cells);
    std::unique_ptr<View> m_view;
};

} // namespace

class tst_RandomInfinite : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programs_doAsTheModelDoes();
};

void tst_RandomInfinite::programs_doAsTheModelDoes()
{
    support::runRandomWorlds<World>();
}

QTEST_GUILESS_MAIN(tst_RandomInfinite)
#include "tst_randominfinite.moc"
