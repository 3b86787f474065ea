// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativestore.h>
#include <nanostores/core/map.h>

#include <QStringList>

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace nanostores {

/// A store of JavaScript values by key, declared in QML as `MapStore { value: ({ theme: "light" }) }`.
///
/// StoreKey and Bind observe one key of it, and are not notified of other keys.
class NANOSTORES_QML_EXPORT DeclarativeMap : public nanostores::DeclarativeStore
{
    Q_OBJECT
    QML_NAMED_ELEMENT(MapStore)
    /// All of it, as an object. Changing a property of that object does not change the store: use setKey(). What is no
    /// plain object, such as null or an array, is refused with a warning.
    Q_PROPERTY(QJSValue value READ value WRITE setValue NOTIFY valueChanged FINAL)
    Q_PROPERTY(QStringList keys READ keys NOTIFY valueChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY valueChanged FINAL)

public:
    explicit DeclarativeMap(QObject *parent = nullptr);
    ~DeclarativeMap() override;

    QJSValue value() const;
    void setValue(const QJSValue &newValue);
    QStringList keys() const;
    int count() const;

    /// The value, read without tracking; mounts the store for a moment if it is not observed.
    Q_INVOKABLE QJSValue get() const;
    Q_INVOKABLE void set(const QJSValue &newValue) { setValue(newValue); }
    // Keys are text, or numbers, whose text counts; anything else is refused with a warning.
    Q_INVOKABLE QJSValue getKey(const QJSValue &key) const;
    Q_INVOKABLE bool hasKey(const QJSValue &key) const;
    /// Sets one key; undefined removes it.
    Q_INVOKABLE void setKey(const QJSValue &key, const QJSValue &newValue);
    Q_INVOKABLE void removeKey(const QJSValue &key);

    QJSValue read(const QString &key) const override;
    bool isWritable() const override;
    bool write(const QString &key, const QJSValue &newValue) override;
    Listening listenTo(const QString &key, std::function<void()> changed) override;

    const Map<QString, JsValue> &store() const { return m_store; }

Q_SIGNALS:
    void valueChanged();
    void setting(nanostores::StoreChange *change);
    void notifying(nanostores::StoreNotification *change);

protected:
    const detail::Node *storeNode() const override { return m_store.node().get(); }
    void adopt(const QString &name) override;
    void hook() override;
    void applyUnmountDelay(std::chrono::milliseconds delay) override;
    void applyEqual(bool isCustom) override;
    detail::ObserverLink listenToChanges() override;
    void sendChange() override;

private:
    using Entries = Dictionary<QString, JsValue>;
    struct KeyListener;
    std::vector<std::shared_ptr<KeyListener>> keyListeners() const;

    detail::ObserverLink listenToValue();
    void notifyValue() { notifyObservers<&DeclarativeMap::valueChanged>(this, m_valueTie); }
    bool assign(const QJSValue &newValue);
    bool isEntries(const QJSValue &value) const;
    std::optional<QString> keyOf(const QJSValue &key, const char *where) const;
    Entries toEntries(const QJSValue &object) const;
    QJSValue toObject(const Entries &entries) const;
    QJSValue newObject(const Entries &entries) const;
    void show(const Entries &entries, const QJSValue &object) const;

    Map<QString, JsValue> m_store;
    std::vector<std::weak_ptr<KeyListener>> m_keyListeners; ///< Some may have gone.
    std::size_t m_keyListenersToSift = 16; ///< With so many, those that have gone are left out.
    detail::NotedChange<Entries> m_change;
    mutable Entries m_shown; ///< What m_object was made of.
    mutable QJSValue m_object;
    mutable int m_shownObjects = 0; ///< How many of m_shown are QML objects...
    mutable int m_shownDestroyed = 0; ///< ...and were destroyed by then.
    detail::ObserverLink m_valueTie;
};

} // namespace nanostores
