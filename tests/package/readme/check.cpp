// SPDX-License-Identifier: MIT

// Compiled into the README's program: what a user would see in its windows. Ends the program with the verdict.
#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>
#include <QtCore/QTimer>
#include <QtGui/QGuiApplication>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickWindow>
#include <QtTest/QTest>
#include <QtWidgets/QApplication>
#include <QtWidgets/QCheckBox>

namespace {

QQuickWindow *window()
{
    for (QWindow *candidate : QGuiApplication::topLevelWindows()) {
        if (auto *quick = qobject_cast<QQuickWindow *>(candidate)) {
            return quick;
        }
    }
    return nullptr;
}

QCheckBox *checkBox()
{
    for (QWidget *widget : QApplication::topLevelWidgets()) {
        if (auto *box = qobject_cast<QCheckBox *>(widget)) {
            return box;
        }
    }
    return nullptr;
}

/// The item that shows this text, where it can be seen.
QQuickItem *itemOf(QQuickItem *item, const QString &text)
{
    if (!item->isVisible() || item->width() <= 0 || item->height() <= 0) {
        return nullptr;
    }
    if (item->property("text").toString() == text) {
        return item;
    }
    for (QQuickItem *child : item->childItems()) {
        if (QQuickItem *found = itemOf(child, text)) {
            return found;
        }
    }
    return nullptr;
}

bool shows(const QString &text)
{
    const bool shown = QTest::qWaitFor([&] { return itemOf(window()->contentItem(), text) != nullptr; });
    if (!shown) {
        qWarning() << "the window does not show" << text;
    }
    return shown;
}

bool press(const QString &text)
{
    if (!shows(text)) {
        return false;
    }
    const QQuickItem *button = itemOf(window()->contentItem(), text);
    const QPointF centre = button->mapToScene({button->width() / 2, button->height() / 2});
    QTest::mouseClick(window(), Qt::LeftButton, {}, centre.toPoint());
    return true;
}

bool works()
{
    QCheckBox *box = checkBox();
    if (!box || !window() || !QTest::qWaitForWindowExposed(window())) {
        qWarning() << "no window is shown";
        return false;
    }
    bool ok = press("Add a mug") && press("Add a mug") && press("Cart (2)") && shows(QStringLiteral("2 × Mug"));
    const QImage picture = window()->grabWindow();
    ok = ok && picture.width() >= 320 && picture.height() >= 240;
    ok = ok && box->isChecked() && box->text() == "Cart (2)";
    box->click();
    return ok && QTest::qWaitFor([] { return !itemOf(window()->contentItem(), QStringLiteral("2 × Mug")); });
}

void check()
{
    QTimer::singleShot(0, qApp, [] { QCoreApplication::exit(works() ? 0 : 1); });
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(check)
