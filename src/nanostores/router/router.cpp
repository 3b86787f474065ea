// SPDX-License-Identifier: MIT
#include <nanostores/router/router.h>

namespace nanostores {

using detail::Movement;

void PageStore::set(const Page &page) const
{
    if (const auto router = m_node->router.lock()) {
        router->open(page.url(), Movement::Push);
    }
}

Navigation AnyRouter::open(const QString &path) const
{
    return m_core->open(path, Movement::Push);
}

/// A page of another router has its routes, so it is its path that counts.
Navigation AnyRouter::open(const Page &page) const
{
    return m_core->open(page.url(), Movement::Push);
}

Navigation AnyRouter::redirect(const QString &path) const
{
    return m_core->open(path, Movement::Replace);
}

Navigation AnyRouter::redirect(const Page &page) const
{
    return m_core->open(page.url(), Movement::Replace);
}

Navigation AnyRouter::go(qsizetype steps) const
{
    return m_core->go(steps);
}

void AnyRouter::cancel() const
{
    m_core->cancel();
}

Navigation AnyRouter::openUrl(const QUrl &url) const
{
    return m_core->openUrl(url);
}

std::optional<Page> AnyRouter::match(const QString &path, QString *reason) const
{
    QString ignored;
    return m_core->parse(path, reason ? reason : &ignored);
}

std::optional<QString> AnyRouter::pathOf(const QString &route, const QVariantMap &params, const SearchItems &search,
                                         const QString &hash, QString *reason) const
{
    QString ignored;
    QString *const fault = reason ? reason : &ignored;
    auto path = m_core->build(route, params, fault);
    const auto page = path ? m_core->parse(*path, fault) : std::nullopt;
    if (!page) {
        return std::nullopt;
    }
    if (page->route() != route) {
        *fault =
            page->isFound()
                ? QStringLiteral("%1 is a page of the route \"%2\", which is declared before").arg(*path, page->route())
                : QStringLiteral("%1 is no page of the route \"%2\": a parameter is of another type").arg(*path, route);
        return std::nullopt;
    }
    return detail::withSearch(*std::move(path), search, hash);
}

bool AnyRouter::setState(quint64 entry, const QString &key, const QVariant &value) const
{
    return m_core->setState(entry, [&](QVariantMap &state) {
        if (value.isValid()) {
            state.insert(key, value);
        } else {
            state.remove(key);
        }
    });
}

QJsonObject AnyRouter::saveState() const
{
    return m_core->save();
}

Navigation AnyRouter::restoreState(const QJsonObject &saved) const
{
    return m_core->restore(saved);
}

} // namespace nanostores
