// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/export.h>

#include <QDebug>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QString>
#include <QStringList>
#include <QVariantMap>

#include <memory>
#include <optional>
#include <typeindex>
#include <typeinfo>
#include <utility>

namespace nanostores {

/// What is after the ? of a path, decoded and in its order.
using SearchItems = QList<std::pair<QString, QString>>;

namespace detail {

struct PageData
{
    int route = -1;
    QString name;
    QString path; ///< As it is opened, without search and hash.
    QString url; ///< With them. Equal for equal pages.
    QMap<QString, QString> params;
    SearchItems search;
    QString hash;
    std::type_index type = typeid(void);
    std::shared_ptr<const void> values;
};

} // namespace detail

/// A place in the program: the route that matches a path, and what the path says. A value, cheap to copy.
class NANOSTORES_ROUTER_EXPORT Page
{
    Q_GADGET
    Q_PROPERTY(QString route READ route CONSTANT FINAL)
    Q_PROPERTY(QString path READ path CONSTANT FINAL)
    Q_PROPERTY(QString url READ url CONSTANT FINAL)
    Q_PROPERTY(QVariantMap params READ paramValues CONSTANT FINAL)
    Q_PROPERTY(QVariantMap search READ searchValues CONSTANT FINAL)
    Q_PROPERTY(QString hash READ hash CONSTANT FINAL)
    Q_PROPERTY(bool found READ isFound CONSTANT FINAL)

public:
    /// A page that no route matches, with an empty path.
    Page();
    explicit Page(std::shared_ptr<const detail::PageData> data) noexcept
        : m_data(std::move(data))
    {
    }

    /// Whether a route matches.
    bool isFound() const noexcept { return m_data->route >= 0; }
    explicit operator bool() const noexcept { return isFound(); }
    /// The name of the route; empty if none matches.
    const QString &route() const noexcept { return m_data->name; }
    /// The path with its base, without search, hash and trailing slash. What need not be encoded is not.
    const QString &path() const noexcept { return m_data->path; }
    /// path() with search and hash: what open() takes.
    const QString &url() const noexcept { return m_data->url; }
    /// The parameters by name, decoded; those that are missing are not in it.
    const QMap<QString, QString> &params() const noexcept { return m_data->params; }
    /// What is after the ?, all of it.
    const SearchItems &searchItems() const noexcept { return m_data->search; }
    /// The last value of that name after the ?.
    std::optional<QString> search(const QString &name) const;
    /// All values of that name after the ?.
    QStringList searchAll(const QString &name) const;
    /// What is after the #, decoded.
    const QString &hash() const noexcept { return m_data->hash; }

    /// Whether the page is one of a route of this struct.
    template<typename T>
    bool is() const noexcept
    {
        return m_data->type == std::type_index(typeid(T));
    }
    /// The page's parameters as this struct; null if it is a page of another one.
    template<typename T>
    const T *as() const noexcept
    {
        return is<T>() ? static_cast<const T *>(m_data->values.get()) : nullptr;
    }

    /// params() and, of each name the last, search() for QML.
    QVariantMap paramValues() const;
    QVariantMap searchValues() const;

    /// Pages are equal if their routes and their whole paths are.
    friend bool operator==(const Page &a, const Page &b) noexcept
    {
        return a.m_data == b.m_data || (a.m_data->route == b.m_data->route && a.m_data->url == b.m_data->url);
    }
    /// For the library.
    const std::shared_ptr<const detail::PageData> &data() const noexcept { return m_data; }

private:
    std::shared_ptr<const detail::PageData> m_data;
};

/// qDebug() << page: its route, and its path. For logs; the format may change.
NANOSTORES_ROUTER_EXPORT QDebug operator<<(QDebug debug, const Page &page);

/// What Router::visit() gives for a page that no route matches.
struct NotFound
{
    QString path; ///< Page::url().
};

} // namespace nanostores

Q_DECLARE_METATYPE(nanostores::Page)
