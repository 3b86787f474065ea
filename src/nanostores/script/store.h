#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/record.h>
#include <nanostores/qt/convert.h>
#include <nanostores/script/detail/handle.h>
#include <nanostores/script/detail/ownproperty.h>
#include <nanostores/script/export.h>

#include <QHash>
#include <QJSEngine>
#include <QJSValue>
#include <QJsonObject>
#include <QMetaType>
#include <QPointer>
#include <QString>
#include <QVariant>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// QMap, QHash, std::map and their like.
template<typename T>
concept Associative = !isDictionary<T> && !std::is_same_v<T, QJsonObject> && requires(T entries)
{
    entries[std::declval<typename T::key_type>()] = std::declval<typename T::mapped_type>();
    entries.begin() == entries.end();
};

template<typename T>
QVariantMap toVariantMap(const T &entries)
{
    QVariantMap map;
    for (auto entry = entries.begin(); entry != entries.end(); ++entry) {
        if constexpr (requires { entry.key(); }) {
            map.insert(convertTo<QString>(entry.key()), convertTo<QVariant>(entry.value()));
        } else {
            map.insert(convertTo<QString>(entry->first), convertTo<QVariant>(entry->second));
        }
    }
    return map;
}

/// The JavaScript value that a QML user would expect: numbers, strings and bool as they are, gadgets as gadgets, lists as
/// arrays, dictionaries as objects.
template<typename T>
QJSValue toScriptValue(QJSEngine *engine, const T &value)
{
    if constexpr (std::is_same_v<T, QJSValue>) {
        return value;
    } else if constexpr (isDictionary<T>) {
        QJSValue object = engine->newObject();
        for (const auto &[key, item] : value) {
            setOwnProperty(engine, object, convertTo<QString>(key), toScriptValue(engine, item));
        }
        return object;
    } else if constexpr (Associative<T>) {
        return engine->toScriptValue(toVariantMap(value));
    } else if constexpr (Sequence<T> && !std::is_same_v<T, QVariantList>) {
        return engine->toScriptValue(convertTo<QVariantList>(value)); // no wrapper that Array.isArray() denies
    } else if constexpr (requires { value.has_value(); }) {
        return value.has_value() ? toScriptValue(engine, *value) : QJSValue();
    } else if constexpr (Convertible<
                             QString,
                             T> && !std::is_convertible_v<T, QString> && !isNumber<T> && !std::is_same_v<T, QVariant>) {
        return QJSValue(convertTo<QString>(value)); // std::string and its like
    } else if constexpr (std::is_integral_v<T> && std::numeric_limits<T>::digits > 32) {
        return QJSValue(static_cast<double>(value));
    } else {
        return engine->toScriptValue(value);
    }
}

/// The entries of a JavaScript object, or none: an array has none, and a primitive neither.
template<typename T>
std::optional<T> entriesOf(const QJSValue &value)
{
    const QVariant variant = value.toVariant();
    if (!value.isObject() || value.isArray() || !variant.canConvert<QVariantMap>()) {
        return std::nullopt;
    }
    const QVariantMap map = variant.toMap();
    T entries;
    for (auto entry = map.begin(); entry != map.end(); ++entry) {
        const auto key = valueOf<typename T::key_type>(QVariant(entry.key()));
        const auto item = valueOf<typename T::mapped_type>(entry.value());
        if (!key || !item) {
            return std::nullopt;
        }
        if constexpr (isDictionary<T>) {
            entries.insert(*key, *item);
        } else {
            entries[*key] = *item;
        }
    }
    return entries;
}

template<typename T>
std::optional<T> itemsOf(const QJSValue &value)
{
    if (!value.isArray() && !value.property(QStringLiteral("length")).isNumber()) {
        return std::nullopt;
    }
    const QVariantList list = value.toVariant().toList();
    T items;
    for (const QVariant &each : list) {
        auto item = valueOf<typename T::value_type>(each);
        if (!item) {
            return std::nullopt;
        }
        items.push_back(*std::move(item));
    }
    return items;
}

template<typename T>
std::optional<T> fromScriptValue(const QJSValue &value)
{
    if constexpr (std::is_same_v<T, QJSValue>) {
        return value;
    } else if constexpr (std::is_same_v<T, bool>) {
        return value.isBool() ? std::optional<T>(value.toBool()) : std::nullopt;
    } else if constexpr (std::is_floating_point_v<T>) {
        return value.isNumber() ? std::optional<T>(static_cast<T>(value.toNumber())) : std::nullopt;
    } else if constexpr (std::is_integral_v<T>) {
        const double number = value.isNumber() ? std::trunc(value.toNumber()) : std::nan("");
        const double limit = std::ldexp(1.0, std::numeric_limits<T>::digits); // the first too large
        if (number >= static_cast<double>(std::numeric_limits<T>::min()) && number < limit) {
            return static_cast<T>(number);
        }
        return std::nullopt; // NaN, too
    } else if constexpr (isDictionary<T> || (Associative<T> && !std::is_same_v<T, QVariantMap>)) {
        return entriesOf<T>(value);
    } else if constexpr (Sequence<T>) {
        return value.isString() ? std::nullopt : itemsOf<T>(value);
    } else if constexpr (requires(T none) {
                             none.has_value();
                             none.reset();
                         }) {
        if (value.isUndefined() || value.isNull()) {
            return T();
        }
        auto present = fromScriptValue<typename T::value_type>(value);
        return present ? std::optional<T>(T(*std::move(present))) : std::nullopt;
    } else {
        return valueOf<T>(value.toVariant());
    }
}

