// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/export.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/qt/storeobject.h>

#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <any>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// A write to a store declared in QML that is about to happen: what onSetting is handed. Valid during the handler.
class NANOSTORES_QML_EXPORT StoreChange : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreChange)
    QML_UNCREATABLE("A StoreChange is what onSetting is handed.")
    /// The value to be; assign to it to have another one stored. Undefined when a key is removed.
    Q_PROPERTY(QJSValue newValue READ newValue WRITE setNewValue FINAL)
    /// The key of a MapStore that is set; empty when the whole value is.
    Q_PROPERTY(QString key READ key CONSTANT FINAL)
    Q_PROPERTY(bool aborted READ isAborted FINAL)

public:
    StoreChange(QJSValue newValue, QString key);

    QJSValue newValue() const { return m_newValue; }
    void setNewValue(const QJSValue &newValue);
    QString key() const { return m_key; }
    bool isAborted() const { return m_aborted; }
    bool isReplaced() const { return m_replaced; }
    /// Leaves the store as it is.
    Q_INVOKABLE void abort();

private:
    QJSValue m_newValue;
    QString m_key;
    bool m_aborted = false;
    bool m_replaced = false;
};

/// What the stores declared in QML have in common: the QML side of a native store.
///
/// A store with a name keeps its value when the engine goes: the next store of that name, in the same thread and of the
/// same type, takes it over, and while both live they are the same store.
class NANOSTORES_QML_EXPORT DeclarativeStore : public nanostores::StoreObject,
                                               public QQmlParserStatus,
                                               private detail::Namer
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Store)
    QML_UNCREATABLE("Store is what Atom, MapStore and Computed have in common.")
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged FINAL)
    /// How long the store stays mounted after its last observer has left, in milliseconds.
    Q_PROPERTY(int unmountDelay READ unmountDelay WRITE setUnmountDelay NOTIFY unmountDelayChanged FINAL)
    /// Signals changes once a turn of the event loop, however many there were; see StoreObject::Notification.
    Q_PROPERTY(bool queued READ isQueued WRITE setQueued NOTIFY queuedChanged FINAL)
    /// Between mounted() and unmounted().
    Q_PROPERTY(bool isMounted READ isMounted NOTIFY isMountedChanged FINAL)

public:
    using Listening = std::shared_ptr<void>; ///< Ends when the last copy goes.

    ~DeclarativeStore() override;

    QString name() const { return m_name; }
    void setName(const QString &newName);
    int unmountDelay() const { return m_unmountDelay; }
    void setUnmountDelay(int newUnmountDelay);
    bool isQueued() const { return notification() == Queued; }
    void setQueued(bool newQueued);
    bool isMounted() const { return m_isMounted; }

    void classBegin() override;
    void componentComplete() override;
    bool isCompleted() const { return m_complete; }
    /// Calls the function when the object is complete, with its name and its hooks; at once if it is. For what is
    /// attached to a store.
    void whenComplete(std::function<void()> function);

    // The store as StoreKey, Bind, Computed and StoreEffect see it; a null key is the whole value.
    virtual QJSValue read(const QString &key) const = 0; ///< Tracked.
    virtual bool isWritable() const = 0;
    virtual bool write(const QString &key, const QJSValue &newValue) = 0; ///< Whether the store holds it then.
    virtual Listening listenTo(const QString &key, std::function<void()> changed) = 0;

Q_SIGNALS:
    void nameChanged();
    void unmountDelayChanged();
    void queuedChanged();
    void isMountedChanged();
    /// The first observer has come: a binding, a StoreKey, a Bind, an effect...
    void mounted();
    /// The last one has left, the unmount delay ago.
    void unmounted();

protected:
    explicit DeclarativeStore(QObject *parent);

    void nameNodes(const Found &found) const override;
    /// The native store; null while the object is being made.
    virtual const detail::Node *storeNode() const;

    /// Takes over the native store of the name, or gives it this one's.
    virtual void adopt(const QString &name) = 0;
    /// Installs the hooks at the native store.
    virtual void hook() = 0;
    virtual void applyUnmountDelay(std::chrono::milliseconds delay) = 0;
    /// Before mounted() and unmounted() are sent.
    virtual void mountChanges(bool isMounted);

    QJSEngine *engine() const;
    bool isComplete() const { return m_complete; }
    JsValue toNative(const QJSValue &value) const;
    /// With arrays in the place of Qt's lists.
    QJSValue unwrapped(const QJSValue &value) const;
    void unhook();
    void keepHook(Unbind hook) { m_hooks.push_back(std::move(hook)); }
    void setMounted(bool newMounted);
    /// The mount hook of a derived store.
    template<typename S>
    void hookMount(const S &store);

private:
    QString m_name;
    std::vector<Unbind> m_hooks;
    std::vector<std::function<void()>> m_whenComplete;
    int m_unmountDelay = static_cast<int>(STORE_UNMOUNT_DELAY.count());
    bool m_delaySet = false;
    bool m_isMounted = false;
    bool m_sawMount = false; ///< The present hook has been called.
    bool m_complete = false;
};

/// A binding observes the store before the object is complete, and another object may have mounted a named one: then
/// the hook is called at once, as those of nano_kit are.
template<typename S>
void DeclarativeStore::hookMount(const S &store)
{
    detail::Node *const node = store.node().get();
    const auto mount = [self = QPointer<DeclarativeStore>(this)](detail::HookCall &call) {
        const auto begin = [&self] {
            if (self) {
                self->m_sawMount = true;
                self->setMounted(true);
            }
            return [self] {
                if (self) {
                    self->setMounted(false);
                }
            };
        };
        call.cleanup = detail::callForCleanup(begin);
    };
    const QPointer<DeclarativeStore> alive(this);
    m_sawMount = false;
    const Unbind unbind(detail::addHook(*node, detail::HookKind::Mount, mount, true), node, detail::HookKind::Mount);
    if (!alive) {
        unbind();
        return;
    }
    keepHook(unbind);
    if (!m_sawMount) {
        setMounted(false); // another store may have been meant before
    }
}

/// Forgets the stores with a name; those that are in use live on, but are not found again. For tests.
NANOSTORES_QML_EXPORT void forgetNamedStores();

namespace detail {

/// What an object that QML has made is called there: by its id or its property, as in `Main.qml:count`, by its
/// objectName, or by its type.
NANOSTORES_QML_EXPORT std::string nameInQml(const QObject *object);

/// What this thread keeps under the name; empty at first.
NANOSTORES_QML_EXPORT std::any &namedSlot(const QString &name);
NANOSTORES_QML_EXPORT void warnNameTaken(const QObject *owner, const QString &name);

/// The store of that name; the one given, if there is none. A name that a store of another type has is reported, and
/// the store left alone.
template<typename S>
S shareNamed(const QObject *owner, const QString &name, const S &store)
{
    std::any &slot = namedSlot(name);
    if (!slot.has_value()) {
        store.setName(name.toStdString());
        slot = store;
    }
    if (const S *known = std::any_cast<S>(&slot)) {
        return *known;
    }
    warnNameTaken(owner, name);
    return store;
}

} // namespace detail
} // namespace nanostores
