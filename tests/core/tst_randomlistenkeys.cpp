// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <stdexcept>
#include <vector>

using namespace nanostores;

namespace {

using Dict = Dictionary<int, int>;

/// Hashes and compares as an int does, and throws when a test says so.
struct Key
{
    Key(int value) // NOLINT: meant to convert
        : number(value)
    {
    }
    static void fail()
    {
        if (failsIn > 0 && --failsIn == 0) {
            throw std::runtime_error("hash");
        }
    }
    friend bool operator==(const Key &a, const Key &b) { return a.number == b.number; }

    int number;
    static inline int failsIn = 0;
};

} // namespace

template<>
struct std::hash<Key>
{
    std::size_t operator()(const Key &key) const
    {
        Key::fail();
        return std::size_t(key.number % 5);
    }
};

namespace {

constexpr int KeyCount = 14;

struct Silent final : detail::Listener
{
    void call(detail::Node &, detail::OldValue *, bool) override {}
};

/// A map and those who watch its keys, whose functions do things as well. Apart, a silent listener stands between any
/// two of them, so that each is asked by itself about every change.
class World
{
public:
    enum Watchers { Together, Apart };

    /// writes: of the watchers. What the others write inside a listener comes at the same time in both worlds.
    World(unsigned seed, Watchers watchers, bool writes)
        : m_random(seed)
        , m_apart(watchers == Apart)
        , m_watchersWrite(writes)
    {
        for (int i = any(14); i > 0; --i) {
            watch();
        }
    }

    void step()
    {
        m_budget = 10;
        try {
            act();
        } catch (const std::runtime_error &error) {
            note(error.what());
        }
        note(";");
    }
    const QByteArray &trace() const { return m_trace; }
    /// Each watcher was called with what its keys have now.
    bool isSettled() const
    {
        return std::all_of(m_watchers.begin(), m_watchers.end(), [&](const auto &entry) {
            const Watcher &watcher = entry.second;
            return !m_subscriptions.contains(entry.first) || watcher.seen == now(watcher.keys);
        });
    }

private:
    struct Watcher
    {
        std::vector<int> keys;
        std::vector<int> seen;
    };
    std::vector<int> now(const std::vector<int> &keys) const
    {
        std::vector<int> values;
        for (const int key : keys) {
            const int *value = m_store.getKey(key);
            values.push_back(value ? *value : -1);
        }
        return values;
    }

    int any(int below) { return int(m_random() % unsigned(below)); }
    void note(const QByteArray &text) { m_trace += text + ' '; }
    void note(const Dict &value)
    {
        for (const auto &[key, number] : value) {
            m_trace += QByteArray::number(key) + '=' + QByteArray::number(number) + ',';
        }
        m_trace += ' ';
    }

    void act(bool writes = true)
    {
        switch (writes ? any(16) : 10 + 2 * any(3)) {
        case 0:
        case 1:
        case 2:
        case 3:
        case 4:
            m_store.setKey(any(KeyCount), any(3));
            break;
        case 5:
            m_store.removeKey(any(KeyCount));
            break;
        case 6:
        case 7:
            batch([&] {
                for (int i = any(6); i >= 0; --i) {
                    act();
                }
            });
            break;
        case 8: {
            Dict next = any(2) ? m_store.peek() : Dict();
            next.insert(any(KeyCount), any(3));
            m_store.set(next);
            break;
        }
        case 10:
            end();
            break;
        case 11:
            effectOrListener();
            break;
        case 9:
            batch([&] {
                for (int key = 0; key < KeyCount; ++key) {
                    m_store.setKey(key, any(3));
                }
            });
            break;
        default:
            watch();
        }
    }
    /// In every function that is called.
    void meddle(bool writes)
    {
        if (--m_budget > 0 && any(3) == 0) {
            act(writes);
        }
        if (any(40) == 0) {
            throw std::runtime_error("listener");
        }
    }
    void end()
    {
        if (m_subscriptions.empty()) {
            return;
        }
        auto at = m_subscriptions.lower_bound(any(m_made));
        if (at == m_subscriptions.end()) {
            at = m_subscriptions.begin();
        }
        Subscription over = std::move(at->second); // its end may change the list
        m_subscriptions.erase(at);
        over.reset();
    }
    void effectOrListener()
    {
        const int id = m_made++;
        Subscription made;
        if (any(3) == 0) {
            made = effect([this, id] {
                note("effect" + QByteArray::number(id));
                note(m_store());
            });
        } else if (any(2) == 0) {
            made = m_store.listen([this, id] {
                note("listener" + QByteArray::number(id));
                meddle(true);
            });
        } else {
            made = m_store.listen([this, id](const Dict &, const Dict &old) {
                note("old" + QByteArray::number(id));
                note(old);
            });
        }
        m_subscriptions.insert_or_assign(id, std::move(made));
    }
    void watch()
    {
        const int id = m_made++;
        std::vector<int> keys;
        for (int i = any(8) == 0 ? any(KeyCount) : any(3); i >= 0; --i) {
            keys.push_back(any(KeyCount));
        }
        m_watchers.insert_or_assign(id, Watcher{keys, now(keys)});
        const auto began = [this, id](const Dict &value) {
            note("watcher" + QByteArray::number(id));
            note(value);
            Watcher &watcher = m_watchers.at(id);
            watcher.seen = now(watcher.keys);
        };
        Subscription made;
        switch (any(3)) {
        case 0:
            made = listenKeys(m_store, keys, [this, began](const Dict &value) {
                began(value);
                meddle(m_watchersWrite);
            });
            break;
        case 1:
            made = listenKeys(m_store, keys, [this, began](const Dict &value, const Dict &old, const int *key) {
                began(value);
                note(old);
                note(key ? QByteArray::number(*key) : "null");
                meddle(m_watchersWrite);
            });
            break;
        default:
            made = listenKeys(m_store, keys, [this, began](const Dict &value, const MapChange<int, int> &change) {
                began(value);
                note(change.whole ? "whole" : "keys");
                meddle(m_watchersWrite);
            });
        }
        m_subscriptions.insert_or_assign(id, std::move(made));
        if (m_apart) {
            m_separators.push_back(silentListener());
        }
    }

