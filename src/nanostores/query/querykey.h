// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/qt/json/json.h>
#include <nanostores/query/export.h>

#include <QByteArray>
#include <QJsonArray>
#include <QString>

#include <array>
#include <charconv>
#include <concepts>
#include <functional>
#include <memory>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>
#include <vector>

namespace nanostores {

class EntityVisitor;

namespace detail {

/// All keys of one name.
struct NANOSTORES_QUERY_EXPORT KeyShard
{
    KeyShard(QString shardName, const std::type_info &resultType, const std::type_info &paramsType,
             std::function<void(EntityVisitor &, void *)> visitEntities);

    QString name;
    QByteArray utf8Name;
    const std::type_info *result;
    const std::type_info *params;
    std::function<void(EntityVisitor &, void *)> entities; ///< Shows the visitor what a result holds of entities.
};

struct KeyData
{
    std::shared_ptr<const KeyShard> shard;
    QByteArray text;
    std::shared_ptr<const void> params; ///< A std::tuple of KeyShard::params.
};

NANOSTORES_QUERY_EXPORT QByteArray keyText(const QString &shard, const QJsonArray &params);
/// False, and nothing is appended, where the text has to be escaped.
NANOSTORES_QUERY_EXPORT bool appendPlainText(QByteArray &to, const QString &text);

/// Appends a parameter as QJsonDocument writes it, without one; false for what needs one.
template<typename P>
bool appendPlain(QByteArray &to, const P &param)
{
    if constexpr (std::is_same_v<P, bool>) {
        to += param ? "true" : "false";
        return true;
    } else if constexpr (json::isOneOf<P, short, unsigned short, int, unsigned, long, unsigned long, long long,
                                       unsigned long long>) {
        constexpr long long Exact = (1LL << 53) - 1; // what is larger is written as text
        if (std::cmp_greater(param, Exact) || std::cmp_less(param, -Exact)) {
            return false;
        }
        std::array<char, 24> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), param).ptr;
        to.append(digits.data(), static_cast<qsizetype>(end - digits.data()));
        return true;
    } else if constexpr (std::is_same_v<P, QString>) {
        return appendPlainText(to, param);
    } else {
        return false;
    }
}

template<typename... P>
QByteArray keyTextOf(const KeyShard &shard, const P &...params)
{
    QByteArray text;
    text.reserve(shard.utf8Name.size() + 24);
    text += shard.utf8Name;
    text += '[';
    [[maybe_unused]] auto add = [&text, isFirst = true](const auto &param) mutable {
        if (!std::exchange(isFirst, false)) {
            text += ',';
        }
        return appendPlain(text, param);
    };
    if ((add(params) && ...)) {
        text += ']';
        return text;
    }
    return keyText(shard.name, QJsonArray{json::toJson<P>(params, 0)...});
}

} // namespace detail

/// What an entry of the cache is found by: a shard, which is a name, and parameters. A value, cheap to copy.
class NANOSTORES_QUERY_EXPORT AnyCacheKey
{
public:
    AnyCacheKey() noexcept = default;
    explicit AnyCacheKey(std::shared_ptr<const detail::KeyData> data) noexcept
        : m_data(std::move(data))
    {
    }

    /// No key: there is nothing to fetch.
    bool isEmpty() const noexcept { return !m_data; }
    QString shard() const { return m_data ? m_data->shard->name : QString(); }
    /// Of the whole key: `user[7]`. Two keys are the same if this is.
    QByteArray text() const { return m_data ? m_data->text : QByteArray(); }
    const std::shared_ptr<const detail::KeyData> &data() const noexcept { return m_data; }

    friend bool operator==(const AnyCacheKey &a, const AnyCacheKey &b) noexcept
    {
        return a.m_data == b.m_data || (a.m_data && b.m_data && a.m_data->text == b.m_data->text);
    }

private:
    std::shared_ptr<const detail::KeyData> m_data;
};

/// The key of a result of type R.
template<typename R>
class CacheKey : public AnyCacheKey
{
public:
    using result_type = R;
    using AnyCacheKey::AnyCacheKey;
};

