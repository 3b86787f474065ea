// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/persistence.h>

#include "storecodec.h"

#include <NanoStores/Persistent/declarativeengine.h>
#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativemap.h>
#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/errors.h>
#include <nanostores/kit/pace.h>
#include <nanostores/persistent/persist.h>

#include <QJSEngine>
#include <QJSValueIterator>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stdexcept>
#include <utility>
#include <vector>

namespace nanostores {

namespace {

/// What the function returns; throws what it has thrown. An Error that it returns is no value to be kept, either.
QJSValue called(QJSEngine *engine, const QJSValue &function, const QJSValueList &arguments)
{
    QJSValue result;
    QJSValue thrown;
    if (detail::callGuarded(engine, function, arguments, result, thrown) && !result.isError()) {
        return result;
    }
    const QJSValue &failure = result.isError() ? result : thrown;
    const QString place = failure.isError()
                              ? QStringLiteral("%1:%2: ").arg(failure.property(QStringLiteral("fileName")).toString(),
                                                              failure.property(QStringLiteral("lineNumber")).toString())
                              : QString();
    throw std::runtime_error((place + failure.toString()).toStdString());
}

/// The last one of the key; null: there is none.
std::shared_ptr<detail::Binding> bindingOf(const detail::Node &node, const std::string &key)
{
    const detail::Extra *const extra = node.extraOrNull();
    auto binding = std::dynamic_pointer_cast<detail::Binding>(extra ? extra->marks : nullptr);
    while (binding && binding->name() != key) {
        binding = binding->older();
    }
    return binding;
}

/// A store with a name may be kept already, by another QML engine or before a reload: it is kept on in the same form,
/// whatever it has by now.
bool isKeptAsText(const Atom<JsValue> &store, const std::string &key)
{
    const auto binding = bindingOf(*store.node(), key);
    const auto *const kept = dynamic_cast<const detail::ValueBinding<Atom<JsValue>> *>(binding.get());
    return kept ? kept->codec().isText() : store.peek().in(nullptr).isString();
}

Schema toSchema(int number, const QJSValue &migrations, QJSEngine *engine, bool isText)
{
    std::vector<MigrationStep> steps;
    QJSValueIterator property(migrations);
    while (property.next()) {
        bool isNumber = false;
        const uint from = property.name().toUInt(&isNumber);
        if (!isNumber || !property.value().isCallable()) {
            throw std::invalid_argument(
                "migrations is an object of functions, by the number of the form that they take: "
                "({1: old => ({ ...of form 2 })})");
        }
        const ValueCodec<JsValue> codec(engine, isText);
        steps.push_back({from,
                         [codec, function = property.value(),
                          engine = QPointer<QJSEngine>(engine)](const std::string &raw) -> std::string {
                             const auto old = codec.decode(raw);
                             if (!engine || !old) {
                                 throw std::invalid_argument(engine ? "the value of the former form cannot be read"
                                                                    : "the QML engine of the migration has gone");
                             }
                             const JsValue next(called(engine, function, {old->in(engine)}), engine, false);
                             auto text = codec.encode(next);
                             if (!text) {
                                 throw std::invalid_argument("a migration has returned undefined");
                             }
                             return *std::move(text);
                         }});
    }
    std::sort(steps.begin(), steps.end(), [](const auto &a, const auto &b) { return a.number < b.number; });
    return Schema(static_cast<std::uint32_t>(std::max(number, 0)), std::move(steps));
}

} // namespace

StoreConflict::StoreConflict(Conflict<JsValue> conflict, QJSEngine *engine, QObject *parent)
    : QObject(parent)
    , m_conflict(std::move(conflict))
    , m_engine(engine)
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

/// No exception goes through QML: that of an observer of the store is reported.
template<typename F>
void StoreConflict::end(F f) const
{
    const Conflict<JsValue> conflict = m_conflict; // ending it may delete this object
    try {
        f(conflict);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void StoreConflict::keepMine() const
{
    end([](const Conflict<JsValue> &conflict) { conflict.keepMine(); });
}

void StoreConflict::takeTheirs() const
{
    end([](const Conflict<JsValue> &conflict) { conflict.takeTheirs(); });
}

void StoreConflict::resolve(const QJSValue &value) const
{
    end([value = JsValue(value, m_engine, true)](const Conflict<JsValue> &conflict) { conflict.resolve(value); });
}

DeclarativePersistence::DeclarativePersistence(QObject *store)
    : QObject(store)
    , m_store(qobject_cast<DeclarativeStore *>(store))
{
    if (!m_store || !(qobject_cast<DeclarativeAtom *>(store) || qobject_cast<DeclarativeMap *>(store))) {
        qmlWarning(store) << "Persistent can be attached to an Atom or a MapStore only.";
        return;
    }
    m_store->whenComplete([self = QPointer<DeclarativePersistence>(this)] {
        if (self) {
            self->start();
        }
    });
    connect(m_store, &DeclarativeStore::nameChanged, this, [this] {
        if (m_isStarted) {
            start(); // it may be another native store
        }
    });
}

/// The QML engine may go next, and values that are objects with it.
DeclarativePersistence::~DeclarativePersistence()
{
    if (const auto binding = m_binding.lock()) {
        binding->handOver();
    }
}

DeclarativePersistence *DeclarativePersistence::qmlAttachedProperties(QObject *store)
{
    return new DeclarativePersistence(store);
}

void DeclarativePersistence::expectKey(const char *property)
{
    m_keyProperty = property;
}

template<typename T>
void DeclarativePersistence::change(T &member, const T &value)
{
    if (m_isStarted) {
        qmlWarning(m_store) << "what Persistent has been given is fixed once the store is complete. Set it where the "
                               "store is declared.";
        return;
    }
    member = value;
    Q_EMIT optionsChanged();
}

void DeclarativePersistence::setKey(const QString &newKey)
{
    if (m_key != newKey) {
        change(m_key, newKey);
        if (m_store && m_store->isCompleted()) {
            start();
        }
    }
}

void DeclarativePersistence::setEngine(EngineObject *newEngine)
{
    m_isEngineGiven = true;
    if (m_engine != newEngine) {
        change(m_engine, QPointer<EngineObject>(newEngine));
        if (m_store && m_store->isCompleted() && !m_isStarted) {
            start();
        }
    }
}

void DeclarativePersistence::setFormat(Format newFormat)
{
    if (m_format != newFormat) {
        change(m_format, newFormat);
    }
}

void DeclarativePersistence::setDurability(Loss newDurability)
{
    if (m_durability != newDurability) {
        change(m_durability, newDurability);
    }
}

void DeclarativePersistence::setPolicy(Policy newPolicy)
{
    if (m_policy != newPolicy) {
        change(m_policy, newPolicy);
    }
}

void DeclarativePersistence::setMerge(const QJSValue &newMerge)
{
    if (!m_merge.strictlyEquals(newMerge)) {
        change(m_merge, newMerge);
    }
}

void DeclarativePersistence::setDebounce(int newDebounce)
{
    if (m_debounce != newDebounce) {
        change(m_debounce, newDebounce);
    }
}

void DeclarativePersistence::setThrottle(int newThrottle)
{
    if (m_throttle != newThrottle) {
        change(m_throttle, newThrottle);
    }
}

void DeclarativePersistence::setListening(bool newListening)
{
    if (m_isListening != newListening) {
        change(m_isListening, newListening);
    }
}

void DeclarativePersistence::setSecret(bool newSecret)
{
    if (m_isSecret != newSecret) {
        change(m_isSecret, newSecret);
    }
}

void DeclarativePersistence::setSchema(int newSchema)
{
    if (m_schema != newSchema) {
        change(m_schema, newSchema);
    }
}

void DeclarativePersistence::setMigrations(const QJSValue &newMigrations)
{
    if (!m_migrations.strictlyEquals(newMigrations)) {
        change(m_migrations, newMigrations);
    }
}

std::optional<ConflictStore<JsValue>> DeclarativePersistence::conflicts() const
{
    return m_conflicts;
}

void DeclarativePersistence::start()
{
    // Both may come later.
    if (m_key.isEmpty()) {
        if (m_keyProperty) {
            qmlWarning(m_store) << m_keyProperty << " is empty: nothing is kept until it is set.";
        }
        return;
    }
    if (m_isEngineGiven && !m_engine) {
        qmlWarning(m_store)
            << "the engine of a persistent store is null: nothing is kept until it is set. Leave engine "
               "out for the default one.";
        return;
    }
    const QPointer<DeclarativePersistence> alive(this);
    try {
        if (const auto *atom = qobject_cast<DeclarativeAtom *>(m_store)) {
            const bool isText =
                m_format == Text || (m_format == Automatic && isKeptAsText(atom->store(), StorageKey(m_key).text));
            startWith(atom->store(), isText);
        } else if (const auto *map = qobject_cast<DeclarativeMap *>(m_store)) {
            startWith(map->store(), m_format == Text);
        }
    } catch (const std::exception &error) {
        if (alive) {
            qmlWarning(m_store) << QString::fromUtf8(error.what());
        }
        return;
    }
    if (alive) {
        Q_EMIT started();
    }
}

template<typename S>
void DeclarativePersistence::startWith(const S &store, bool isText)
{
    QJSEngine *const js = qmlEngine(m_store) ? qmlEngine(m_store) : qjsEngine(m_store);
    PersistentOptions<JsValue> options;
    options.codec = ValueCodec<JsValue>(js, isText);
    if (auto *declared = qobject_cast<DeclarativeEngine *>(m_engine)) {
        options.engine = declared->begin();
    } else if (m_engine) {
        options.engine = m_engine->engine();
    } else {
        DeclarativeEngine::beginDefault();
    }
    if (m_engine && !options.engine) { // it comes later, or it has warned
        connect(m_engine, &EngineObject::engineChanged, this, &DeclarativePersistence::start, Qt::UniqueConnection);
        return;
    }
    if (m_durability != AsEngine) {
        options.durability = static_cast<Durability>(m_durability - Process);
    }
    if (m_merge.isCallable()) {
        options.onConflict = nanostores::merge([function = m_merge, engine = QPointer<QJSEngine>(js)](
                                                   const JsValue &base, const JsValue &mine, const JsValue &theirs) {
            if (!engine) {
                throw std::runtime_error("the QML engine of the merge function has gone");
            }
            return JsValue(called(engine, function, {base.in(engine), mine.in(engine), theirs.in(engine)}), engine,
                           true);
        });
    } else if (m_policy == Reject) {
        options.onConflict = reject;
    }
    if (m_debounce > 0) {
        options.pace = kit::debounce(std::chrono::milliseconds(m_debounce));
    } else if (m_throttle > 0) {
        options.pace = kit::throttle(std::chrono::milliseconds(m_throttle));
    }
    options.listen = m_isListening;
    options.secret = m_isSecret;
    if (m_schema > 0) {
        options.schema = toSchema(m_schema, m_migrations, js, isText);
    }
    const S kept = store;
    m_isStarted = true;
    const QPointer<DeclarativePersistence> alive(this); // who hears of what was kept may delete it
    persist(kept, m_key, std::move(options));
    if (alive) {
        m_conflicts = conflictOf(kept);
        m_binding = bindingOf(*kept.node(), StorageKey(m_key).text);
    }
}

} // namespace nanostores
