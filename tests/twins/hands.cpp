// SPDX-License-Identifier: MIT
#include "twinscript.h"

#include <QtCore/QAbstractItemModel>
#include <QtCore/QDir>
#include <QtCore/QPointer>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickWindow>
#include <QtTest/QTest>
#include <QtWidgets/QAbstractButton>
#include <QtWidgets/QAbstractItemView>
#include <QtWidgets/QAbstractSlider>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSpinBox>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void giveUp(const char *name)
{
    say(QStringLiteral("there is no %1").arg(QLatin1String(name)));
    std::exit(1);
}

void visibleItems(QQuickItem *root, QList<QQuickItem *> &found)
{
    if (root->isVisible()) {
        found.append(root);
        for (QQuickItem *child : root->childItems()) {
            visibleItems(child, found);
        }
    }
}

QList<QQuickItem *> visibleItems(const QQuickWindow *window)
{
    QQuickItem *root = window->contentItem();
    while (root->parentItem()) {
        root = root->parentItem(); // of an ApplicationWindow's header and footer, too
    }
    QList<QQuickItem *> found;
    visibleItems(root, found);
    return found;
}

QString picturePath(const QString &name)
{
    const QString folder = qEnvironmentVariable("NANOSTORES_TWIN_PICTURES");
    return folder.isEmpty() ? QString() : QDir(folder).filePath(name + QStringLiteral(".png"));
}

QString describe(const QWidget *widget)
{
    QString line = widget->objectName();
    if (const auto *label = qobject_cast<const QLabel *>(widget)) {
        line += QStringLiteral(": %1, %2 pt").arg(label->text()).arg(label->font().pointSize());
    } else if (const auto *button = qobject_cast<const QAbstractButton *>(widget)) {
        line += QStringLiteral(": ") + button->text() + (button->isChecked() ? QStringLiteral(", checked") : QString());
    } else if (const auto *edit = qobject_cast<const QLineEdit *>(widget)) {
        line += QStringLiteral(": ") + edit->text();
    } else if (const auto *slider = qobject_cast<const QAbstractSlider *>(widget)) {
        line += QStringLiteral(": %1").arg(slider->value());
    } else if (const auto *box = qobject_cast<const QSpinBox *>(widget)) {
        line += QStringLiteral(": ") + box->text();
    } else if (const auto *view = qobject_cast<const QAbstractItemView *>(widget)) {
        for (int row = 0; row < view->model()->rowCount(); ++row) {
            const QModelIndex index = view->model()->index(row, 0);
            line += QLatin1String(row ? ", " : ": ") + index.data().toString()
                    + QLatin1String(view->currentIndex() == index ? " (current)" : "")
                    + QLatin1String(view->selectionModel()->isSelected(index) ? " (selected)" : "");
        }
    }
    return line + (widget->isEnabled() ? QString() : QStringLiteral(", disabled"));
}

} // namespace

void say(const QString &line)
{
    std::puts(qPrintable(line));
    std::fflush(stdout);
}

void settle()
{
    for (int turn = 0; turn < 5; ++turn) {
        QCoreApplication::processEvents();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    }
}

void takePicture(QQuickWindow *window, const QString &name)
{
    if (const QString path = picturePath(name); !path.isEmpty()) {
        window->grabWindow().save(path);
    }
}

void takePicture(QWidget *window, const QString &name)
{
    if (const QString path = picturePath(name); !path.isEmpty()) {
        window->grab().save(path);
    }
}

QmlHand::QmlHand(QQuickWindow *window, const QByteArrayList &roles)
    : m_window(window)
    , m_roles(roles)
{
}

QQuickItem *QmlHand::item(const QString &name) const
{
    for (QQuickItem *shown : visibleItems(m_window)) {
        if (shown->objectName() == name) {
            return shown;
        }
    }
    giveUp(qPrintable(name));
}

QStringList QmlHand::rows() const
{
    const auto *model = item(QStringLiteral("list"))->property("model").value<QAbstractItemModel *>();
    const QHash<int, QByteArray> names = model->roleNames();
    QStringList lines;
    for (int row = 0; row < model->rowCount(); ++row) {
        QStringList values;
        for (const QByteArray &role : m_roles) {
            values.append(model->index(row, 0).data(names.key(role)).toString());
        }
        lines.append(values.join(QStringLiteral(" ")));
    }
    return lines;
}

void QmlHand::show(const char *step) const
{
    settle();
    m_window->grabWindow(); // lays out what has changed
    QList<QPair<QPointF, QString>> texts;
    for (const QQuickItem *shown : visibleItems(m_window)) {
        const QPointF place = shown->mapToScene({0, 0});
        const bool isSeen = place.y() >= 0 && place.y() < m_window->height();
        if (isSeen && shown->inherits("QQuickText") && !shown->property("text").toString().isEmpty()) {
            texts.append({place, shown->property("text").toString()});
        } else if (isSeen && shown->inherits("QQuickTextInput")) {
            texts.append({place, QStringLiteral("[%1]").arg(shown->property("displayText").toString())});
        } else if (isSeen && shown->property("checked").toBool()) {
            texts.append({place, QStringLiteral("checked")});
        }
    }
    std::stable_sort(texts.begin(), texts.end(), [](const auto &a, const auto &b) {
        return std::pair(a.first.y(), a.first.x()) < std::pair(b.first.y(), b.first.x());
    });
    QStringList line;
    for (const auto &text : texts) {
        line.append(text.second);
    }
    say(QStringLiteral("%1: %2").arg(QLatin1String(step), line.join(QStringLiteral(" | "))));
    say(QStringLiteral("    rows: %1").arg(rows().join(QStringLiteral(" | "))));
}

