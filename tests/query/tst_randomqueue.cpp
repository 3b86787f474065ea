// SPDX-License-Identifier: MIT

// Random programs of queued mutations against a plain model: calls, answers, failures, conflicts, the network, time and
// restarts, with a cache whose answers come and go, and a queue and mutations that end before it, in any order.

#include "querytest.h"
#include "randomworlds.h"
#include "support/handlers.h"
#include "support/manualtime.h"
#include "texts.h"

#include <QRandomGenerator>
#include <QTest>

#include <deque>
#include <optional>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

constexpr int Keys = 2;

struct ModelCall
{
    int key = 0;
    int number = 0;
    bool isOther = false;
    int attempts = 0;
    bool isHeld = false;
};

/// A call of either mutation on a number.
int changed(int value, bool isOther, int number)
{
    return (isOther ? value * 3 : value * 2) + number;
}

class World
{
public:
    World() { open(); }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    ~World()
    {
        m_app.reset();
        server.stop();
    }

    void step(QRandomGenerator &random)
    {
        const auto below = [&random](int end) { return static_cast<int>(random.bounded(end)); };
        const int key = below(Keys);
        if (!m_app->queue && below(3) == 0) {
            openQueue();
        }
        switch (below(14)) {
        case 0:
        case 1:
        case 2:
            call(key, below(100), below(2) == 0);
            break;
        case 3:
        case 4:
            end(below(4));
            break;
        case 5:
            m_online.set(!m_online.peek());
            m_isRetrying = m_isRetrying && !m_online.peek();
            sendModel();
            break;
        case 6:
            m_time.advance(1000);
            m_isRetrying = false;
            m_isStarted = m_app->queue.has_value() || m_calls.empty();
            sendModel();
            break;
        case 7:
            m_app->client.mutate(itemKey(key), m_base[key] = below(50));
            break;
        case 8:
            if (below(2) == 0) {
                restart();
            }
            break;
        case 9:
            if (m_app->queue) {
                m_app->queue->retry();
                m_isRetrying = false;
                if (!m_calls.empty()) {
                    m_calls.front().isHeld = false;
                }
                sendModel();
            }
            break;
        case 10:
            endQueue();
            break;
        case 11:
            while (m_app->mutations.size() > static_cast<std::size_t>(key)) {
                m_app->mutations.pop_back();
            }
            break;
        case 12:
            endLate(below(2) == 0);
            break;
        default:
            drop(below(6));
            break;
        }
    }
    void check()
    {
        QStringList expected;
        for (const ModelCall &call : m_calls) {
            expected.append(u"%1:%2#%3"_s.arg(call.key).arg(call.number).arg(call.attempts));
        }
        if (m_app->queue) {
            QStringList actual;
            const auto calls = m_app->queue->calls().get();
            for (qsizetype i = 0; i < calls.size(); ++i) {
                actual.append(expected.value(i).section(u'#', 0, 0) + u'#' + QString::number(calls[i].attempts));
                QCOMPARE(calls[i].state == QueuedCallState::Held, m_calls.at(static_cast<std::size_t>(i)).isHeld);
            }
            QCOMPARE(actual, expected);
            QCOMPARE(m_app->queue->state().get() == QueueState::Sending, m_isSending);
        }
        for (const auto &mutation : m_app->mutations) {
            QVERIFY(m_app->queue || !mutation.peek().loading);
        }
        QCOMPARE(m_texts.entries("queue/").size(), m_calls.size());
        QCOMPARE(server.requests(), m_requests);
        QCOMPARE(m_dropped, m_expectedDropped);
        QCOMPARE(m_failures, m_expectedFailures);
        for (int key = 0; key < Keys; ++key) {
            std::optional<int> value = m_base[key];
            for (const ModelCall &call : m_calls) {
                if (value && call.key == key && m_app->queue) {
                    value = changed(*value, call.isOther, call.number);
                }
            }
            QCOMPARE(m_app->items[static_cast<std::size_t>(key)].peek().data, value);
        }
    }

private:
    struct App
    {
        QueryClient client;
        std::optional<MutationQueue> queue; ///< None: it has ended.
        std::vector<Mutation<int, int, int>> mutations; ///< Those that have not.
        std::vector<Query<int>> items; ///< That fetch nothing.
    };

