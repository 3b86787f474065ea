// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/core/subscription.h>

#include <QObject>
#include <QPointer>
#include <QProperty>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace nanostores {

/// A store as a QProperty, for code that uses bindable properties:
///
///     PropertyOf volume(store);
///     label.bindableText().setBinding([&] { return QString::number(volume.value()); });
///
/// While it lives, the property follows the store, which is mounted, and what is written to the property is written to
/// the store; when an onSet() hook rejects or changes that, the property shows the store's value again. A binding that
/// is set on the property writes to the store as well, until the store changes by itself. Neither copied nor moved.
template<AnyStore S>
class PropertyOf
{
public:
    using value_type = typename S::value_type;

    explicit PropertyOf(S store)
        : m_store(std::move(store))
        , m_property(m_store.peek())
        , m_subscription(m_store.listen(detail::forView([this](const value_type &value) { show(value); })))
    {
        show(m_store.peek()); // what a mount hook has set
        if constexpr (WritableStore<S>) {
            m_notifier = m_property.addNotifier([this] { write(); });
        }
    }
    PropertyOf(const PropertyOf &) = delete;
    PropertyOf &operator=(const PropertyOf &) = delete;

    const S &store() const { return m_store; }
    /// The value; inside a binding it is tracked.
    value_type value() const { return m_property.value(); }
    void setValue(const value_type &newValue)
    requires WritableStore<S>
    {
        m_property.setValue(newValue);
    }
    /// Read-only for computed stores.
    QBindable<value_type> bindable()
    {
        if constexpr (WritableStore<S>) {
            return QBindable<value_type>(&m_property);
        } else {
            return QBindable<value_type>(static_cast<const QProperty<value_type> *>(&m_property));
        }
    }

private:
    void show(const value_type &value)
    {
        if (m_property.value() != value) {
            const auto writing = std::exchange(m_showing, true);
            m_property.setValue(value);
            m_showing = writing;
        }
    }
    void write()
    {
        if (m_showing) {
            return;
        }
        try {
            m_store.set(m_property.value());
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        show(m_store.peek());
    }

    S m_store;
    QProperty<value_type> m_property;
    bool m_showing = false;
    Subscription m_subscription;
    std::optional<QPropertyNotifier> m_notifier;
};

/// A bindable property as a store: `fromBindable(timer.bindableInterval(), &timer)`.
///
/// While the store is mounted, it follows the property. Setting it sets the property, whose own idea of the value wins.
/// The property must live as long as the store is used, unless it belongs to the owner: without its owner, the store
/// keeps the last value and stands for itself.
template<typename T>
[[nodiscard]] Atom<T> fromBindable(QBindable<T> property, QObject *owner = nullptr)
{
    const auto alive = [guard = QPointer<QObject>(owner), owned = owner != nullptr] { return !owned || guard; };
    Atom<T> store(property.value());
    onMount(store, [property, alive](auto &event) mutable {
        std::shared_ptr<QPropertyNotifier> notifier;
        if (alive()) {
            const Atom<T> mounted = event.store();
            mounted.set(property.value());
            notifier = std::make_shared<QPropertyNotifier>(
                property.addNotifier([property, mounted] { mounted.set(property.value()); }));
        }
        return [notifier]() mutable { notifier.reset(); };
    });
    onSet(store, [property, alive](auto &event) mutable {
        if (alive() && property.value() != event.newValue()) {
            property.setValue(event.newValue());
            event.replace(property.value());
        }
    });
    return store;
}

} // namespace nanostores
