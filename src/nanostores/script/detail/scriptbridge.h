// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/graph/probe.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/subscription.h>
#include <nanostores/script/detail/handle.h>

#include <QHash>
#include <QJSEngine>
#include <QJSValue>
#include <QLoggingCategory>
#include <QObject>
#include <QPointer>

#include <array>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <vector>

class QQmlExpression;

/// The JavaScript face: façades in JavaScript (js/graph.mjs and what stands on it), the graph in NanoStores::Core.
///
/// Values, listeners and functions live on the JavaScript side only, since whatever a QJSValue holds is a root of the
/// engine's collector; nodes know their façade by the wrapper of its Handle, whose property `s` is the façade's state.
namespace nanostores::detail {

/// nanostores.script
Q_DECLARE_LOGGING_CATEGORY(scriptLog)

/// What the façades call: the core's functions over numbers of nodes. One for each engine.
class NANOSTORES_SCRIPT_EXPORT ScriptBridge : public QObject, private ProbeAware, private Namer
{
    Q_OBJECT

public:
    /// What the bridge calls; js/graph.mjs lists them in this order. Each returns a number; Failed after fail().
    enum Callback {
        Deliver,
        Compute,
        Run,
        Clean,
        Fill,
        RunHook,
        Stash,
        ForgetOldValues,
        Differs,
        Hold,
        Fire,
        Follow,
        Assume,
        CallbackCount
    };
    static constexpr int Failed = -1;

    explicit ScriptBridge(QJSEngine *engine);
    ~ScriptBridge() override;
    /// The engine's bridge, or null.
    static ScriptBridge *of(const QJSEngine *engine);

    QJSEngine *engine() const noexcept { return m_engine; }

    // For graph.mjs.
    Q_INVOKABLE void connectFacade(const QJSValue &callbacks);
    Q_INVOKABLE QObject *signal();
    Q_INVOKABLE QObject *listed(const QJSValue &sources, bool batched);
    Q_INVOKABLE QObject *tracking();
    Q_INVOKABLE QObject *gate();
    Q_INVOKABLE QObject *effect();
    Q_INVOKABLE QObject *scope(bool lazy);
    Q_INVOKABLE void changed(int id);
    Q_INVOKABLE void notify(int id);
    Q_INVOKABLE void withhold(int id);
    Q_INVOKABLE void unchanged(int id, bool aborted);
    Q_INVOKABLE int listen(int id);
    Q_INVOKABLE void unlisten(int id, int listener);
    Q_INVOKABLE int observers(int id) const;
    Q_INVOKABLE bool isMounted(int id) const;
    Q_INVOKABLE void hook(int id, int kind, bool kit);
    Q_INVOKABLE void setDelay(int id, int milliseconds);
    Q_INVOKABLE void clean(int id);
    Q_INVOKABLE void arrived(int id);
    Q_INVOKABLE void invalidate(int id);
    Q_INVOKABLE bool isTracking() const;
    Q_INVOKABLE int track(int id);
    Q_INVOKABLE int fresh(int id);
    Q_INVOKABLE int peek(int id) const; ///< As the property `value` of its handle, and no binding follows.
    Q_INVOKABLE void start(int id);
    Q_INVOKABLE void startScope(int id);
    Q_INVOKABLE void stop(int id);
    Q_INVOKABLE bool beginBatch();
    Q_INVOKABLE void endBatch();
    Q_INVOKABLE void beginUntracked();
    Q_INVOKABLE void endUntracked();
    Q_INVOKABLE void beginCollect();
    Q_INVOKABLE void endCollect(bool trigger);
    Q_INVOKABLE void beginExempt(int id);
    Q_INVOKABLE void endExempt();
    Q_INVOKABLE void beginOwner(int id);
    Q_INVOKABLE void endOwner();
    Q_INVOKABLE QJSValue readNative(int id) const;
    Q_INVOKABLE bool writeNative(int id, const QJSValue &newValue);
    Q_INVOKABLE QString nativeType(int id) const;
    Q_INVOKABLE QJSValue detached(const QJSValue &value) const;
    Q_INVOKABLE int after(double milliseconds, int token);
    Q_INVOKABLE void cancel(int token);
    Q_INVOKABLE double now() const;
    Q_INVOKABLE void fail(const QJSValue &thrown);
    Q_INVOKABLE void report(const QJSValue &thrown);
    Q_INVOKABLE void name(int id, const QString &name);
    Q_INVOKABLE QString label(int id) const;
    Q_INVOKABLE void made(int id);
    Q_INVOKABLE bool isLogging() const;
    Q_INVOKABLE void log(const QString &line, bool isError) const;
    Q_INVOKABLE QJSValue router() const; ///< What the module @nanostores/router exports; it is loaded now.
    Q_INVOKABLE QObject *routes() const; ///< A ScriptRoutes, for router.mjs.
    Q_INVOKABLE QJSValue query() const; ///< What the module @nanostores/query exports; it is loaded now.
    /// Calls a function, of query.mjs, with "hidden", "inactive", "active", "offline" and "online".
    Q_INVOKABLE void followSurroundings(const QJSValue &changed);
    Q_INVOKABLE void followNetwork(); ///< After that: also of the network.
    Q_INVOKABLE QObject *handleAt(int id) const { return handle(id); }
    Q_INVOKABLE int count() const { return m_alive; }
    Q_INVOKABLE void runApart(); ///< For apart().