template<typename S>
struct NativeStoreOf final : NativeStore
{
    using T = typename S::value_type;
    using N = typename S::node_type;

    explicit NativeStoreOf(S s)
        : store(std::move(s))
    {
    }
    QJSValue read(QJSEngine *engine) const override { return toScriptValue(engine, store.node()->current()); }
    QJSValue past(QJSEngine *engine, const Past *past) const override
    {
        if constexpr (requires(N & node) {
                          {
                              node.oldValue(past)
                              } -> std::convertible_to<const T *>;
                      }) {
            const T *old = past ? store.node()->oldValue(past) : nullptr;
            return old ? toScriptValue(engine, *old) : QJSValue();
        } else {
            return {};
        }
    }
    bool isWritable() const override { return WritableStore<S>; }
    bool write(const QJSValue &newValue) const override
    {
        if constexpr (WritableStore<S>) {
            if (auto value = fromScriptValue<T>(newValue)) {
                store.set(*std::move(value));
                return true;
            }
        }
        return false;
    }
    QString typeName() const override
    {
        if constexpr (QMetaTypeId2<T>::Defined) {
            return QString::fromUtf8(QMetaType::fromType<T>().name());
        } else {
            return QStringLiteral("value");
        }
    }

    S store;
};

NANOSTORES_SCRIPT_EXPORT QJSValue wrapStore(QJSEngine *engine, Ref<Node> node, std::unique_ptr<NativeStore> native,
                                            const char *maker);
/// The node behind a store or signal of JavaScript; null, with a warning, for anything else.
NANOSTORES_SCRIPT_EXPORT Ref<Node> nodeOf(QJSEngine *engine, const QJSValue &store);
NANOSTORES_SCRIPT_EXPORT QJSValue valueOfStore(QJSEngine *engine, const QJSValue &store);

/// Follows a store of JavaScript, and holds it.
template<typename T>
struct ScriptValue final : ComputedNode<T>
{
    ScriptValue(QJSEngine *e, QJSValue s, Ref<Node> n)
        : ComputedNode<T>(Listed)
        , engine(e)
        , store(std::move(s))
        , source(std::move(n))
    {
        edge.source = source.get();
        edge.sink = this;
    }
    Edge *listedEdges() noexcept override { return &edge; }
    T evaluate() override
    {
        if (auto value = fromScriptValue<T>(engine ? valueOfStore(engine, store) : QJSValue())) {
            return *std::move(value);
        }
        return T{};
    }

    QPointer<QJSEngine> engine;
    QJSValue store;
    Ref<Node> source;
    Edge edge;
};

} // namespace detail

/// A C++ store as one of the module `nanostores`: with get(), listen(), set() if it can be written, and fit for
/// computed() and effect() there. The JavaScript store is another face of the same node.
template<AnyStore S>
[[nodiscard]] QJSValue toScript(QJSEngine *engine, const S &store)
{
    return detail::wrapStore(engine, detail::Ref<detail::Node>::share(store.node().get()),
                             std::make_unique<detail::NativeStoreOf<S>>(store), "wrapNative");
}

/// A C++ store as a signal of the module `nano_kit`: `$count()` reads and tracks, `$count(1)` writes.
template<AnyStore S>
[[nodiscard]] QJSValue toScriptSignal(QJSEngine *engine, const S &store)
{
    return detail::wrapStore(engine, detail::Ref<detail::Node>::share(store.node().get()),
                             std::make_unique<detail::NativeStoreOf<S>>(store), "signalOfNative");
}

/// A store or signal of JavaScript as a C++ store of its value. It observes the JavaScript store while it is observed
/// itself. A value that is none of T's gives a T{}. To write, call its set().
template<typename T>
[[nodiscard]] Computed<T> fromScript(QJSEngine *engine, const QJSValue &store)
{
    auto node = detail::nodeOf(engine, store);
    if (!node) {
        return computed([] { return T{}; });
    }
    return Computed<T>(
        detail::Ref<detail::ComputedNode<T>>::adopt(new detail::ScriptValue<T>(engine, store, std::move(node))));
}

} // namespace nanostores
