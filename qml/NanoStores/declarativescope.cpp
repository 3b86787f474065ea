// SPDX-License-Identifier: MIT
#include <NanoStores/declarativescope.h>

#include <NanoStores/declarativescoped.h>
#include <nanostores/qtscope/objectscope.h>

#include <QQmlEngine>
#include <QQmlInfo>

#include <exception>

namespace nanostores {

DeclarativeScope::DeclarativeScope(QObject *parent)
    : QObject(parent)
{
    detail::knowScopesOfEngines();
}

DeclarativeScope::~DeclarativeScope()
{
    if (const QJSValue end = m_context.property(QStringLiteral("end")); end.isCallable()) {
        const QJSValue result = end.callWithInstance(m_context);
        if (result.isError()) {
            qWarning().noquote() << result.toString();
        }
    }
    m_scope.reset(); // what it runs is still in it
    if (parent()) {
        detail::setScopeFinder(parent(), {});
    }
}

DeclarativeScope *DeclarativeScope::qmlAttachedProperties(QObject *object)
{
    return new DeclarativeScope(object);
}

DeclarativeScope *DeclarativeScope::of(QQmlListProperty<QObject> *property)
{
    return static_cast<DeclarativeScope *>(property->object);
}

QQmlListProperty<QObject> DeclarativeScope::provides()
{
    using List = QQmlListProperty<QObject>;
    return List(
        this, nullptr, [](List *list, QObject *object) { of(list)->add(object); },
        [](List *list) { return of(list)->m_provides.size(); },
        [](List *list, qsizetype index) { return of(list)->m_provides.at(index).data(); },
        [](List *list) { of(list)->clear(); });
}

void DeclarativeScope::add(QObject *object)
{
    if (!warnIfUsed("provides")) {
        m_provides.append(object);
        declare();
    }
}

void DeclarativeScope::clear()
{
    if (!m_provides.isEmpty() && !warnIfUsed("provides")) {
        m_provides.clear();
    }
}

void DeclarativeScope::setName(const QString &newName)
{
    if (m_name == newName || warnIfUsed("name")) {
        return;
    }
    m_name = newName;
    declare();
    Q_EMIT nameChanged();
}

void DeclarativeScope::declare()
{
    detail::setScopeFinder(parent(), [this] { return scope(); });
}

bool DeclarativeScope::warnIfUsed(const char *property) const
{
    if (m_scope) {
        qmlWarning(parent()) << "Scope." << property
                             << " stays as it is, as the scope is in use: set it when the object is made.";
    }
    return m_scope.has_value();
}

std::vector<kit::InjectionProvider> DeclarativeScope::providers() const
{
    std::vector<kit::InjectionProvider> all;
    for (const auto &object : m_provides) {
        if (const auto *const scoped = qobject_cast<ScopedObject *>(object)) {
            all.push_back(scoped->provider());
            continue;
        }
        const auto *const stands = qobject_cast<DeclarativeProvide *>(object);
        if (!stands) {
            qmlWarning(parent()) << "Scope.provides takes what is declared by Scoped { }, and Provide { scoped: ... }.";
        } else if (stands->token().isCallable() && !stands->scoped()) {
            continue; // see tokens()
        } else if (!stands->scoped()) {
            qmlWarning(stands)
                << "this Provide does not say what of: name a Scoped, as in scoped: Stores.text, or what "
                   "JavaScript has declared, as in token: Stores.text.";
        } else if (!stands->object()) {
            all.push_back(stands->scoped()->provider());
        } else if (auto provider = stands->scoped()->providerOf(stands->object())) {
            all.push_back(std::move(*provider));
        } else {
            qmlWarning(stands) << stands->scoped()->metaObject()->className()
                               << " is a store of C++; have a scope of C++ provide another one.";
        }
    }
    return all;
}

QJSValue DeclarativeScope::tokens() const
{
    QJSEngine *const engine = qjsEngine(this);
    if (!engine) {
        return {};
    }
    QJSValue all = engine->newArray();
    quint32 count = 0;
    for (const auto &object : m_provides) {
        const auto *const stands = qobject_cast<DeclarativeProvide *>(object);
        if (!stands || !stands->token().isCallable()) {
            continue;
        }
        const bool isOwn = stands->value().isUndefined();
        QJSValue provider = engine->newArray(isOwn ? 1 : 2);
        provider.setProperty(0, stands->token());
        if (!isOwn) {
            provider.setProperty(1, stands->value());
        }
        all.setProperty(count++, provider);
    }
    return all;
}

kit::InjectionContext DeclarativeScope::scope()
{
    if (!m_scope) {
        auto around = detail::scopeAround(parent());
        auto provided = providers();
        m_scope.emplace(m_name.toStdString(), std::move(provided), around);
    }
    return *m_scope;
}

QVariant DeclarativeScope::inject(ScopedObject *scoped) const
{
    if (!scoped) {
        qmlWarning(parent()) << "Scope.inject() takes what is declared by Scoped { }.";
        return {};
    }
    return scoped->of(parent());
}

QString DeclarativeScope::key(const QString &key) const
{
    try {
        return kit::run(scopeOf(parent()),
                        [&key] { return QString::fromStdString(kit::scopedKey(key.toStdString())); });
    } catch (const std::exception &error) { // would end the program that QML runs in
        qmlWarning(parent()) << error.what();
        return key;
    }
}

DeclarativeScope *DeclarativeScope::nearest(bool isAround) const
{
    const QObject *object = isAround ? detail::objectAround(parent()) : parent();
    for (; object; object = detail::objectAround(object)) {
        if (detail::hasScope(object)) {
            auto *const scope = qobject_cast<DeclarativeScope *>(
                qmlAttachedPropertiesObject<DeclarativeScope>(const_cast<QObject *>(object), true));
            QQmlEngine::setObjectOwnership(scope, QQmlEngine::CppOwnership);
            return scope;
        }
    }
    return nullptr;
}

} // namespace nanostores