    /// Calls into JavaScript. Throws ScriptError if the callback failed; 0 when JavaScript is gone.
    int call(Callback callback, const Handle *handle, int first = 0, int second = 0);
    /// Deliver and Compute know the façade by its number.
    int callDeliver(int id, int listener, int slot);
    int callCompute(int id);
    int call(Callback callback, const QJSValueList &arguments);
    QJSValue wrapperOf(const Handle *handle) const;
    /// Calls the function. Where a QML binding is being evaluated, it does not follow what the function reads.
    void apart(const std::function<void()> &function);
    void runHook(const Handle *handle, int kind);
    /// What the façade knows of the node.
    QJSValue stateOf(const Handle *handle) const { return wrapperOf(handle).property(QStringLiteral("s")); }
    /// Whether a write of the node is on its way to the graph: JavaScript has the new value already.
    bool isWriting(const Node &node) const noexcept { return m_writing == &node; }
    /// Gives the façade a value, as if its function had returned it. False: it is the same.
    bool assume(const Handle *handle, const QJSValue &value);
    /// As Object.is() says.
    static bool isSame(const QJSValue &a, const QJSValue &b);
    Handle *handleOf(const Node &node) const { return m_byNode.value(&node); }
    /// Makes or finds the handle of a C++ store.
    Handle *wrap(Ref<Node> node, std::unique_ptr<NativeStore> native);
    /// Throws in JavaScript what was thrown in C++.
    void raise(const std::exception_ptr &error) const;
    OldValue *newOldValue(const Handle *handle);
    void releaseOldValue(int slot);
    /// The engine goes down: no more calls.
    void close() noexcept { m_closed = true; }
    bool isClosed() const noexcept { return m_closed; }

    Node *nodeAt(int id) const { return handle(id)->node(); }
    /// Functions of the façade that C++ calls, by name.
    QJSValue facade(const QString &name) const { return m_facade.property(name); }
    bool hasFacade() const { return m_facade.isObject(); }
    void setFacade(const QJSValue &functions) { m_facade = functions; }

    void forget(Handle *handle);
    void followed(bool all) noexcept override;

    // What the stores, and the functions that run, are called: scriptnames.cpp.
    void nameNodes(const Found &found) const override;
    void appendRunning(std::vector<Frame> &frames) const override;

private:
    void surroundingsAre(const QString &event);
    template<typename F>
    void guarded(F f);
    Handle *make(Ref<Node> node);
    Handle *handle(int id) const { return m_handles[static_cast<std::size_t>(id)]; }
    EffectNode *effectOf(int id) const;
    void settle();

    QJSEngine *m_engine;
    QPointer<QQmlExpression> m_apart; ///< Has runApart() called, in a QQmlEngine.
    std::function<void()> m_job;
    std::array<QJSValue, CallbackCount> m_callbacks;
    QJSValue m_facade;
    QJSValueList m_deliverArguments;
    QJSValueList m_computeArguments;
    std::vector<Handle *> m_handles;
    std::vector<int> m_freeIds;
    QHash<const Node *, Handle *> m_byNode;
    QHash<const Node *, Frame> m_places; ///< Where nodes were made that were made while a probe followed all.
    int m_alive = 0;
    std::optional<QJSValue> m_thrown;
    int m_oldValues = 0;
    int m_oldValuesLeft = 0;
    std::vector<int> m_freeOldValues;
    bool m_closed = false;
    bool m_withholding = false;
    const Node *m_writing = nullptr;
    std::vector<std::unique_ptr<UntrackedScope>> m_untracked;
    std::vector<Node *> m_exempt;
    std::vector<Sink *> m_owners;
    std::map<int, std::unique_ptr<Timer>> m_timers;
    QJSValue m_surroundingsChanged; ///< Of followSurroundings().
    Subscription m_appTie;
    Subscription m_networkTie;
};

/// Loads a file of the library; what it exports, or undefined after a warning.
QJSValue loadModule(QJSEngine *engine, const QString &file);

/// Makes a module of another library known to the engine, as installModules() does with those of this one. The file is
/// in the resources, in /nanostores/script; facades.cpp has to know it as well. Once for each engine.
NANOSTORES_SCRIPT_EXPORT void addModule(QJSEngine *engine, const QString &name, const QString &file, bool whileLoading);

/// installModules() for the initializeEngine() of a plugin: while the type loader of QML waits for it.
NANOSTORES_SCRIPT_EXPORT void installModulesWhileLoading(QJSEngine *engine);

} // namespace nanostores::detail
