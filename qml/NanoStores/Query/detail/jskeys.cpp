// SPDX-License-Identifier: MIT
#include <NanoStores/Query/detail/jskeys.h>

#include <NanoStores/Query/detail/jstasks.h>

#include <QJsonDocument>

#include <chrono>
#include <cmath>
#include <memory>
#include <tuple>
#include <typeinfo>
#include <utility>

namespace nanostores::detail {

namespace {

using JsParams = std::tuple<QJsonArray>;

bool isNone(const QJSValue &value)
{
    return value.isUndefined() || value.isNull();
}

std::shared_ptr<const KeyShard> makeShard(const QString &name)
{
    return std::make_shared<const KeyShard>(name, typeid(JsValue), typeid(JsParams), nullptr);
}

struct KeyParts
{
    QString name;
    QJsonArray params;
    bool isNone = false;
    QString problem;
};

KeyParts partsOf(const QJSValue &given, QJSEngine *engine)
{
    KeyParts parts;
    if (!engine) {
        parts.problem = QStringLiteral("QML does not know this object: use the client that it stands for");
        return parts;
    }
    const QJSValue value = withArrays(given, engine);
    if (isNone(value)) {
        parts.isNone = true;
        return parts;
    }
    if (!value.isString() && !value.isArray()) {
        parts.problem = QStringLiteral("a key is a text, or a list that begins with one, such as [\"users\", 7], not ")
                        + described(value);
        return parts;
    }
    const QJSValue name = value.isArray() ? value.property(0) : value;
    parts.isNone = isNone(name) && value.isArray() && value.property(QStringLiteral("length")).toInt() > 0;
    if (!parts.isNone && (!name.isString() || name.toString().isEmpty() || name.toString().contains(u'['))) {
        parts.problem = QStringLiteral("a key begins with a name, a text that is not empty and has no [, as in "
                                       "[\"users\", 7], not with ")
                        + described(name);
        return parts;
    }
    parts.name = name.toString();
    const int length = value.isArray() ? value.property(QStringLiteral("length")).toInt() : 1;
    for (int i = 1; i < length; ++i) {
        const QJSValue part = value.property(static_cast<quint32>(i));
        if (isNone(part)) {
            parts.isNone = true;
        } else if (!isJson(part, engine)) {
            parts.problem = QStringLiteral("the parts of a key are texts, numbers, booleans, and lists and objects of "
                                           "them, so that equal keys are known, not ")
                            + described(part)
                            + (part.isQObject() ? QStringLiteral(": give it a value of that") : QString());
            return parts;
        } else {
            parts.params.append(engine->fromScriptValue<QJsonValue>(part));
        }
    }
    return parts;
}

} // namespace

bool isJson(const QJSValue &value, QJSEngine *engine)
{
    return value.isString() || value.isBool() || (value.isNumber() && std::isfinite(value.toNumber()))
           || value.isArray() || isPlainObject(value, engine);
}

JsKey keyOf(const QJSValue &value, QJSEngine *engine)
{
    KeyParts parts = partsOf(value, engine);
    if (!parts.problem.isEmpty() || parts.isNone) {
        return {{}, std::move(parts.problem)};
    }
    const QByteArray text = keyText(parts.name, parts.params);
    return {CacheKey<JsValue>(std::make_shared<const KeyData>(
                KeyData{makeShard(parts.name), text, std::make_shared<const JsParams>(std::move(parts.params))})),
            {}};
}

QJsonArray paramsOf(const AnyCacheKey &key)
{
    const QByteArray text = key.text();
    return QJsonDocument::fromJson(text.mid(text.indexOf('['))).array();
}

QJSValue listOf(const AnyCacheKey &key, QJSEngine *engine)
{
    if (key.isEmpty()) {
        return {};
    }
    QJsonArray list = paramsOf(key);
    list.prepend(key.shard());
    return engine->toScriptValue(list);
}

std::optional<KeySelector> selectorOf(const QJSValue &value, QJSEngine *engine, QString *problem)
{
    if (value.isCallable()) {
        return KeySelector([f = value, engine = QPointer(engine)](const AnyCacheKey &key) {
            return engine && calledOrThrown(engine, f, {listOf(key, engine)}).toBool();
        });
    }
    const KeyParts parts = partsOf(value, engine);
    *problem = parts.problem;
    if (parts.isNone) {
        *problem = QStringLiteral("a part of the key is missing: name the keys, as \"users\" or [\"users\", 7], or "
                                  "give a function of a key");
    }
    if (!problem->isEmpty()) {
        return std::nullopt;
    }
    // The texts of keys are compact JSON, so what begins so, up to a comma or the end, has the same first parts.
    QByteArray start = keyText(parts.name, parts.params);
    start.chop(1);
    return KeySelector([start, isAll = parts.params.isEmpty()](const AnyCacheKey &key) {
        const QByteArray text = key.text();
        return text.startsWith(start) && (isAll || text.at(start.size()) == ',' || text.at(start.size()) == ']');
    });
}

ResultSelector<JsValue> shardOf(const QString &name)
{
    return ResultSelector<JsValue>(KeySelector::ofShard(makeShard(name)));
}

RetryPolicy retryOf(const QJSValue &value, const std::function<JsCaller *()> &caller, QPointer<QJSEngine> engine,
                    QString *problem)
{
    if (isNone(value)) {
        return {};
    }
    if (value.isBool()) {
        return value.toBool() ? backoff() : noRetry();
    }
    if (value.isNumber()) {
        const int attempts = value.toInt();
        return attempts > 0 ? backoff({.attempts = attempts}) : noRetry();
    }
    if (!value.isCallable()) {
        *problem = QStringLiteral("retry is false, a number of attempts, or a function that returns milliseconds, not ")
                   + described(value);
        return {};
    }
    return [f = value, caller, engine](const QueryFailure &failure) -> std::optional<std::chrono::milliseconds> {
        JsCaller *const by = caller();
        if (!by || !engine) {
            return std::nullopt;
        }
        QJSValue asked = engine->newObject();
        asked.setProperty(QStringLiteral("error"), errorIn(engine, failure.error));
        asked.setProperty(QStringLiteral("key"), listOf(failure.key, engine));
        asked.setProperty(QStringLiteral("attempt"), failure.attempt);
        bool ok = false;
        const QJSValue delay = by->call(f, {asked}, &ok);
        if (!ok || !delay.isNumber() || !(delay.toNumber() > 0)) {
            return std::nullopt;
        }
        return std::chrono::milliseconds(static_cast<qint64>(std::fmin(delay.toNumber(), 1e12)));
    };
}

} // namespace nanostores::detail
