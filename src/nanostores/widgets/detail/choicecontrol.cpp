// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/widgets/detail/control.h>
#include <nanostores/widgets/widgetbinding.h>

#include <QAbstractButton>
#include <QAction>
#include <QActionGroup>
#include <QButtonGroup>
#include <QCheckBox>
#include <QPointer>
#include <QWidget>

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>
#include <vector>

// Check boxes, and one of several buttons.

namespace nanostores::detail {

namespace {

class CheckStateControl final : public Control
{
public:
    CheckStateControl(QCheckBox *box, QMetaType type)
        : m_box(box)
        , m_isBool(type == QMetaType::fromType<bool>())
    {
        if (!m_isBool) {
            box->setTristate(true);
        }
    }
    QVariant value() const override
    {
        const Qt::CheckState state = m_box->checkState();
        if (m_isBool) { // partially checked is no answer yet
            return state == Qt::PartiallyChecked ? QVariant() : QVariant(state == Qt::Checked);
        }
        return QVariant::fromValue(state);
    }
    void show(const StoreLink &link) override
    {
        if (m_isBool) {
            const QVariant value = link.read();
            const auto number = realOf(value); // of a number, whether it is another one than 0
            m_box->setCheckState(boolOf(value).value_or(number && *number != 0) ? Qt::Checked : Qt::Unchecked);
        } else {
            m_box->setCheckState(link.read().value<Qt::CheckState>());
        }
    }
    void connectTo(QObject *binding) override
    {
        if (!connectIfThere(m_box, "checkStateChanged(Qt::CheckState)", binding, Edited)) {
            connectIfThere(m_box, "stateChanged(int)", binding, Edited); // before Qt 6.7
        }
    }
    /// What is made uncheckable is silently unchecked.
    QVariantList limits() const override { return {m_box->isCheckable(), m_box->checkState()}; }

private:
    QCheckBox *m_box;
    bool m_isBool;
};

/// One of several buttons.
class ChoiceControl final : public Control
{
public:
    ChoiceControl(QObject *target, QVariant choice)
        : m_button(qobject_cast<QAbstractButton *>(target))
        , m_action(qobject_cast<QAction *>(target))
        , m_choice(std::move(choice))
    {
        makeCheckable(target);
    }
    QVariant value() const override { return isChecked() ? m_choice : QVariant(); }
    void show(const StoreLink &link) override
    {
        const bool checked = link.holds(m_choice);
        if (m_action) { // one that is uncheckable keeps it for later; a group of them keeps track of it
            m_action->setChecked(checked);
            return;
        }
        if (checked == m_button->isChecked()) {
            return;
        }
        if (checked) {
            m_button->setChecked(true);
        } else { // exclusive buttons refuse that
            const Exclusion exclusion = lift();
            const QPointer<QAbstractButton> alive(m_button); // its slots may delete it
            m_button->setChecked(false);
            if (alive) {
                restore(exclusion);
            }
        }
    }
    void connectTo(QObject *binding) override
    {
        const auto edited = [this, call = calls(binding, Edited), finish = calls(binding, Finished)](bool checked) {
            if (checked) {
                call();
            } else if (!isOtherChosen()) {
                finish(); // shows the store's value again
            }
        };
        if (m_button) {
            QObject::connect(m_button, &QAbstractButton::toggled, binding, edited);
        } else {
            QObject::connect(m_action, &QAction::checkableChanged, binding, [this, binding] { showAll(binding); });
            QObject::connect(m_action, &QAction::toggled, binding, edited);
        }
    }
    std::vector<QObject *> siblings() const override
    {
        std::vector<QObject *> all;
        if (m_action) {
            if (const auto *group = m_action->actionGroup(); group && group->isExclusive()) {
                const auto actions = group->actions();
                all.assign(actions.begin(), actions.end());
            }
        } else if (const auto *group = m_button->group()) {
            if (group->exclusive()) {
                const auto buttons = group->buttons();
                all.assign(buttons.begin(), buttons.end());
            }
        } else if (m_button->autoExclusive() && m_button->parentWidget()) {
            const auto buttons =
                m_button->parentWidget()->findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly);
            std::copy_if(buttons.begin(), buttons.end(), std::back_inserter(all),
                         [](const QAbstractButton *button) { return button->autoExclusive() && !button->group(); });
        }
        return all;
    }

private:
    struct Exclusion
    {
        bool automatic = false;
        bool group = false;
    };

