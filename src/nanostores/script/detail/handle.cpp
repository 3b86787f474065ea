// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/handle.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/muting.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/script/detail/nodes.h>
#include <nanostores/script/detail/scriptbridge.h>

#include <QEvent>

#include <utility>

namespace nanostores::detail {

namespace {

struct Emitter final : Listener
{
    explicit Emitter(Handle *h)
        : handle(h)
    {
        kind |= ViewLink;
    }
    void call(Node &, OldValue *, bool) override { Q_EMIT handle->changed(); }

    Handle *handle;
};

const QMetaMethod &changedSignal()
{
    static const QMetaMethod signal = QMetaMethod::fromSignal(&Handle::changed);
    return signal;
}

} // namespace

NativeStore::~NativeStore() = default;

Handle::Handle(ScriptBridge *bridge, Ref<Node> node, int id)
    : m_bridge(bridge)
    , m_node(std::move(node))
    , m_id(id)
{
}

Handle::~Handle()
{
    if (m_bridge && !m_deferredDelete) {
        m_bridge->close(); // not the collector's doing: the engine ends
    }
    if (auto *part = dynamic_cast<ScriptPart *>(m_node.get())) {
        part->handle = nullptr;
    }
    if (m_emitter) {
        removeListener(m_emitter);
    }
    for (Listener *listener : m_listeners) {
        if (listener) {
            static_cast<ScriptListener *>(listener)->handle = nullptr;
            removeListener(listener);
        }
    }
    if (m_bridge) {
        m_bridge->forget(this);
    }
    if (m_node->has(Effecting)) {
        try {
            static_cast<EffectNode *>(m_node.get())->stop();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
}

bool Handle::event(QEvent *event)
{
    if (event->type() == QEvent::DeferredDelete) {
        m_deferredDelete = true;
    }
    return QObject::event(event);
}

template<typename F>
int Handle::read(F f) const
{
    try {
        f();
    } catch (...) {
        if (m_bridge) {
            m_bridge->raise(std::current_exception());
        }
    }
    return static_cast<int>(valueNumber(*m_node));
}

int Handle::value() const
{
    return read([this] {
        if (!m_node->has(Computing) || m_node->has(Leaving) || (m_node->observed() && !m_node->has(Batched))) {
            m_node->fresh(); // an unobserved one keeps what it had, a batched one what it has until its turn
        }
    });
}

int Handle::tracked() const
{
    return read([this] { m_node->track(); });
}

int Handle::mounted() const
{
    return read([this] { m_node->readMounting(); });
}

QJSValue Handle::nativeOldValue(const OldValue *past) const
{
    return m_native->past(m_bridge->engine(), past);
}

void Handle::connectNotify(const QMetaMethod &signal)
{
    if (signal == changedSignal()) {
        ++m_observers;
        updateEmitter();
    }
}

void Handle::disconnectNotify(const QMetaMethod &signal)
{
    if (signal == changedSignal()) {
        --m_observers;
    } else if (!signal.isValid()) {
        m_observers = receivers(SIGNAL(changed()));
    }
    updateEmitter();
}

void Handle::updateEmitter()
{
    if (m_observers > 0 && !m_emitter) {
        auto *emitter = new Emitter(this);
        try {
            m_emitter = emitter; // a mount hook may read the store in a binding
            const auto attach = [&] { attachListener(*m_node, emitter, 0); }; // has hooks and functions run
            m_bridge ? m_bridge->apart(attach) : attach();
        } catch (...) {
            m_emitter = nullptr;
            reportError(std::current_exception());
        }
    } else if (m_observers == 0 && m_emitter) {
        removeListener(std::exchange(m_emitter, nullptr));
    }
}

} // namespace nanostores::detail
