// SPDX-License-Identifier: MIT

// One graph of stores from both sides, and engines of several threads.

#include "scriptengine.h"

#include <nanostores/core.h>

#include <QMutex>
#include <QThread>

#include <map>
#include <memory>
#include <random>
#include <vector>

using namespace nanostores;

class tst_CrossingGraph : public QObject, private support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startEngine(); }
    void cleanup() { m_engine.reset(); }

    void graph_runsOnceAcrossTheBorder();
    void batch_ofNativeStores();
    void graph_ofBothSidesAgreesWithArithmetic_data();
    void graph_ofBothSidesAgreesWithArithmetic();
    void engines_ofSeveralThreads();
};

void tst_CrossingGraph::graph_runsOnceAcrossTheBorder()
{
    const auto count = atom(1);
    give("$count", toScript(m_engine.get(), count));
    const auto left = fromScript<int>(m_engine.get(), run("N.computed($count, n => n + 1)"));
    const auto right = computed(count, [](int n) { return n * 2; });
    give("$right", toScript(m_engine.get(), right));
    const auto more = fromScript<int>(m_engine.get(), run("N.computed($right, n => n + 1)"));
    int runs = 0;
    QList<int> heard;
    const auto sum = computed(left, more, [&](int a, int b) {
        ++runs;
        return a + b;
    });
    const auto subscription = sum.listen([&](int value) { heard += value; });
    runs = 0;
    count.set(2);
    QCOMPARE(runs, 1);
    QCOMPARE(heard, QList<int>{8});
    {
        Batch batch;
        count.set(5);
        count.set(2);
        batch.end();
    }
    QCOMPARE(heard, QList<int>{8});
}

/// A listener or an effect in JavaScript is called once for the stores of a batch, and again for what is written while
/// the batch ends.
void tst_CrossingGraph::batch_ofNativeStores()
{
    const auto left = atom(1);
    const auto right = atom(1);
    const auto sum = computed(left, right, [](int a, int b) { return a + b; });
    give("$left", toScript(m_engine.get(), left));
    give("$right", toScript(m_engine.get(), right));
    give("$sum", toScript(m_engine.get(), sum));
    run("$left.listen(v => log.push('left ' + v)); N.effect([$left, $right, $sum], (a, b, c) => log.push([a, b, "
        "c].join(' ')))");
    run("log.length = 0; N.batch(() => { $left.set(2); $right.set(3) })");
    QCOMPARE(log(), QStringLiteral("left 2,2 3 5"));
    run("$right.listen(v => { if (v === 5) $left.set(6) })");
    run("log.length = 0; N.batch(() => { $left.set(4); $right.set(5) })");
    QCOMPARE(log(), QStringLiteral("left 4,4 5 9,6 5 11,left 6"));
    run("$left.listen(v => { if (v === 7) $left.set(8) })");
    run("log.length = 0; N.batch(() => $left.set(7))");
    QCOMPARE(log(), QStringLiteral("left 7,7 5 12,8 5 13,left 8"));
    const auto again = right.listen([&](int value) { // C++ writes what JavaScript hears of
        if (value == 9) {
            left.set(10);
        }
    });
    run("log.length = 0; N.batch(() => { $left.set(9); $right.set(9) })");
    QCOMPARE(log(), QStringLiteral("left 9,9 9 18,10 9 19,left 10"));
}

void tst_CrossingGraph::graph_ofBothSidesAgreesWithArithmetic_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 40; ++seed) {
        QTest::addRow("%d", seed) << seed;
    }
}

