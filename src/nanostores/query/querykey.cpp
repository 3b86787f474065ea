// SPDX-License-Identifier: MIT
#include <nanostores/query/querykey.h>

#include <nanostores/core/tracking.h>

#include <QJsonDocument>

#include <algorithm>
#include <stdexcept>

namespace nanostores {

namespace detail {

KeyShard::KeyShard(QString shardName, const std::type_info &resultType, const std::type_info &paramsType,
                   std::function<void(EntityVisitor &, void *)> visitEntities)
    : name(std::move(shardName))
    , utf8Name(name.toUtf8())
    , result(&resultType)
    , params(&paramsType)
    , entities(std::move(visitEntities))
{
    // The [ ends the name in the text of a key.
    if (name.isEmpty() || name.contains(QLatin1Char('['))) {
        throw std::invalid_argument("nanostores: \"" + name.toStdString()
                                    + "\" is no name of a query key: give it one that is not empty and has no [");
    }
}

QByteArray keyText(const QString &shard, const QJsonArray &params)
{
    return shard.toUtf8() + QJsonDocument(params).toJson(QJsonDocument::Compact);
}

bool appendPlainText(QByteArray &to, const QString &text)
{
    const bool isPlain = std::all_of(text.begin(), text.end(),
                                     [](QChar c) { return c >= u' ' && c < u'\x7f' && c != u'"' && c != u'\\'; });
    if (isPlain) {
        const qsizetype start = to.size();
        to.resize(start + text.size() + 2);
        char *next = to.data() + start;
        *next++ = '"';
        for (const QChar c : text) {
            *next++ = c.toLatin1();
        }
        *next = '"';
    }
    return isPlain;
}

} // namespace detail

KeySelector::KeySelector(AnyCacheKey key)
    : m_key(std::move(key))
{
    if (m_key.isEmpty()) {
        m_predicate = [](const AnyCacheKey &) { return false; };
    } else {
        m_shard = m_key.data()->shard;
    }
}

KeySelector KeySelector::ofShard(std::shared_ptr<const detail::KeyShard> shard, Predicate predicate)
{
    KeySelector selector;
    selector.m_shard = std::move(shard);
    selector.m_predicate = std::move(predicate);
    return selector;
}

KeySelector KeySelector::all()
{
    return {};
}

bool KeySelector::matches(const AnyCacheKey &key) const
{
    if (key.isEmpty() || (!m_key.isEmpty() && !(m_key == key))) {
        return false;
    }
    return (!m_shard || m_shard->name == key.shard()) && (!m_predicate || untracked([&] { return m_predicate(key); }));
}

} // namespace nanostores
