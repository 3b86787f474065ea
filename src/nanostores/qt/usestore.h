// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/core/subscription.h>
#include <nanostores/qt/convert.h>

#include <QObject>
#include <QPointer>

#include <functional>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

/// A subscription that ends with its parent.
class ContextSubscription : public QObject
{
public:
    ContextSubscription(Subscription subscription, QObject *context)
        : QObject(context)
        , m_subscription(std::move(subscription))
    {
    }

private:
    Subscription m_subscription;
};

template<typename F>
struct Method
{
    static constexpr bool valid = false;
};
template<typename R, typename C>
struct Method<R (C::*)()>
{
    static constexpr bool valid = true;
    using Object = C;
    using Argument = void;
};
template<typename R, typename C, typename A>
struct Method<R (C::*)(A)>
{
    static constexpr bool valid = true;
    using Object = C;
    using Argument = std::remove_cvref_t<A>;
};
template<typename R, typename C>
struct Method<R (C::*)() noexcept> : Method<R (C::*)()>
{
};
template<typename R, typename C, typename A>
struct Method<R (C::*)(A) noexcept> : Method<R (C::*)(A)>
{
};

} // namespace detail

/// Calls f with the store's value, at once and after each change, as long as the context object lives; meanwhile the
/// store is mounted. Of the thread of the store.
///
///     useStore(cartCount, badge, &Badge::setCount);
///     useStore(cartCount, this, [this](int count) { ... });
///
/// f is a member function of the context, whose parameter the value is converted to (see Convert), or a function as
/// subscribe() takes it. Delete the object returned to end it earlier; it is null if the first call has deleted the
/// context.
template<AnyStore S, typename F>
QObject *useStore(const S &store, QObject *context, F f)
{
    using Method = detail::Method<F>;
    const QPointer<QObject> guard(context); // the first call may delete it
    Subscription subscription;
    if constexpr (Method::valid) {
        // No more than a QObject of it may be left, when its destructor sets a store.
        const auto call = [context, f](const typename S::value_type &value) {
            if (auto *object = dynamic_cast<typename Method::Object *>(context)) {
                if constexpr (std::is_void_v<typename Method::Argument>) {
                    (object->*f)();
                } else {
                    (object->*f)(convertTo<typename Method::Argument>(value));
                }
            }
        };
        subscription = store.subscribe(detail::forView(call));
    } else {
        subscription = store.subscribe(std::move(f));
    }
    return context && !guard ? nullptr : new detail::ContextSubscription(std::move(subscription), context);
}
template<detail::AccessorOnly S, typename... Rest>
void useStore(const S &, Rest &&...)
{
    static_assert(AnyStore<S>, "what morph(), external() and stored() make is no store: hand over its toStore()");
}

} // namespace nanostores
