// SPDX-License-Identifier: MIT
#include <nanostores/widgets/detail/valuecontrol.h>

#include <QAbstractItemModel>
#include <QApplication>
#include <QEvent>
#include <QFocusEvent>
#include <QListWidget>
#include <QPersistentModelIndex>
#include <QPointer>
#include <QStackedLayout>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBox>

#include <functional>
#include <utility>

// Widgets whose value is the index of one of their parts, which moves when parts come and go.

namespace nanostores::detail {

namespace {

/// Signals that a page was added to a stack or a tab widget, for which these have no signal.
///
/// A stack sends its new page to the back when it has taken it. A tab widget adds the tab only after that, and in a
/// window that is not shown nothing is sent then; but a tab bar that hides itself shows itself at the second tab. So
/// the bar is hidden until the tab is there.
class PageWatch final : public QObject
{
public:
    PageWatch(QWidget *stack, QTabBar *bar, std::function<void()> added, QObject *parent)
        : QObject(parent)
        , m_stack(stack)
        , m_bar(bar)
        , m_added(std::move(added))
    {
        stack->installEventFilter(this);
        if (bar) {
            bar->installEventFilter(this);
        }
    }

    bool eventFilter(QObject *watched, QEvent *event) override
    {
        // The type comes first: to ask for the bar while that is being destroyed would be a wrong cast.
        if (event->type() == QEvent::ChildAdded && watched == m_stack) {
            QObject *page = static_cast<QChildEvent *>(event)->child();
            if (!m_bar) {
                page->installEventFilter(this);
            } else if (!m_bar->isVisible() && m_bar->count() > 0) {
                hideBar();
            }
        } else if (event->type() == QEvent::ShowToParent && m_isHidden && watched == m_bar) {
            showBar();
            m_added();
        } else if (event->type() == QEvent::ZOrderChange && watched != m_bar && watched != m_stack) {
            watched->removeEventFilter(this);
            m_added();
        }
        return QObject::eventFilter(watched, event);
    }

private:
    void hideBar()
    {
        if (std::exchange(m_isHidden, true)) {
            return;
        }
        m_hidesItself = m_bar->autoHide();
        m_wasHidden = m_bar->isHidden();
        m_bar->setAutoHide(true);
        m_bar->hide();
        QMetaObject::invokeMethod(
            this, [this] { showBar(); }, Qt::QueuedConnection); // whatever happens
    }
    void showBar()
    {
        if (m_bar && std::exchange(m_isHidden, false)) {
            m_bar->setAutoHide(m_hidesItself);
            if (!m_hidesItself) {
                m_bar->setVisible(!m_wasHidden);
            }
        }
    }

    QPointer<QWidget> m_stack;
    QPointer<QTabBar> m_bar;
    std::function<void()> m_added;
    bool m_isHidden = false;
    bool m_hidesItself = false;
    bool m_wasHidden = false;
};

/// Pages are counted by their index, which moves when pages before them come and go.
class PagesControl final : public ValueControl
{
public:
    PagesControl(QObject *target, const QMetaProperty &property)
        : ValueControl(target, property)
        , m_tabs(qobject_cast<QTabWidget *>(target))
        , m_stack(stackOf(m_tabs ? m_tabs->findChild<QStackedWidget *>(QString(), Qt::FindDirectChildrenOnly) : target))
        , m_tools(qobject_cast<QToolBox *>(target))
        , m_bar(m_tabs ? m_tabs->tabBar() : qobject_cast<QTabBar *>(target))
    {
        PagesControl::settle();
    }
    void connectTo(QObject *binding) override
    {
        ValueControl::connectTo(binding);
        if (m_bar) {
            connectIfThere(m_bar, "tabMoved(int,int)", binding, LimitsChanged);
        }
        if (m_stack) {
            connectIfThere(m_stack, "widgetRemoved(int)", binding, LimitsChanged);
        }
        if (m_stack && m_stack->parentWidget()) {
            new PageWatch(m_stack->parentWidget(), m_bar, calls(binding, LimitsChanged), binding);
        }
    }
    QVariantList limits() const override { return {count(), value()}; }
    bool movesSilently() const override { return true; }
    /// The user drags the tab.
    bool isHeld() const override
    {
        return m_bar && m_bar->isMovable() && (QApplication::mouseButtons() & Qt::LeftButton);
    }
    std::vector<QObject *> watched() const override
    {
        return m_tabs ? std::vector<QObject *>{m_bar} : std::vector<QObject *>();
    }
    void settle() override
    {
        m_count = count();
        m_page = page(value().toInt());
    }
    bool changedByItself(const QVariant &before) const override
    {
        if (isHeld()) {
            return false;
        }
        const QWidget *present = page(value().toInt());
        if (m_page && (present == m_page || indexOf(m_page) < 0)) {
            return true;
        }
        const int number = count();
        return number != m_count && (before.toInt() < 0 || (!m_page && number < m_count));
    }

private:
    /// What holds the pages of a stack.
    static QStackedLayout *stackOf(QObject *target)
    {
        auto *stack = qobject_cast<QStackedWidget *>(target);
        return qobject_cast<QStackedLayout *>(stack ? stack->layout() : target);
    }
    int count() const
    {
        return m_tabs ? m_tabs->count() : m_stack ? m_stack->count() : m_tools ? m_tools->count() : m_bar->count();
    }
    QWidget *page(int index) const
    {
        return m_tabs    ? m_tabs->widget(index)
               : m_stack ? m_stack->widget(index)
               : m_tools ? m_tools->widget(index)
                         : nullptr;
    }
    int indexOf(QWidget *page) const
    {
        return m_tabs    ? m_tabs->indexOf(page)
               : m_stack ? m_stack->indexOf(page)
               : m_tools ? m_tools->indexOf(page)
                         : -1;
    }

