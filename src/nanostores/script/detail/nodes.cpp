// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/nodes.h>

#include <nanostores/qt/detail/describing.h>
#include <nanostores/script/detail/plainvariant.h>

#include <typeinfo>
#include <utility>

namespace nanostores::detail {

namespace {

template<typename E>
struct ScriptCleanup final : Cleanup
{
    explicit ScriptCleanup(E *e)
        : effect(e)
    {
    }
    void run() override
    {
        if (effect->alive()) {
            effect->call(ScriptBridge::Clean);
        }
    }

    E *effect; // owns this
};

} // namespace

/// While a computed store or an effect stands in the list of a source, the source's façade keeps the sink's alive. The
/// engine itself keeps what depends on C++ stores.
void ScriptPart::hold(const Node &source, bool on) const noexcept
{
    if (!alive()) {
        return;
    }
    ScriptBridge *bridge = handle->bridge();
    try {
        const Handle *from = bridge->handleOf(source);
        const bool script = from && dynamic_cast<const ScriptPart *>(&source);
        bridge->call(ScriptBridge::Hold,
                     {script ? bridge->wrapperOf(from) : QJSValue(), bridge->wrapperOf(handle), QJSValue(on)});
    } catch (...) {
        // a façade that is being collected
    }
}

void ScriptPart::describe(Describer &to) const
{
    to.valueType(typeid(QJSValue));
    if (alive()) {
        ScriptBridge *bridge = handle->bridge();
        const QJSValue value = bridge->stateOf(handle).property(QStringLiteral("value"));
        describeVariant(PlainVariant(bridge->engine()).of(value), to);
    } else {
        to.none();
    }
}

bool ScriptSignal::differs(const OldValue *seen) const
{
    if (const auto *past = static_cast<const ScriptPast *>(seen); past && past->isKept) {
        return alive()
               && !handle->bridge()->isSame(handle->bridge()->stateOf(handle).property(QStringLiteral("value")),
                                            static_cast<const ScriptKept *>(past)->value);
    }
    if (!keepsSeen || !alive()) {
        return true;
    }
    return call(ScriptBridge::Differs) != 0;
}

/// In the midst of a write, the value of before.
OldValue *ScriptSignal::keepValue() const
{
    if (!alive()) {
        return nullptr;
    }
    const ScriptBridge *bridge = handle->bridge();
    const QString name = bridge->isWriting(*this) ? QStringLiteral("old") : QStringLiteral("value");
    return new ScriptKept(bridge->stateOf(handle).property(name));
}

void ScriptSignal::swapValue(OldValue &kept)
{
    if (!alive()) {
        return;
    }
    ScriptBridge *bridge = handle->bridge();
    QJSValue &other = static_cast<ScriptKept &>(kept).value;
    QJSValue former = bridge->stateOf(handle).property(QStringLiteral("value"));
    bridge->assume(handle, other);
    other = std::move(former);
}

void ScriptComputed::setSources(std::vector<Ref<Node>> newSources)
{
    m_sources = std::move(newSources);
    m_edges.resize(m_sources.size());
    for (std::size_t i = 0; i < m_edges.size(); ++i) {
        m_edges[i].source = m_sources[i].get();
        m_edges[i].sink = this;
        m_edges[i].nextSource = i + 1 < m_edges.size() ? &m_edges[i + 1] : nullptr;
    }
}

bool ScriptComputed::compute(OldValue *&past)
{
    if (!alive() || handle->bridge()->callCompute(handle->id()) == 0) {
        return false;
    }
    if (has(WantsOldValue)) {
        past = handle->bridge()->newOldValue(handle);
    }
    return true;
}

std::unique_ptr<Cleanup> ScriptEffect::body()
{
    if (!alive() || call(ScriptBridge::Run, has(Evaluated) ? 0 : 1) == 0) {
        return nullptr;
    }
    return std::make_unique<ScriptCleanup<ScriptEffect>>(this);
}

void ScriptScope::fill()
{
    if (alive() && call(ScriptBridge::Fill) != 0) {
        needTree().cleanup = std::make_unique<ScriptCleanup<ScriptScope>>(this);
    }
}

void ScriptListener::call(Node &, OldValue *past, bool keyed)
{
    ScriptBridge *bridge = handle->bridge();
    if (!bridge || bridge->isClosed()) {
        return;
    }
    if (handle->isNative()) {
        bridge->call(ScriptBridge::Deliver,
                     {QJSValue(handle->id()), QJSValue(number), QJSValue(-2), handle->nativeOldValue(past)});
        return;
    }
    if (past && static_cast<const ScriptPast *>(past)->isKept) {
        bridge->call(ScriptBridge::Deliver, {QJSValue(handle->id()), QJSValue(number), QJSValue(-3),
                                             static_cast<const ScriptKept *>(past)->value});
        return;
    }
    const auto *mine = static_cast<const ScriptOldValue *>(past);
    bridge->callDeliver(handle->id(), number, mine ? 2 * mine->slot + (keyed ? 1 : 0) : -1);
}

ScriptOldValue::~ScriptOldValue()
{
    if (bridge) {
        bridge->releaseOldValue(slot);
    }
}

} // namespace nanostores::detail