    Subscription silentListener()
    {
        auto *const listener = new Silent;
        detail::attachListener(*m_store.node(), listener, 0);
        return Subscription(static_cast<detail::Listener *>(listener));
    }

    std::mt19937 m_random;
    bool m_apart;
    bool m_watchersWrite;
    int m_budget = 0;
    int m_made = 0;
    QByteArray m_trace;
    Map<int, int> m_store = map(Dict{{1, 1}, {2, 2}});
    std::vector<Subscription> m_separators;
    std::map<int, Watcher> m_watchers;
    std::map<int, Subscription> m_subscriptions;
};

} // namespace

/// Many watchers of keys next to one another are called as each of them by itself would be.
class tst_RandomListenKeys : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void watchers_calledAsEachByItself();
    void watchers_thatWriteMissNothing();
    void watchers_endInAnyOrder();
    void hash_thatThrowsLosesNothing();
};

void tst_RandomListenKeys::watchers_calledAsEachByItself()
{
    QByteArray reported;
    setErrorHandler([&](const std::exception_ptr &) { reported += '!'; });
    for (unsigned seed = 1; seed <= 600; ++seed) {
        World together(seed, World::Together, false);
        World apart(seed, World::Apart, false);
        for (int i = 0; i < 30; ++i) {
            reported.clear();
            together.step();
            const QByteArray first = std::exchange(reported, {});
            apart.step();
            if (together.trace() != apart.trace() || first != reported) {
                QFAIL(qPrintable(QStringLiteral("seed %1, step %2:\n%3\n%4")
                                     .arg(seed)
                                     .arg(i)
                                     .arg(QString::fromUtf8(together.trace().split(';').value(i)),
                                          QString::fromUtf8(apart.trace().split(';').value(i)))));
            }
        }
    }
    setErrorHandler({});
}

void tst_RandomListenKeys::watchers_thatWriteMissNothing()
{
    setErrorHandler([](const std::exception_ptr &) {});
    for (unsigned seed = 1; seed <= 600; ++seed) {
        World world(seed, seed % 4 ? World::Together : World::Apart, true);
        for (int i = 0; i < 30; ++i) {
            world.step();
            QVERIFY2(world.isSettled(), qPrintable(QStringLiteral("seed %1, step %2").arg(seed).arg(i)));
        }
    }
    setErrorHandler({});
}

void tst_RandomListenKeys::watchers_endInAnyOrder()
{
    std::mt19937 random(1);
    for (int round = 0; round < 200; ++round) {
        const auto store = map<int, int>();
        std::vector<std::optional<Subscription>> watchers(20);
        std::vector<int> calls(watchers.size());
        int value = 0;
        for (int i = 0; i < 60; ++i) {
            const std::size_t at = random() % watchers.size();
            if (watchers[at]) {
                watchers[at].reset();
            } else {
                watchers[at] = listenKeys(store, {int(at % 6), 10}, [&calls, at] { ++calls[at]; });
            }
            const int key = int(random() % 12);
            std::vector<int> expected = calls;
            for (std::size_t other = 0; other < watchers.size(); ++other) {
                expected[other] += watchers[other] && (key == 10 || key == int(other % 6)) ? 1 : 0;
            }
            store.setKey(key, ++value);
            QCOMPARE(calls, expected);
        }
    }
}

// The hash of the keys throws when the watchers are looked for, when they are noted down, or when they leave.
void tst_RandomListenKeys::hash_thatThrowsLosesNothing()
{
    int reported = 0;
    setErrorHandler([&](const std::exception_ptr &) { ++reported; });
    for (int failsIn = 1; failsIn < 60; ++failsIn) {
        const auto store = map<Key, int>();
        std::vector<int> calls(8);
        std::vector<Subscription> watchers;
        for (int i = 0; i < 8; ++i) {
            watchers.push_back(listenKeys(store, {Key(i % 4)}, [&calls, i] { ++calls[std::size_t(i)]; }));
        }
        Key::failsIn = failsIn;
        bool isSet = true;
        try {
            store.setKey(Key(1), 1);
        } catch (const std::runtime_error &) {
            isSet = store.peek().size() > 0;
        }
        watchers.erase(watchers.begin() + 4, watchers.end());
        Key::failsIn = 0;
        if (isSet) { // only who was asked while it failed may have missed it
            QVERIFY(calls[1] + calls[5] >= 1);
        }
        calls.assign(8, 0);
        store.setKey(Key(1), 2);
        store.setKey(Key(3), 2);
        QCOMPARE(calls, (std::vector<int>{0, 1, 0, 1, 0, 0, 0, 0}));
        watchers.clear();
        store.setKey(Key(1), 3);
        QCOMPARE(calls, (std::vector<int>{0, 1, 0, 1, 0, 0, 0, 0}));
    }
    setErrorHandler({});
}

QTEST_APPLESS_MAIN(tst_RandomListenKeys)
#include "tst_randomlistenkeys.moc"
