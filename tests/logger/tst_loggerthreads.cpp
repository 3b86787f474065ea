// SPDX-License-Identifier: MIT

// Stores of several threads, and sinks that several threads write to.

#include <nanostores/core.h>
#include <nanostores/logger.h>
#include <nanostores/qt.h>

#include "support/handlers.h"

#include <QList>
#include <QMutex>
#include <QMutexLocker>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

using namespace nanostores;

namespace {

/// A thread with a scheduler that runs what is posted to it, step by step.
class Worker
{
public:
    Worker()
        : m_thread([this] {
            ManualScheduler scheduler;
            setScheduler(&scheduler);
            store.emplace(atom(0));
            m_ready.release();
            while (m_go.acquire(), !m_over) {
                job();
                scheduler.runPending();
                m_ready.release();
            }
            store.reset();
            setScheduler(nullptr);
        })
    {
        m_ready.acquire();
    }
    ~Worker()
    {
        m_over = true;
        m_go.release();
        m_thread.join();
    }
    void run(std::function<void()> f = [] {})
    {
        job = std::move(f);
        m_go.release();
        m_ready.acquire();
    }

    std::optional<Atom<int>> store;
    std::function<void()> job;

private:
    QSemaphore m_ready;
    QSemaphore m_go;
    std::atomic<bool> m_over{false};
    std::thread m_thread;
};

class Lines
{
public:
    LoggerOptions options()
    {
        LoggerOptions made;
        made.origins = false;
        made.sinks = {lineSink([this](const std::string &line) {
            const QMutexLocker lock(&m_mutex);
            m_lines.append(QByteArray::fromStdString(line.substr(line.find("] ") + 2)));
        })};
        return made;
    }
    QList<QByteArray> take()
    {
        const QMutexLocker lock(&m_mutex);
        return std::exchange(m_lines, {});
    }

private:
    QMutex m_mutex;
    QList<QByteArray> m_lines;
};

} // namespace

class tst_LoggerThreads : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void store_ofAnotherThread();
    void store_ofAThreadThatIsOver();
    void logger_endsBeforeItIsThere();
    void logger_ofEachThread();
    void trees_areNotMixed();
    void thread_endsWithItsLogger();
    void add_andRemoveFromAnotherThread();
    void reset_waitsForTheSinkOfAnotherThread();
};

void tst_LoggerThreads::store_ofAnotherThread()
{
    Lines lines;
    Worker worker;
    const auto here = atom(0);
    Logger log = logger({{"here", here}, {"there", *worker.store}}, lines.options());
    worker.run(); // what is posted
    worker.run([&] { worker.store->set(1); });
    here.set(1);
    QCOMPARE(lines.take(), QList<QByteArray>({"there: 0 -> 1", "here: 0 -> 1"}));
    log.reset();
    worker.run([&] { worker.store->set(2); });
    worker.run([&] { worker.store->set(3); });
    QCOMPARE(lines.take(), QList<QByteArray>());
}

void tst_LoggerThreads::store_ofAThreadThatIsOver()
{
    Lines lines;
    std::optional<Atom<int>> store;
    std::thread([&] { store.emplace(atom(1)); }).join();
    const Logger log = logger({{"gone", *store}}, lines.options());
    store.reset();
    QCOMPARE(lines.take(), QList<QByteArray>());
}

void tst_LoggerThreads::logger_endsBeforeItIsThere()
{
    Lines lines;
    Worker worker;
    Logger log = logger({{"there", *worker.store}}, lines.options());
    log.reset();
    worker.run();
    worker.run([&] { worker.store->set(1); });
    QCOMPARE(lines.take(), QList<QByteArray>());
}

void tst_LoggerThreads::logger_ofEachThread()
{
    Lines lines;
    Worker worker;
    const LoggerOptions options = lines.options();
    const auto here = atom(0).named("here");
    const Logger log = logAll(options);
    std::optional<Logger> other;
    worker.run([&] { other.emplace(logAll(options)); });
    worker.run([&] {
        worker.store->setName("there");
        worker.store->set(1);
    });
    here.set(1);
    QCOMPARE(lines.take(), QList<QByteArray>({"there: 0 -> 1", "here: 0 -> 1"}));
    worker.run([&] { other.reset(); });
}

void tst_LoggerThreads::trees_areNotMixed()
{
    constexpr int Threads = 4;
    constexpr int Writes = 200;
    QMutex mutex;
    std::vector<std::string> all;
    LoggerOptions options;
    options.origins = false;
    options.sinks = {lineSink([&](const std::string &line) {
        const std::size_t end = line.find("] ") + 2;
        const QMutexLocker lock(&mutex);
        all.push_back(line.substr(end));
    })};
    std::vector<std::thread> threads;
    for (int t = 0; t < Threads; ++t) {
        threads.emplace_back([&options, t] {
            const std::string name(1, char('a' + t));
            const auto first = atom(0);
            const auto second = atom(0);
            const auto listener = first.listen([&](int value) { second.set(value); });
            const Logger log = logger({{name + '1', first}, {name + '2', second}}, options);
            for (int i = 1; i <= Writes; ++i) {
                first.set(i);
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    QCOMPARE(all.size(), std::size_t(2 * Threads * Writes));
    for (std::size_t i = 0; i < all.size(); i += 2) {
        QCOMPARE("  " + std::string(1, all[i][0]) + '2' + all[i].substr(2), all[i + 1]);
    }
}

void tst_LoggerThreads::thread_endsWithItsLogger()
{
    Lines lines;
    Logger log;
    {
        Worker worker;
        log = logger({{"there", *worker.store}}, lines.options());
        worker.run();
        worker.run([&] { worker.store->set(1); });
    }
    QCOMPARE(lines.take(), QList<QByteArray>({"there: 0 -> 1"}));
    const auto here = atom(0);
    log.add({"here", here});
    here.set(1);
    QCOMPARE(lines.take(), QList<QByteArray>({"here: 0 -> 1"}));
}

void tst_LoggerThreads::add_andRemoveFromAnotherThread()
{
    Lines lines;
    Worker worker;
    const Logger log = logger({}, lines.options());
    log.add({"there", *worker.store});
    worker.run();
    worker.run([&] { worker.store->set(1); });
    log.remove(*worker.store);
    worker.run();
    worker.run([&] { worker.store->set(2); });
    QCOMPARE(lines.take(), QList<QByteArray>({"there: 0 -> 1"}));
}

void tst_LoggerThreads::reset_waitsForTheSinkOfAnotherThread()
{
    QSemaphore isIn;
    QSemaphore mayLeave;
    std::atomic<bool> hasLeft{false};
    std::atomic<int> calls{0};
    Worker worker;
    LoggerOptions options;
    options.origins = false;
    options.sinks = {lineSink([&](const std::string &) {
        ++calls;
        isIn.release();
        mayLeave.acquire();
        hasLeft = true;
    })};
    Logger log = logger({{"count", *worker.store}}, options);
    worker.run(); // the logger is there
    std::thread writes([&] { worker.run([&] { worker.store->set(1); }); });
    isIn.acquire();
    std::thread lets([&] { mayLeave.release(); });
    log.reset();
    QVERIFY(hasLeft);
    lets.join();
    writes.join();
    worker.run([&] { worker.store->set(2); });
    QCOMPARE(calls.load(), 1);
}

QTEST_GUILESS_MAIN(tst_LoggerThreads)
#include "tst_loggerthreads.moc"
