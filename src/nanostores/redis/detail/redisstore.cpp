// SPDX-License-Identifier: MIT
#include <nanostores/redis/detail/redisstore.h>

#include <nanostores/persistent/detail/entrytable.h>
#include <nanostores/redis/detail/redisscript.h>

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr std::size_t LargestInLog = 1024; ///< bytes
constexpr std::size_t LogAtOnce = 1000;
constexpr std::size_t MostEmptyPages = 100000;
constexpr std::string_view KeepResults = "604800"; ///< A week, in seconds.

template<typename T>
std::optional<T> numberOf(std::string_view text)
{
    T value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

std::string keyOf(const RedisAddress &address, std::string_view what)
{
    return "ns:{" + address.name.toStdString() + "}:" + std::string(what);
}

RespLimits limitsOf(const RedisOptions &options)
{
    RespLimits limits;
    limits.bulk = options.largestValue + std::size_t{64} * 1024;
    limits.answer = std::max(limits.answer, options.largestValue * 4);
    return limits;
}

} // namespace

RedisStore::RedisStore(const RedisOptions &options, const RedisAddress &address)
    : m_options(options)
    , m_link(options, address, limitsOf(options))
    , m_values(keyOf(address, "values"))
    , m_log(keyOf(address, "log"))
    , m_meta(keyOf(address, "meta"))
    , m_gone(keyOf(address, "gone"))
    , m_done(keyOf(address, "done:"))
{
}

void RedisStore::failUnreadable(const std::string &what)
{
    m_link.fail(EngineErrorKind::Failed, "the server has answered " + what
                                             + ", which this program does not understand; another program may use "
                                               "the keys that begin with "
                                             + m_values.substr(0, m_values.size() - 6));
}

void RedisStore::open()
{
    if (m_link.isOpen()) {
        return;
    }
    m_link.open();
    const RespValue answer = m_link.call({"SCRIPT", "LOAD", RedisScript});
    if (!answer.isText()) {
        failUnreadable("no name of a script");
    }
    m_script = answer.text;
}

// Transactions

void RedisStore::send(const RedisTransaction &transaction, const Known &known, std::span<const std::string> confirmed)
{
    std::deque<std::string> made; // which the words look at
    std::vector<std::string_view> words;
    const auto add = [&](std::string text) { words.push_back(made.emplace_back(std::move(text))); };
    words.push_back("EVALSHA");
    words.push_back(m_script);
    words.push_back("5");
    words.push_back(m_values);
    words.push_back(m_log);
    words.push_back(m_meta);
    words.push_back(m_gone);
    add(m_done + transaction.id.substr(0, transaction.id.find('/')));
    add(std::to_string(randomNumber()));
    add(std::to_string(known.epoch));
    add(std::to_string(known.position));
    add(std::to_string(known.writer));
    add(std::to_string(m_options.keptChanges));
    add(std::to_string(LargestInLog));
    words.push_back(KeepResults);
    words.push_back(transaction.id);
    add(std::to_string(confirmed.size()));
    words.insert(words.end(), confirmed.begin(), confirmed.end());
    for (const StorageWrite &write : transaction.writes) {
        words.push_back(write.key);
        add(write.expect ? std::to_string(*write.expect) : std::string());
        add(std::to_string(write.schema));
        add(write.value ? 'v' + *write.value : std::string("d"));
    }
    m_link.send(words);
}

ScriptAnswer RedisStore::receive(const RedisTransaction &transaction)
{
    const RespValue answer = m_link.receive(m_link.answerDeadline());
    if (answer.isError()) {
        if (answer.text.starts_with("NOSCRIPT")) { // nothing was done; open() gives it the script again
            m_link.fail(EngineErrorKind::Unavailable, "the server has forgotten the script of this program");
        }
        ScriptAnswer refused;
        refused.error = answer;
        return refused;
    }
    ScriptAnswer result = stateOf(answer);
    const auto &outcomes = answer.items[3].items;
    if (outcomes.size() != transaction.writes.size()) {
        failUnreadable("another number of results than there were writes");
    }
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        const std::string_view text = outcomes[i].text;
        WriteOutcome outcome;
        if (text.starts_with('w')) {
            const auto version = numberOf<std::uint64_t>(text.substr(1));
            if (!version) {
                failUnreadable("no version of a write");
            }
            outcome.version = *version;
        } else if (text.starts_with('c') || text.starts_with('n')) {
            outcome.result = text.front() == 'c' ? WriteResult::Conflict : WriteResult::Newer;
            if (text.size() > 1) {
                outcome.current = entryOf(transaction.writes[i].key, text.substr(1));
                if (!outcome.current) {
                    failUnreadable("a value without its version");
                }
            }
        } else {
            failUnreadable("a result that is not known");
        }
        result.outcomes.push_back(std::move(outcome));
    }
    return result;
}

