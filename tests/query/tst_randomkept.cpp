// SPDX-License-Identifier: MIT

// Random programs over answers in a storage that two clients share, and that holds what no client has written: damaged,
// huge and deep texts, those of other versions, times to come, names that are no keys; with a storage that fails for a
// while, and with bounds that change. A client that is opened is held against a plain reader of the storage.

#include "querytest.h"
#include "randomworlds.h"
#include "support/handlers.h"
#include "support/manualtime.h"
#include "texts.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRandomGenerator>
#include <QTest>

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

constexpr int Keys = 6;
constexpr auto Lifetime = 5000ms;
const std::string Prefix = "q/text[";
const auto textKey = queryKey<QString, int>("text");

std::string nameOf(int key)
{
    return Prefix + std::to_string(key) + ']';
}

/// The time of an entry that is one; -1 otherwise.
qint64 timeOf(const std::string &value)
{
    const QByteArray text = QByteArray::fromStdString(value);
    const qsizetype space = text.indexOf(' ');
    const QByteArray digits = text.left(std::max<qsizetype>(space, 0));
    bool ok =
        !digits.isEmpty() && std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    const qint64 time = ok ? digits.toLongLong(&ok) : 0;
    return ok ? time : -1;
}

/// What an entry says, if it is of the right type.
std::optional<QString> dataOf(const std::string &value)
{
    const std::string json = value.substr(value.find(' ') + 1);
    const QJsonArray whole = QJsonDocument::fromJson(QByteArray::fromStdString('[' + json + ']')).array();
    return whole.size() == 1 && whole.at(0).isString() ? std::optional(whole.at(0).toString()) : std::nullopt;
}

class World
{
public:
    World()
    {
        open(0, 2000);
        open(1, 2000);
    }
    World(const World &) = delete;
    World &operator=(const World &) = delete;
    ~World() = default;

    void step(QRandomGenerator &random)
    {
        const auto below = [&random](int end) { return static_cast<int>(random.bounded(end)); };
        const int key = below(Keys);
        const auto which = static_cast<std::size_t>(below(2));
        const QueryClient &client = *m_clients[which];
        switch (below(9)) {
        case 0:
        case 1:
            mutate(which, key, below(8) == 0 ? 1500 : below(60));
            break;
        case 2:
            client.mutate(textKey(key), std::nullopt);
            QVERIFY(!entry(key));
            break;
        case 3:
            invalidate(client, key, below(3));
            break;
        case 4:
        case 5:
            damage(random, key);
            break;
        case 6:
            m_now += std::chrono::milliseconds(below(2) == 0 ? below(100) : below(6000));
            break;
        case 7:
            m_fails = below(4) == 0;
            m_texts.setFails(m_fails);
            break;
        default:
            open(which, static_cast<std::size_t>(
                            std::array{0, 3, 400, 1000, 2000, 100000}.at(static_cast<std::size_t>(below(6)))));
            break;
        }
        if (m_fails) {
            m_errors.take();
        }
    }
    void check() { QCOMPARE(m_errors.take(), QList<QString>()); }

private:
    struct Row
    {
        std::string name;
        std::string value;
        qint64 rank = 0; ///< The least go first.
    };

