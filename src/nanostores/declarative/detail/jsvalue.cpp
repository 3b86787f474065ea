#include <nanostores/declarative/detail/jsvalue.h>

#include <QHash>
#include <QJSValueIterator>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlError>
#include <QQmlExpression>
#include <QQmlInfo>
#include <QUrl>

#include <utility>

namespace nanostores::detail {

/// In its engine the very object, in others a copy for each.
struct JsValue::Object
{
    QJSValue in(QJSEngine *reader) const
    {
        if (reader == engine && value.isObject()) { // no object any more: another engine at the same address
            return value;
        }
        if (!reader) {
            return {};
        }
        QJSValue &mine = others[reader];
        if (!mine.isObject()) {
            mine = reader->toScriptValue(toVariant());
        }
        return mine;
    }
    QVariant toVariant() const { return copy.isValid() ? copy : value.toVariant(); }

    QJSValue value;
    const QJSEngine *engine; // never dereferenced
    QVariant copy;
    mutable QHash<const QJSEngine *, QJSValue> others;
};

JsValue::JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy)
{
    if (value.isObject()) {
        m_object = std::make_shared<Object>(Object{value, engine, keepCopy ? value.toVariant() : QVariant(), {}});
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

bool operator==(const JsValue &a, const JsValue &b)
{
    if (a.m_object || b.m_object) {
        return a.m_object == b.m_object
               || (a.m_object && b.m_object && a.m_object->engine == b.m_object->engine && a.m_object->value.isObject()
                   && a.m_object->value.strictlyEquals(b.m_object->value));
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

QJSValue shallowCopy(const QJSValue &object, QJSEngine *engine)
{
    QJSValue copy = object.isArray() ? engine->newArray() : engine->newObject();
    QJSValueIterator property(object);
    while (property.next()) {
        if (!object.isArray() || property.name() != QLatin1String("length")) {
            copy.setProperty(property.name(), property.value());
        }
    }
    return copy;
}

} // namespace nanostores::detail
