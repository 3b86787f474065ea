// SPDX-License-Identifier: MIT
#include <NanoStores/detail/jscaller.h>

#include <NanoStores/detail/jshelper.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/qt/detail/variantparts.h>
#include <nanostores/script/detail/detached.h>
#include <nanostores/script/detail/ownproperty.h>
#include <nanostores/script/detail/value.h>

#include <QMetaType>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlError>
#include <QQmlExpression>
#include <QQmlInfo>
#include <QUrl>

#include <optional>
#include <utility>

namespace nanostores::detail {

namespace {

thread_local std::uint64_t gets = 0; ///< How often a store was read by get().

/// `[object Map]` and the like.
QString tagOf(const QJSValue &value, QJSEngine *engine)
{
    return engine->globalObject()
        .property(QStringLiteral("Object"))
        .property(QStringLiteral("prototype"))
        .property(QStringLiteral("toString"))
        .callWithInstance(value)
        .toString();
}

} // namespace

JsCaller::JsCaller(QObject *owner)
    : m_owner(owner)
    , m_context(qmlContext(owner))
{
    if (m_context) {
        // Not by the name alone, as an id of the document may be `run`.
        m_expression = std::make_shared<QQmlExpression>(m_context, this, QStringLiteral("this.run()"));
    }
}

JsCaller::~JsCaller() = default;

QJSValue JsCaller::call(const QJSValue &function, const QJSValueList &arguments, bool *ok)
{
    QJSEngine *const engine = qjsEngine(m_owner);
    QJSValue result;
    QJSValue thrown;
    bool isDone = false;
    m_job = [&] { isDone = engine && callGuarded(engine, function, arguments, result, thrown); };
    const QPointer<JsCaller> alive(this); // the function may end its owner
    ++m_running;
    const auto expression = m_expression; // stays as long as it is evaluated: errors have their place from it
    if (expression && m_context && m_context->isValid()) {
        expression->evaluate();
    } else {
        run();
    }
    *ok = alive && isDone;
    if (!alive) {
        return {};
    }
    m_job = nullptr; // where the engine's stack was too deep for it
    if (--m_running == 0) {
        applyFollowing();
    }
    if (!isDone) {
        warn(thrown);
        return {};
    }
    return result;
}

void JsCaller::warn(const QJSValue &thrown) const
{
    QQmlError error;
    if (thrown.isUndefined() && m_expression && m_expression->hasError()) {
        error = m_expression->error();
    } else {
        error.setDescription(thrown.toString());
    }
    if (thrown.isError()) {
        error.setUrl(QUrl(thrown.property(QStringLiteral("fileName")).toString()));
        error.setLine(thrown.property(QStringLiteral("lineNumber")).toInt());
    }
    qmlWarning(m_owner, error);
}

QJSValue JsCaller::callTracked(const QJSValue &function, bool *ok)
{
    runLate();
    const Edge *const before = lastRead();
    const std::uint64_t getsBefore = gets;
    const QJSValue result = call(function, {}, ok);
    if (*ok && lastRead() == before && gets != getsBefore && !std::exchange(m_isWarned, true)) {
        qmlWarning(m_owner) << "the function reads stores by get() alone, so no change of them runs it again. Read "
                               "`value` instead, or name the stores in `stores`.";
    }
    return result;
}

void JsCaller::noteGet() noexcept
{
    ++gets;
}

void JsCaller::run()
{
    if (const auto job = std::exchange(m_job, nullptr)) {
        job();
    }
}

void JsCaller::follow(std::function<void()> changed)
{
    if (!m_expression || (!changed && !m_changed)) {
        return;
    }
    if (changed && !m_changed) {
        connect(m_expression.get(), &QQmlExpression::valueChanged, this, &JsCaller::propertyChanged);
    } else if (!changed) {
        m_expression->disconnect(this);
    }
    m_changed = std::move(changed);
    if (m_running == 0) {
        applyFollowing();
    }
}

/// Not while a function runs: what it has read so far would be left, and what it reads from then on observed all the
/// same.
void JsCaller::applyFollowing()
{
    if (m_expression && m_expression->notifyOnValueChanged() != static_cast<bool>(m_changed)) {
        m_expression->setNotifyOnValueChanged(static_cast<bool>(m_changed));
    }
}

/// QML calls this, and no exception goes through it: that of an observer of what changes is reported.
void JsCaller::propertyChanged()
{
    if (m_running == 0 && m_changed) {
        const auto changed = m_changed; // it may end this
        try {
            changed();
        } catch (...) {
            reportError(std::current_exception());
        }
    }
}

bool isSymbol(const QJSValue &value)
{
    return !value.isObject() && !value.isUndefined() && !value.isNull() && !value.isBool() && !value.isNumber()
           && !value.isString();
}

bool isCopyable(const QJSValue &value, QJSEngine *engine)
{
    if (value.isArray() || value.isDate() || value.isQObject()) {
        return true;
    }
    return value.isObject() && !value.isCallable() && !value.isError() && !value.isRegExp()
           && (!engine || tagOf(value, engine) == QLatin1String("[object Object]"));
}

QObject *componentOf(QObject *object)
{
    static const auto attached = qmlAttachedPropertiesFunction(nullptr, &QQmlComponent::staticMetaObject);
    while (object && !qmlEngine(object)) {
        object = object->parent(); // of an attached object that which it is attached to
    }
    return object && attached ? qmlAttachedPropertiesObject(object, attached, true) : nullptr;
}

QJSValue propertyOf(const QJSValue &object, const QString &key)
{
    if (!object.isObject() || object.hasOwnProperty(key)) {
        return object.property(key);
    }
    // A class may have it, as a getter. The last prototype is that of all objects.
    for (QJSValue proto = object.prototype(); proto.isObject() && proto.prototype().isObject();
         proto = proto.prototype()) {
        if (proto.hasOwnProperty(key)) {
            const QJSValue inherited = object.property(key);
            return inherited.isCallable() ? QJSValue() : inherited;
        }
    }
    return {};
}

bool isPlainObject(const QJSValue &value, QJSEngine *engine)
{
    return !value.isArray() && !value.isDate() && !value.isQObject() && isCopyable(value, engine);
}

/// What QML has read from a property of a value type is a reference to the property, so it is detached as well.
QJSValue withoutWrapper(const QJSValue &value, QJSEngine *engine)
{
    if (!engine || !value.isObject() || value.isArray() || value.isQObject() || value.isCallable() || value.isDate()) {
        return value;
    }
    const QVariant variant = value.toVariant(QJSValue::RetainJSObjects);
    const bool isWrapper = variant.typeId() == QMetaType::QVariantMap && !isCopyable(value, engine);
    return isWrapper ? scriptOfVariant(engine, variant) : detached(value, variant, engine);
}

QJSValue helperOf(QJSEngine *engine, const char *slot, const char *source)
{
    QJSValue function = engine->property(slot).value<QJSValue>();
    if (!function.isCallable()) {
        function = engine->evaluate(QLatin1String(source));
        engine->setProperty(slot, QVariant::fromValue(function));
    }
    return function;
}

/// QJSValue::call() gives what was thrown as if it had been returned, so the two are told apart here. In most cases the
/// value itself is returned, as that is fast.
bool callGuarded(QJSEngine *engine, const QJSValue &function, const QJSValueList &arguments, QJSValue &result,
                 QJSValue &error)
{
    const QJSValue guarded = helperOf(engine, "_nanostores_guarded", R"((function () {
        const outcome = { isThrown: false, value: undefined }
        const guarded = function (run, ...list) {
            let value
            try {
                value = run(...list)
            } catch (error) {
                outcome.isThrown = true
                outcome.value = error
                return outcome
            }
            if (value instanceof Error) {
                outcome.isThrown = false
                outcome.value = value
                return outcome
            }
            return value
        }
        guarded.outcome = outcome
        return guarded
    })())");
    result = guarded.call(QJSValueList{function} + arguments);
    if (!result.isObject()) {
        return true;
    }
    if (result.isError()) { // of the engine, whose stack is too deep
        error = std::exchange(result, {});
        return false;
    }
    QJSValue outcome = guarded.property(QStringLiteral("outcome"));
    if (!result.strictlyEquals(outcome)) {
        return true;
    }
    const QJSValue value = outcome.property(QStringLiteral("value"));
    outcome.setProperty(QStringLiteral("value"), QJSValue()); // it is kept no longer
    const bool isThrown = outcome.property(QStringLiteral("isThrown")).toBool();
    result = isThrown ? QJSValue() : value;
    error = isThrown ? value : QJSValue();
    return !isThrown;
}

