// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/kit.h>

#include <QProperty>

#include <deque>
#include <memory>
#include <utility>
#include <vector>

/// What the graphs need of an engine, so that each graph is written once. Handles are copyable and captured by the
/// functions of computed values.

/// Tracked computed stores, and an effect for each value that is observed.
class NanoEngine
{
public:
    template<typename T>
    using Signal = nanostores::Atom<T>;
    template<typename T>
    using Cell = nanostores::Computed<T>;

    template<typename T>
    Signal<T> signal(T value)
    {
        return nanostores::atom(std::move(value));
    }
    template<typename F>
    auto computed(F f)
    {
        return nanostores::computed(std::move(f));
    }
    template<typename S>
    static decltype(auto) read(const S &store)
    {
        return store();
    }
    template<typename S>
    static decltype(auto) peek(const S &store)
    {
        return store.peek();
    }
    template<typename S, typename T>
    static void write(const S &signal, T value)
    {
        signal.set(std::move(value));
    }
    template<typename S, typename F>
    void watch(S cell, F f)
    {
        m_effects.push_back(nanostores::effect([cell, f] { f(cell()); }));
    }
    template<typename S, typename F>
    void watchAll(std::vector<S> cells, F f)
    {
        m_effects.push_back(nanostores::effect([cells, f] {
            for (const S &cell : cells) {
                f(cell());
            }
        }));
    }
    template<typename F>
    static void batch(F f)
    {
        nanostores::batch(f);
    }

private:
    std::deque<nanostores::Subscription> m_effects;
};

/// QProperty with bindings, and a change handler for each value that is observed.
class PropertyEngine
{
public:
    template<typename T>
    using Signal = QProperty<T> *;
    template<typename T>
    using Cell = QProperty<T> *;

    template<typename T>
    Signal<T> signal(T value)
    {
        return keep<QProperty<T>>(std::move(value));
    }
    template<typename F>
    auto computed(F f)
    {
        using T = std::decay_t<std::invoke_result_t<F &>>;
        auto *property = keep<QProperty<T>>();
        property->setBinding(std::move(f));
        return property;
    }
    template<typename T>
    static T read(QProperty<T> *property)
    {
        return property->value();
    }
    template<typename T>
    static T peek(QProperty<T> *property)
    {
        return property->value();
    }
    template<typename T>
    static void write(QProperty<T> *property, T value)
    {
        property->setValue(std::move(value));
    }
    template<typename T, typename F>
    void watch(QProperty<T> *property, F f)
    {
        f(property->value());
        m_notifiers.push_back(property->addNotifier([property, f] { f(property->value()); }));
    }
    template<typename T, typename F>
    void watchAll(const std::vector<QProperty<T> *> &properties, F f)
    {
        for (auto *property : properties) {
            watch(property, f);
        }
    }
    template<typename F>
    static void batch(F f)
    {
        Qt::beginPropertyUpdateGroup();
        f();
        Qt::endPropertyUpdateGroup();
    }

private:
    template<typename P, typename... Args>
    P *keep(Args &&...args)
    {
        auto property = std::make_shared<P>(std::forward<Args>(args)...);
        m_properties.push_back(property);
        return property.get();
    }
    std::deque<std::shared_ptr<void>> m_properties;
    std::deque<QPropertyNotifier> m_notifiers;
};
