// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/store.h>
#include <nanostores/qt/usestore.h>
#include <nanostores/widgets/detail/convert.h>
#include <nanostores/widgets/widgetsubscription.h>

#include <QWidget>

#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename F>
struct Setter
{
    static constexpr bool valid = false;
};
template<typename R, typename C, typename A>
struct Setter<R (C::*)(A)>
{
    static constexpr bool valid = true;
    using Class = C;
    using Argument = std::remove_cvref_t<A>;
};
template<typename R, typename C, typename A>
struct Setter<R (C::*)(A) noexcept> : Setter<R (C::*)(A)>
{
};

template<typename F>
concept NoMethod = !std::is_member_pointer_v<F>;

template<typename F, typename W>
concept SetterOf = Setter<F>::valid && std::derived_from<W, typename Setter<F>::Class> && std::derived_from<W, QObject>;

} // namespace detail

/// useStore(store, label, &QLabel::setText): calls the setter with the store's value, at once and after each change, as
/// long as the widget lives.
///
/// The widget observes the store, so it stays mounted meanwhile (see Observe). The value is converted to what the
/// setter takes: anything to text (numbers as people write them, a bool as "true"), std::string and QString into each
/// other, numbers that do not fit to the nearest that does, the rest as docs/conversions.md says. Objects that are no
/// widgets, such as actions, are always observing. Null: the first call has deleted the widget.
template<AnyStore S, typename W, detail::SetterOf<W> F>
WidgetSubscription *useStore(const S &store, W *widget, F setter, Observe observe = Observe::Always)
{
    QObject *target = widget;
    using Argument = typename detail::Setter<F>::Argument;
    if constexpr (detail::isByVariant<Argument, typename S::value_type>) {
        detail::warnUnlessConvertible(QMetaType::fromType<typename S::value_type>(), QMetaType::fromType<Argument>());
    }
    return WidgetSubscription::make(
        [store, target, setter] {
            return store.subscribe(detail::forView([target, setter](const typename S::value_type &value) {
                // No more than a QObject of it may be left, when its destructor sets a store.
                if (auto *object = dynamic_cast<typename detail::Setter<F>::Class *>(target)) {
                    (object->*setter)(detail::forSetter<Argument>(value));
                }
            }));
        },
        observe, widget);
}

/// The same with a function, called as the store's listeners are: f(), f(value), f(value, oldValue), ...
template<AnyStore S, std::derived_from<QWidget> W, detail::NoMethod F>
WidgetSubscription *useStore(const S &store, W *widget, F f, Observe observe = Observe::Always)
{
    return WidgetSubscription::make([store, f = std::move(f)] { return store.subscribe(detail::forView(f)); }, observe,
                                    widget);
}

} // namespace nanostores
