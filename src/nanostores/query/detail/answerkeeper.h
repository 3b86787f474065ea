// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/json/jsoncodec.h>
#include <nanostores/query/detail/entryof.h>
#include <nanostores/query/export.h>
#include <nanostores/query/keptanswers.h>
#include <nanostores/query/querykey.h>

#include <QJsonArray>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace nanostores::detail {

/// Keeps the answers of a shard in a storage: an entry of it is the time of the answer, and its JSON. Does not throw;
/// what the storage or a codec throws is reported.
class NANOSTORES_QUERY_EXPORT AnswerKeeper
{
public:
    AnswerKeeper(AnyAnswerStorage storage, KeptAnswers options, std::shared_ptr<const KeyShard> shard);
    AnswerKeeper(const AnswerKeeper &) = delete;
    AnswerKeeper &operator=(const AnswerKeeper &) = delete;
    virtual ~AnswerKeeper();

    /// The entry, which has nothing, gets what is kept of its key.
    void restore(Entry &entry) noexcept;
    void save(Entry &entry) noexcept;
    void remove(const AnyCacheKey &key) noexcept;
    void remove(const KeySelector &selector) noexcept;

protected:
    virtual bool restoreFrom(Entry &entry, std::string_view json, std::chrono::milliseconds time) const = 0;
    /// None: there is no answer.
    virtual std::optional<std::string> encode(const Entry &entry) const = 0;
    /// Of the text between [ and ], both included; empty if it is no key of the shard.
    virtual AnyCacheKey keyOf(const std::shared_ptr<const KeyShard> &shard, std::string_view params) const = 0;

private:
    std::string nameOf(const AnyCacheKey &key) const;
    std::string prefix() const; ///< Of the shard.
    std::chrono::milliseconds now() const;
    bool isExpired(std::chrono::milliseconds time) const;
    bool isTooLarge(std::string_view name, std::string_view value) const; ///< Of an entry: to be kept.
    void sweep();

    AnyAnswerStorage m_storage;
    KeptAnswers m_options;
    std::shared_ptr<const KeyShard> m_shard;
    std::size_t m_written = 0; ///< Since the last sweep().
};

template<typename R, typename... P>
class AnswerKeeperOf final : public AnswerKeeper
{
public:
    using AnswerKeeper::AnswerKeeper;

protected:
    bool restoreFrom(Entry &entry, std::string_view json, std::chrono::milliseconds time) const override
    {
        const auto value = JsonCodec<R>().decode(json);
        if (value) {
            static_cast<EntryOf<R> &>(entry).restore(*value, time);
        }
        return value.has_value();
    }
    std::optional<std::string> encode(const Entry &entry) const override
    {
        const auto &sent = static_cast<const EntryOf<R> &>(entry).sent();
        return sent ? std::optional<std::string>(JsonCodec<R>().encode(*sent)) : std::nullopt;
    }
    AnyCacheKey keyOf(const std::shared_ptr<const KeyShard> &shard, std::string_view params) const override
    {
        const auto parsed = json::parseJson(params);
        if (!parsed || parsed->toArray().size() != static_cast<qsizetype>(sizeof...(P))) {
            return {};
        }
        return makeKey(shard, parsed->toArray(), std::index_sequence_for<P...>());
    }

private:
    template<std::size_t... i>
    static AnyCacheKey makeKey(const std::shared_ptr<const KeyShard> &shard, const QJsonArray &params,
                               std::index_sequence<i...>)
    {
        [[maybe_unused]] std::tuple<std::optional<P>...> values{
            json::fromJson<P>(params.at(static_cast<qsizetype>(i)))...};
        if (!(std::get<i>(values).has_value() && ...)) {
            return {};
        }
        return AnyCacheKey(std::make_shared<const KeyData>(
            KeyData{shard, keyText(shard->name, params),
                    std::make_shared<const std::tuple<P...>>(*std::move(std::get<i>(values))...)}));
    }
};

} // namespace nanostores::detail