    bool isChecked() const { return m_button ? m_button->isChecked() : m_action->isChecked(); }
    /// That is why this one is not checked any more, unless the user may uncheck it.
    bool isOtherChosen() const
    {
        const auto all = siblings();
        return std::any_of(all.begin(), all.end(), [](const QObject *each) {
            const auto *button = qobject_cast<const QAbstractButton *>(each);
            return button ? button->isChecked() : static_cast<const QAction *>(each)->isChecked();
        });
    }
    /// An action that becomes checkable, and was checked meanwhile, has its group uncheck another one first.
    void showAll(QObject *binding) const noexcept
    {
        try {
            std::vector<QPointer<QObject>> bindings{binding};
            for (const QObject *sibling : siblings()) {
                const auto ties = sibling->findChildren<WidgetBinding *>(QString(), Qt::FindDirectChildrenOnly);
                bindings.insert(bindings.end(), ties.begin(), ties.end());
            }
            for (const auto &each : bindings) { // what is notified may delete them, and this
                if (each) {
                    calls(each, LimitsChanged)();
                }
            }
        } catch (...) { // no memory; Qt's code cannot be unwound
            reportError(std::current_exception());
        }
    }
    Exclusion lift()
    {
        Exclusion before;
        before.automatic = m_button->autoExclusive();
        m_button->setAutoExclusive(false);
        if (auto *group = m_button->group()) {
            before.group = group->exclusive();
            group->setExclusive(false);
        }
        return before;
    }
    void restore(Exclusion before)
    {
        m_button->setAutoExclusive(before.automatic);
        if (auto *group = m_button->group()) {
            group->setExclusive(before.group);
        }
    }

    QAbstractButton *m_button;
    QAction *m_action;
    QVariant m_choice;
};

class ButtonGroupControl final : public Control
{
public:
    explicit ButtonGroupControl(QButtonGroup *group)
        : m_group(group)
    {
    }
    QVariant value() const override
    {
        const auto *checked = m_group->checkedButton();
        return checked ? QVariant(m_group->checkedId()) : QVariant();
    }
    void show(const StoreLink &link) override
    {
        const auto id = indexIn(link.read());
        if (auto *button = id ? m_group->button(*id) : nullptr) {
            button->setChecked(true);
        } else if (auto *checked = m_group->checkedButton()) {
            const bool exclusive = m_group->exclusive();
            const QPointer<QButtonGroup> alive(m_group); // its slots may delete it
            m_group->setExclusive(false);
            checked->setChecked(false);
            if (alive) {
                m_group->setExclusive(exclusive);
            }
        }
    }
    void connectTo(QObject *binding) override
    {
        QObject::connect(m_group, &QButtonGroup::idToggled, binding,
                         [call = calls(binding, Edited)](int, bool checked) {
                             if (checked) {
                                 call();
                             }
                         });
        QObject::connect(m_group, &QButtonGroup::idClicked, binding, calls(binding, EditedByUser));
    }
    QVariantList limits() const override { return {m_group->buttons().size(), m_group->checkedId()}; }
    bool movesSilently() const override { return true; }

private:
    QButtonGroup *m_group;
};

} // namespace

std::unique_ptr<Control> makeCheckState(QCheckBox *box, QMetaType type)
{
    return std::make_unique<CheckStateControl>(box, type);
}

std::unique_ptr<Control> makeButtonGroup(QButtonGroup *group)
{
    return std::make_unique<ButtonGroupControl>(group);
}

std::unique_ptr<Control> makeChoice(QObject *target, const QVariant &choice)
{
    return std::make_unique<ChoiceControl>(target, choice);
}

} // namespace nanostores::detail
