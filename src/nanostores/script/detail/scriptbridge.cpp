// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/core/graph/write.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/script/detail/nodes.h>
#include <nanostores/script/scripterror.h>

#include <QDateTime>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

/// What a mount hook of JavaScript leaves behind: the façade knows its cleanups.
struct MountCleanup final : Cleanup
{
    explicit MountCleanup(Handle *h)
        : handle(h)
    {
    }
    void run() override
    {
        if (handle && handle->bridge()) {
            handle->bridge()->call(ScriptBridge::RunHook, handle, 3);
        }
    }

    QPointer<Handle> handle;
};

} // namespace

ScriptBridge::ScriptBridge(QJSEngine *engine)
    : QObject(engine)
    , m_engine(engine)
    , m_deliverArguments(3)
    , m_computeArguments(1)
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

ScriptBridge::~ScriptBridge()
{
    m_closed = true;
    for (Handle *handle : m_handles) {
        if (handle) {
            if (auto *part = dynamic_cast<ScriptPart *>(handle->node())) {
                part->handle = nullptr;
            }
            handle->m_bridge = nullptr;
        }
    }
}

ScriptBridge *ScriptBridge::of(const QJSEngine *engine)
{
    return engine->findChild<ScriptBridge *>(QString(), Qt::FindDirectChildrenOnly);
}

void ScriptBridge::connectFacade(const QJSValue &callbacks)
{
    for (std::size_t i = 0; i < m_callbacks.size(); ++i) {
        m_callbacks[i] = callbacks.property(static_cast<quint32>(i));
    }
}

// Calling JavaScript

QJSValue ScriptBridge::wrapperOf(const Handle *handle) const
{
    return m_engine->newQObject(const_cast<Handle *>(handle));
}

int ScriptBridge::call(Callback callback, const Handle *handle, int first, int second)
{
    if (m_closed) {
        return 0;
    }
    return call(callback, {wrapperOf(handle), QJSValue(first), QJSValue(second)});
}

// The callee has taken the arguments before it could call back.

int ScriptBridge::callDeliver(int id, int listener, int slot)
{
    m_deliverArguments[0] = QJSValue(id);
    m_deliverArguments[1] = QJSValue(listener);
    m_deliverArguments[2] = QJSValue(slot);
    return call(Deliver, m_deliverArguments);
}

int ScriptBridge::callCompute(int id)
{
    m_computeArguments[0] = QJSValue(id);
    return call(Compute, m_computeArguments);
}

int ScriptBridge::call(Callback callback, const QJSValueList &arguments)
{
    if (m_closed) {
        return 0;
    }
    const int result = m_callbacks[callback].call(arguments).toInt();
    if (result == Failed) [[unlikely]] {
        throw ScriptError(std::exchange(m_thrown, std::nullopt).value_or(QJSValue()));
    }
    return result;
}

void ScriptBridge::fail(const QJSValue &thrown)
{
    m_thrown = thrown;
}

void ScriptBridge::report(const QJSValue &thrown)
{
    reportError(std::make_exception_ptr(ScriptError(thrown)));
}

void ScriptBridge::raise(const std::exception_ptr &error) const
{
    if (m_closed) {
        reportError(error);
        return;
    }
    try {
        std::rethrow_exception(error);
    } catch (const ScriptError &e) {
        m_engine->throwError(e.value());
    } catch (const std::exception &e) {
        m_engine->throwError(QJSValue::GenericError, QString::fromUtf8(e.what()));
    } catch (...) {
        m_engine->throwError(QJSValue::GenericError, QStringLiteral("nanostores: C++ threw a value of unknown type"));
    }
}

/// Does something for JavaScript, where its error goes; nothing may be called there once it is on its way.
template<typename F>
void ScriptBridge::guarded(F f)
{
    std::exception_ptr error;
    try {
        f();
    } catch (...) {
        error = std::current_exception();
    }
    if (m_oldValuesLeft == 0 && m_oldValues > 0 && idle() && !m_closed) {
        settle();
    }
    if (error) {
        raise(error);
    }
}

// Handles

