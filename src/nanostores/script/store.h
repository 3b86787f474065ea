// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/record.h>
#include <nanostores/qt/convert.h>
#include <nanostores/script/detail/handle.h>
#include <nanostores/script/detail/value.h>
#include <nanostores/script/export.h>

#include <QJSEngine>
#include <QJSValue>
#include <QMetaType>
#include <QPointer>
#include <QString>

#include <cmath>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename S>
struct NativeStoreOf final : NativeStore
{
    using T = typename S::value_type;
    using N = typename S::node_type;

    explicit NativeStoreOf(S s)
        : store(std::move(s))
    {
    }
    QJSValue read(QJSEngine *engine) const override
    {
        if constexpr (requires { store.node()->hasValue(); }) {
            if (!store.node()->hasValue()) {
                return {};
            }
        }
        return toScriptValue(engine, store.node()->current());
    }
    QJSValue past(QJSEngine *engine, const OldValue *past) const override
    {
        if constexpr (requires(N &node) {
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
            if constexpr (std::is_integral_v<T> && sizeof(T) == sizeof(qint64)) {
                if (newValue.isNumber() && isBeyondSafe(newValue.toNumber())) {
                    return writeRounded(newValue.toNumber());
                }
            }
            if (auto value = fromScriptValue<T>(newValue)) {
                store.set(*std::move(value));
                return true;
            }
        }
        return false;
    }
    QString typeName() const override { return describedType(QMetaType::fromType<T>()); }

    static bool isBeyondSafe(double number) { return std::abs(number) >= 9007199254740992.0; }
    /// An integer from 2^53 on may be a neighbour of what was read: then the store keeps what it has.
    bool writeRounded(double number) const
    {
        if (static_cast<double>(store.peek()) == number) {
            return true;
        }
        if (std::abs(number) != 9007199254740992.0) {
            return false;
        }
        const auto integer = wholeOfDouble(number, Doubles::Exact);
        const auto value = integer ? toInteger<T>(*integer) : std::nullopt;
        if (value) {
            store.set(*value);
        }
        return value.has_value();
    }

    S store;
};

NANOSTORES_SCRIPT_EXPORT QJSValue wrapStore(QJSEngine *engine, Ref<Node> node, std::unique_ptr<NativeStore> native,
                                            const char *maker);
/// The node behind a store or signal of JavaScript; null, with a warning, for anything else.
NANOSTORES_SCRIPT_EXPORT Ref<Node> nodeOf(QJSEngine *engine, const QJSValue &store);
NANOSTORES_SCRIPT_EXPORT QJSValue valueOfStore(QJSEngine *engine, const QJSValue &store);
NANOSTORES_SCRIPT_EXPORT void warnUnfit(const QJSValue &value, QMetaType type);

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
        const QJSValue now = engine ? valueOfStore(engine, store) : QJSValue();
        if (auto value = fromScriptValue<T>(now)) {
            return *std::move(value);
        }
        if (engine && !now.isUndefined()) {
            warnUnfit(now, QMetaType::fromType<T>());
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
/// itself. A value that is none of T's gives a T{}, with a warning unless it is undefined. To write, call its set().
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