/// Which entries of a cache are meant: one, those of a shard, or those that a function of the key chooses.
class NANOSTORES_QUERY_EXPORT KeySelector
{
public:
    using Predicate = std::function<bool(const AnyCacheKey &)>;

    KeySelector(AnyCacheKey key); // NOLINT: meant to convert
    template<typename F>
    requires std::is_invocable_r_v<bool, F &, const AnyCacheKey &>
    KeySelector(F predicate) // NOLINT
        : m_predicate(std::move(predicate))
    {
    }
    /// All keys of the shard that the predicate, if there is one, accepts.
    static KeySelector ofShard(std::shared_ptr<const detail::KeyShard> shard, Predicate predicate = {});
    static KeySelector all();

    bool matches(const AnyCacheKey &key) const;
    const AnyCacheKey &key() const noexcept { return m_key; } ///< Empty unless it is one key.
    /// Null unless it is one shard, or a key of it.
    const detail::KeyShard *shard() const noexcept { return m_shard.get(); }

private:
    KeySelector() = default;

    AnyCacheKey m_key;
    std::shared_ptr<const detail::KeyShard> m_shard;
    Predicate m_predicate;
};

/// A selector of results of type R.
template<typename R>
class ResultSelector : public KeySelector
{
public:
    explicit ResultSelector(KeySelector selector)
        : KeySelector(std::move(selector))
    {
    }
};

/// The shard of that name: calling it with the parameters makes a key. See queryKey().
template<typename R, typename... P>
class QueryKey
{
public:
    using result_type = R;
    using Params = std::tuple<P...>;

    explicit QueryKey(QString name, std::function<void(EntityVisitor &, void *)> entities = {})
        : m_shard(std::make_shared<detail::KeyShard>(std::move(name), typeid(R), typeid(Params), std::move(entities)))
    {
    }

    CacheKey<R> operator()(P... params) const
    {
        QByteArray text = detail::keyTextOf(*m_shard, params...);
        return CacheKey<R>(std::make_shared<const detail::KeyData>(
            detail::KeyData{m_shard, std::move(text), std::make_shared<const Params>(std::move(params)...)}));
    }
    /// All keys of the shard.
    ResultSelector<R> all() const { return ResultSelector<R>(KeySelector::ofShard(m_shard)); }
    /// Those whose parameters the function accepts: `userKey.where([](int id) { return id > 5; })`.
    template<typename F>
    requires std::is_invocable_r_v<bool, F &, const P &...>
    ResultSelector<R> where(F accepts) const
    {
        const auto predicate = [accepts = std::move(accepts)](const AnyCacheKey &key) mutable {
            return std::apply(accepts, *static_cast<const Params *>(key.data()->params.get()));
        };
        return ResultSelector<R>(KeySelector::ofShard(m_shard, predicate));
    }
    operator ResultSelector<R>() const { return all(); } // NOLINT: meant to convert

    QString name() const { return m_shard->name; }
    /// For the library.
    const std::shared_ptr<const detail::KeyShard> &shard() const noexcept { return m_shard; }

private:
    std::shared_ptr<const detail::KeyShard> m_shard;
};

/// queryKey<User, int>("user"): the shard "user", whose keys have an int, and whose results are Users. Parameters are
/// of types that JsonCodec writes. The name is not empty and has no [; else std::invalid_argument is thrown. A client
/// takes a name for one type of results and parameters.
template<typename R, typename... P>
[[nodiscard]] QueryKey<R, P...> queryKey(const char *name)
{
    return QueryKey<R, P...>(QString::fromUtf8(name));
}
/// queryKey<Team, int>("team", f): the results hold entities, which f(visitor, team) shows. See entity().
template<typename R, typename... P, typename F>
requires std::is_invocable_v<const F &, EntityVisitor &, R &>
[[nodiscard]] QueryKey<R, P...> queryKey(const char *name, F entities)
{
    return QueryKey<R, P...>(QString::fromUtf8(name),
                             [entities = std::move(entities)](EntityVisitor &visitor, void *result) {
                                 entities(visitor, *static_cast<R *>(result));
                             });
}

} // namespace nanostores
