// SPDX-License-Identifier: MIT
#pragma once

// What the keyboard comes to in a window, and what a screen reader finds in it.

#include <QAccessible>
#include <QCoreApplication>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <algorithm>
#include <iterator>

namespace support {

/// It is something that a user works with.
inline bool isControl(const QAccessibleInterface *shown)
{
    switch (shown->role()) {
    case QAccessible::Button:
    case QAccessible::ButtonMenu:
    case QAccessible::CheckBox:
    case QAccessible::RadioButton:
    case QAccessible::SpinBox:
    case QAccessible::ComboBox:
    case QAccessible::EditableText:
    case QAccessible::Slider:
    case QAccessible::Link:
        return true;
    default:
        return shown->object() && shown->object()->inherits("QQuickAbstractButton"); // later Qt: a role of switches
    }
}

inline void collectControls(QAccessibleInterface *shown, QList<QAccessibleInterface *> &found)
{
    if (!shown || !shown->isValid() || shown->state().invisible) {
        return;
    }
    if (isControl(shown)) {
        found.append(shown);
        return; // its parts, such as the line edit of a spin box, are no controls
    }
    for (int i = 0; i < shown->childCount(); ++i) {
        collectControls(shown->child(i), found);
    }
}

/// All that can be used in a window now, as assistive technology finds it.
inline QList<QAccessibleInterface *> controlsOf(QObject *window)
{
    QCoreApplication::processEvents();
    QList<QAccessibleInterface *> found;
    collectControls(QAccessible::queryAccessibleInterface(window), found);
    QList<QAccessibleInterface *> usable;
    std::copy_if(found.begin(), found.end(), std::back_inserter(usable), [](const QAccessibleInterface *control) {
        const auto *item = qobject_cast<const QQuickItem *>(control->object()); // Qt 6.4 does not say so
        return !control->state().disabled && (!item || item->isEnabled());
    });
    return usable;
}

inline QString nameOf(const QAccessibleInterface *control)
{
    return control->text(QAccessible::Name);
}

inline QString objectNames(const QList<QAccessibleInterface *> &controls)
{
    QStringList names;
    for (const QAccessibleInterface *control : controls) {
        names.append(control->object()->objectName());
    }
    return names.join(QLatin1Char(' '));
}

/// The names of all that Tab comes to, in its order, beginning with the first one.
inline QString tabOrder(QQuickWindow *window, const QString &first)
{
    QStringList order;
    for (int i = 0; i < 100; ++i) {
        QTest::keyClick(window, Qt::Key_Tab);
        const QQuickItem *focused = window->activeFocusItem();
        const QString name = !focused                           ? QStringLiteral("nothing")
                             : !focused->objectName().isEmpty() ? focused->objectName()
                                                                : QLatin1String(focused->metaObject()->className());
        if (name == first && !order.isEmpty()) {
            break;
        }
        if (!order.isEmpty() || name == first) {
            order.append(name);
        }
    }
    return order.join(QLatin1Char(' '));
}

} // namespace support
