// SPDX-License-Identifier: MIT
#include <nanostores/qt/variantdeepmap.h>

#include <nanostores/qt/detail/variantparts.h>

#include <utility>

namespace nanostores {

VariantDeepMap::VariantDeepMap(QVariantMap initial)
    : Base(detail::Ref<Node>::adopt(new Node(std::move(initial))))
{
}

VariantDeepMap::VariantDeepMap(detail::Ref<Node> node) noexcept
    : Base(std::move(node))
{
}

void VariantDeepMap::set(QVariantMap newValue) const
{
    m_node->set(std::move(newValue));
}

void VariantDeepMap::setKey(const VariantPath &path, const QVariant &newValue) const
{
    // This handle, the path and the value may end in what the change sets off.
    const auto node = m_node;
    const VariantPath changedPath = path;
    const QVariant value = newValue;
    node->setPart(changedPath, value);
}

QVariant VariantDeepMap::getKey(const VariantPath &path) const
{
    return detail::partOf(peek(), path.keys());
}

VariantDeepMap VariantDeepMap::named(std::string name) const
{
    setName(std::move(name));
    return *this;
}

VariantDeepMap deepMap(QVariantMap initial)
{
    return VariantDeepMap(std::move(initial));
}

} // namespace nanostores
