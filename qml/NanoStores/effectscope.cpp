// SPDX-License-Identifier: MIT
#include <NanoStores/effectscope.h>

#include <NanoStores/declarativeeffect.h>

#include <algorithm>
#include <utility>

namespace nanostores {

DeclarativeEffectScope::DeclarativeEffectScope(QObject *parent)
    : QObject(parent)
{
}

DeclarativeEffectScope::~DeclarativeEffectScope() = default;

DeclarativeEffectScope *DeclarativeEffectScope::of(QQmlListProperty<QObject> *property)
{
    return static_cast<DeclarativeEffectScope *>(property->object);
}

QQmlListProperty<QObject> DeclarativeEffectScope::effects()
{
    using List = QQmlListProperty<QObject>;
    return List(
        this, nullptr, [](List *list, QObject *object) { of(list)->add(object); },
        [](List *list) { return of(list)->m_effects.size(); },
        [](List *list, qsizetype index) { return of(list)->m_effects.at(index).data(); },
        [](List *list) { of(list)->clear(); });
}

void DeclarativeEffectScope::add(QObject *object)
{
    m_effects.append(object);
    if (auto *const effect = qobject_cast<DeclarativeEffect *>(object)) {
        effect->setScope(this);
    } else if (auto *const scope = qobject_cast<DeclarativeEffectScope *>(object)) {
        scope->m_outer = this;
        scope->apply();
    }
}

void DeclarativeEffectScope::clear()
{
    const auto former = std::exchange(m_effects, {});
    for (const auto &object : former) {
        if (auto *const effect = qobject_cast<DeclarativeEffect *>(object)) {
            effect->setScope(nullptr);
        } else if (auto *const scope = qobject_cast<DeclarativeEffectScope *>(object)) {
            scope->m_outer = nullptr;
            scope->apply();
        }
    }
}

void DeclarativeEffectScope::setActive(bool newActive)
{
    if (m_active == newActive) {
        return;
    }
    m_active = newActive;
    const QPointer<DeclarativeEffectScope> alive(this); // what runs may delete it
    apply();
    if (alive) {
        Q_EMIT activeChanged();
    }
}

/// What runs may change the list, and whether it is active.
void DeclarativeEffectScope::apply()
{
    auto objects = m_effects;
    if (!isRunning()) {
        std::reverse(objects.begin(), objects.end());
    }
    for (const auto &object : std::as_const(objects)) {
        if (auto *const effect = qobject_cast<DeclarativeEffect *>(object)) {
            effect->applyScope();
        } else if (auto *const scope = qobject_cast<DeclarativeEffectScope *>(object)) {
            scope->apply();
        }
    }
}

} // namespace nanostores
