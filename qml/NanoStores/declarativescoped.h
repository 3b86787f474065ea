// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>
#include <nanostores/qtscope/scopedobject.h>

#include <QJSValue>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QQmlComponent>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// A store, or any other object, that is declared once and is another one in each scope that provides it:
///
///     readonly property Scoped text: Scoped { Atom { value: "" } }
///
/// StoreKey, Bind and the like take that of the scope they are in; of(object) gives it to functions. It is made when it
/// is first asked for. As scoped() of C++, which says to which scope it belongs.
class NANOSTORES_QML_EXPORT DeclarativeScoped : public nanostores::ScopedObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Scoped)
    Q_CLASSINFO("DefaultProperty", "component")
    /// What is in each scope. What was made before it was set stays.
    Q_PROPERTY(QQmlComponent *component READ component WRITE setComponent NOTIFY componentChanged FINAL)

public:
    explicit DeclarativeScoped(QObject *parent = nullptr);
    ~DeclarativeScoped() override;

    QQmlComponent *component() const { return m_component; }
    void setComponent(QQmlComponent *newComponent);

    kit::InjectionProvider provider() const override;
    std::optional<kit::InjectionProvider> providerOf(QObject *object) const override;

Q_SIGNALS:
    void componentChanged();

protected:
    void warn(const QString &problem) const override;
    QObject *objectIn(const kit::InjectionContext &context) override;

private:
    QObject *makeObject();

    kit::Scoped<detail::HeldObject> m_declaration;
    QPointer<QQmlComponent> m_component;
    QList<QObject *> m_fresh; ///< Made just now, in a scope that is not known yet.
};

/// Has a scope take this object for that of a Scoped, for example in a test:
///
///     readonly property Provide mock: Provide { scoped: Services.mailer; FakeMailer {} }
///     Scope.provides: [mock]
///
/// What JavaScript has declared, by scoped() or as a token of inject(), is named as the token.
class NANOSTORES_QML_EXPORT DeclarativeProvide : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Provide)
    Q_CLASSINFO("DefaultProperty", "object")
    Q_PROPERTY(nanostores::ScopedObject *scoped READ scoped WRITE setScoped NOTIFY scopedChanged FINAL)
    Q_PROPERTY(QObject *object READ object WRITE setObject NOTIFY objectChanged FINAL)
    /// What the module nano_kit has declared: the scope has one of its own.
    Q_PROPERTY(QJSValue token READ token WRITE setToken NOTIFY tokenChanged FINAL)
    /// What the scope has in place of what the token would make; undefined: one that it makes.
    Q_PROPERTY(QJSValue value READ value WRITE setValue NOTIFY valueChanged FINAL)

public:
    explicit DeclarativeProvide(QObject *parent = nullptr);

    ScopedObject *scoped() const { return m_scoped; }
    void setScoped(ScopedObject *newScoped);
    QObject *object() const { return m_object; }
    void setObject(QObject *newObject);
    QJSValue token() const { return m_token; }
    void setToken(const QJSValue &newToken);
    QJSValue value() const { return m_value; }
    void setValue(const QJSValue &newValue);

Q_SIGNALS:
    void scopedChanged();
    void objectChanged();
    void tokenChanged();
    void valueChanged();

private:
    QPointer<ScopedObject> m_scoped;
    QPointer<QObject> m_object;
    QJSValue m_token;
    QJSValue m_value;
};

namespace detail {

/// From now on objects that an engine has made are in its scope, if it has one.
void knowScopesOfEngines();
/// The store of the asking object's scope, if it is a scoped one; else the store itself.
NANOSTORES_QML_EXPORT QObject *storeFor(QObject *store, const QObject *asking);

} // namespace detail
} // namespace nanostores