ScriptAnswer RedisStore::stateOf(const RespValue &answer)
{
    if (!answer.isList() || answer.items.size() != 4 || !answer.items[3].isList()) {
        failUnreadable("no state of the values");
    }
    const auto epoch = numberOf<std::uint64_t>(answer.items[0].text);
    const auto position = numberOf<Position>(answer.items[1].text);
    if (!epoch || *epoch == 0 || !position) {
        failUnreadable("no epoch of the values");
    }
    return {std::nullopt, *epoch, *position, answer.items[2].text, {}};
}

ScriptAnswer RedisStore::state(const Known &known)
{
    const RedisTransaction none;
    send(none, known, {});
    ScriptAnswer answer = receive(none);
    if (answer.error) {
        refuse(*answer.error);
    }
    return answer;
}

// Reading

std::optional<StorageEntry> RedisStore::entryOf(std::string key, std::string_view row) const
{
    const auto end = row.find('\n');
    const auto first = row.find(' ');
    const auto second = first == std::string_view::npos ? first : row.find(' ', first + 1);
    if (end == std::string_view::npos || second == std::string_view::npos || second > end) {
        return std::nullopt;
    }
    const auto version = numberOf<std::uint64_t>(row.substr(0, first));
    const auto schema = numberOf<std::uint32_t>(row.substr(first + 1, second - first - 1));
    const auto writer = numberOf<std::uint64_t>(row.substr(second + 1, end - second - 1));
    if (!version || !schema || !writer) {
        return std::nullopt;
    }
    return StorageEntry{std::move(key), std::string(row.substr(end + 1)), *version, *schema, *writer};
}

/// Each entry that is there from the beginning to the end, and some of the others. Few at first: how large they are is
/// not known before.
std::vector<StorageEntry> RedisStore::all()
{
    std::unordered_map<std::string, StorageEntry> found;
    std::size_t count = 10;
    std::size_t total = 0;
    std::size_t emptyPages = 0;
    std::string cursor = "0";
    do {
        const RespValue answer = m_link.call({"HSCAN", m_values, cursor, "COUNT", std::to_string(count)});
        if (!answer.isList() || answer.items.size() != 2 || !answer.items[0].isText() || !answer.items[1].isList()
            || answer.items[1].items.size() % 2 != 0) {
            failUnreadable("HSCAN with something else than a cursor and values");
        }
        std::size_t bytes = 0;
        const auto &rows = answer.items[1].items;
        for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
            bytes += rows[i + 1].text.size();
            auto entry = entryOf(rows[i].text, rows[i + 1].text);
            if (!entry) {
                failUnreadable("a value without its version");
            }
            found.insert_or_assign(rows[i].text, std::move(*entry));
        }
        total += bytes;
        emptyPages += rows.empty() ? 1 : 0;
        if (total > m_options.largestTotal || emptyPages > MostEmptyPages) {
            m_link.fail(EngineErrorKind::Failed, "the server has more than " + std::to_string(m_options.largestTotal)
                                                     + " bytes of values; RedisOptions::largestTotal says how many are "
                                                       "read");
        }
        count = bytes < std::size_t{64} * 1024    ? std::min<std::size_t>(count * 2, 1000)
                : bytes > std::size_t{512} * 1024 ? std::max<std::size_t>(count / 4, 4)
                                                  : count;
        cursor = answer.items[0].text;
    } while (cursor != "0");
    std::vector<StorageEntry> entries;
    entries.reserve(found.size());
    for (auto &[key, entry] : found) {
        entries.push_back(std::move(entry));
    }
    return entries;
}

ScriptAnswer RedisStore::changesSince(Position position, std::uint64_t epoch, RedisChanges &changes)
{
    ScriptAnswer state;
    for (;;) {
        m_link.send({"HMGET", m_meta, "epoch", "seq"});
        m_link.send({"XREAD", "COUNT", std::to_string(LogAtOnce), "STREAMS", m_log, std::to_string(position) + "-0"});
        const QDeadlineTimer until = m_link.answerDeadline();
        const RespValue meta = m_link.receive(until);
        const RespValue log = m_link.receive(until);
        for (const RespValue *answer : {&meta, &log}) {
            if (answer->isError()) {
                m_link.refuse(*answer);
            }
        }
        if (!meta.isList() || meta.items.size() != 2) {
            failUnreadable("HMGET with something else than two values");
        }
        state.epoch = numberOf<std::uint64_t>(meta.items[0].text).value_or(0);
        state.position = numberOf<Position>(meta.items[1].text).value_or(0);
        if (state.epoch != epoch || state.position < position) {
            return state;
        }
        const std::size_t before = changes.entries.size();
        readLog(log, epoch, position, changes);
        if (changes.isOther || changes.hasGap) {
            return state;
        }
        if (changes.entries.size() == before || changes.entries.size() > 2 * m_options.keptChanges + LogAtOnce) {
            changes.hasGap = state.position > position; // the log has lost them, or all of it is read sooner
            return state;
        }
        position = changes.entries.back().version;
        if (position >= state.position) {
            state.position = position;
            return state;
        }
    }
}

