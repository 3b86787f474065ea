// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#include <nanostores/core/computed.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/script/detail/detached.h>
#include <nanostores/script/detail/nodes.h>
#include <nanostores/script/detail/scriptguard.h>
#include <nanostores/script/detail/scriptroutes.h>
#include <nanostores/script/scripterror.h>
#include <nanostores/surroundings/surroundings.h>

#include <QByteArray>
#include <QDateTime>
#include <QLoggingCategory>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlExpression>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <utility>

namespace nanostores::detail {

namespace {

Q_LOGGING_CATEGORY(logCategory, "nanostores.log")

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
    if (followsAll()) {
        followed(true);
    }
}

// Calling JavaScript

QJSValue ScriptBridge::wrapperOf(const Handle *handle) const
{
    return m_engine->newQObject(const_cast<Handle *>(handle));
}

int ScriptBridge::call(Callback callback, const Handle *handle, int first, int second)
{
    const QJSValue wrapper = m_closed ? QJSValue() : wrapperOf(handle);
    if (!wrapper.isQObject()) {
        return 0; // the collector has come for it
    }
    return call(callback, {wrapper, QJSValue(first), QJSValue(second)});
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
    const QJSValue returned = m_callbacks[callback].call(arguments);
    if (!returned.isNumber() && returned.isError()) [[unlikely]] {
        throw ScriptError(returned); // the callee has not begun: too much recursion
    }
    const int result = returned.toInt();
    if (result == Failed) [[unlikely]] {
        throw ScriptError(std::exchange(m_thrown, std::nullopt).value_or(QJSValue()));
    }
    return result;
}

// Evaluating an expression, QML notes what that one reads, and goes on with the binding afterwards.

void ScriptBridge::apart(const std::function<void()> &function)
{
    auto *const engine = m_closed ? nullptr : qobject_cast<QQmlEngine *>(m_engine);
    if (!engine) {
        function();
        return;
    }
    if (!m_apart) {
        QQmlContext *const context = engine->rootContext();
        m_apart = new QQmlExpression(context, this, QStringLiteral("this.runApart()"), context);
    }
    std::exception_ptr thrown;
    m_job = [&] {
        try {
            function();
        } catch (...) {
            thrown = std::current_exception();
        }
    };
    m_apart->evaluate();
    if (m_job) { // the engine's stack was too deep
        runApart();
    }
    if (thrown) {
        std::rethrow_exception(thrown);
    }
}

void ScriptBridge::runApart()
{
    if (const auto job = std::exchange(m_job, nullptr)) {
        job();
    }
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
    m_places.remove(handle->node());
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

QJSValue ScriptBridge::detached(const QJSValue &value) const
{
    return nanostores::detail::detached(value, m_engine);
}

// Time

int ScriptBridge::after(double milliseconds, int token)
{
    constexpr double Longest = 1e15; // thirty thousand years, which no clock overflows by
    const std::chrono::milliseconds delay(static_cast<std::int64_t>(std::clamp(milliseconds, 0.0, Longest)));
    auto timer = std::make_unique<Timer>();
    timer->start(delay, [this, token] {
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

QJSValue ScriptBridge::router() const
{
    return loadModule(m_engine, QStringLiteral("module_router.mjs"));
}

QObject *ScriptBridge::routes() const
{
    return new ScriptRoutes(m_engine); // the collector's, as it has no parent
}

QJSValue ScriptBridge::query() const
{
    return loadModule(m_engine, QStringLiteral("module_query.mjs"));
}

void ScriptBridge::followSurroundings(const QJSValue &changed)
{
    m_surroundingsChanged = changed;
    const auto state = computed(appVisible(), appActive(), [](bool isVisible, bool isActive) {
        return isActive ? QStringLiteral("active") : isVisible ? QStringLiteral("inactive") : QStringLiteral("hidden");
    });
    m_appTie = state.subscribe([this](const QString &now) { surroundingsAre(now); });
}

void ScriptBridge::followNetwork()
{
    if (!m_networkTie) {
        m_networkTie = online().listen([this](bool isOnline) {
            surroundingsAre(isOnline ? QStringLiteral("online") : QStringLiteral("offline"));
        });
    }
}

void ScriptBridge::surroundingsAre(const QString &event)
{
    const QJSValue result = m_closed ? QJSValue() : m_surroundingsChanged.call({event});
    if (result.isError()) {
        report(result);
    }
}

/// Of the module @nanostores/logger; NanoStores::Logger writes to the same category.
bool ScriptBridge::isLogging() const
{
    return logCategory().isDebugEnabled() || logCategory().isWarningEnabled();
}

void ScriptBridge::log(const QString &line, bool isError) const
{
    const QLoggingCategory &category = logCategory();
    if (!(isError ? category.isWarningEnabled() : category.isDebugEnabled())) {
        return;
    }
    std::vector<Frame> running;
    forEachNamer([&running](const Namer &namer) { namer.appendRunning(running); });
    const Frame by = running.empty() ? Frame() : running.front();
    const QMessageLogger logger(by.file.empty() ? nullptr : by.file.c_str(), by.line,
                                by.function.empty() ? nullptr : by.function.c_str(), category.categoryName());
    const QByteArray text = line.toUtf8();
    isError ? logger.warning("%s", text.constData()) : logger.debug("%s", text.constData());
}

QString ScriptBridge::label(int id) const
{
    return QString::fromStdString(handle(id)->node()->label());
}

} // namespace nanostores::detail
