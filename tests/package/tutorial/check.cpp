// SPDX-License-Identifier: MIT

// Compiled into the tutorial's programs: types an item into the window, and ends the program with the verdict.
#include <QtCore/QCoreApplication>
#include <QtCore/QDebug>
#include <QtCore/QTimer>
#include <QtGui/QGuiApplication>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickWindow>
#include <QtTest/QTest>

namespace {

QQuickItem *itemWith(QQuickItem *item, const char *property, const QVariant &value)
{
    if (item->property(property) == value) {
        return item;
    }
    for (QQuickItem *child : item->childItems()) {
        if (QQuickItem *found = itemWith(child, property, value)) {
            return found;
        }
    }
    return nullptr;
}

void click(QQuickWindow *window, const QQuickItem *item)
{
    const QPointF centre = item->mapToScene({item->width() / 2, item->height() / 2});
    QTest::mouseClick(window, Qt::LeftButton, {}, centre.toPoint());
}

bool works()
{
    auto *const window = qobject_cast<QQuickWindow *>(QGuiApplication::topLevelWindows().value(0));
    if (!window || !QTest::qWaitForWindowActive(window)) {
        qWarning() << "no window is shown";
        return false;
    }
    for (const char *text : {"Tea", "Letter"}) {
        for (const char *at = text; *at; ++at) {
            QTest::keyClick(window, *at);
        }
        QTest::keyClick(window, Qt::Key_Return);
    }
    const auto row = [=] { return itemWith(window->contentItem(), "text", QStringLiteral("Tea")); };
    if (!QTest::qWaitFor([&] { return window->title() == QStringLiteral("2 to do") && row(); })) {
        qWarning() << "two items were entered, and the title is" << window->title();
        return false;
    }
    QQuickItem *const all = window->contentItem()->parentItem()
                                ? window->contentItem()->parentItem() // of the footer, too
                                : window->contentItem();
    const QQuickItem *const remove = itemWith(all, "text", QStringLiteral("Remove what is done"));
    if (!remove) {
        return true; // the second step only shows them
    }
    click(window, row());
    if (!QTest::qWaitFor([&] { return window->title() == QStringLiteral("1 to do"); })) {
        qWarning() << "one is done, and the title is" << window->title();
        return false;
    }
    click(window, remove);
    return QTest::qWaitFor([&] { return row() == nullptr; });
}

void check()
{
    QTimer::singleShot(0, qApp, [] { QCoreApplication::exit(works() ? 0 : 1); });
}

} // namespace

Q_COREAPP_STARTUP_FUNCTION(check)
