// SPDX-License-Identifier: MIT
#include "support/faults.h"
#include "support/faultshim.h"
#include "support/storage.h"

#include <QtTest/QTest>

#include <signal.h>

#include <array>
#include <string>
#include <thread>

using namespace nanostores;
using support::below;
using support::inChild;
using support::resultOf;
using support::Shared;
using support::Storage;
using support::Values;

using namespace std::chrono_literals;

/// Processes that are killed, stopped or forked, at any of their calls.
class tst_SqliteKills : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>(support::folderTemplate());
        shim::watch(m_folder->path().toStdString());
        m_shared = Shared::make();
    }
    void cleanup() { munmap(m_shared, sizeof(Shared)); }

    void killed_oneWriterLosesNothing();
    void killed_threeWritersLoseNothing();
    void stopped_othersGoOnOrNameIt();
    void forked_childIsRefused();
    void forked_childOpensWhenNothingIsOpen();

private:
    QString path() const { return m_folder->filePath(QStringLiteral("state.db")); }
    int writeAlone();
    int writeAmongOthers(std::size_t number);

    std::unique_ptr<QTemporaryDir> m_folder;
    Shared *m_shared = nullptr;
};

namespace {

std::uint64_t numberIn(const Values &values, const std::string &key)
{
    const auto found = values.find(key);
    return found == values.end() ? 0 : std::stoull(found->second);
}

/// Opens as an engine does: again, while another process holds the lock.
std::unique_ptr<EngineBackend> openPatiently(const QString &path, std::uint64_t writer)
{
    SqliteOptions options{path};
    options.patience = 20s;
    auto backend = sqliteBackend(options);
    for (;;) {
        try {
            backend->open({writer, {}, {}});
            return backend;
        } catch (const EngineError &error) {
            if (error.kind() != EngineErrorKind::Unavailable) {
                throw;
            }
            std::this_thread::yield();
        }
    }
}

} // namespace

/// Counts up in transactions of three keys, without end.
int tst_SqliteKills::writeAlone()
{
    Storage storage(path());
    for (std::uint64_t i = numberIn(storage.values(), "first") + 1;; ++i) {
        const auto text = std::to_string(i);
        storage.putAll({{"first", text}, {"key/" + std::to_string(i % 50), text}, {"last", text}},
                       i % 16 == 0 ? Durability::Disk : Durability::Second);
        m_shared->writers[0].acknowledged = i;
    }
}

void tst_SqliteKills::killed_oneWriterLosesNothing()
{
    auto random = support::random();
    const int kills = support::faultCount(500);
    for (int i = 0; i < kills; ++i) {
        const long call = 1 + below(random, 400);
        const auto child = inChild(*m_shared, [&] {
            shim::arm(shim::Fault::Kill, call);
            return writeAlone();
        });
        QVERIFY2(resultOf(child) == -SIGKILL, m_shared->text.data());

        Storage storage(path());
        const auto state = storage->load();
        QVERIFY2(state.repairs.empty(), state.repairs.empty() ? "" : state.repairs[0].c_str());
        const auto values = Storage::valuesOf(state);
        const auto last = numberIn(values, "last");
        const auto acknowledged = m_shared->writers[0].acknowledged.load();
        QVERIFY2(last == acknowledged || last == acknowledged + 1, qPrintable(QString::number(call)));
        QCOMPARE(numberIn(values, "first"), last);
        for (std::uint64_t back = 0; back < 50 && back < last; ++back) {
            QCOMPARE(numberIn(values, "key/" + std::to_string((last - back) % 50)), last - back);
        }
        m_shared->writers[0].acknowledged = last;
    }
}

/// Writes its own key, and counts a common one up by comparing versions, until the test ends or it is killed.
int tst_SqliteKills::writeAmongOthers(std::size_t number)
{
    auto &me = m_shared->writers[number];
    const auto backend = openPatiently(path(), number + 10);
    auto state = backend->load();
    std::map<std::string, StorageEntry> mirror;
    for (auto &entry : state.entries) {
        mirror[entry.key] = entry;
    }
    const auto follow = [&] {
        auto feed = backend->changesSince(state.position, state.epoch);
        if (feed.tooOld) {
            throw std::runtime_error("the feed is too old");
        }
        for (auto &entry : feed.changes) {
            mirror[entry.key] = entry;
        }
        state.position = feed.position;
    };
    const auto own = "own/" + std::to_string(number);
    std::uint64_t count = mirror.contains(own) ? std::stoull(*mirror[own].value) : 0;
    if (count < me.acknowledged) {
        throw std::runtime_error("an acknowledged write is lost");
    }
    while (!m_shared->isEnding) {
        ++count;
        const StorageWrite write{own, std::to_string(count), 0, {}};
        backend->apply({&write, 1}, Durability::Second);
        me.acknowledged = count;

        auto &counter = mirror["counter"];
        const auto next = std::to_string((counter.value ? std::stoull(*counter.value) : 0) + 1);
        const StorageWrite increment{"counter", next, 0, counter.version};
        const auto applied = backend->apply({&increment, 1}, Durability::Second);
        if (applied.outcomes[0].result == WriteResult::Written) {
            ++me.counted;
        }
        follow();
    }
    shim::disarm();
    me.isDone = true;
    for (const auto &writer : m_shared->writers) {
        while (!writer.isDone) {
            std::this_thread::yield();
        }
    }
    follow();
    std::map<std::string, StorageEntry> stored;
    for (auto &entry : backend->load().entries) {
        stored[entry.key] = entry;
    }
    if (stored != mirror) {
        throw std::runtime_error("the mirror is not what is stored");
    }
    backend->close(1s);
    return 0;
}

