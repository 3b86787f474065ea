// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt.h>
#include <nanostores/router.h>

#include <QString>
#include <QStringList>
#include <QUuid>

#include <optional>
#include <string>

/// The routes of a small program.
namespace routes {

#define ROUTES_POST(FIELD) FIELD(QString, category) FIELD(int, id) FIELD(std::optional<QString>, tab)
#define ROUTES_FILES(FIELD) FIELD(QString, splat)
#define ROUTES_ARCHIVE(FIELD) FIELD(int, year)
#define ROUTES_TREE(FIELD) FIELD(QStringList, path)
#define ROUTES_KINDS(FIELD) \
    FIELD(bool, flag) \
    FIELD(double, real) \
    FIELD(Qt::Orientation, tone) FIELD(std::string, text) FIELD(QUuid, id) FIELD(std::optional<quint8>, small)

struct Home
{
};
struct Post
{
    NANOSTORES_STRUCT(Post, ROUTES_POST)
};
struct Files
{
    NANOSTORES_STRUCT(Files, ROUTES_FILES)
};
struct Archive
{
    NANOSTORES_STRUCT(Archive, ROUTES_ARCHIVE)
};
struct Tree
{
    NANOSTORES_STRUCT(Tree, ROUTES_TREE)
};
struct Kinds
{
    NANOSTORES_STRUCT(Kinds, ROUTES_KINDS)
};

inline Post post(const char *category, int id, std::optional<QString> tab = {})
{
    Post post;
    post.category = QString::fromUtf8(category);
    post.id = id;
    post.tab = std::move(tab);
    return post;
}
inline Files files(const char *splat)
{
    Files files;
    files.splat = QString::fromUtf8(splat);
    return files;
}

inline auto makeRouter(nanostores::RouterOptions options = {})
{
    using namespace nanostores;
    return createRouter(std::move(options), route<Home>("home", "/"), route<Post>("post", "/posts/:category/:id/:tab?"),
                        route<Files>("files", "/files/*"));
}

} // namespace routes
