#include <nanostores/widgets/detail/control.h>

#include <QAbstractSlider>
#include <QApplication>
#include <QComboBox>
#include <QDateTime>
#include <QDoubleSpinBox>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QToolBox>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

// Widgets that are bound by a property: spin boxes, sliders, dates, pages, and any other.

namespace nanostores::detail {

namespace {

constexpr std::array<const char *, 12> LimitNames{"minimum",         "maximum",         "decimals",    "count",
                                                  "minimumDate",     "maximumDate",     "minimumTime", "maximumTime",
                                                  "minimumDateTime", "maximumDateTime", "maxLength",   "checkable"};
constexpr std::array<std::array<const char *, 2>, 4> Ends{{{"minimum", "maximum"},
                                                           {"minimumDate", "maximumDate"},
                                                           {"minimumTime", "maximumTime"},
                                                           {"minimumDateTime", "maximumDateTime"}}};

bool isNumber(const QVariant &value)
{
    return value.typeId() == QMetaType::Double || value.typeId() == QMetaType::Int;
}

bool isLess(const QVariant &a, const QVariant &b)
{
    return isNumber(a) && isNumber(b)
               ? a.toDouble() < b.toDouble()
               : a.metaType() == b.metaType() && QVariant::compare(a, b) == QPartialOrdering::Less;
}

/// The nearest value that the property can hold.
QVariant fitted(const QVariant &value, QMetaType type)
{
    const bool isWide = value.typeId() == QMetaType::LongLong || value.typeId() == QMetaType::ULongLong
                        || value.typeId() == QMetaType::UInt || value.typeId() == QMetaType::Double;
    if (type.id() != QMetaType::Int || !isWide) {
        return value;
    }
    using Limits = std::numeric_limits<int>;
    const double number = value.toDouble();
    return std::isnan(number) ? QVariant() : QVariant(qRound(std::clamp<double>(number, Limits::min(), Limits::max())));
}

class ValueControl : public Control
{
public:
    ValueControl(QObject *target, const QMetaProperty &property)
        : m_target(target)
        , m_property(property)
    {
        ValueControl::settle();
    }
    QVariant value() const override { return m_property.read(m_target); }
    void show(const StoreLink &link) override
    {
        const QVariant stored = link.read();
        const QVariant next = fitted(stored, m_property.metaType());
        auto *box = qobject_cast<QDoubleSpinBox *>(m_target);
        if (box && next.typeId() == QMetaType::Double && std::isnan(next.toDouble())) {
            box->clear(); // it would show its maximum
        } else if (next.isValid() || !stored.isValid()) {
            m_property.write(m_target, next);
        }
    }
    void connectTo(QObject *binding) override
    {
        connectNamed(m_target, m_property.notifySignal(), binding, Edited);
        connectIfThere(m_target, "rangeChanged(int,int)", binding, LimitsChanged);
        m_finishes = connectIfThere(m_target, "editingFinished()", binding, Finished);
    }
    bool isEditing() const override { return m_finishes; }
    QVariantList limits() const override
    {
        QVariantList all;
        for (const char *name : LimitNames) {
            if (const QVariant limit = m_target->property(name); limit.isValid()) {
                all.append(limit);
            }
        }
        return all;
    }
    void settle() override
    {
        m_decimals = m_target->property("decimals");
        m_count = m_target->property("count");
    }
    bool changedByItself(const QVariant &before) const override
    {
        for (const auto &[minimum, maximum] : Ends) {
            const QVariant low = m_target->property(minimum);
            const QVariant high = m_target->property(maximum);
            if (low.isValid() && high.isValid() && (isLess(before, low) || isLess(high, before))) {
                return true;
            }
        }
        return isRounded(before) || isElsewhere(before);
    }

protected:
    QObject *target() const { return m_target; }

private:
    bool isRounded(const QVariant &before) const
    {
        const QVariant decimals = m_target->property("decimals");
        if (!decimals.isValid() || decimals == m_decimals || before.typeId() != QMetaType::Double) {
            return false;
        }
        const double step = std::pow(10.0, -decimals.toInt());
        return std::abs(value().toDouble() - before.toDouble()) <= step * 0.51;
    }
    bool isElsewhere(const QVariant &before) const
    {
        const QVariant count = m_target->property("count");
        if (!count.isValid() || count == m_count) {
            return false;
        }
        const bool isIndex = before.typeId() == QMetaType::Int;
        return !isIndex || before.toInt() < 0 || count.toInt() < m_count.toInt();
    }

