// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/widgets/widgetbinding.h>

#include <QAbstractButton>
#include <QAction>
#include <QObject>
#include <QRadioButton>

#include <concepts>
#include <type_traits>
#include <utility>

namespace nanostores {

namespace detail {

template<typename S>
concept Bindable = WritableStore<std::remove_cvref_t<S>>;

template<typename W>
concept RadioButton = std::derived_from<W, QRadioButton>;

/// Radio buttons are bound with a value; what they have of properties is theirs.
template<typename W>
concept Named = std::derived_from<W, QObject> && !RadioButton<W>;

template<typename W>
concept Choosable = std::derived_from<W, QAbstractButton> || std::derived_from<W, QAction>;

/// A value of the store and no name of a property.
template<typename T, typename W>
concept ChoiceOf =
    !std::same_as<std::remove_cvref_t<T>, BindOptions> && (RadioButton<W> || !std::convertible_to<T, const char *>);

template<typename K, typename S>
concept KeyOf =
    requires(const std::remove_cvref_t<S> &store, const std::remove_cvref_t<K> &key) { linkTo(store, key); };

template<typename S, typename K, typename Member>
concept MemberOfKey = requires(const std::remove_cvref_t<S> &store, const std::remove_cvref_t<K> &key, Member member) {
    linkTo(store, key, member);
};

/// The type of the value under the key.
template<typename S, typename K>
struct LinkedValueOf
{
    using type = typename S::mapped_type;
};
template<typename S, typename C, typename T>
struct LinkedValueOf<S, T C::*>
{
    using type = T;
};
template<typename S, typename K>
using LinkedValue = typename LinkedValueOf<std::remove_cvref_t<S>, std::remove_cvref_t<K>>::type;

} // namespace detail

// The stores are taken as forwarding references, so that an unqualified bind() is never std::bind().

/// bind(store, widget): the widget shows the store's value, and what the user enters goes to the store.
///
/// Which property is meant follows from the widget and the store's type: the text of line and text edits, the value of
/// spin boxes, sliders and dials, checked of buttons, group boxes and actions (which are made checkable), checkState of
/// a check box for an std::optional<bool> (none: partially checked) or Qt::CheckState, date, time or dateTime by type,
/// the checked id of a button group, and of a combo box currentIndex for numbers and enums, currentText for text and
/// currentData for anything else. Of other widgets it is the user property.
///
/// The cursor of a line or text edit stays where it is. Text that is no number stays, pending, until editing finishes;
/// then the store's value is shown. A binding ends with its widget and keeps its store. Null: to show the store's value
/// has deleted the widget.
template<detail::Bindable S, std::derived_from<QObject> W>
WidgetBinding *bind(S &&store, W *widget, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store), widget, nullptr, options);
}

/// bind(store, checkBox, "checked"): the same with the property named. It needs a notify signal, but for currentData.
template<detail::Bindable S, detail::Named W>
WidgetBinding *bind(S &&store, W *widget, const char *property, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store), widget, property, options);
}

/// bind(theme, radioButton, Theme::Dark): the button, or checkable action, is checked while the store holds this value,
/// and sets it when checked. Bind each of the exclusive buttons; if the store holds none of their values, none is
/// checked.
template<detail::Bindable S, detail::Choosable W, detail::ChoiceOf<W> V>
WidgetBinding *bind(S &&store, W *widget, V &&value, BindOptions options = {})
{
    using Value = typename std::remove_cvref_t<S>::value_type;
    const QVariant choice = detail::toVariant<Value>(Value(std::forward<V>(value)));
    return WidgetBinding::make(detail::linkTo(store), widget, choice, options);
}

/// bind(profile, &Profile::name, lineEdit), bind(scores, "anna", spinBox): the same with one key of a record or map. An
/// absent key of a map shows as a default-constructed value, and is there once the user has entered something.
template<detail::Bindable S, detail::KeyOf<S> K, std::derived_from<QObject> W>
WidgetBinding *bind(S &&store, K &&key, W *widget, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store, key), widget, nullptr, options);
}
template<detail::Bindable S, detail::KeyOf<S> K, detail::Named W>
WidgetBinding *bind(S &&store, K &&key, W *widget, const char *property, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store, key), widget, property, options);
}
template<detail::Bindable S, detail::KeyOf<S> K, detail::Choosable W, detail::ChoiceOf<W> V>
WidgetBinding *bind(S &&store, K &&key, W *widget, V &&value, BindOptions options = {})
{
    using Value = detail::LinkedValue<S, K>;
    const QVariant choice = detail::toVariant<Value>(Value(std::forward<V>(value)));
    return WidgetBinding::make(detail::linkTo(store, key), widget, choice, options);
}

/// bind(cart, productId, &CartItem::quantity, spinBox): the same with one member of a map's value.
template<detail::Bindable S, typename K, typename V, typename M, std::derived_from<QObject> W>
requires detail::MemberOfKey<S, K, M V::*>
WidgetBinding *bind(S &&store, K &&key, M V::*member, W *widget, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store, key, member), widget, nullptr, options);
}
template<detail::Bindable S, typename K, typename V, typename M, detail::Named W>
requires detail::MemberOfKey<S, K, M V::*>
WidgetBinding *bind(S &&store, K &&key, M V::*member, W *widget, const char *property, BindOptions options = {})
{
    return WidgetBinding::make(detail::linkTo(store, key, member), widget, property, options);
}
template<detail::Bindable S, typename K, typename V, typename M, detail::Choosable W, detail::ChoiceOf<W> C>
requires detail::MemberOfKey<S, K, M V::*>
WidgetBinding *bind(S &&store, K &&key, M V::*member, W *widget, C &&value, BindOptions options = {})
{
    const QVariant choice = detail::toVariant<M>(M(std::forward<C>(value)));
    return WidgetBinding::make(detail::linkTo(store, key, member), widget, choice, options);
}

template<AnyStore S, typename... Rest>
requires(!detail::Bindable<S>)
WidgetBinding *bind(const S &, Rest &&...)
{
    static_assert(detail::Bindable<S>,
                  "bind() is for stores that can be written: use useStore() for computed and read-only "
                  "ones");
    return nullptr;
}
template<detail::AccessorOnly S, typename... Rest>
WidgetBinding *bind(const S &, Rest &&...)
{
    static_assert(AnyStore<S>, "what morph(), external() and stored() make is no store: hand over its toStore()");
    return nullptr;
}

} // namespace nanostores