void tst_SqliteKills::killed_threeWritersLoseNothing()
{
    auto random = support::random();
    const int wanted = support::faultCount(500);
    int kills = 0;
    std::array<pid_t, 3> children{};
    const auto start = [&](std::size_t number) {
        const long call = m_shared->isEnding ? 0 : 1 + below(random, 600);
        children[number] = inChild(*m_shared, [&] {
            shim::arm(shim::Fault::Kill, call);
            return writeAmongOthers(number);
        });
    };
    for (std::size_t i = 0; i < children.size(); ++i) {
        start(i);
    }
    for (std::size_t ended = 0; ended < children.size();) {
        int status = 0;
        const auto child = waitpid(-1, &status, 0);
        const auto number = std::size_t(std::find(children.begin(), children.end(), child) - children.begin());
        QVERIFY(number < children.size());
        if (WIFEXITED(status)) {
            if (WEXITSTATUS(status) != 0) {
                for (const auto other : children) {
                    kill(other, SIGKILL);
                }
            }
            QVERIFY2(WEXITSTATUS(status) == 0, m_shared->text.data());
            ++ended;
            continue;
        }
        if (++kills >= wanted) {
            m_shared->isEnding = true;
        }
        start(number);
    }

    Storage storage(path());
    const auto state = storage->load();
    QVERIFY2(state.repairs.empty(), state.repairs.empty() ? "" : state.repairs[0].c_str());
    const auto values = Storage::valuesOf(state);
    std::uint64_t counted = 0;
    for (std::size_t i = 0; i < children.size(); ++i) {
        const auto own = numberIn(values, "own/" + std::to_string(i));
        QVERIFY(own >= m_shared->writers[i].acknowledged);
        counted += m_shared->writers[i].counted;
    }
    // Each kill may have come between a write and its acknowledgement.
    const auto counter = numberIn(values, "counter");
    QVERIFY(counter >= counted);
    QVERIFY(counter <= counted + std::uint64_t(kills));
}

void tst_SqliteKills::stopped_othersGoOnOrNameIt()
{
    Storage(path()).put("key", "0");
    int named = 0;
    int wentOn = 0;
    for (long call = 1; call <= 120; ++call) {
        const auto child = inChild(*m_shared, [&] {
            shim::arm(shim::Fault::Stop, call);
            Storage storage(path(), 2);
            for (int i = 0; i < 5; ++i) {
                storage.put("theirs", std::to_string(i));
            }
            return 0;
        });
        int status = 0;
        QCOMPARE(waitpid(child, &status, WUNTRACED), child);
        if (WIFEXITED(status)) {
            QCOMPARE(WEXITSTATUS(status), 0); // the whole of it takes fewer calls
            break;
        }
        QVERIFY(WIFSTOPPED(status));
        {
            SqliteOptions options;
            options.patience = 0ms;
            const auto text = support::messageOf([&] {
                Storage storage(path(), 3, options);
                storage.put("key", std::to_string(call));
            });
            if (text.isEmpty()) {
                ++wentOn;
            } else {
                QVERIFY2(text.contains(QStringLiteral("it is locked by process %1;").arg(child)), qPrintable(text));
                ++named;
            }
        }
        kill(child, SIGCONT);
        QVERIFY2(resultOf(child) == 0, m_shared->text.data());
        Storage storage(path(), 3);
        storage.put("key", std::to_string(call));
        QCOMPARE(storage.values(), (Values{{"key", std::to_string(call)}, {"theirs", "4"}}));
    }
    QVERIFY(named > 0);
    QVERIFY(wentOn > 0);
}

void tst_SqliteKills::forked_childIsRefused()
{
    Storage storage(path());
    storage.put("key", "1");
    const auto child = inChild(*m_shared, [&] {
        const auto kinds = {
            support::errorOf([&] { storage->load(); }), support::errorOf([&] { storage.put("key", "2"); }),
            support::errorOf([&] { storage->changesSince(0, 1); }), support::errorOf([&] { storage->sync(); }),
            support::errorOf([&] { Storage other(m_folder->filePath(QStringLiteral("other.db"))); })};
        for (const auto &kind : kinds) {
            if (kind != EngineErrorKind::Misuse) {
                return 1;
            }
        }
        m_shared->say(support::messageOf([&] { storage->load(); }).toStdString());
        storage->close(1s);
        return 0;
    });
    QCOMPARE(resultOf(child), 0);
    QVERIFY(std::string(m_shared->text.data()).find("fork()") != std::string::npos);
    storage.put("key", "3");
    Storage other(path(), 2);
    QCOMPARE(other.values(), (Values{{"key", "3"}}));
}

void tst_SqliteKills::forked_childOpensWhenNothingIsOpen()
{
    Storage(path()).put("key", "1");
    const auto child = inChild(*m_shared, [&] {
        Storage(path(), 2).put("key", "2");
        return 0;
    });
    QVERIFY2(resultOf(child) == 0, m_shared->text.data());
    QCOMPARE(Storage(path()).values(), (Values{{"key", "2"}}));
}

QTEST_GUILESS_MAIN(tst_SqliteKills)
#include "tst_sqlitekills.moc"
