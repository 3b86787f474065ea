// SPDX-License-Identifier: MIT
#pragma once

#include <QJSValue>
#include <QQmlEngine>
#include <QQuickWindow>
#include <QString>

#include <memory>

/// The shop's window, and the module cartStore.mjs behind it.
class Shop
{
public:
    Shop();
    ~Shop();

    QQuickWindow *window() const { return m_window.get(); }
    QQmlEngine *engine() { return &m_engine; }

    /// The value of a store that cartStore.mjs exports.
    QJSValue get(const QString &store) const;
    void set(const QString &store, const QJSValue &newValue) const;
    /// Calls a function that it exports.
    QJSValue call(const QString &function, const QJSValueList &arguments = {}) const;

private:
    QQmlEngine m_engine;
    QJSValue m_stores;
    std::unique_ptr<QQuickWindow> m_window;
};
