// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/source.h>
#include <NanoStores/export.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/subscription.h>

#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QQmlListProperty>
#include <QQmlParserStatus>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace nanostores {

class DeclarativeEffectScope;

/// Runs a JavaScript function now and whenever stores have changed:
///
///     StoreEffect { stores: [theme]; run: theme => { console.log(theme); return () => console.log("over") } }
///
/// With `stores` the function gets their values; without, it follows what it reads, as a binding does: stores, and QML
/// properties that have a change signal. What it returns, if that is a function, is called before the next run and at
/// the end. It observes its stores, so they stay mounted while it is enabled.
class NANOSTORES_QML_EXPORT DeclarativeEffect : public QObject, public QQmlParserStatus, private detail::Namer
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreEffect)
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QQmlListProperty<QObject> stores READ stores FINAL)
    Q_PROPERTY(QJSValue run READ run WRITE setRun NOTIFY runChanged FINAL)
    Q_PROPERTY(bool enabled READ isEnabled WRITE setEnabled NOTIFY enabledChanged FINAL)

public:
    explicit DeclarativeEffect(QObject *parent = nullptr);
    ~DeclarativeEffect() override;

    QQmlListProperty<QObject> stores() { return m_stores.property(this); }
    QJSValue run() const { return m_run; }
    void setRun(const QJSValue &newRun);
    bool isEnabled() const { return m_enabled; }
    void setEnabled(bool newEnabled);
    /// It runs only while that is active; null: whenever it is enabled.
    void setScope(DeclarativeEffectScope *newScope);
    /// The scope has become active, or has ceased to be.
    void applyScope();

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void runChanged();
    void enabledChanged();

private:
    void nameNodes(const Found &found) const override;
    Q_SLOT void end();
    void restart();
    bool isWanted() const;

    detail::StoreList m_stores;
    QJSValue m_run;
    std::unique_ptr<detail::JsCaller> m_caller;
    Atom<int> m_properties; ///< Changes when a property that the function has read does.
    const detail::Node *m_node = nullptr; ///< That of the effect, while it is there.
    Subscription m_effect;
    QPointer<DeclarativeEffectScope> m_scope;
    bool m_enabled = true;
    bool m_isOn = false; ///< It was wanted when it was restarted last.
};

} // namespace nanostores