void QmlHand::show(const char *name, const char *property) const
{
    say(QStringLiteral("%1: %2").arg(QLatin1String(name), item(QLatin1String(name))->property(property).toString()));
}

void QmlHand::click(const char *name) const
{
    m_window->grabWindow();
    const QQuickItem *target = item(QLatin1String(name));
    QTest::mouseClick(m_window, Qt::LeftButton, {},
                      target->mapToScene({target->width() / 2, target->height() / 2}).toPoint());
    settle();
}

void QmlHand::press(const char *name, int key) const
{
    item(QLatin1String(name))->forceActiveFocus(Qt::TabFocusReason);
    QTest::keyClick(m_window, static_cast<Qt::Key>(key));
    settle();
}

void QmlHand::type(const char *name, const QString &text) const
{
    item(QLatin1String(name))->forceActiveFocus(Qt::TabFocusReason);
    for (const QChar letter : text) {
        QTest::keyClick(m_window, letter.toLatin1());
    }
    QTest::keyClick(m_window, Qt::Key_Return);
    settle();
}

void QmlHand::measure(const char *step, double contentY, const std::function<void()> &act) const
{
    QQuickItem *const list = item(QStringLiteral("list"));
    const auto delegates = [&] {
        m_window->grabWindow();
        QHash<QString, QPointer<QQuickItem>> found;
        for (QQuickItem *shown : visibleItems(m_window)) {
            const double y = shown->mapToItem(list, {0, 0}).y();
            if (shown->objectName().startsWith(QStringLiteral("row-")) && y >= 0
                && y + shown->height() <= list->height()) {
                found.insert(shown->objectName(), shown);
            }
        }
        return found;
    };
    list->setProperty("contentY", contentY);
    const auto before = delegates();
    act();
    settle();
    const auto after = delegates();
    const double moved = list->property("contentY").toDouble() - contentY;
    int stayed = 0;
    int same = 0;
    for (auto it = before.begin(); it != before.end(); ++it) {
        if (const QQuickItem *now = after.value(it.key())) {
            ++stayed;
            same += now == it.value() ? 1 : 0;
        }
    }
    say(QStringLiteral("# %1: place %2, %3 kept")
            .arg(QLatin1String(step), QLatin1String(std::lround(moved) == 0 ? "kept" : "lost"),
                 QLatin1String(stayed == 0      ? "no row"
                               : same == stayed ? "all delegates"
                               : same == 0      ? "no delegate"
                                                : "some delegates")));
    list->setProperty("contentY", list->property("originY"));
}

QWidget *WidgetHand::widget(const char *name)
{
    for (QWidget *shown : QApplication::allWidgets()) {
        if (shown->objectName() == QLatin1String(name) && shown->isVisible()) {
            return shown;
        }
    }
    giveUp(name);
}

void WidgetHand::show(const char *step)
{
    settle();
    say(QString::fromLatin1(step) + QLatin1Char(':'));
    QWidgetList windows = QApplication::topLevelWidgets();
    std::sort(windows.begin(), windows.end(),
              [](const QWidget *a, const QWidget *b) { return a->objectName() < b->objectName(); });
    for (const QWidget *window : windows) {
        if (!window->isVisible()) {
            continue;
        }
        say(QStringLiteral("    %1 %2").arg(window->windowTitle(), window->palette().window().color().name()));
        for (const QWidget *child : window->findChildren<QWidget *>()) {
            if (child->isVisible() && child->window() == window && !child->objectName().isEmpty()
                && !child->objectName().startsWith(QStringLiteral("qt_"))) {
                say(QStringLiteral("        ") + describe(child));
            }
        }
    }
}

void WidgetHand::click(const char *name)
{
    QWidget *target = widget(name);
    // A check box reacts to its mark and its text, which are at its left.
    QTest::mouseClick(target, Qt::LeftButton, {}, QPoint(8, target->height() / 2));
    settle();
}

void WidgetHand::press(const char *name, int key)
{
    QTest::keyClick(widget(name), static_cast<Qt::Key>(key));
    settle();
}

void WidgetHand::type(const char *name, const QString &text)
{
    auto *edit = qobject_cast<QLineEdit *>(widget(name));
    edit->setFocus();
    edit->selectAll();
    if (text.isEmpty()) {
        QTest::keyClick(edit, Qt::Key_Delete);
    }
    QTest::keyClicks(edit, text);
    settle();
}

void WidgetHand::clickRow(const char *list, const QString &text)
{
    auto *view = qobject_cast<QAbstractItemView *>(widget(list));
    const QModelIndexList found = view->model()->match(view->model()->index(0, 0), Qt::DisplayRole, text);
    if (found.isEmpty()) {
        giveUp(qPrintable(text));
    }
    view->scrollTo(found.first());
    QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->visualRect(found.first()).center());
    settle();
}