    QTabWidget *m_tabs;
    QStackedLayout *m_stack;
    QToolBox *m_tools;
    QTabBar *m_bar;
    int m_count = 0;
    QPointer<QWidget> m_page;
};

/// The current row moves with its item, and says so only when another item is current. When the current item goes,
/// another one becomes current before the model has said so to any but the list. So changes are looked at when the loop
/// turns.
class ListControl final : public ValueControl
{
public:
    ListControl(QListWidget *list, const QMetaProperty &property)
        : ValueControl(list, property)
        , m_list(list)
    {
        ListControl::settle();
    }
    void show(const StoreLink &link) override
    {
        const int row = indexIn(link.read()).value_or(-1);
        m_list->setCurrentRow(row < m_list->count() ? row : -1);
    }
    void connectTo(QObject *binding) override
    {
        using Model = QAbstractItemModel;
        const QAbstractItemModel *model = m_list->model();
        const auto later = [binding](const auto *sender, auto signal, const char *slot) {
            QObject::connect(sender, signal, binding, calls(binding, slot), Qt::QueuedConnection);
        };
        later(m_list, &QListWidget::currentRowChanged, Edited);
        later(model, &Model::rowsInserted, LimitsChanged);
        later(model, &Model::rowsRemoved, LimitsChanged);
        later(model, &Model::rowsMoved, LimitsChanged);
        later(model, &Model::layoutChanged, LimitsChanged);
        later(model, &Model::modelReset, LimitsChanged);
        new FocusWatch(this, binding);
    }
    QVariantList limits() const override { return {}; }
    void settle() override { m_current = m_list->model()->index(m_list->currentRow(), 0); }
    bool changedByItself(const QVariant &before) const override
    {
        const int row = m_list->currentRow();
        const bool isGone = before.toInt() >= 0 && !m_current.isValid();
        return row < 0 || isGone || (m_current.isValid() && m_current.row() == row); // none: it was cleared
    }

private:
    /// A list without a current row that gets the focus by a key makes its first row the current one.
    class FocusWatch final : public QObject
    {
    public:
        FocusWatch(ListControl *control, QObject *binding)
            : QObject(binding)
            , m_control(control)
        {
            binding->parent()->installEventFilter(this);
        }
        bool eventFilter(QObject *watched, QEvent *event) override
        {
            if (event->type() == QEvent::FocusIn && !m_control->m_current.isValid()
                && static_cast<QFocusEvent *>(event)->reason() != Qt::MouseFocusReason) {
                QMetaObject::invokeMethod(
                    this, [this] { m_control->settle(); }, Qt::QueuedConnection);
            }
            return QObject::eventFilter(watched, event);
        }

    private:
        ListControl *m_control;
    };

    QListWidget *m_list;
    QPersistentModelIndex m_current;
};

} // namespace

std::unique_ptr<Control> makePages(QObject *target, const QMetaProperty &property)
{
    const bool hasPages = qobject_cast<QTabWidget *>(target) || qobject_cast<QStackedWidget *>(target)
                          || qobject_cast<QStackedLayout *>(target) || qobject_cast<QToolBox *>(target)
                          || qobject_cast<QTabBar *>(target);
    return hasPages ? std::make_unique<PagesControl>(target, property) : nullptr;
}

std::unique_ptr<Control> makeList(QObject *target, const QMetaProperty &property)
{
    auto *list = qobject_cast<QListWidget *>(target);
    return list ? std::make_unique<ListControl>(list, property) : nullptr;
}

} // namespace nanostores::detail
