#include <nanostores/declarative/detail/jsvalue.h>

#include <nanostores/script/detail/ownproperty.h>

#include <QHash>
#include <QLoggingCategory>
#include <QMetaType>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlError>
#include <QQmlExpression>
#include <QQmlInfo>
#include <QUrl>

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

/// The same value with each pointer in it changed by the function.
template<typename F>
QVariant withPointers(const QVariant &value, F change)
{
    if (value.metaType() == QMetaType::fromType<QVariantMap>()) {
        QVariantMap map = value.toMap();
        for (QVariant &item : map) {
            item = withPointers(item, change);
        }
        return map;
    }
    if (value.metaType() == QMetaType::fromType<QVariantList>()) {
        QVariantList list = value.toList();
        for (QVariant &item : list) {
            item = withPointers(item, change);
        }
        return list;
    }
    return change(value);
}

QVariant guarded(const QVariant &value, QList<QPointer<QObject>> *objects)
{
    return withPointers(value, [objects](const QVariant &item) {
        if (!(item.metaType().flags() & QMetaType::PointerToQObject)) {
            return item;
        }
        objects->append(item.value<QObject *>());
        return QVariant::fromValue(objects->last());
    });
}

QVariant unguarded(const QVariant &value)
{
    return withPointers(value, [](const QVariant &item) {
        if (item.metaType() != QMetaType::fromType<QPointer<QObject>>()) {
            return item;
        }
        QObject *object = item.value<QPointer<QObject>>();
        return object ? QVariant::fromValue(object) : QVariant::fromValue(nullptr);
    });
}

/// Plain objects and arrays: toScriptValue() of Qt 6.11 wraps a map, with a prototype of its own.
QJSValue plainValue(QJSEngine *engine, const QVariant &value)
{
    if (value.metaType() == QMetaType::fromType<QVariantMap>()) {
        QJSValue object = engine->newObject();
        const QVariantMap map = value.toMap();
        for (auto item = map.begin(); item != map.end(); ++item) {
            setOwnProperty(engine, object, item.key(), plainValue(engine, item.value()));
        }
        return object;
    }
    if (value.metaType() == QMetaType::fromType<QVariantList>()) {
        const QVariantList list = value.toList();
        QJSValue array = engine->newArray(static_cast<uint>(list.size()));
        for (qsizetype i = 0; i < list.size(); ++i) {
            array.setProperty(static_cast<quint32>(i), plainValue(engine, list.at(i)));
        }
        return array;
    }
    return engine->toScriptValue(value);
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
        if (!hasCopy) {
            qCWarning(category).noquote()
                << "a store is read in another JavaScript engine than the one that has set it, and" << kind
                << "cannot be copied: it is undefined there.";
            return {};
        }
        if (const auto now = objects.count(QPointer<QObject>()); now != destroyed) {
            destroyed = now;
            others.clear(); // a copy has what is null by now
        }
        QJSValue &mine = others[reader];
        if (!mine.isObject() || (mine.isQObject() && !mine.toQObject())) {
            mine = plainValue(reader, toVariant());
        }
        return mine;
    }
    QVariant toVariant() const { return copy.isValid() ? unguarded(copy) : value.toVariant(); }
    bool isDestroyed() const { return value.isQObject() && !value.toQObject(); }

    QJSValue value;
    const QJSEngine *engine = nullptr; // never dereferenced
    QString kind;
    bool hasCopy = false;
    QVariant copy; ///< For when the engine is gone.
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
        object->hasCopy = !isSymbol(value) && (!keepCopy || isCopyable(value, engine));
        if (!object->hasCopy) {
            object->kind = described(value);
        } else if (keepCopy) {
            object->copy = guarded(value.toVariant(), &object->objects);
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
    const auto isNaN = [](const QJSValue &value) { return value.isNumber() && qIsNaN(value.toNumber()); };
    return a.m_primitive.strictlyEquals(b.m_primitive) || (isNaN(a.m_primitive) && isNaN(b.m_primitive));
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

QJSValue copyWithKey(const QJSValue &object, const QString &key, const QJSValue &newValue, QJSEngine *engine)
{
    if (!object.isArray() && !isPlainObject(object, engine)) {
        return {};
    }
    static const char *const slot = "_nanostores_copyWithKey";
    QJSValue function = engine->property(slot).value<QJSValue>();
    if (!function.isCallable()) {
        // as `{ ...object, [key]: value }` would be; symbols and holes stay
        function = engine->evaluate(QStringLiteral(R"((function (object, key, value) {
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
        }))"));
        engine->setProperty(slot, QVariant::fromValue(function));
    }
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
