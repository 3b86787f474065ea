// SPDX-License-Identifier: MIT
#include <nanostores/router/page.h>

namespace nanostores {

Page::Page()
{
    static const auto nowhere = std::make_shared<const detail::PageData>();
    m_data = nowhere;
}

std::optional<QString> Page::search(const QString &name) const
{
    for (auto item = m_data->search.rbegin(); item != m_data->search.rend(); ++item) {
        if (item->first == name) {
            return item->second;
        }
    }
    return std::nullopt;
}

QStringList Page::searchAll(const QString &name) const
{
    QStringList values;
    for (const auto &[key, value] : m_data->search) {
        if (key == name) {
            values.append(value);
        }
    }
    return values;
}

QVariantMap Page::paramValues() const
{
    QVariantMap values;
    for (auto param = m_data->params.begin(); param != m_data->params.end(); ++param) {
        values.insert(param.key(), param.value());
    }
    return values;
}

QVariantMap Page::searchValues() const
{
    QVariantMap values;
    for (const auto &[name, value] : m_data->search) {
        values.insert(name, value);
    }
    return values;
}

QDebug operator<<(QDebug debug, const Page &page)
{
    const QDebugStateSaver saver(debug);
    debug.nospace() << "Page(" << (page.isFound() ? page.route() : QStringLiteral("not found")) << ", " << page.url()
                    << ')';
    return debug;
}

} // namespace nanostores
