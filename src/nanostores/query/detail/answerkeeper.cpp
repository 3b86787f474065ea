// SPDX-License-Identifier: MIT
#include <nanostores/query/detail/answerkeeper.h>
#include <nanostores/query/detail/guarded.h>

#include <QDateTime>

#include <algorithm>
#include <charconv>
#include <tuple>
#include <vector>

namespace nanostores::detail {

namespace {

struct Envelope
{
    std::chrono::milliseconds time;
    std::string_view json;
};

std::optional<Envelope> open(std::string_view value)
{
    long long time = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), time);
    if (error != std::errc() || time < 0 || end == value.data() + value.size() || *end != ' ') {
        return std::nullopt;
    }
    return Envelope{std::chrono::milliseconds(time), value.substr(static_cast<std::size_t>(end - value.data()) + 1)};
}

} // namespace

AnswerKeeper::AnswerKeeper(AnyAnswerStorage storage, KeptAnswers options, std::shared_ptr<const KeyShard> shard)
    : m_storage(std::move(storage))
    , m_options(std::move(options))
    , m_shard(std::move(shard))
{
    guarded([this] { sweep(); });
}

AnswerKeeper::~AnswerKeeper() = default;

std::string AnswerKeeper::prefix() const
{
    return m_options.prefix + m_shard->name.toStdString();
}

std::string AnswerKeeper::nameOf(const AnyCacheKey &key) const
{
    return m_options.prefix + key.text().toStdString();
}

std::chrono::milliseconds AnswerKeeper::now() const
{
    const auto time =
        m_options.clock ? m_options.clock() : std::chrono::milliseconds(QDateTime::currentMSecsSinceEpoch());
    return std::max(time, std::chrono::milliseconds(0));
}

/// An answer of a time that is still to come is one of a clock that was wrong: it is taken.
bool AnswerKeeper::isExpired(std::chrono::milliseconds time) const
{
    return now() - time >= m_options.lifetime;
}

bool AnswerKeeper::isTooLarge(std::string_view name, std::string_view value) const
{
    return name.size() + value.size() > m_options.maxBytes / 4;
}

void AnswerKeeper::restore(Entry &entry) noexcept
{
    guarded([&] {
        const std::string name = nameOf(entry.key());
        const auto value = m_storage.get(name);
        if (!value) {
            return;
        }
        const auto kept = open(*value);
        if (!kept || isTooLarge(name, *value) || isExpired(kept->time) || !restoreFrom(entry, kept->json, kept->time)) {
            m_storage.del(name);
        }
    });
}

void AnswerKeeper::save(Entry &entry) noexcept
{
    guarded([&] {
        const std::string name = nameOf(entry.key());
        const auto json = encode(entry);
        std::string value = std::to_string(now().count()) + ' ' + json.value_or(std::string());
        if (!json || isTooLarge(name, value)) {
            m_storage.del(name); // what is there is older
            return;
        }
        m_written += name.size() + value.size();
        m_storage.set(name, std::move(value));
        if (m_written > m_options.maxBytes / 4) {
            sweep();
        }
    });
}

void AnswerKeeper::remove(const AnyCacheKey &key) noexcept
{
    guarded([&] { m_storage.del(nameOf(key)); });
}

void AnswerKeeper::remove(const KeySelector &selector) noexcept
{
    guarded([&] {
        const std::string own = prefix();
        for (const auto &[name, value] : m_storage.entries(own + '[')) {
            const AnyCacheKey key = keyOf(m_shard, std::string_view(name).substr(own.size()));
            if (key.isEmpty() || selector.matches(key)) {
                m_storage.del(name);
            }
        }
    });
}

/// What is left takes three quarters of what is allowed at most: the rest may be written before the next sweep. Those
/// of a time that is still to come go first, as they would be the last to go for as long as the clock was wrong.
void AnswerKeeper::sweep()
{
    m_written = 0;
    std::vector<std::tuple<std::chrono::milliseconds, std::size_t, std::string>> kept;
    std::size_t bytes = 0;
    const auto present = now();
    for (const auto &[name, value] : m_storage.entries(prefix() + '[')) {
        const auto answer = open(value);
        if (!answer || isTooLarge(name, value) || isExpired(answer->time)) {
            m_storage.del(name);
            continue;
        }
        const auto order = answer->time > present ? std::chrono::milliseconds(-1) : answer->time;
        kept.emplace_back(order, name.size() + value.size(), name);
        bytes += name.size() + value.size();
    }
    std::sort(kept.begin(), kept.end());
    const std::size_t allowed = m_options.maxBytes - m_options.maxBytes / 4;
    for (auto oldest = kept.begin(); bytes > allowed && oldest != kept.end(); ++oldest) {
        m_storage.del(std::get<2>(*oldest));
        bytes -= std::get<1>(*oldest);
    }
}

} // namespace nanostores::detail