Handle *ScriptBridge::make(Ref<Node> node)
{
    int id = static_cast<int>(m_handles.size());
    if (m_freeIds.empty()) {
        m_handles.push_back(nullptr);
    } else {
        id = m_freeIds.back();
        m_freeIds.pop_back();
    }
    auto *handle = new Handle(this, std::move(node), id);
    m_handles[static_cast<std::size_t>(id)] = handle;
    m_byNode.insert(handle->node(), handle);
    ++m_alive;
    return handle;
}

void ScriptBridge::forget(Handle *handle)
{
    m_handles[static_cast<std::size_t>(handle->m_id)] = nullptr;
    m_freeIds.push_back(handle->m_id);
    if (m_byNode.value(handle->node()) == handle) {
        m_byNode.remove(handle->node());
    }
    --m_alive;
}

Handle *ScriptBridge::wrap(Ref<Node> node, std::unique_ptr<NativeStore> native)
{
    Handle *present = m_byNode.value(node.get());
    if (present && wrapperOf(present).isQObject()) { // the collector has not come for it
        return present;
    }
    Handle *handle = make(std::move(node));
    handle->m_native = std::move(native);
    return handle;
}

QObject *ScriptBridge::signal()
{
    auto *node = new ScriptSignal;
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

QObject *ScriptBridge::listed(const QJSValue &sources, bool isBatched)
{
    std::vector<Ref<Node>> nodes;
    const auto length = static_cast<quint32>(sources.property(QStringLiteral("length")).toInt());
    for (quint32 i = 0; i < length; ++i) {
        nodes.push_back(Ref<Node>::share(handle(sources.property(i).toInt())->node()));
    }
    auto *node = new ScriptComputed(Listed | (isBatched ? std::uint32_t{Batched} : 0u));
    node->setSources(std::move(nodes));
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

QObject *ScriptBridge::tracking()
{
    auto *node = new ScriptComputed(0u);
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

QObject *ScriptBridge::gate()
{
    auto *node = new ScriptComputed(Barrier);
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

QObject *ScriptBridge::effect()
{
    auto *node = new ScriptEffect;
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

QObject *ScriptBridge::scope(bool lazy)
{
    auto *node = new ScriptScope(lazy);
    node->handle = make(Ref<Node>::adopt(node));
    return node->handle;
}

EffectNode *ScriptBridge::effectOf(int id) const
{
    return static_cast<EffectNode *>(handle(id)->node());
}

// Writing

OldValue *ScriptBridge::newOldValue(const Handle *handle)
{
    int slot = m_oldValues;
    if (m_freeOldValues.empty()) {
        ++m_oldValues;
    } else {
        slot = m_freeOldValues.back();
        m_freeOldValues.pop_back();
    }
    ++m_oldValuesLeft;
    auto *past = new ScriptOldValue(this, slot);
    call(Stash, handle, slot);
    return past;
}

void ScriptBridge::releaseOldValue(int slot)
{
    m_freeOldValues.push_back(slot);
    --m_oldValuesLeft;
}

/// What old values JavaScript still keeps under numbers that are free is let go.
void ScriptBridge::settle()
{
    m_oldValues = 0;
    m_freeOldValues.clear();
    call(ForgetOldValues, QJSValueList());
}

void ScriptBridge::changed(int id)
{
    Handle *const target = handle(id);
    Node *const node = target->node();
    const bool nested = !idle();
    guarded([&] {
        WriteProbe probe(*node);
        const Link *first = node->sinks;
        OldValue *past = nullptr;
        if (node->has(WantsOldValue) && first && (first->next || nested)) {
            past = newOldValue(target); // another write may come before the last listener is called
        }
        auto *signal = node->has(HasEdges) && !node->has(Computing) ? static_cast<ScriptSignal *>(node) : nullptr;
        if (!signal) {
            node->changed(past);
            probe.ended(Outcome::Changed);
            return;
        }
        const std::uint32_t mine = ++signal->writes;
        const bool clean = !node->has(Dirty);
        if (clean) {
            signal->keepsSeen = nested;
            if (nested) {
                call(Differs, target, 1); // JavaScript keeps the value that the sinks have seen
            }
        }
        node->changed(past);
        if (clean && !nested && node->has(Dirty) && signal->writes == mine) {
            signal->keepsSeen = true; // not read yet: the write may be reverted
            call(Differs, target, 1);
        }
        probe.ended(Outcome::Changed);
    });
}

void ScriptBridge::notify(int id)
{
    Handle *const target = handle(id);
    Node *const node = target->node();
    const bool nested = !idle();
    guarded([&] {
        const Link *first = node->sinks;
        node->notifyNow(node->has(WantsOldValue) && first && (first->next || nested) ? newOldValue(target) : nullptr);
    });
}

/// Takes a change whose notification a hook has aborted: reads see the new value all the same.
void ScriptBridge::withhold(int id)
{
    Handle *const target = handle(id);
    constexpr std::uint32_t bit = 1u << static_cast<int>(HookKind::Notify);
    if (!(target->m_hooks & bit)) {
        target->m_hooks |= bit;
        addHook(*target->node(), HookKind::Notify, [this](HookCall &hookCall) {
            hookCall.aborted = std::exchange(m_withholding, false) || hookCall.aborted;
        });
    }
    m_withholding = true;
    guarded([&] {
        WriteProbe probe(*target->node());
        target->node()->changed(nullptr);
        probe.ended(Outcome::Changed);
    });
    m_withholding = false;
}

void ScriptBridge::arrived(int id)
{
    Handle *const target = handle(id);
    guarded([&] {
        auto *node = static_cast<Sink *>(target->node());
        deliver(node, node->has(WantsOldValue) ? newOldValue(target) : nullptr);
    });
}

void ScriptBridge::invalidate(int id)
{
    guarded([&] { nanostores::detail::invalidate(static_cast<Sink *>(handle(id)->node())); });
}

// Listening

int ScriptBridge::listen(int id)
{
    Handle *const target = handle(id);
    auto &listeners = target->m_listeners;
    int number = static_cast<int>(listeners.size());
    if (target->m_freeListeners.empty()) {
        listeners.push_back(nullptr);
    } else {
        number = target->m_freeListeners.back();
        target->m_freeListeners.pop_back();
    }
    auto *listener = new ScriptListener(target, number);
    try {
        attachListener(*target->node(), listener, WantsOldValue);
        target->m_listeners[static_cast<std::size_t>(number)] = listener;
    } catch (...) {
        target->m_freeListeners.push_back(number);
        raise(std::current_exception());
    }
    return number;
}

void ScriptBridge::unlisten(int id, int listener)
{
    Handle *const target = handle(id);
    if (Listener *present = std::exchange(target->m_listeners[static_cast<std::size_t>(listener)], nullptr)) {
        removeListener(present);
        target->m_freeListeners.push_back(listener);
    }
}

int ScriptBridge::observers(int id) const
{
    const Node *node = handle(id)->node();
    if (node->has(Computing)) {
        return static_cast<int>(static_cast<const Sink *>(node)->live);
    }
    int count = 0;
    for (const Link *link = node->sinks; link; link = link->next) {
        count += (link->kind & Link::Counted) != 0;
    }
    return count;
}

// Lifecycle

bool ScriptBridge::isMounted(int id) const
{
    return nanostores::detail::isMounted(*handle(id)->node());
}

void ScriptBridge::hook(int id, int kind, bool kit)
{
    Handle *const target = handle(id);
    const std::uint32_t bit = 1u << kind;
    if (target->m_hooks & bit) {
        return;
    }
    target->m_hooks |= bit;
    guarded([&] {
        addHook(
            *target->node(), static_cast<HookKind>(kind),
            [handle = QPointer<Handle>(target), kind](HookCall &hookCall) {
                if (!handle || !handle->bridge()) {
                    return;
                }
                if (kind == static_cast<int>(HookKind::Mount)) {
                    hookCall.cleanup = std::make_unique<MountCleanup>(handle.data());
                }
                handle->bridge()->call(RunHook, handle.data(), kind);
            },
            kit);
    });
}

void ScriptBridge::setDelay(int id, int milliseconds)
{
    setUnmountDelay(*handle(id)->node(), std::chrono::milliseconds(milliseconds));
}

void ScriptBridge::clean(int id)
{
    Handle *const target = handle(id);
    guarded([&] { target->node()->clean(); });
    for (std::size_t i = 0; i < target->m_listeners.size(); ++i) {
        if (target->m_listeners[i]) {
            unlisten(id, static_cast<int>(i));
        }
    }
    if (target->node()->has(Computing)) {
        target->node()->flags = (target->node()->flags | Dirty) & ~std::uint32_t{Evaluated};
    }
}

// Tracking, effects, scopes

bool ScriptBridge::isTracking() const
{
    return nanostores::detail::tracking();
}

int ScriptBridge::track(int id)
{
    const Node *node = handle(id)->node();
    guarded([&] { node->track(); });
    return static_cast<int>(valueNumber(*node));
}

/// As Handle::mounted().
int ScriptBridge::fresh(int id)
{
    const Node *node = handle(id)->node();
    guarded([&] { node->readMounting(); });
    return static_cast<int>(valueNumber(*node));
}

void ScriptBridge::start(int id)
{
    EffectNode *effect = effectOf(id);
    guarded([&] {
        effect->adoptByOwner();
        if (auto *scope = dynamic_cast<ScopeNode *>(effect)) {
            scope->open();
        } else {
            effect->start();
        }
    });
}

void ScriptBridge::startScope(int id)
{
    guarded([&] { static_cast<ScopeNode *>(effectOf(id))->launch(); });
}

void ScriptBridge::stop(int id)
{
    if (handle(id)) {
        guarded([&] { effectOf(id)->stop(); });
    }
}

bool ScriptBridge::beginBatch()
{
    return nanostores::detail::beginBatch();
}

void ScriptBridge::endBatch()
{
    guarded([] { nanostores::detail::endBatch(); });
}

void ScriptBridge::beginUntracked()
{
    m_owners.push_back(exchangeOwner(nullptr));
    m_untracked.push_back(std::make_unique<UntrackedScope>());
}

void ScriptBridge::endUntracked()
{
    endOwner();
    m_untracked.pop_back();
}

void ScriptBridge::beginCollect()
{
    m_untracked.push_back(std::make_unique<UntrackedScope>());
    nanostores::detail::beginCollect();
}

void ScriptBridge::endCollect(bool trigger)
{
    m_untracked.pop_back();
    guarded([&] { nanostores::detail::endCollect(trigger); });
}

void ScriptBridge::beginExempt(int id)
{
    m_exempt.push_back(exchangeExempt(handle(id)->node()));
}

void ScriptBridge::endExempt()
{
    exchangeExempt(m_exempt.back());
    m_exempt.pop_back();
}

void ScriptBridge::beginOwner(int id)
{
    m_owners.push_back(exchangeOwner(id < 0 ? nullptr : effectOf(id)));
}

void ScriptBridge::endOwner()
{
    exchangeOwner(m_owners.back());
    m_owners.pop_back();
}

// C++ stores

QJSValue ScriptBridge::readNative(int id) const
{
    return handle(id)->m_native->read(m_engine);
}

bool ScriptBridge::writeNative(int id, const QJSValue &newValue)
{
    bool ok = true;
    guarded([&] { ok = handle(id)->m_native->write(newValue); });
    return ok;
}

QString ScriptBridge::nativeType(int id) const
{
    return handle(id)->m_native->typeName();
}

// Time

int ScriptBridge::after(int milliseconds, int token)
{
    auto timer = std::make_unique<Timer>();
    timer->start(std::chrono::milliseconds(milliseconds), [this, token] {
        const auto mine = m_timers.extract(token);
        call(Fire, {QJSValue(token)});
    });
    m_timers[token] = std::move(timer);
    return token;
}

void ScriptBridge::cancel(int token)
{
    m_timers.erase(token);
}

double ScriptBridge::now() const
{
    if (const Scheduler *clock = nanostores::scheduler()) {
        return static_cast<double>(clock->now().count());
    }
    return static_cast<double>(QDateTime::currentMSecsSinceEpoch());
}

void ScriptBridge::name(int id, const QString &newName)
{
    handle(id)->node()->setName(newName.toStdString());
}

QString ScriptBridge::label(int id) const
{
    return QString::fromStdString(handle(id)->node()->label());
}

} // namespace nanostores::detail
