// SPDX-License-Identifier: MIT
#include <NanoStores/declarativescoped.h>

#include <NanoStores/declarativederived.h>
#include <nanostores/qtscope/objectscope.h>

#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlInfo>

#include <stdexcept>

namespace nanostores {

DeclarativeScoped::DeclarativeScoped(QObject *parent)
    : ScopedObject(parent)
    , m_declaration(kit::scoped([this] { return detail::HeldObject(makeObject()); }))
{
    detail::knowScopesOfEngines();
}

DeclarativeScoped::~DeclarativeScoped() = default;

void DeclarativeScoped::setComponent(QQmlComponent *newComponent)
{
    if (m_component != newComponent) {
        m_component = newComponent;
        Q_EMIT componentChanged();
    }
}

kit::InjectionProvider DeclarativeScoped::provider() const
{
    return kit::provide(m_declaration);
}

std::optional<kit::InjectionProvider> DeclarativeScoped::providerOf(QObject *object) const
{
    return kit::provide(m_declaration, [held = QPointer<QObject>(object)] {
        return detail::HeldObject(held, detail::HeldObject::Borrowed);
    });
}

void DeclarativeScoped::warn(const QString &problem) const
{
    qmlWarning(this) << problem;
}

/// What is in it finds the scope of the object: while it is made the one that asks, which sees the same.
QObject *DeclarativeScoped::objectIn(const kit::InjectionContext &context)
{
    QObject *const object = m_declaration.in(context).object();
    if (object && m_fresh.removeOne(object)) {
        const kit::InjectionContext owner(context.state().ownerOf(m_declaration.key()));
        detail::setScopeFinder(object, [owner] { return owner; });
    }
    return object;
}

QObject *DeclarativeScoped::makeObject()
{
    QQmlContext *const context =
        m_component && m_component->creationContext() ? m_component->creationContext() : qmlContext(this);
    QObject *const object = m_component ? m_component->beginCreate(context) : nullptr;
    if (!object) {
        throw std::runtime_error(m_component ? m_component->errorString().trimmed().toStdString()
                                             : "there is nothing in this Scoped: write an object into it, as in "
                                               "Scoped { Atom {} }");
    }
    QQmlEngine::setObjectOwnership(object, QQmlEngine::CppOwnership);
    object->setParent(this);
    const kit::InjectionContext asking = kit::Scope::current();
    detail::setScopeFinder(object, [asking] { return asking; });
    m_fresh.append(object);
    m_component->completeCreate();
    if (auto *const derived = qobject_cast<DeclarativeDerived *>(object)) {
        derived->read(QString()); // what its function looks up says in which scope it is
    }
    return object;
}

DeclarativeProvide::DeclarativeProvide(QObject *parent)
    : QObject(parent)
{
}

void DeclarativeProvide::setScoped(ScopedObject *newScoped)
{
    if (m_scoped != newScoped) {
        m_scoped = newScoped;
        Q_EMIT scopedChanged();
    }
}

void DeclarativeProvide::setObject(QObject *newObject)
{
    if (m_object != newObject) {
        m_object = newObject;
        Q_EMIT objectChanged();
    }
}

void DeclarativeProvide::setToken(const QJSValue &newToken)
{
    if (!m_token.strictlyEquals(newToken)) {
        m_token = newToken;
        Q_EMIT tokenChanged();
    }
}

void DeclarativeProvide::setValue(const QJSValue &newValue)
{
    if (!m_value.strictlyEquals(newValue)) {
        m_value = newValue;
        Q_EMIT valueChanged();
    }
}

namespace detail {

void knowScopesOfEngines()
{
    setObjectAbove([](const QObject *object) -> const QObject * {
        const QObject *const engine = qmlEngine(object);
        return engine != object ? engine : nullptr;
    });
}

QObject *storeFor(QObject *store, const QObject *asking)
{
    auto *const scoped = qobject_cast<ScopedObject *>(store);
    return scoped ? scoped->objectOf(asking) : store;
}

} // namespace detail
} // namespace nanostores
