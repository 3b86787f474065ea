// SPDX-License-Identifier: MIT
#include <nanostores/declarative/detail/jsvalue.h>

#include <nanostores/core/equal.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/script/detail/ownproperty.h>
#include <nanostores/script/detail/value.h>

#include <QHash>
#include <QJSValueIterator>
#include <QLoggingCategory>
#include <QMetaType>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlError>
#include <QQmlExpression>
#include <QQmlInfo>
#include <QStringList>
#include <QUrl>

#include <optional>
#include <utility>

namespace nanostores::detail {

namespace {

Q_LOGGING_CATEGORY(category, "nanostores.declarative")

/// Neither an object nor one of the primitives that belong to no engine.
bool isSymbol(const QJSValue &value)
{
    return !value.isObject() && !value.isUndefined() && !value.isNull() && !value.isBool() && !value.isNumber()
           && !value.isString();
}

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

bool isCopyable(const QJSValue &value, QJSEngine *engine)
{
    if (value.isArray() || value.isDate() || value.isQObject()) {
        return true;
    }
    return value.isObject() && !value.isCallable() && !value.isError() && !value.isRegExp()
           && (!engine || tagOf(value, engine) == QLatin1String("[object Object]"));
}

/// The properties of a plain object in a copy, in their order.
struct Entries
{
    QStringList names;
    QVariantList values;
};

/// A copy that belongs to no engine, or none: of functions, symbols, a Map and their like, and of what has one in it.
std::optional<QVariant> copied(const QJSValue &value, QJSEngine *engine, QList<QPointer<QObject>> *objects,
                               int depth = 0)
{
    constexpr int MaxDepth = 200; // also of those that hold themselves
    if (depth == MaxDepth || isSymbol(value) || (value.isObject() && !isCopyable(value, engine))) {
        return std::nullopt;
    }
    if (value.isQObject()) {
        objects->append(value.toQObject());
        return QVariant::fromValue(objects->last());
    }
    if (!value.isObject() || value.isDate()) {
        return value.toVariant();
    }
    if (value.isArray()) {
        QVariantList items;
        const auto length = value.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < length; ++i) {
            auto item = copied(value.property(i), engine, objects, depth + 1);
            if (!item) {
                return std::nullopt;
            }
            items.append(*std::move(item));
        }
        return items;
    }
    const QVariant whole = value.toVariant(QJSValue::RetainJSObjects);
    if (whole.metaType() != QMetaType::fromType<QJSValue>() && whole.typeId() != QMetaType::QVariantMap) {
        return whole; // a gadget, a list of Qt
    }
    if (hasSymbols(value)) {
        return std::nullopt;
    }
    Entries entries;
    QJSValueIterator property(value);
    while (property.next()) {
        auto item = copied(property.value(), engine, objects, depth + 1);
        if (!item) {
            return std::nullopt;
        }
        entries.names.append(property.name());
        entries.values.append(*std::move(item));
    }
    return QVariant::fromValue(entries);
}

/// The copy for C++: an object is a QVariantMap.
QVariant variantOfCopy(const QVariant &copy)
{
    if (copy.metaType() == QMetaType::fromType<Entries>()) {
        const auto entries = copy.value<Entries>();
        QVariantMap map;
        for (qsizetype i = 0; i < entries.names.size(); ++i) {
            map.insert(entries.names[i], variantOfCopy(entries.values[i]));
        }
        return map;
    }
    if (copy.typeId() == QMetaType::QVariantList) {
        QVariantList list = copy.toList();
        for (QVariant &item : list) {
            item = variantOfCopy(item);
        }
        return list;
    }
    if (copy.metaType() == QMetaType::fromType<QPointer<QObject>>()) {
        QObject *object = copy.value<QPointer<QObject>>();
        return object ? QVariant::fromValue(object) : QVariant::fromValue(nullptr);
    }
    return copy;
}

/// The copy for an engine, of plain objects and arrays: toScriptValue() of Qt 6.11 wraps a map, with a prototype of its
/// own.
QJSValue valueOfCopy(QJSEngine *engine, const QVariant &copy)
{
    if (copy.metaType() == QMetaType::fromType<Entries>()) {
        const auto entries = copy.value<Entries>();
        QJSValue object = engine->newObject();
        for (qsizetype i = 0; i < entries.names.size(); ++i) {
            setOwnProperty(engine, object, entries.names[i], valueOfCopy(engine, entries.values[i]));
        }
        return object;
    }
    if (copy.typeId() == QMetaType::QVariantList) {
        const QVariantList list = copy.toList();
        QJSValue array = engine->newArray(static_cast<uint>(list.size()));
        for (qsizetype i = 0; i < list.size(); ++i) {
            array.setProperty(static_cast<quint32>(i), valueOfCopy(engine, list.at(i)));
        }
        return array;
    }
    return engine->toScriptValue(variantOfCopy(copy));
}

} // namespace

/// In its engine the very value, in others a copy for each.
struct JsValue::Object
{
    QJSValue in(QJSEngine *reader) const
    {
        if (reader == engine && !value.isUndefined()) { // undefined by now: another engine at the same address
            return isDestroyed() ? QJSValue(QJSValue::NullValue) : value;
        }
        if (!reader) {
            return {};
        }
        if (const auto gone = objects.count(QPointer<QObject>()); gone != destroyed) {
            destroyed = gone;
            others.clear(); // a copy has what is null by now
        }
        QJSValue &mine = others[reader];
        if (mine.isObject() && !(mine.isQObject() && !mine.toQObject())) {
            return mine;
        }
        QList<QPointer<QObject>> found;
        const auto source = copy || !kind.isEmpty() ? copy : copied(value, nullptr, &found);
        if (!source) {
            qCWarning(category).noquote()
                << "a store is read in another JavaScript engine than the one that has set it, and"
                << (kind.isEmpty() ? described(value) : kind)
                << "cannot be copied, or something in it: it is undefined there.";
            return {};
        }
        mine = valueOfCopy(reader, *source);
        return mine;
    }
    QVariant toVariant() const { return copy ? variantOfCopy(*copy) : value.toVariant(); }
    bool isDestroyed() const { return value.isQObject() && !value.toQObject(); }

