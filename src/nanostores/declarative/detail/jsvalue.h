#pragma once

#include <nanostores/declarative/export.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QVariant>

#include <functional>
#include <memory>

class QQmlContext;
class QQmlExpression;

/// How JavaScript values live in native stores.
namespace nanostores::detail {

/// A JavaScript value in a store. What was set is what is read, objects included; a store that outlives its engine, or
/// is shared by several, hands the others a copy.
class NANOSTORES_DECLARATIVE_EXPORT JsValue
{
public:
    JsValue() = default;
    /// With a copy for when the engine is gone, or for others, if asked for.
    JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy);

    QJSValue in(QJSEngine *engine) const;
    QVariant toVariant() const;

    friend NANOSTORES_DECLARATIVE_EXPORT bool operator==(const JsValue &a, const JsValue &b);

private:
    struct Object;

    QJSValue m_primitive;
    std::shared_ptr<const Object> m_object;
};

/// Calls JavaScript functions on behalf of an object, so that a binding that happens to be evaluated does not take what
/// they read for its own.
class NANOSTORES_DECLARATIVE_EXPORT JsCaller : public QObject
{
    Q_OBJECT

public:
    /// For an object made by QML; call it when it is complete.
    explicit JsCaller(QObject *owner);
    ~JsCaller() override;

    /// What the function returns. An exception becomes a warning that tells where, and no value.
    QJSValue call(const QJSValue &function, const QJSValueList &arguments, bool *ok);

    Q_INVOKABLE void run();

private:
    QObject *m_owner;
    QPointer<QQmlContext> m_context;
    std::unique_ptr<QQmlExpression> m_expression;
    std::function<void()> m_job;
};

/// What QML calls `Component` in the object, with the signals completed() and destruction().
NANOSTORES_DECLARATIVE_EXPORT QObject *componentOf(QObject *object);

/// A flat copy of an object or array.
NANOSTORES_DECLARATIVE_EXPORT QJSValue shallowCopy(const QJSValue &object, QJSEngine *engine);

} // namespace nanostores::detail