/// Random graphs whose computed stores are C++'s, nanostores' and nano_kit's: values, notifications and numbers of
/// runs.
void tst_CrossingGraph::graph_ofBothSidesAgreesWithArithmetic()
{
    QFETCH(int, seed);
    std::mt19937 random(static_cast<unsigned>(seed));
    const auto below = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
    QJSEngine *engine = m_engine.get();
    run("stores = []; runs = []; heard = []; stops = []");

    struct Vertex
    {
        std::vector<int> sources;
        bool parity = false;
        int value = 0; ///< As it should be.
    };
    std::vector<Vertex> vertices;
    std::vector<Computed<int>> readers; ///< Each store, as C++ sees it.
    std::vector<int> nativeRuns;
    const auto runsOf = [&](int i) {
        return nativeRuns[std::size_t(i)]
               + run(QByteArray("runs[" + QByteArray::number(i) + "] || 0").constData()).toInt();
    };
    std::vector<Atom<int>> atoms;
    std::vector<int> scriptAtoms;
    const int sourceCount = 3;
    for (int i = 0; i < sourceCount; ++i) {
        vertices.push_back({{}, false, i});
        nativeRuns.push_back(0);
        const QByteArray at = QByteArray::number(i);
        if (below(2)) {
            atoms.push_back(atom(i));
            scriptAtoms.push_back(-1);
            readers.push_back(computed(atoms.back(), [](int n) { return n; }));
            give("store", toScript(engine, atoms.back()));
            give("signal", toScriptSignal(engine, atoms.back()));
        } else {
            atoms.push_back(atom(0));
            scriptAtoms.push_back(i);
            readers.push_back(fromScript<int>(engine, run("store = N.atom(" + at + "); store")));
            run("signal = undefined");
        }
        run("stores.push({ store, signal })");
    }
    nativeRuns.reserve(100); // the lambdas refer to its items
    for (int i = sourceCount; i < sourceCount + 9; ++i) {
        Vertex vertex{{below(i), below(i)}, below(2) == 0, 0};
        const int a = vertex.sources[0];
        const int b = vertex.sources[1];
        vertices.push_back(vertex);
        nativeRuns.push_back(0);
        const QByteArray names = "const a = stores[" + QByteArray::number(a) + "], b = stores[" + QByteArray::number(b)
                                 + "], i = " + QByteArray::number(i) + ", odd = " + (vertex.parity ? "true" : "false")
                                 + ";";
        const QByteArray body = " runs[i] = (runs[i] || 0) + 1; return odd ? (x + y) % 2 : x + y }";
        const int kind = below(3);
        if (kind == 0) {
            int *count = &nativeRuns.back();
            const bool parity = vertex.parity;
            const auto node = computed(readers[std::size_t(a)], readers[std::size_t(b)], [count, parity](int x, int y) {
                ++*count;
                return parity ? (x + y) % 2 : x + y;
            });
            readers.push_back(node);
            give("store", toScript(engine, node));
            give("signal", toScriptSignal(engine, node));
        } else if (kind == 1 || run(names + "a.signal === undefined || b.signal === undefined").toBool()) {
            const QJSValue store =
                run("(function () { " + names + " return N.computed([a.store, b.store], (x, y) => {" + body + ") })()");
            give("store", store);
            run("signal = undefined");
            readers.push_back(fromScript<int>(engine, store));
        } else {
            const QJSValue signal =
                run("(function () { " + names + " return K.computed(() => { const x = a.signal(), y = b.signal();"
                    + body + ") })()");
            give("signal", signal);
            readers.push_back(fromScript<int>(engine, signal));
            give("store", toScript(engine, readers.back()));
        }
        run("stores.push({ store, signal })");
    }

    const auto settle = [&] {
        for (std::size_t i = sourceCount; i < vertices.size(); ++i) {
            Vertex &v = vertices[i];
            const int sum = vertices[std::size_t(v.sources[0])].value + vertices[std::size_t(v.sources[1])].value;
            v.value = v.parity ? sum % 2 : sum;
        }
    };
    const auto write = [&](int i, int value) {
        if (scriptAtoms[std::size_t(i)] >= 0) {
            run("stores[" + QByteArray::number(i) + "].store.set(" + QByteArray::number(value) + ")");
        } else {
            atoms[std::size_t(i)].set(value);
        }
        vertices[std::size_t(i)].value = value;
    };
    settle();
    std::vector<Subscription> subscriptions;
    std::map<int, QList<int>> nativeHeard;
    std::map<int, bool> listened;
    std::map<int, bool> scriptListened;
    for (int i = 0; i < int(vertices.size()); ++i) {
        listened[i] = below(2) != 0;
        scriptListened[i] = below(2) != 0;
        if (listened[i]) {
            subscriptions.push_back(
                readers[std::size_t(i)].listen([&nativeHeard, i](int value) { nativeHeard[i] += value; }));
        }
        if (scriptListened[i]) {
            run("(function (i) { stops.push(stores[i].store.listen(v => { heard.push(i + ':' + v) })) })("
                + QByteArray::number(i) + ")");
        }
    }
    for (int step = 0; step < 30; ++step) {
        std::vector<int> before;
        std::vector<int> runsBefore;
        for (int i = 0; i < int(vertices.size()); ++i) {
            before.push_back(vertices[std::size_t(i)].value);
            runsBefore.push_back(runsOf(i));
        }
        nativeHeard.clear();
        run("heard = []");
        if (below(3) == 0) {
            Batch batch;
            write(below(sourceCount), below(5));
            write(below(sourceCount), below(5));
            batch.end();
        } else {
            write(below(sourceCount), below(5));
        }
        settle();
        for (int i = 0; i < int(vertices.size()); ++i) {
            const int value = vertices[std::size_t(i)].value;
            QVERIFY2(runsOf(i) - runsBefore[std::size_t(i)] <= 1, "ran twice");
            const QList<int> heard = nativeHeard[i];
            QVERIFY(heard.size() <= 1);
            QVERIFY(heard.isEmpty() || heard.first() == value);
            const bool changed = value != before[std::size_t(i)];
            if (i >= sourceCount) {
                QCOMPARE(heard.size(), changed && listened[i] ? 1 : 0);
            }
            const QByteArray told = "heard.filter(x => x.indexOf('" + QByteArray::number(i) + ":') === 0)";
            if (i >= sourceCount) {
                QCOMPARE(run(told + ".length").toInt(), changed && scriptListened[i] ? 1 : 0);
            }
            QVERIFY(run(told + ".every(x => x.endsWith(':" + QByteArray::number(value) + "'))").toBool());
        }
        for (int i = 0; i < int(vertices.size()); ++i) {
            QCOMPARE(readers[std::size_t(i)].get(), vertices[std::size_t(i)].value);
            QCOMPARE(run("stores[" + QByteArray::number(i) + "].store.get()").toInt(), vertices[std::size_t(i)].value);
        }
        if (below(6) == 0) {
            m_time.advance(3000);
            engine->collectGarbage();
            QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        }
    }
    run("stops.forEach(stop => stop())");
}