    /// As it is in the storage.
    std::optional<std::string> entry(int key) const
    {
        for (const auto &[name, value] : m_texts.entries(nameOf(key))) {
            if (name == nameOf(key)) {
                return value;
            }
        }
        return std::nullopt;
    }
    QString text(int length) { return QString::number(++m_last) + u'"' + QString(length, u'x'); }
    void mutate(std::size_t which, int key, int length)
    {
        const QString data = text(length);
        m_now += 1ms; // so it is the last to go
        m_clients[which]->mutate(textKey(key), data);
        QCOMPARE(m_clients[which]->cached(textKey(key)), std::optional(data));
        if (m_fails) {
            return;
        }
        const auto row = entry(key);
        const auto size = static_cast<std::size_t>(data.size());
        if (size > m_most[which] / 4) {
            QVERIFY(!row);
        } else if (size + 100 < m_most[which] / 4) {
            QVERIFY(row);
            QCOMPARE(timeOf(*row), m_now.count());
            QCOMPARE(dataOf(*row), std::optional(data));
        }
    }
    void invalidate(const QueryClient &client, int key, int how)
    {
        if (how == 0) {
            client.invalidate(textKey(key));
        } else if (how == 1) {
            client.invalidate(textKey.where([key](int id) { return id <= key; }));
        } else {
            client.invalidate(textKey.all());
        }
        for (int id = 0; id < Keys; ++id) {
            if (id == key || (how == 1 && id < key) || how == 2) {
                QVERIFY(!entry(id));
            }
        }
        QVERIFY(how != 2 || m_texts.entries(Prefix).empty());
    }
    /// What another program, another version, a full disk or an enemy may have left.
    void damage(QRandomGenerator &random, int key)
    {
        const auto below = [&random](int end) { return static_cast<int>(random.bounded(end)); };
        const std::string now = std::to_string(m_now.count());
        std::string value = entry(key).value_or(now + " \"x\"");
        std::string name = nameOf(key);
        switch (below(11)) {
        case 0:
            value.resize(static_cast<std::size_t>(below(static_cast<int>(value.size()) + 1)));
            break;
        case 1:
            if (!value.empty()) {
                value[static_cast<std::size_t>(below(static_cast<int>(value.size())))] = static_cast<char>(below(256));
            }
            break;
        case 2:
            value =
                now
                + std::array{" 17", " {\"a\":1}", " [\"x\"]", " null", " ", ""}.at(static_cast<std::size_t>(below(6)));
            break;
        case 3:
            value = now + ' ' + std::string(static_cast<std::size_t>(below(3000)), '[');
            break;
        case 4:
            value = now + " \"" + std::string(static_cast<std::size_t>(below(5000)), 'y') + '"';
            break;
        case 5:
            value = std::to_string(m_now.count() + below(100000)) + " \"to come\"";
            break;
        case 6:
            value =
                std::to_string(below(2) == 0 ? std::numeric_limits<qint64>::max() : std::numeric_limits<qint64>::min())
                + " \"x\"";
            break;
        case 7:
            value = "v2 " + now + " \"x\"";
            break;
        case 8:
            value = now + std::string(" \"a\0b\"", 6);
            break;
        case 9:
            value = now + " \"\xff\xfe\"";
            break;
        default:
            name = Prefix
                   + std::array{"", "1", "1]]", "\"x\"]", "1,2]", "[[[[", "1e9]", " 1]", "01]"}.at(
                       static_cast<std::size_t>(below(9)));
            break;
        }
        if (!m_fails) {
            m_texts.set(name, value);
        }
    }
    /// Another run, whose answers may take so many bytes.
    void open(std::size_t which, std::size_t maxBytes)
    {
        std::vector<Row> good;
        std::size_t bytes = 0;
        for (const auto &[name, value] : m_texts.entries(Prefix)) {
            const qint64 time = timeOf(value);
            const std::size_t size = name.size() + value.size();
            if (time >= 0 && m_now.count() - time < Lifetime.count() && size <= maxBytes / 4) {
                good.push_back({name, value, time > m_now.count() ? -1 : time});
                bytes += size;
            }
        }
        m_most[which] = maxBytes;
        m_clients[which].emplace();
        m_clients[which]->keep(
            textKey, m_texts,
            {.lifetime = Lifetime, .maxBytes = maxBytes, .prefix = "q/", .clock = [this] { return m_now; }});
        checkSwept(good, bytes, maxBytes);
        for (int key = 0; key < Keys; ++key) {
            checkRead(*m_clients[which], key);
        }
    }
    void checkSwept(const std::vector<Row> &good, std::size_t bytes, std::size_t maxBytes)
    {
        const auto left = m_texts.entries(Prefix);
        std::size_t leftBytes = 0;
        qint64 leastLeft = std::numeric_limits<qint64>::max();
        qint64 mostGone = std::numeric_limits<qint64>::min();
        std::size_t known = 0;
        for (const Row &row : good) {
            const bool isLeft = std::find(left.begin(), left.end(), std::pair(row.name, row.value)) != left.end();
            known += isLeft ? 1 : 0;
            leftBytes += isLeft ? row.name.size() + row.value.size() : 0;
            (isLeft ? leastLeft : mostGone) = isLeft ? std::min(leastLeft, row.rank) : std::max(mostGone, row.rank);
        }
        QCOMPARE(left.size(), known);
        QVERIFY(mostGone <= leastLeft);
        QVERIFY(leftBytes <= maxBytes - maxBytes / 4);
        QVERIFY(known == good.size() || bytes > maxBytes - maxBytes / 4);
    }
    void checkRead(const QueryClient &client, int key)
    {
        const auto found = entry(key);
        const auto expected = found && !m_fails ? dataOf(*found) : std::nullopt;
        const auto query = client.query(textKey, key, [](int) { return QString(); }, {.enabled = {atom(false)}});
        const auto fetched = query.peek();
        QCOMPARE(fetched.data, expected);
        QCOMPARE(fetched.stale, expected.has_value());
        QCOMPARE(entry(key), expected || m_fails ? found : std::nullopt);
    }

    ManualTime m_time;
    ErrorLog m_errors;
    Texts m_texts;
    std::chrono::milliseconds m_now{1000000};
    std::array<std::optional<QueryClient>, 2> m_clients;
    std::array<std::size_t, 2> m_most{};
    bool m_fails = false;
    int m_last = 0;
};

} // namespace

class tst_RandomKept : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void programs() { runRandomWorlds<World>(); }
};

QTEST_GUILESS_MAIN(tst_RandomKept)
#include "tst_randomkept.moc"
