// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/script/export.h>

#include <QJSValue>
#include <QMetaMethod>
#include <QObject>

#include <functional>
#include <memory>
#include <vector>

namespace nanostores::detail {

class ScriptBridge;

/// How JavaScript reaches the value of a C++ store.
struct NANOSTORES_SCRIPT_EXPORT NativeStore
{
    NativeStore() = default;
    NativeStore(const NativeStore &) = delete;
    NativeStore &operator=(const NativeStore &) = delete;
    virtual ~NativeStore();

    virtual QJSValue read(QJSEngine *engine) const = 0;
    /// The old value in what a listener is handed; undefined where there is none.
    virtual QJSValue past(QJSEngine *engine, const OldValue *past) const = 0;
    virtual bool isWritable() const = 0;
    /// False if the value cannot be made one of the store's type.
    virtual bool write(const QJSValue &newValue) const = 0;
    virtual QString typeName() const = 0;
};

/// The node of a store, effect or scope, held by JavaScript: the façade refers to it, and the engine's collector takes
/// it away with the façade. Never roots anything of the engine.
class NANOSTORES_SCRIPT_EXPORT Handle : public QObject
{
    Q_OBJECT
    Q_PROPERTY(int id READ id CONSTANT FINAL)
    /// Each brings the value up to date and gives a number that changes with it; a QML binding that reads it follows.
    Q_PROPERTY(int value READ value NOTIFY changed FINAL)
    /// As `value`, and the running computed store or effect follows too.
    Q_PROPERTY(int tracked READ tracked NOTIFY changed FINAL)
    /// As `value`, and mounts the store for a moment if it is not observed.
    Q_PROPERTY(int mounted READ mounted NOTIFY changed FINAL)

public:
    Handle(ScriptBridge *bridge, Ref<Node> node, int id);
    ~Handle() override;

    int id() const noexcept { return m_id; }
    int value() const;
    int tracked() const;
    int mounted() const;

    ScriptBridge *bridge() const noexcept { return m_bridge; }
    Node *node() const noexcept { return m_node.get(); }
    bool isNative() const noexcept { return m_native != nullptr; }
    QJSValue nativeOldValue(const OldValue *past) const;
    bool event(QEvent *event) override;

Q_SIGNALS:
    void changed();

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    friend class ScriptBridge;
    void updateEmitter();
    template<typename F>
    int read(F f) const;

    ScriptBridge *m_bridge;
    Ref<Node> m_node;
    std::unique_ptr<NativeStore> m_native;
    std::vector<Listener *> m_listeners; ///< Of JavaScript, by number; null where there is none.
    std::vector<int> m_freeListeners;
    Listener *m_emitter = nullptr;
    int m_observers = 0; ///< Bindings and connections.
    int m_id;
    std::uint32_t m_hooks = 0; ///< Kinds of hooks that JavaScript has asked for.
    bool m_deferredDelete = false;
};

} // namespace nanostores::detail