void tst_CrossingGraph::engines_ofSeveralThreads()
{
    QStringList results;
    std::vector<std::unique_ptr<QThread>> threads;
    QMutex mutex;
    for (int i = 0; i < 3; ++i) {
        threads.emplace_back(QThread::create([&, i] {
            QJSEngine engine;
            installModules(&engine);
            const auto count = atom(i);
            const QJSValue module = engine.importModule(QStringLiteral(SCRIPT_TESTS "/crossing/all.mjs"));
            engine.globalObject().setProperty(QStringLiteral("N"), module.property(QStringLiteral("nano")));
            engine.globalObject().setProperty(QStringLiteral("$count"), toScript(&engine, count));
            engine.evaluate(QStringLiteral("log = []; N.computed($count, n => n * 2).subscribe(v => log.push(v))"));
            for (int k = 1; k <= 100; ++k) {
                count.set(k + i);
            }
            const QString last = engine.evaluate(QStringLiteral("log.length + '/' + log[log.length - 1]")).toString();
            const QMutexLocker lock(&mutex);
            results += last;
        }));
        threads.back()->start();
    }
    for (const auto &thread : threads) {
        QTRY_VERIFY(thread->isFinished());
    }
    results.sort();
    QCOMPARE(results, (QStringList{QStringLiteral("101/200"), QStringLiteral("101/202"), QStringLiteral("101/204")}));
}

QTEST_GUILESS_MAIN(tst_CrossingGraph)
#include "tst_crossinggraph.moc"
