// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>
#include <nanostores/kit/scope.h>
#include <nanostores/qtscope/scopedobject.h>

#include <QJSValue>
#include <QList>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QString>
#include <QVariant>
#include <QtQml/qqml.h>

#include <optional>
#include <vector>

namespace nanostores {

/// The scope of a window, an item or any other object, and of all that is in it:
///
///     Window {
///         Scope.provides: [Stores.text, Stores.edits]
///         TextArea { Bind on text { store: Stores.text } }
///     }
///
/// It ends when the object is destroyed. It is the same scope that scopeOf() finds in C++.
class NANOSTORES_QML_EXPORT DeclarativeScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Scope)
    QML_UNCREATABLE("Scope is attached to objects, as in Scope.provides: [Stores.text].")
    QML_ATTACHED(nanostores::DeclarativeScope)
    /// What the scope has one of its own of: each a Scoped, a ScopedAdapter of C++, or a Provide. To be set when the
    /// object is made.
    Q_PROPERTY(QQmlListProperty<QObject> provides READ provides FINAL)
    /// Stands in front of the keys of what the scope has stored; see key(). To be set when the object is made.
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged FINAL)

public:
    explicit DeclarativeScope(QObject *parent);
    ~DeclarativeScope() override;
    static DeclarativeScope *qmlAttachedProperties(QObject *object);

    QQmlListProperty<QObject> provides();
    QString name() const { return m_name; }
    void setName(const QString &newName);

    /// The store or service of the scope that the object is in.
    Q_INVOKABLE QVariant inject(nanostores::ScopedObject *scoped) const;
    /// "window-2/zoom": the key behind the names of the scopes that the object is in.
    Q_INVOKABLE QString key(const QString &key) const;

    // For contextOf() of the JavaScript module nano_kit:
    /// The nearest object with a scope, as what is attached to it; null if there is none.
    Q_INVOKABLE nanostores::DeclarativeScope *nearest(bool isAround) const;
    /// What it provides of tokens: arrays of a token and its value, or of the token alone.
    Q_INVOKABLE QJSValue tokens() const;
    /// What a scope keeps for the engine; its end() is called when the scope ends.
    Q_INVOKABLE QJSValue context() const { return m_context; }
    Q_INVOKABLE void setContext(const QJSValue &newContext) { m_context = newContext; }

Q_SIGNALS:
    void nameChanged();

private:
    static DeclarativeScope *of(QQmlListProperty<QObject> *property);
    void add(QObject *object);
    void clear();
    void declare();
    bool warnIfUsed(const char *property) const;
    kit::InjectionContext scope();
    std::vector<kit::InjectionProvider> providers() const;

    QList<QPointer<QObject>> m_provides;
    QString m_name;
    QJSValue m_context;
    std::optional<kit::Scope> m_scope; ///< Made when it is first asked for.
};

} // namespace nanostores

QML_DECLARE_TYPEINFO(nanostores::DeclarativeScope, QML_HAS_ATTACHED_PROPERTIES)