    QObject *m_target;
    QMetaProperty m_property;
    QVariant m_decimals;
    QVariant m_count;
    bool m_finishes = false;
};

/// A slider is edited while it is held; keys and wheel move it in single steps.
class SliderControl final : public ValueControl
{
public:
    SliderControl(QAbstractSlider *slider, const QMetaProperty &property)
        : ValueControl(slider, property)
        , m_slider(slider)
    {
    }
    void connectTo(QObject *binding) override
    {
        ValueControl::connectTo(binding);
        connectIfThere(m_slider, "sliderReleased()", binding, Finished);
    }
    bool isEditing() const override { return m_slider->isSliderDown(); }

private:
    QAbstractSlider *m_slider;
};

/// Tells when a page has been added to a stack or a tab widget, of which no signal tells.
///
/// A stack sends its new page to the back when it has taken it. A tab widget adds the tab only after that, and in a
/// window that is not shown nothing is sent then; but a tab bar that hides itself shows itself at the second tab. So the
/// bar is hidden until the tab is there.
class PageWatch final : public QObject
{
public:
    PageWatch(QStackedWidget *stack, QTabBar *bar, std::function<void()> added, QObject *parent)
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
        if (watched == m_stack && event->type() == QEvent::ChildAdded) {
            QObject *page = static_cast<QChildEvent *>(event)->child();
            if (!m_bar) {
                page->installEventFilter(this);
            } else if (!m_bar->isVisible() && m_bar->count() > 0) {
                hideBar();
            }
        } else if (watched == m_bar && event->type() == QEvent::ShowToParent && m_isHidden) {
            showBar();
            m_added();
        } else if (watched != m_bar && watched != m_stack && event->type() == QEvent::ZOrderChange) {
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

    QPointer<QStackedWidget> m_stack;
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
    PagesControl(QWidget *widget, const QMetaProperty &property)
        : ValueControl(widget, property)
        , m_tabs(qobject_cast<QTabWidget *>(widget))
        , m_stack(m_tabs ? m_tabs->findChild<QStackedWidget *>(QString(), Qt::FindDirectChildrenOnly)
                         : qobject_cast<QStackedWidget *>(widget))
        , m_tools(qobject_cast<QToolBox *>(widget))
        , m_bar(m_tabs ? m_tabs->tabBar() : qobject_cast<QTabBar *>(widget))
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
            new PageWatch(m_stack, m_bar, calls(binding, LimitsChanged), binding);
        }
    }
    QVariantList limits() const override { return {count(), value()}; }
    bool movesSilently() const override { return true; }
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
        if (m_bar && m_bar->isMovable() && (QApplication::mouseButtons() & Qt::LeftButton)) {
            return false; // the user drags the tab
        }
        const QWidget *present = page(value().toInt());
        if (m_page && (present == m_page || indexOf(m_page) < 0)) {
            return true;
        }
        const int number = count();
        return number != m_count && (before.toInt() < 0 || (!m_page && number < m_count));
    }

private:
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
    QStackedWidget *m_stack;
    QToolBox *m_tools;
    QTabBar *m_bar;
    int m_count = 0;
    QPointer<QWidget> m_page;
};

} // namespace

std::unique_ptr<Control> makeValue(QObject *target, const QMetaProperty &property)
{
    return std::make_unique<ValueControl>(target, property);
}

std::unique_ptr<Control> makeSlider(QAbstractSlider *slider, const QMetaProperty &property)
{
    return std::make_unique<SliderControl>(slider, property);
}

std::unique_ptr<Control> makePages(QObject *target, const QMetaProperty &property)
{
    const bool hasPages = qobject_cast<QTabWidget *>(target) || qobject_cast<QStackedWidget *>(target)
                          || qobject_cast<QToolBox *>(target) || qobject_cast<QTabBar *>(target);
    return hasPages ? std::make_unique<PagesControl>(static_cast<QWidget *>(target), property) : nullptr;
}

} // namespace nanostores::detail
