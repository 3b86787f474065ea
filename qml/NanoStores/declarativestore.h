// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/export.h>
#include <NanoStores/jsvalue.h>
#include <NanoStores/storeevent.h>
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
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

namespace detail {

/// What changed() says once it is sent: at once, or, of a queued store, with the next turn of the event loop.
template<typename T>
class NotedChange
{
public:
    struct Change
    {
        T value;
        T oldValue;
        QString key; ///< Null: more than one, or none.
    };

    void note(const T &value, const T &oldValue, const QString &key = {})
    {
        if (!m_change) {
            m_change.emplace(Change{value, oldValue, key});
            return;
        }
        m_several = true;
        m_change->value = value;
        if (m_change->key != key) {
            m_change->key = QString();
        }
    }
    /// None, where the value is what it was at first.
    std::optional<Change> take()
    {
        auto change = std::exchange(m_change, std::nullopt);
        if (std::exchange(m_several, false) && change->value == change->oldValue) {
            return std::nullopt;
        }
        return change;
    }

private:
    std::optional<Change> m_change;
    bool m_several = false;
};

} // namespace detail

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
    /// `(a, b) => bool`: whether two values count as the same, which is no change. Of a MapStore, two values of one
    /// key, which is the third argument. Undefined: the same object, or an equal number, text or bool. If it throws,
    /// the values differ.
    Q_PROPERTY(QJSValue equal READ equal WRITE setEqual NOTIFY equalChanged FINAL)

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
    QJSValue equal() const { return m_equal; }
    void setEqual(const QJSValue &newEqual);

    void classBegin() override;
    void componentComplete() override;
    bool isCompleted() const { return m_complete; }
    /// The native store; null while the object is being made.
    const detail::Node *node() const { return storeNode(); }
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
    void equalChanged();
    /// The store has changed, and this is what it was before. Of a MapStore the key that was set; undefined when the
    /// whole value was, or several keys in a batch. Who handles it observes the store.
    void changed(const QVariant &value, const QVariant &oldValue, const QVariant &key);
    /// The first observer has come, and the last one has left, without the unmount delay.
    void started();
    void stopped();
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
    /// Gives the native store the equalFunction(), or takes it away.
    virtual void applyEqual(bool isCustom) = 0;
    /// Listens on behalf of changed(), and calls notifyChange().
    virtual detail::ObserverLink listenToChanges() = 0;
    /// Sends changed(), with what has been noted since it was sent the last time.
    virtual void sendChange() = 0;
    void sendChanged(const QJSValue &value, const QJSValue &oldValue, const QJSValue &key);
    /// What happens while the object is made is no change.
    bool announcesChanges() const { return m_announcesChanges; }
    void notifyChange() { notifyObservers<&DeclarativeStore::sendChange>(this, m_changeTie); }
    /// After another native store has been taken over; whether changed() is observed.
    bool relistenToChanges();
    /// What `equal` says; it may be set to another one, and the object may go.
    template<typename... Key>
    std::function<bool(const JsValue &, const JsValue &, const Key &...)> equalFunction() const
    {
        return [self = QPointer<const DeclarativeStore>(this)](const JsValue &a, const JsValue &b, const Key &...key) {
            return self ? self->areEqual(a, b, key...) : a == b;
        };
    }
    /// Before mounted() and unmounted() are sent.
    virtual void mountChanges(bool isMounted);

    QJSEngine *engine() const;
    bool isComplete() const { return m_complete; }
    JsValue toNative(const QJSValue &value) const;
    /// With arrays in the place of Qt's lists.
    QJSValue unwrapped(const QJSValue &value) const;
    void unhook();
    /// First in the destructor of a store: no signal is sent from then on.
    void endObservation();
    void keepHook(Unbind hook) { m_hooks.push_back(std::move(hook)); }
    void setMounted(bool newMounted);
    /// The mount hook of a derived store.
    template<typename S>
    void hookMount(const S &store);

private:
    void setStarted(bool newStarted);
    bool areEqual(const JsValue &a, const JsValue &b, const QString &key = {}) const;

    QString m_name;
    std::vector<Unbind> m_hooks;
    std::vector<std::function<void()>> m_whenComplete;
    int m_unmountDelay = static_cast<int>(STORE_UNMOUNT_DELAY.count());
    bool m_delaySet = false;
    QJSValue m_equal;
    std::unique_ptr<detail::JsCaller> m_equalCaller;
    detail::ObserverLink m_changeTie;
    bool m_isMounted = false;
    bool m_isStarted = false;
    bool m_sawMount = false; ///< The present hook has been called.
    bool m_sawStart = false; ///< Likewise.
    bool m_complete = false;
    bool m_announcesChanges = false;
};

/// A binding observes the store before the object is complete, and another object may have mounted a named one: then
/// the hook is called at once, as those of nano_kit are.
template<typename S>
void DeclarativeStore::hookMount(const S &store)
{
    detail::Node *const node = store.node().get();
    const auto add = [node](detail::HookKind kind, std::function<void(detail::HookCall &)> function) {
        return Unbind(detail::addHook(*node, kind, std::move(function), true), node, kind);
    };
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
    const auto ends = [alive](bool begins) {
        return [alive, begins](detail::HookCall &) {
            if (alive) {
                alive->m_sawStart = begins;
                alive->setStarted(begins);
            }
        };
    };
    m_sawMount = false;
    m_sawStart = false;
    const auto hold = [&](const Unbind &unbind) {
        if (alive) {
            keepHook(unbind);
        } else {
            unbind();
        }
        return !alive.isNull();
    };
    if (!hold(add(detail::HookKind::Stop, ends(false))) || !hold(add(detail::HookKind::Start, ends(true)))
        || !hold(add(detail::HookKind::Mount, mount))) {
        return;
    }
    if (!m_sawStart) {
        setStarted(false); // another store may have been meant before
    }
    if (alive && !m_sawMount) {
        setMounted(false);
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
