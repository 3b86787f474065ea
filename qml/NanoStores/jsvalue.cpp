// SPDX-License-Identifier: MIT
#include <NanoStores/jsvalue.h>

#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/equal.h>
#include <nanostores/qt/detail/describing.h>
#include <nanostores/script/detail/ownproperty.h>
#include <nanostores/script/detail/plainvariant.h>
#include <nanostores/script/detail/value.h>

#include <QHash>
#include <QJSValueIterator>
#include <QJsonArray>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QMetaType>
#include <QStringList>

#include <optional>
#include <utility>

namespace nanostores {

namespace {

Q_LOGGING_CATEGORY(category, "nanostores.qml")

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
    if (depth == MaxDepth || detail::isSymbol(value) || (value.isObject() && !detail::isCopyable(value, engine))) {
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
    if (detail::hasSymbols(value)) {
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
            detail::setOwnProperty(engine, object, entries.names[i], valueOfCopy(engine, entries.values[i]));
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

QVariant copyOfJson(const QJsonValue &json)
{
    if (json.isArray()) {
        QVariantList items;
        for (const QJsonArray array = json.toArray(); const QJsonValue &item : array) {
            items.append(copyOfJson(item));
        }
        return items;
    }
    if (json.isObject()) {
        Entries entries;
        const QJsonObject object = json.toObject();
        for (auto it = object.begin(); it != object.end(); ++it) {
            entries.names.append(it.key());
            entries.values.append(copyOfJson(it.value()));
        }
        return QVariant::fromValue(entries);
    }
    return json.toVariant();
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
                << (kind.isEmpty() ? detail::described(value) : kind)
                << "cannot be copied, or something in it: it is undefined there.";
            return {};
        }
        mine = valueOfCopy(reader, *source);
        return mine;
    }
    QVariant toVariant() const
    {
        // what is not undefined has an engine still
        QJSEngine *const alive = value.isUndefined() ? nullptr : const_cast<QJSEngine *>(engine);
        return copy ? variantOfCopy(*copy) : detail::PlainVariant(alive).of(value);
    }
    bool isDestroyed() const { return value.isQObject() && !value.toQObject(); }

    QJSValue value;
    const QJSEngine *engine = nullptr; // it may be gone
    QString kind; ///< Of what cannot be copied.
    std::optional<QVariant> copy; ///< For others, and for when the engine is gone.
    QList<QPointer<QObject>> objects; ///< In the copy.
    mutable qsizetype destroyed = 0; ///< How many of them were when `others` were made.
    mutable QHash<const QJSEngine *, QJSValue> others;
};

JsValue::JsValue(const QJSValue &value, QJSEngine *engine, bool keepCopy)
{
    if (value.isObject() || detail::isSymbol(value)) {
        auto object = std::make_shared<Object>();
        object->value = value;
        object->engine = engine;
        if (keepCopy) {
            object->copy = copied(value, engine, &object->objects);
            object->kind = object->copy ? QString() : detail::described(value);
        }
        m_object = std::move(object);
    } else {
        m_primitive = value.isString() ? QJSValue(value.toString()) : value; // of its own, not the engine's
    }
}

JsValue JsValue::ofJson(const QJsonValue &json)
{
    JsValue made;
    if (json.isObject() || json.isArray()) {
        auto object = std::make_shared<Object>();
        object->copy = copyOfJson(json);
        made.m_object = std::move(object);
    } else if (json.isString()) {
        made.m_primitive = QJSValue(json.toString());
    } else if (json.isBool()) {
        made.m_primitive = QJSValue(json.toBool());
    } else if (json.isDouble()) {
        made.m_primitive = QJSValue(json.toDouble());
    } else {
        made.m_primitive = QJSValue(json.isNull() ? QJSValue::NullValue : QJSValue::UndefinedValue);
    }
    return made;
}

QJSValue JsValue::in(QJSEngine *engine) const
{
    return m_object ? m_object->in(engine) : m_primitive;
}

QVariant JsValue::toVariant() const
{
    return m_object ? m_object->toVariant() : m_primitive.toVariant();
}

void JsValue::describeTo(detail::Describer &to) const
{
    detail::describeVariant(toVariant(), to);
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

} // namespace nanostores
