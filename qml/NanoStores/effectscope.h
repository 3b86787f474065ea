// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <QList>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Effects that begin and end together:
///
///     EffectScope { active: page.visible; StoreEffect { run: ... } StoreEffect { run: ... } }
///
/// Those that are listed run while it is active and, if it is in a scope itself, that one is. They end in the reverse
/// order. Other objects may stand among them, and are left alone.
class NANOSTORES_QML_EXPORT DeclarativeEffectScope : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(EffectScope)
    Q_CLASSINFO("DefaultProperty", "effects")
    Q_PROPERTY(QQmlListProperty<QObject> effects READ effects FINAL)
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged FINAL)

public:
    explicit DeclarativeEffectScope(QObject *parent = nullptr);
    ~DeclarativeEffectScope() override;

    QQmlListProperty<QObject> effects();
    bool isActive() const { return m_active; }
    void setActive(bool newActive);
    /// It is active, and so are the scopes around it.
    bool isRunning() const { return m_active && (!m_outer || m_outer->isRunning()); }

Q_SIGNALS:
    void activeChanged();

private:
    static DeclarativeEffectScope *of(QQmlListProperty<QObject> *property);
    void add(QObject *object);
    void clear();
    void apply();

    QList<QPointer<QObject>> m_effects;
    QPointer<DeclarativeEffectScope> m_outer;
    bool m_active = true;
};

} // namespace nanostores
