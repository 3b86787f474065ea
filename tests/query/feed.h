// SPDX-License-Identifier: MIT
#pragma once

#include "server.h"

#include <nanostores/query.h>

#include <QtCore/QList>
#include <QtCore/QObject>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <optional>

/// A row of the lists that a server gives page by page. No .cpp file belongs to it.
struct Post
{
    Q_GADGET
    Q_PROPERTY(int id MEMBER id FINAL)
    Q_PROPERTY(int likes MEMBER likes FINAL)

public:
    int id = 0;
    int likes = 0;

    friend bool operator==(const Post &, const Post &) = default;
};

struct FeedPage
{
    QList<Post> posts;
    std::optional<int> next;

    friend bool operator==(const FeedPage &, const FeedPage &) = default;
};

namespace support {

using FeedServer = ServerOf<FeedPage>;
using Pages = QList<FeedPage>;
using Feed = nanostores::Infinite<FeedPage, int>;

inline const auto feedKey = nanostores::queryKey<Pages, QString>("feed");

/// A page of posts without likes.
inline FeedPage page(const QList<int> &ids, std::optional<int> next = std::nullopt)
{
    FeedPage made{{}, next};
    for (const int id : ids) {
        made.posts.append({id, 0});
    }
    return made;
}

/// "1 2|3*5": pages and their posts, with likes; and as other results: L loading, S stale, P of the former key.
inline QString shown(const nanostores::Fetched<Pages> &fetched)
{
    QStringList pages;
    for (const FeedPage &one : fetched.data.value_or(Pages())) {
        QStringList posts;
        for (const Post &post : one.posts) {
            posts += QString::number(post.id) + (post.likes ? u'*' + QString::number(post.likes) : QString());
        }
        pages += posts.join(u' ');
    }
    nanostores::Fetched<int> state{std::nullopt, fetched.error, fetched.loading, fetched.stale, fetched.previous};
    return (fetched.data ? pages.join(u'|') : QStringLiteral("-")) + shown(state).mid(1);
}

/// "+" there is a next page, L it is loading, ! its error.
inline QString shown(const nanostores::NextPage &next)
{
    return (next.available ? QStringLiteral("+") : QStringLiteral("-"))
           + (next.loading ? QStringLiteral("L") : QString()) + (next.error ? u'!' + next.error.message() : QString());
}

inline Feed feedOf(const FeedServer &server, const nanostores::QueryClient &client, nanostores::KeyPart<QString> name,
                   const nanostores::QueryOptions &options = {})
{
    return client.infinite(
        feedKey, name, &FeedPage::next,
        [server](const QString &of, std::optional<int> cursor) {
            return server.ask(of + QString::number(cursor.value_or(0)));
        },
        options);
}
inline Feed abortableFeed(const FeedServer &server, const nanostores::QueryClient &client,
                          nanostores::KeyPart<QString> name, const nanostores::QueryOptions &options = {})
{
    return client.infinite(
        feedKey, name, &FeedPage::next,
        [server](const nanostores::FetchContext &context, const QString &of, std::optional<int> cursor) {
            return server.ask(context, of + QString::number(cursor.value_or(0)));
        },
        options);
}

} // namespace support
