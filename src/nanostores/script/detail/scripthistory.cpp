// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scripthistory.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/lists.h>
#include <nanostores/script/detail/scriptbridge.h>
#include <nanostores/script/detail/value.h>
#include <nanostores/script/history.h>
#include <nanostores/script/install.h>
#include <nanostores/script/scripterror.h>
#include <nanostores/script/store.h>

#include <QVariantList>
#include <QVariantMap>

#include <exception>
#include <memory>
#include <utility>

namespace nanostores::detail {

namespace {

struct ScriptDelta final : Delta
{
    QJSValue value;
};

/// Records a store of JavaScript by the functions of js/history.mjs.
class ScriptTrack final : public Track
{
public:
    ScriptTrack(Timeline &timeline, QJSEngine *engine, Handle *handle)
        : Track(timeline)
        , m_engine(engine)
        , m_handle(handle)
        , m_node(Ref<Node>::share(handle->node()))
        , m_registration(addRecorder(*m_node, *this))
    {
    }
    ~ScriptTrack() override { removeRecorder(*m_node, *this); }

    std::unique_ptr<Delta> blank() const override
    {
        return std::make_unique<ScriptDelta>(); // record() or absorb() fills it
    }
    void clear(Delta &delta) const override { static_cast<ScriptDelta &>(delta).value = QJSValue(); }
    void record(Delta &delta, OldValue *) override { call("record", {filled(delta)}); }
    void absorb(Delta &older, const Delta &newer) const override { call("absorb", {filled(older), valueOf(newer)}); }
    bool isReverted(const Delta &delta) const override { return call("isReverted", {valueOf(delta)}).toBool(); }
    bool apply(const Delta &delta, bool asks) override
    {
        const QJSValue result = call("apply", {valueOf(delta), QJSValue(asks)});
        if (result.isObject()) {
            throw ScriptError(result.property(QStringLiteral("thrown")));
        }
        return result.toBool();
    }
    bool isSamePlace(const Delta &a, const Delta &b) const override
    {
        return call("isSamePlace", {valueOf(a), valueOf(b)}).toBool();
    }
    bool meets(const Delta &delta, const Delta &foreign) const override
    {
        return call("meets", {valueOf(delta), valueOf(foreign)}).toBool();
    }
    std::size_t bytes(const Delta &delta) const override
    {
        return static_cast<std::size_t>(call("bytes", {valueOf(delta)}).toUInt());
    }
    std::vector<std::string> keys(const Delta &delta) const override
    {
        const QJSValue names = call("keys", {valueOf(delta)});
        std::vector<std::string> all;
        const auto length = names.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < length; ++i) {
            all.push_back(names.property(i).toString().toStdString());
        }
        return all;
    }
    std::string name() const override
    {
        const Extra *const extra = m_node->extraOrNull();
        return extra ? extra->name : std::string();
    }
    bool isOf(const Node &node) const noexcept override { return m_node.get() == &node; }

private:
    const QJSValue &filled(Delta &delta) const
    {
        QJSValue &value = static_cast<ScriptDelta &>(delta).value;
        if (value.isUndefined()) {
            value = functions().property(QStringLiteral("blank")).call();
        }
        return value;
    }
    static const QJSValue &valueOf(const Delta &delta) { return static_cast<const ScriptDelta &>(delta).value; }
    QJSValue functions() const { return m_engine ? ScriptHistories::of(m_engine)->track() : QJSValue(); }
    QJSValue call(const char *function, QJSValueList arguments) const
    {
        if (!m_engine || !m_handle || !m_handle->bridge() || m_handle->bridge()->isClosed()) {
            return {}; // the store has gone
        }
        arguments.prepend(m_handle->bridge()->wrapperOf(m_handle));
        const QJSValue result = functions().property(QLatin1String(function)).call(arguments);
        if (result.isError()) {
            throw ScriptError(result);
        }
        return result;
    }

    QPointer<QJSEngine> m_engine;
    QPointer<Handle> m_handle;
    Ref<Node> m_node;
    std::shared_ptr<void> m_registration;
};

/// The largest integer of JavaScript, and more than any history keeps: Infinity is no integer.
constexpr double LargestNumber = sizeof(std::size_t) > 4 ? 9007199254740991.0 : 4294967295.0;

HistoryOptions optionsOf(const QJSValue &options)
{
    HistoryOptions made;
    const auto number = [&](const char *name, auto &to) {
        const QJSValue given = options.property(QLatin1String(name));
        if (given.isNumber()) {
            to = static_cast<std::decay_t<decltype(to)>>(qBound(0.0, given.toNumber(), LargestNumber));
        }
    };
    number("limit", made.limit);
    number("bytes", made.bytes);
    qint64 merge = 0;
    number("mergeWithin", merge);
    made.mergeWithin = std::chrono::milliseconds(merge);
    if (const QJSValue text = options.property(QStringLiteral("text")); text.isString()) {
        made.text = text.toString().toStdString();
    }
    return made;
}

QVariantList rowsOf(const std::vector<HistoryStep> &steps)
{
    QVariantList rows;
    for (const HistoryStep &step : steps) {
        rows.append(QVariantMap{{QStringLiteral("text"), QString::fromStdString(step.text)},
                                {QStringLiteral("done"), step.done}});
    }
    return rows;
}

} // namespace

