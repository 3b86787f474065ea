// SPDX-License-Identifier: MIT
#include <NanoStores/declarativeviews.h>

#include <NanoStores/detail/source.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/effect.h>
#include <nanostores/core/errors.h>

#include <exception>
#include <memory>

namespace nanostores {

namespace {

/// What is neither text nor a number is no key.
std::optional<QString> keyOf(const QJSValue &value)
{
    return value.isString() || value.isNumber() ? std::optional(value.toString()) : std::nullopt;
}

} // namespace

DeclarativeReadonly::DeclarativeReadonly(QObject *parent)
    : DeclarativeDerived(parent, false)
{
}

void DeclarativeReadonly::setSource(DeclarativeStore *newSource)
{
    if (m_source == newSource) {
        return;
    }
    m_source = newSource;
    const QPointer<DeclarativeReadonly> alive(this); // observers may delete it
    redefine();
    if (alive) {
        Q_EMIT sourceChanged();
    }
}

std::optional<JsValue> DeclarativeReadonly::evaluate()
{
    const QPointer<DeclarativeReadonly> alive(this);
    const QJSValue value = m_source ? m_source->read(QString()) : QJSValue();
    return alive ? std::optional(toNative(value)) : std::nullopt;
}

DeclarativeSelector::DeclarativeSelector(QObject *parent)
    : DeclarativeReadonly(parent)
    , m_key(computed(store(), [](const JsValue &value) { return keyOf(value.in(nullptr)); }))
    , m_isSelected(kit::selector(m_key))
{
}

DeclarativeSelector::~DeclarativeSelector() = default;

bool DeclarativeSelector::isSelected(const QJSValue &key) const
{
    const Key asked = keyOf(key);
    return asked && read(detail::Source::keyOf(*asked)).toBool();
}

QJSValue DeclarativeSelector::read(const QString &key) const
{
    if (key.isNull()) {
        return DeclarativeReadonly::read(key);
    }
    try {
        return m_isSelected(key);
    } catch (...) { // of a mount hook, or of a store of C++
        detail::reportError(std::current_exception());
        return false;
    }
}

DeclarativeStore::Listening DeclarativeSelector::listenTo(const QString &key, std::function<void()> changed)
{
    if (key.isNull()) {
        return DeclarativeReadonly::listenTo(key, std::move(changed));
    }
    try {
        const detail::Unowned unowned;
        return std::make_shared<Subscription>(
            effect(detail::forView([isSelected = m_isSelected, key, changed = std::move(changed)](bool isFirst) {
                isSelected(key);
                if (!isFirst) {
                    untracked(changed);
                }
            })));
    } catch (...) {
        detail::reportError(std::current_exception());
        return {};
    }
}

} // namespace nanostores