    Mutation<int, int, int> make(const MutationQueue &queue, bool isOther)
    {
        return queue.mutation(
            isOther ? "other" : "add",
            [isOther](MutationContext &context, int key, int number) {
                context.update(itemKey(key),
                               [isOther, number](int &value) { value = changed(value, isOther, number); });
            },
            [this](const SendContext &context, int key, int number) {
                return server.ask(u"%1:%2#%3"_s.arg(key).arg(number).arg(context.attempt));
            },
            {.onError = [this](const QueryFailure &) { ++m_failures; }});
    }
    void open()
    {
        const QueryClient client({.cacheLifetime = std::chrono::hours(1000)});
        client.keep(itemKey, m_texts, {.prefix = "answers/"});
        m_app.emplace(App{client, {}, {}, {}});
        for (int key = 0; key < Keys; ++key) {
            m_app->items.push_back(client.query(itemKey, key, [](int) { return 0; }, {.enabled = {atom(false)}}));
        }
        openQueue();
    }
    void openQueue()
    {
        const MutationQueue queue(m_app->client, m_texts,
                                  {.onFailure =
                                       [this](const QueryFailure &) {
                                           return m_verdict == 1   ? QueueVerdict::retry(1000ms)
                                                  : m_verdict == 2 ? QueueVerdict::hold()
                                                                   : QueueVerdict::drop();
                                       },
                                   .enabled = {m_online},
                                   .onDropped = [this](const QueuedCall &) { ++m_dropped; }});
        m_app->queue = queue;
        m_app->mutations = {make(queue, false), make(queue, true)};
        m_isStarted = m_calls.empty();
        for (ModelCall &call : m_calls) {
            call.isHeld = false;
        }
    }
    void leaveRequest()
    {
        if (std::exchange(m_isSending, false)) {
            m_late.push_back(static_cast<std::size_t>(m_requests.size() - 1));
        }
        m_isRetrying = false;
    }
    void endQueue()
    {
        m_app->queue.reset();
        leaveRequest();
    }
    /// An answer to what a queue had sent that has ended.
    void endLate(bool isGood)
    {
        if (m_late.empty()) {
            return;
        }
        const std::size_t request = m_late.front();
        m_late.pop_front();
        if (isGood) {
            server.answer(request, 0);
        } else {
            server.refuse(request);
        }
    }
    void restart()
    {
        m_app.reset();
        leaveRequest();
        open();
    }
    void call(int key, int number, bool isOther)
    {
        if (m_app->mutations.size() <= (isOther ? 1U : 0U)) {
            return;
        }
        if (!m_app->queue) {
            const auto task = m_app->mutations[isOther ? 1 : 0](key, number);
            QVERIFY(thrownBy([&] { task.result(); }).contains(u"queue of this mutation has gone"_s));
            ++m_expectedFailures;
            return;
        }
        m_isStarted = true;
        m_calls.push_back({key, number, isOther});
        sendModel();
        m_app->mutations[isOther ? 1 : 0](key, number);
    }
    void sendModel()
    {
        if (m_app->queue && m_isStarted && !m_isSending && !m_isRetrying && m_online.peek() && !m_calls.empty()
            && !m_calls.front().isHeld) {
            m_isSending = true;
            ModelCall &first = m_calls.front();
            ++first.attempts;
            m_requests.append(u"%1:%2#%3"_s.arg(first.key).arg(first.number).arg(first.attempts));
        }
    }
    /// The server answers the request that is running: 0 with success, others with failures of a kind each.
    void end(int kind)
    {
        if (!m_isSending) {
            return;
        }
        const auto request = static_cast<std::size_t>(m_requests.size() - 1);
        m_isSending = false;
        ModelCall &first = m_calls.front();
        m_verdict = kind;
        if (kind == 0) {
            if (m_base[first.key]) {
                m_base[first.key] = changed(*m_base[first.key], first.isOther, first.number);
            }
            m_calls.pop_front();
        } else if (kind == 1) {
            m_isRetrying = true;
        } else if (kind == 2) {
            first.isHeld = true;
        } else {
            m_calls.pop_front();
            ++m_expectedDropped;
            ++m_expectedFailures;
        }
        sendModel();
        if (kind == 0) {
            server.answer(request, 0);
        } else {
            server.refuse(request);
        }
    }
    void drop(int place)
    {
        const auto calls = m_app->queue ? m_app->queue->calls().get() : QList<QueuedCall>();
        if (place >= calls.size()) {
            return;
        }
        if (place == 0) {
            m_isSending = m_isRetrying = false;
        }
        m_calls.erase(m_calls.begin() + place);
        ++m_expectedFailures;
        sendModel();
        m_app->queue->drop(calls[place].id);
    }

    ManualTime m_time;
    Server server;
    Texts m_texts;
    Atom<bool> m_online{true};
    int m_verdict = 0;
    int m_dropped = 0;
    int m_failures = 0; ///< Of mutations.
    std::optional<App> m_app;

    std::deque<ModelCall> m_calls;
    std::array<std::optional<int>, Keys> m_base;
    QList<QString> m_requests;
    std::deque<std::size_t> m_late; ///< Requests of queues that have ended.
    bool m_isSending = false;
    bool m_isRetrying = false;
    bool m_isStarted = true;
    int m_expectedDropped = 0;
    int m_expectedFailures = 0;
};

} // namespace

class tst_RandomQueue : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programs() { runRandomWorlds<World>(); }
};

QTEST_GUILESS_MAIN(tst_RandomQueue)
#include "tst_randomqueue.moc"