ScriptHistories::ScriptHistories(QJSEngine *engine)
    : QObject(engine)
    , m_engine(engine)
{
    setObjectName(QStringLiteral("nanostores.histories"));
}

ScriptHistories *ScriptHistories::of(QJSEngine *engine)
{
    return engine->findChild<ScriptHistories *>(QStringLiteral("nanostores.histories"), Qt::FindDirectChildrenOnly);
}

QJSValue ScriptHistories::load()
{
    return loadModule(m_engine, QStringLiteral("module_history.mjs"));
}

QObject *ScriptHistories::make(const QJSValue &options)
{
    return new ScriptHistory(m_engine, optionsOf(options));
}

ScriptHistory::ScriptHistory(QJSEngine *engine, HistoryOptions options)
    : m_engine(engine)
    , m_history(std::move(options))
{
}

ScriptHistory::~ScriptHistory()
{
    while (m_untracked > 0) {
        endUntracked();
    }
}

/// Does something for JavaScript, where its error goes.
template<typename F>
auto ScriptHistory::guarded(F f)
{
    const History held = m_history;
    using Result = decltype(f(held));
    try {
        return f(held);
    } catch (...) {
        if (ScriptBridge *const bridge = m_engine ? ScriptBridge::of(m_engine) : nullptr) {
            bridge->raise(std::current_exception());
        } else {
            reportError(std::current_exception());
        }
    }
    return Result();
}

QString ScriptHistory::track(const QJSValue &store)
{
    return trackScriptStore(m_history, m_engine, store);
}

bool ScriptHistory::undo()
{
    return guarded([](const History &history) { return history.undo(); });
}

bool ScriptHistory::redo()
{
    return guarded([](const History &history) { return history.redo(); });
}

bool ScriptHistory::goTo(int position)
{
    return position >= 0
           && guarded([position](const History &history) { return history.goTo(static_cast<std::size_t>(position)); });
}

void ScriptHistory::clear()
{
    guarded([](const History &history) { history.clear(); });
}

void ScriptHistory::setClean()
{
    guarded([](const History &history) { history.setClean(); });
}

void ScriptHistory::begin(const QString &text)
{
    guarded([&](const History &history) { m_groups.push_back(history.group(text.toStdString())); });
}

void ScriptHistory::end()
{
    if (m_groups.empty()) {
        if (m_engine) {
            m_engine->throwError(QStringLiteral("end() without a begin(): call begin() where the step begins"));
        }
        return;
    }
    const HistoryGroup ended = std::move(m_groups.back());
    m_groups.pop_back();
}

void ScriptHistory::beginUntracked()
{
    guarded([&](const History &history) {
        history.timeline()->beginUntracked();
        ++m_untracked;
    });
}

void ScriptHistory::endUntracked()
{
    if (m_untracked > 0) {
        --m_untracked;
        m_history.timeline()->endUntracked();
    }
}

QJSValue ScriptHistory::touched(int step)
{
    QJSValue all = m_engine->newArray();
    quint32 count = 0;
    for (const HistoryTouch &touch : m_history.touched(static_cast<std::size_t>(qMax(step, -1)))) {
        QJSValue one = m_engine->newObject();
        one.setProperty(QStringLiteral("store"), QString::fromStdString(touch.store));
        QJSValue keys = m_engine->newArray();
        for (std::size_t i = 0; i < touch.keys.size(); ++i) {
            keys.setProperty(static_cast<quint32>(i), QString::fromStdString(touch.keys[i]));
        }
        one.setProperty(QStringLiteral("keys"), keys);
        all.setProperty(count++, one);
    }
    return all;
}

QJSValue ScriptHistory::view(const QString &name)
{
    const History &history = m_history;
    if (name == QLatin1String("canUndo")) {
        return toScript(m_engine, history.canUndo);
    }
    if (name == QLatin1String("canRedo")) {
        return toScript(m_engine, history.canRedo);
    }
    if (name == QLatin1String("isClean")) {
        return toScript(m_engine, history.isClean);
    }
    if (name == QLatin1String("undoText")) {
        return toScript(m_engine, history.undoText);
    }
    if (name == QLatin1String("redoText")) {
        return toScript(m_engine, history.redoText);
    }
    if (name == QLatin1String("position")) {
        return toScript(m_engine, history.position);
    }
    return toScript(m_engine, computed(history.steps, &rowsOf));
}

} // namespace nanostores::detail

namespace nanostores {

QString trackScriptStore(const History &history, QJSEngine *engine, const QJSValue &store)
{
    using namespace detail;
    installModules(engine);
    ScriptHistories *const histories = ScriptHistories::of(engine);
    if (!histories->track().isObject()) {
        histories->load();
    }
    const QJSValue found = histories->track().property(QStringLiteral("find")).call({store});
    if (!found.isNumber()) {
        return found.toString();
    }
    auto *const handle = static_cast<Handle *>(ScriptBridge::of(engine)->handleAt(found.toInt()));
    if (!history.timeline()->tracks(*handle->node())) {
        history.timeline()->add(std::make_unique<ScriptTrack>(*history.timeline(), engine, handle));
    }
    return {};
}

} // namespace nanostores
