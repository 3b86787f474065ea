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