QJSValue withArrays(const QJSValue &value, QJSEngine *engine)
{
    const QJSValue outer = withoutWrapper(value, engine);
    if (!engine || !outer.isObject() || outer.isQObject() || outer.isCallable()) {
        return outer;
    }
    // What has the methods of arrays and is none is a list of Qt. What holds none stays the object that it is.
    const QJSValue function = helperOf(engine, "_nanostores_withArrays", R"((function (value) {
        const seen = new Set()
        const isOfQml = value => typeof value.objectNameChanged === 'function' // its prototype is Object.prototype, too
            && typeof value.objectNameChanged.connect === 'function'
        const withArrays = value => {
            if (value === null || typeof value !== 'object' || seen.has(value) || isOfQml(value)) {
                return value
            }
            seen.add(value)
            if (!Array.isArray(value) && Array.prototype.isPrototypeOf(value)) {
                return Array.from(value, withArrays)
            }
            const prototype = Object.getPrototypeOf(value)
            if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) {
                return value
            }
            const names = Object.keys(value).concat(Object.getOwnPropertySymbols(value))
            const own = names.map(name => Object.getOwnPropertyDescriptor(value, name)) // a getter is not called
            const items = own.map(property => withArrays(property.value))
            if (items.every((item, i) => Object.is(item, own[i].value))) {
                return value
            }
            const copy = Array.isArray(value) ? value.slice() : {}
            names.forEach((name, i) => { // not by assignment: of "__proto__", that is no key
                if ('value' in own[i]) {
                    own[i].value = items[i]
                }
                Object.defineProperty(copy, name, own[i])
            })
            return copy
        }
        return withArrays(value)
    }))");
    const QJSValue result = function.call({outer});
    return result.isError() ? outer : result; // too deep for the engine's stack
}

