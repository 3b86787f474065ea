// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QByteArray>
#include <QtCore/QString>
#include <QtCore/QStringList>

#include <functional>

class QQuickItem;
class QQuickWindow;
class QWidget;

/// Prints a line of the transcript. Those that begin with # are measured; all others have to be the same of both twins.
void say(const QString &line);
/// Lets the program do all that it has to.
void settle();
/// Saves a picture if pictures are asked for: NANOSTORES_TWIN_PICTURES is a folder.
void takePicture(QQuickWindow *window, const QString &name);
void takePicture(QWidget *window, const QString &name);

/// A QML window of a list, as its user sees it and works with it.
class QmlHand
{
public:
    /// The roles of the rows that are shown.
    QmlHand(QQuickWindow *window, const QByteArrayList &roles);

    QQuickWindow *window() const { return m_window; }
    /// Says what the window shows: its texts from top to bottom, and all rows of the list.
    void show(const char *step) const;
    /// Says what one property of a control is.
    void show(const char *name, const char *property) const;
    void click(const char *name) const;
    void press(const char *name, int key) const;
    void type(const char *name, const QString &text) const;
    /// Scrolls the list, does something to it, and says what has become of its place and of its delegates.
    void measure(const char *step, double contentY, const std::function<void()> &act) const;

private:
    QQuickItem *item(const QString &name) const;
    QStringList rows() const;

    QQuickWindow *m_window;
    QByteArrayList m_roles;
};

/// The windows of a program with widgets.
class WidgetHand
{
public:
    /// Says what all windows show: texts, values, what is checked and enabled, rows of lists and the current one.
    static void show(const char *step);
    static void click(const char *name);
    static void press(const char *name, int key);
    static void type(const char *name, const QString &text);
    static void clickRow(const char *list, const QString &text);
    static QWidget *widget(const char *name);
};

void todoScript(const QmlHand &hand);
void dashboardScript(const QmlHand &hand);
void settingsScript();
void contactsScript();
