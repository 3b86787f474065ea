// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/declarativestore.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>

#include <optional>

namespace nanostores {

/// What the stores declared in QML have in common whose value comes from others.
class NANOSTORES_QML_EXPORT DeclarativeDerived : public nanostores::DeclarativeStore
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_PROPERTY(QJSValue value READ value NOTIFY valueChanged FINAL)

public:
    ~DeclarativeDerived() override;

    QJSValue value() const;
    /// The value, read without tracking; mounts the store for a moment if it is not observed.
    Q_INVOKABLE QJSValue get() const;

    void componentComplete() override;
    QJSValue read(const QString &key) const override;
    bool isWritable() const override;
    bool write(const QString &key, const QJSValue &newValue) override;
    Listening listenTo(const QString &key, std::function<void()> changed) override;

    const Computed<JsValue> &store() const { return m_store; }

Q_SIGNALS:
    void valueChanged();

protected:
    /// Batched: runs once for all changes of a turn of the event loop.
    DeclarativeDerived(QObject *parent, bool isBatched);

    /// The value now, tracked. None: it cannot be had, or the object has ended in what runs here.
    virtual std::optional<JsValue> evaluate() = 0;
    /// Whether evaluate() reads properties of QML, which are watched while the store is observed.
    virtual bool followsProperties() const { return false; }
    /// What evaluate() does is another thing now.
    void redefine();
    detail::JsCaller *caller() const { return m_caller.get(); } ///< Null until it is complete.

    void nameNodes(const detail::Namer::Found &found) const override;
    const detail::Node *storeNode() const override { return m_store.node().get(); }
    void adopt(const QString &name) override;
    void hook() override;
    void applyUnmountDelay(std::chrono::milliseconds delay) override;
    void mountChanges(bool isMounted) override;
    void applyEqual(bool isCustom) override;
    detail::ObserverLink listenToChanges() override;
    void sendChange() override;

private:
    template<typename F>
    QJSValue valueBy(F read) const;
    void setFollowing(bool newFollowing);
    detail::ObserverLink listenToValue();
    void notifyValue() { notifyObservers<&DeclarativeDerived::valueChanged>(this, m_valueTie); }

    std::unique_ptr<detail::JsCaller> m_caller;
    JsValue m_last;
    Atom<int> m_definition; ///< Changes when what evaluate() does, or a property that it has read, does.
    Computed<JsValue> m_derived;
    Computed<JsValue> m_store; ///< The same, or batched.
    detail::NotedChange<JsValue> m_change;
    detail::ObserverLink m_valueTie;
    mutable quint64 m_lastRead = 0; ///< That ran the function of a store that is not observed.
};

} // namespace nanostores