    QJSValue value;
    const QJSEngine *engine = nullptr; // never dereferenced
    QString kind; ///< Of what cannot be copied.
    std::optional<QVariant> copy; ///< For others, and for when the engine is gone.
    QList<QPointer<QObject>> objects; ///< In the copy.
    mutable qsizetype destroyed = 0; ///< How many of them were when `others` were made.
    mutable QHash<const QJSEngine *, QJSValue> others;
};

JsValue::JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy)
{
    if (value.isObject() || isSymbol(value)) {
        auto object = std::make_shared<Object>();
        object->value = value;
        object->engine = engine;
        if (keepCopy) {
            object->copy = copied(value, engine, &object->objects);
            object->kind = object->copy ? QString() : described(value);
        }
        m_object = std::move(object);
    } else {
        m_primitive = value.isString() ? QJSValue(value.toString()) : value; // of its own, not the engine's
    }
}

QJSValue JsValue::in(QJSEngine *engine) const
{
    return m_object ? m_object->in(engine) : m_primitive;
}

QVariant JsValue::toVariant() const
{
    return m_object ? m_object->toVariant() : m_primitive.toVariant();
}

bool JsValue::isQObject() const
{
    return m_object && m_object->value.isQObject();
}

bool JsValue::isDestroyed() const
{
    return m_object && m_object->isDestroyed();
}

bool operator==(const JsValue &a, const JsValue &b)
{
    if (a.m_object || b.m_object) {
        return a.m_object == b.m_object
               || (a.m_object && b.m_object && a.m_object->engine == b.m_object->engine
                   && !a.m_object->value.isUndefined() && a.m_object->value.strictlyEquals(b.m_object->value));
    }
    if (a.m_primitive.isNumber() && b.m_primitive.isNumber()) {
        return Equal<double>{}(a.m_primitive.toNumber(), b.m_primitive.toNumber()); // as Object.is
    }
    return a.m_primitive.strictlyEquals(b.m_primitive);
}

JsCaller::JsCaller(QObject *owner)
    : m_owner(owner)
    , m_context(qmlContext(owner))
{
    if (m_context) {
        m_expression = std::make_unique<QQmlExpression>(m_context, this, QStringLiteral("run()"));
    }
}

JsCaller::~JsCaller() = default;

QJSValue JsCaller::call(const QJSValue &function, const QJSValueList &arguments, bool *ok)
{
    QJSValue result;
    m_job = [&] { result = function.call(arguments); };
    if (m_expression && m_context && m_context->isValid()) {
        m_expression->evaluate();
    } else {
        run();
    }
    *ok = !result.isError();
    if (!*ok) {
        QQmlError error;
        error.setDescription(result.toString());
        error.setUrl(QUrl(result.property(QStringLiteral("fileName")).toString()));
        error.setLine(result.property(QStringLiteral("lineNumber")).toInt());
        qmlWarning(m_owner, error);
        return {};
    }
    return result;
}

QJSValue JsCaller::callTracked(const QJSValue &function, bool *ok)
{
    const Edge *before = lastRead();
    const QJSValue result = call(function, {}, ok);
    if (*ok && lastRead() == before && !std::exchange(m_isWarned, true)) {
        qmlWarning(m_owner) << "the function has read no store, so nothing runs it again. Plain QML properties are not "
                               "tracked: read them in a binding, or keep their values in an Atom.";
    }
    return result;
}

void JsCaller::run()
{
    if (const auto job = std::exchange(m_job, nullptr)) {
        job();
    }
}

QObject *componentOf(QObject *object)
{
    static const auto attached = qmlAttachedPropertiesFunction(nullptr, &QQmlComponent::staticMetaObject);
    return attached ? qmlAttachedPropertiesObject(object, attached, true) : nullptr;
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

QJSValue withoutWrapper(const QJSValue &value, QJSEngine *engine)
{
    if (!engine || !value.isObject() || value.isArray() || value.isQObject()) {
        return value;
    }
    const QVariant variant = value.toVariant(QJSValue::RetainJSObjects);
    const bool isWrapper = variant.typeId() == QMetaType::QVariantList
                           || (variant.typeId() == QMetaType::QVariantMap && !isCopyable(value, engine));
    return isWrapper ? scriptOfVariant(engine, variant) : value;
}

namespace {

/// A function of our own, which the engine keeps.
QJSValue helperOf(QJSEngine *engine, const char *slot, const char *source)
{
    QJSValue function = engine->property(slot).value<QJSValue>();
    if (!function.isCallable()) {
        function = engine->evaluate(QLatin1String(source));
        engine->setProperty(slot, QVariant::fromValue(function));
    }
    return function;
}

} // namespace

QJSValue withArrays(const QJSValue &value, QJSEngine *engine)
{
    const QJSValue outer = withoutWrapper(value, engine);
    if (!engine || !outer.isObject() || outer.isQObject() || outer.isCallable()) {
        return outer;
    }
    // What has the methods of arrays and is none is a list of Qt. What holds none stays the object that it is.
    const QJSValue function = helperOf(engine, "_nanostores_withArrays", R"((function (value) {
        const seen = new Set()
        const withArrays = value => {
            if (value === null || typeof value !== 'object' || seen.has(value)) {
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
