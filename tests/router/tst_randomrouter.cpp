// SPDX-License-Identifier: MIT

// Random requests against a plain model of the history: a list of paths and an index.

#include "routes.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <vector>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype Most = 6;

/// What a router is, said plainly.
struct Model
{
    struct Entry
    {
        QString url;
        QVariantMap state;
    };
    std::vector<Entry> entries{{u"/"_s, {}}};
    qsizetype index = 0;
    bool isStopped = false; ///< A hook or a guard says no to all.

    Entry &current() { return entries[static_cast<std::size_t>(index)]; }

    Navigated open(const QString &url, bool redirect)
    {
        if (url == current().url) {
            return Navigated::Same;
        }
        if (isStopped) {
            return Navigated::Stopped;
        }
        if (redirect) {
            current() = {url, {}};
            return Navigated::Done;
        }
        entries.resize(static_cast<std::size_t>(index) + 1);
        entries.push_back({url, {}});
        if (static_cast<qsizetype>(entries.size()) > Most) {
            entries.erase(entries.begin());
        } else {
            ++index;
        }
        return Navigated::Done;
    }
    Navigated go(qsizetype steps)
    {
        const qsizetype next = index + steps;
        if (next < 0 || next >= static_cast<qsizetype>(entries.size())) {
            return Navigated::NoEntry;
        }
        if (steps == 0) {
            return Navigated::Same;
        }
        if (isStopped && entries[static_cast<std::size_t>(next)].url != current().url) {
            return Navigated::Stopped;
        }
        index = next;
        return Navigated::Done;
    }
    QString text() const
    {
        QString all = QString::number(index);
        for (const Entry &entry : entries) {
            all += u' ' + entry.url + (entry.state.isEmpty() ? QString() : entry.state.value(u"s"_s).toString());
        }
        return all;
    }
};

QString textOf(const AnyRouter &router)
{
    const RouterHistory history = router.history().get();
    QString all = QString::number(history.index);
    for (const HistoryEntry &entry : history.entries) {
        all += u' ' + entry.page.url() + (entry.state.isEmpty() ? QString() : entry.state.value(u"s"_s).toString());
    }
    return all;
}

} // namespace

class tst_RandomRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void requests_moveAsTheModelDoes();

private:
    void run(quint32 seed);
};

void tst_RandomRouter::run(quint32 seed)
{
    QRandomGenerator random(seed);
    const QStringList urls{u"/"_s, u"/files/a"_s, u"/files/b"_s, u"/posts/x/1"_s, u"/nowhere"_s, u"/files/a?q=1"_s};
    const auto router = makeRouter({.maxEntries = Most});
    Model model;
    bool hookStops = false;
    bool guardStops = false;
    onSet(router.page(), [&](auto &event) {
        if (hookStops) {
            event.abort();
        }
    });
    const RouterGuard no = guard(router, [&] { return !guardStops; });
    int calls = 0;
    QString seen = router.page().get().url();
    const Subscription subscription = router.page().listen([&](const Page &page) {
        ++calls;
        seen = page.url();
        QCOMPARE(router.history().get().current().page, page); // both have moved
    });
    for (int step = 0; step < 60; ++step) {
        const int before = calls;
        const QString shown = model.current().url;
        Navigated expected = Navigated::Same;
        Navigated actual = Navigated::Same;
        const int kind = random.bounded(10);
        if (kind < 5) {
            const QString url = urls.at(random.bounded(static_cast<int>(urls.size())));
            expected = model.open(url, kind == 4);
            actual = (kind == 4 ? router.redirect(url) : router.open(url)).outcome();
        } else if (kind < 8) {
            const int steps = random.bounded(-3, 4);
            expected = model.go(steps);
            actual = router.go(steps).outcome();
        } else if (kind == 8) {
            const int value = random.bounded(3);
            model.current().state.insert(u"s"_s, value);
            router.setState(u"s"_s, value);
        } else {
            hookStops = random.bounded(5) == 0;
            guardStops = random.bounded(5) == 0;
            model.isStopped = hookStops || guardStops;
            if (random.bounded(3) == 0 && !hookStops) {
                // Pages that are not found are not kept.
                auto &entries = model.entries;
                const bool isAny = std::any_of(entries.begin(), entries.end(),
                                               [](const Model::Entry &entry) { return entry.url != u"/nowhere"; });
                QCOMPARE(router.restoreState(router.saveState()) == Navigated::Refused, !isAny);
                if (!isAny) {
                    continue;
                }
                for (qsizetype i = static_cast<qsizetype>(entries.size()) - 1; i >= 0; --i) {
                    if (entries[static_cast<std::size_t>(i)].url == u"/nowhere") {
                        entries.erase(entries.begin() + i);
                        model.index -= i <= model.index ? 1 : 0;
                    }
                }
                model.index = std::max<qsizetype>(model.index, 0);
            }
        }
        QCOMPARE(static_cast<int>(actual), static_cast<int>(expected));
        QCOMPARE(textOf(router), model.text());
        QCOMPARE(router.page().get().url(), model.current().url);
        QCOMPARE(seen, model.current().url);
        QCOMPARE(calls - before, model.current().url == shown ? 0 : 1);
        QCOMPARE(router.canGoBack().get(), model.index > 0);
        QCOMPARE(router.canGoForward().get(), model.index + 1 < static_cast<qsizetype>(model.entries.size()));
        QCOMPARE(router.depth().get(), static_cast<int>(model.index) + 1);
        QCOMPARE(router.state().get(), model.current().state);
    }
}

void tst_RandomRouter::requests_moveAsTheModelDoes()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const quint32 first = isSet ? QRandomGenerator::global()->generate() : 1;
    for (quint32 i = 0; i < static_cast<quint32>(isSet ? asked : 500); ++i) {
        run(first + i);
        if (QTest::currentTestFailed()) {
            qWarning() << "seed" << first + i;
            return;
        }
    }
}

QTEST_GUILESS_MAIN(tst_RandomRouter)

#include "tst_randomrouter.moc"