void RedisStore::readLog(const RespValue &answer, std::uint64_t epoch, Position position, RedisChanges &changes) const
{
    if (answer.isNull()) {
        return;
    }
    const auto isStream = [](const RespValue &value) { return value.isList() && value.items.size() == 2; };
    if (!answer.isList() || answer.items.size() != 1 || !isStream(answer.items[0])
        || !answer.items[0].items[1].isList()) {
        changes.hasGap = true;
        return;
    }
    for (const RespValue &item : answer.items[0].items[1].items) {
        if (!isStream(item) || !item.items[1].isList()) {
            changes.hasGap = true;
            return;
        }
        StorageEntry entry;
        entry.version = numberOf<Position>(std::string_view(item.items[0].text).substr(0, item.items[0].text.find('-')))
                            .value_or(0);
        std::uint64_t itsEpoch = 0;
        bool isDeletion = false;
        const auto &fields = item.items[1].items;
        for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
            const std::string &text = fields[i + 1].text;
            if (fields[i].text == "k") {
                entry.key = text;
            } else if (fields[i].text == "v") {
                entry.value = text;
            } else if (fields[i].text == "s") {
                entry.schema = numberOf<std::uint32_t>(text).value_or(0);
            } else if (fields[i].text == "w") {
                entry.writer = numberOf<std::uint64_t>(text).value_or(0);
            } else if (fields[i].text == "e") {
                itsEpoch = numberOf<std::uint64_t>(text).value_or(0);
            } else if (fields[i].text == "d") {
                isDeletion = true;
            }
        }
        if (itsEpoch != epoch) {
            changes.isOther = true;
            return;
        }
        if (entry.version != position + 1) {
            changes.hasGap = true;
            return;
        }
        position = entry.version;
        if (!isDeletion && !entry.value) {
            changes.large.push_back(entry.key);
        }
        changes.entries.push_back(std::move(entry));
    }
}

std::vector<StorageEntry> RedisStore::entriesOf(std::span<const std::string> keys)
{
    for (const std::string &key : keys) {
        m_link.send({"HGET", m_values, key});
    }
    std::vector<StorageEntry> entries;
    for (const std::string &key : keys) {
        const RespValue answer = m_link.receive(m_link.answerDeadline());
        if (answer.isError()) {
            m_link.close(); // the answers of the other keys are still to come
            m_link.refuse(answer);
        }
        auto entry = answer.isText() ? entryOf(key, answer.text) : std::optional(StorageEntry{key, {}, 0, 0, 0});
        if (!entry) {
            failUnreadable("a value without its version");
        }
        entries.push_back(std::move(*entry));
    }
    return entries;
}

// The feed

RedisFeed::RedisFeed(const RedisOptions &options, const RedisAddress &address)
    : m_options(options)
    , m_link(options, address, limitsOf(options))
{
}

void RedisFeed::close() noexcept
{
    m_link.close();
    m_answers = 0;
    m_news = {};
}

void RedisFeed::ask(const RedisStore &store, Position position)
{
    m_news = {};
    m_from = position;
    m_since.start();
    m_link.send({"HMGET", store.metaKey(), "epoch", "seq"});
    m_link.send({"XREAD", "COUNT", "100", "BLOCK", std::to_string(m_options.ping.count()), "STREAMS", store.logKey(),
                 std::to_string(position) + "-0"});
    m_answers = 2;
}

RedisFeed::News RedisFeed::take()
{
    while (m_answers > 0) {
        auto answer = m_link.take();
        if (!answer) {
            return {};
        }
        if (answer->isError()) {
            const RespValue error = *answer;
            close();
            m_link.refuse(error);
        }
        m_since.restart();
        if (m_answers-- == 2) {
            if (answer->items.size() == 2) {
                m_news.epoch = answer->items[0].text;
                m_news.position = answer->items[1].isNull() ? "0" : answer->items[1].text; // nothing was written yet
            }
        } else {
            m_news.isAnswer = true;
            if (!answer->isNull()) {
                m_news.changes = std::move(*answer);
            }
        }
    }
    return std::exchange(m_news, {});
}

bool RedisFeed::isLate() const
{
    return m_link.isOpen() && m_answers > 0 && m_since.isValid() && m_since.hasExpired(2 * m_options.ping.count());
}

} // namespace nanostores::detail