QJSValue copyWithKey(const QJSValue &object, const QString &key, const QJSValue &newValue, QJSEngine *engine)
{
    if (!object.isArray() && !isPlainObject(object, engine)) {
        return {};
    }
    // as `{ ...object, [key]: value }` would be; symbols and holes stay
    const QJSValue function = helperOf(engine, "_nanostores_copyWithKey", R"((function (object, key, value) {
        const list = Array.isArray(object)
        const copy = list ? object.slice() : {}
        const put = (name, item) => {
            Object.defineProperty(copy, name, { value: item, configurable: true, enumerable: true, writable: true })
        }
        const names = Object.keys(object).concat(Object.getOwnPropertySymbols(object))
        for (let i = list && names.length === object.length ? names.length : 0; i < names.length; i++) {
            put(names[i], object[names[i]])
        }
        put(key, value)
        return copy
    }))");
    return function.call({object, QJSValue(key), newValue});
}

std::optional<QJSValue> copyWithPath(const QJSValue &value, const QStringList &path, qsizetype from,
                                     const QJSValue &newValue, QJSEngine *engine, QString &problem)
{
    if (path.size() > MaxPathDepth) {
        problem = QStringLiteral("it has more than %1 steps").arg(MaxPathDepth);
        return std::nullopt;
    }
    const QJSValue function =
        helperOf(engine, "_nanostores_copyWithPath", R"((function (whole, path, from, newValue, most) {
        const place = depth => depth === 0 ? 'the value' : '"' + path.slice(0, depth).join('.') + '"'
        const isIndex = key => /^(0|[1-9][0-9]*)$/.test(key)
        const isPlain = value => {
            if (typeof value.objectNameChanged === 'function') { // of QML; its prototype is Object.prototype, too
                return false
            }
            const prototype = Object.getPrototypeOf(value)
            return prototype === Object.prototype || prototype === null
        }
        let growth = 0
        function inList(list, depth) {
            const key = path[depth]
            if (!isIndex(key)) {
                throw place(depth) + ' is a list, and "' + key + '" is no index of it: 0, 1, 2, ...'
            }
            const index = Number(key)
            growth += Math.max(index - list.length, 0)
            if (growth > most) {
                throw place(depth) + ' would grow by more than ' + most + ' items'
            }
            const isNew = index >= list.length
            const item = inValue(isNew ? undefined : list[index], depth + 1)
            if (isNew ? item === undefined : item === list[index] && depth + 1 < path.length) {
                return list
            }
            const copy = list.slice()
            if (item === undefined && depth + 1 === path.length) {
                copy.splice(index, 1)
                return copy
            }
            while (copy.length < index) {
                copy.push(undefined)
            }
            copy[index] = item
            return copy
        }
        function inObject(object, depth) {
            const key = path[depth]
            const has = Object.prototype.hasOwnProperty.call(object, key)
            const present = has ? object[key] : undefined
            const item = inValue(present, depth + 1)
            if (item === present && (!has || depth + 1 < path.length)) {
                return object
            }
            const copy = {}
            const put = (name, part) => {
                Object.defineProperty(copy, name, { value: part, configurable: true, enumerable: true, writable: true })
            }
            Object.keys(object).concat(Object.getOwnPropertySymbols(object)).forEach(name => put(name, object[name]))
            if (item === undefined && depth + 1 === path.length) {
                delete copy[key]
            } else {
                put(key, item)
            }
            return copy
        }
        function inValue(value, depth) {
            if (depth === path.length) {
                return newValue
            }
            if (value === undefined || value === null) {
                if (newValue === undefined) {
                    return value
                }
                return isIndex(path[depth]) && depth > 0 ? inList([], depth) : inObject({}, depth)
            }
            if (Array.isArray(value)) {
                return inList(value, depth)
            }
            if (typeof value !== 'object' || !isPlain(value)) {
                throw place(depth) + ' is neither a plain object nor a list, and has no part "' + path[depth]
                    + '": set it as a whole'
            }
            return inObject(value, depth)
        }
        try {
            return [inValue(whole, from)]
        } catch (problem) {
            return String(problem)
        }
    }))");
    const QJSValue outcome = function.call(
        {value, engine->toScriptValue(path), static_cast<double>(from), newValue, static_cast<double>(MaxPathGrowth)});
    if (!outcome.isArray()) {
        problem = outcome.toString();
        return std::nullopt;
    }
    return outcome.property(0);
}

QString described(const QJSValue &value)
{
    if (value.isUndefined()) {
        return QStringLiteral("undefined");
    }
    if (value.isNull()) {
        return QStringLiteral("null");
    }
    if (value.isNumber() || value.isBool()) {
        return (value.isNumber() ? QStringLiteral("the number ") : QString()) + value.toString();
    }
    if (value.isString()) {
        return QStringLiteral("the text \"%1\"").arg(value.toString().left(40));
    }
    if (value.isArray()) {
        return QStringLiteral("an array");
    }
    if (value.isCallable()) {
        return QStringLiteral("a function");
    }
    if (value.isQObject()) {
        return QStringLiteral("a QML object");
    }
    if (!value.isObject()) {
        return QStringLiteral("a symbol");
    }
    const QString name = value.property(QStringLiteral("constructor")).property(QStringLiteral("name")).toString();
    return name.isEmpty() || name == QLatin1String("Object") || name == QLatin1String("undefined")
               ? QStringLiteral("an object")
               : QStringLiteral("an object of the type ") + name;
}

} // namespace nanostores::detail
