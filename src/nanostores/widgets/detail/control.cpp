#include <nanostores/widgets/detail/control.h>

#include <QAbstractButton>
#include <QAbstractSlider>
#include <QAbstractSpinBox>
#include <QAction>
#include <QActionGroup>
#include <QButtonGroup>
#include <QCheckBox>
#include <QComboBox>
#include <QDateTimeEdit>
#include <QFont>
#include <QGroupBox>
#include <QLineEdit>
#include <QLoggingCategory>
#include <QMetaProperty>
#include <QPlainTextEdit>
#include <QPointer>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextEdit>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace nanostores::detail {

Q_LOGGING_CATEGORY(lcWidgets, "nanostores.widgets")

namespace {

constexpr const char *Edited = "edited()";
constexpr const char *Finished = "finished()";

void connectNamed(QObject *sender, const QMetaMethod &signal, QObject *binding, const char *slot)
{
    const QMetaObject *meta = binding->metaObject();
    QObject::connect(sender, signal, binding, meta->method(meta->indexOfMethod(slot)));
}

bool connectIfThere(QObject *sender, const char *signal, QObject *binding, const char *slot)
{
    const int index = sender->metaObject()->indexOfSignal(signal);
    if (index >= 0) {
        connectNamed(sender, sender->metaObject()->method(index), binding, slot);
    }
    return index >= 0;
}

/// For signals that no property announces.
auto calls(QObject *binding, const char *slot)
{
    const QMetaObject *meta = binding->metaObject();
    return
        [binding, method = meta->method(meta->indexOfMethod(slot))] { method.invoke(binding, Qt::DirectConnection); };
}

void makeCheckable(QObject *target)
{
    if (auto *button = qobject_cast<QAbstractButton *>(target)) {
        button->setCheckable(true);
    } else if (auto *action = qobject_cast<QAction *>(target)) {
        action->setCheckable(true);
    } else if (auto *box = qobject_cast<QGroupBox *>(target)) {
        box->setCheckable(true);
    }
}

/// What two texts have in common at both ends.
struct Difference
{
    Difference(const QString &before, const QString &after)
    {
        const qsizetype shorter = std::min(before.size(), after.size());
        while (prefix < shorter && before[prefix] == after[prefix]) {
            ++prefix;
        }
        while (suffix < shorter - prefix && before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix]) {
            ++suffix;
        }
        removed = before.size() - prefix - suffix;
        inserted = after.size() - prefix - suffix;
    }
    /// Where a cursor of the text before belongs in the one after.
    qsizetype moved(qsizetype position) const
    {
        if (position <= prefix) {
            return position;
        }
        return position >= prefix + removed ? position - removed + inserted : std::min(position, prefix + inserted);
    }

    qsizetype prefix = 0;
    qsizetype suffix = 0;
    qsizetype removed = 0;
    qsizetype inserted = 0;
};

/// In a line, a cursor at the end stays at the end.
int movedWithEnd(const QString &before, const QString &after, int position)
{
    return static_cast<int>(position == before.size() ? after.size() : Difference(before, after).moved(position));
}

class PropertyControl : public Control
{
public:
    PropertyControl(QObject *target, const QMetaProperty &property)
        : m_target(target)
        , m_property(property)
    {
    }
    QVariant value() const override { return m_property.read(m_target); }
    void show(const StoreLink &link) override { m_property.write(m_target, link.read()); }
    void connectTo(QObject *binding) override
    {
        connectNamed(m_target, m_property.notifySignal(), binding, Edited);
        m_finishes = connectIfThere(m_target, "editingFinished()", binding, Finished);
    }
    bool isEditing() const override { return m_finishes; }

private:
    QObject *m_target;
    QMetaProperty m_property;
    bool m_finishes = false;
};

/// A slider is edited while it is held; keys and wheel move it in single steps.
class SliderControl final : public PropertyControl
{
public:
    SliderControl(QAbstractSlider *slider, const QMetaProperty &property)
        : PropertyControl(slider, property)
        , m_slider(slider)
    {
    }
    void connectTo(QObject *binding) override
    {
        PropertyControl::connectTo(binding);
        connectIfThere(m_slider, "sliderReleased()", binding, Finished);
    }
    bool isEditing() const override { return m_slider->isSliderDown(); }

private:
    QAbstractSlider *m_slider;
};

class LineEditControl final : public Control
{
public:
    explicit LineEditControl(QLineEdit *edit)
        : m_edit(edit)
    {
    }
    QVariant value() const override { return m_edit->text(); }
    void show(const StoreLink &link) override
    {
        const QString before = m_edit->text();
        const QString after = link.read().toString();
        if (before != after) {
            const auto position = movedWithEnd(before, after, m_edit->cursorPosition());
            m_edit->setText(after);
            m_edit->setCursorPosition(position);
        }
    }
    void connectTo(QObject *binding) override
    {
        connectIfThere(m_edit, "textChanged(QString)", binding, Edited);
        connectIfThere(m_edit, "editingFinished()", binding, Finished);
    }
    bool isEditing() const override { return true; }

private:
    QLineEdit *m_edit;
};

/// Replaces only the part that differs, so that cursor, selection, formats and undo survive.
template<typename Edit>
class TextControl final : public Control
{
public:
    explicit TextControl(Edit *edit)
        : m_edit(edit)
    {
    }
    QVariant value() const override { return m_edit->toPlainText(); }
    void show(const StoreLink &link) override
    {
        const QString before = m_edit->toPlainText();
        const QString after = link.read().toString();
        const Difference difference(before, after);
        if (difference.removed != 0 || difference.inserted != 0) {
            QTextCursor kept = m_edit->textCursor();
            const auto anchor = static_cast<int>(difference.moved(kept.anchor()));
            const auto position = static_cast<int>(difference.moved(kept.position()));
            QTextCursor cursor(m_edit->document());
            cursor.setPosition(static_cast<int>(difference.prefix));
            cursor.setPosition(static_cast<int>(difference.prefix + difference.removed), QTextCursor::KeepAnchor);
            cursor.insertText(after.mid(difference.prefix, difference.inserted));
            if (kept.position() != position || kept.anchor() != anchor) { // what stood where text went in moved with it
                kept.setPosition(anchor);
                kept.setPosition(position, QTextCursor::KeepAnchor);
                m_edit->setTextCursor(kept);
            }
        }
    }
    void connectTo(QObject *binding) override { connectIfThere(m_edit, "textChanged()", binding, Edited); }
    bool isEditing() const override { return true; }
    bool finishesWithFocus() const override { return true; }

private:
    Edit *m_edit;
};

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
            m_box->setCheckState(link.read().toBool() ? Qt::Checked : Qt::Unchecked);
        } else {
            m_box->setCheckState(link.read().value<Qt::CheckState>());
        }
    }
    void connectTo(QObject *binding) override
    {
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
        connectIfThere(m_box, "checkStateChanged(Qt::CheckState)", binding, Edited);
#else
        connectIfThere(m_box, "stateChanged(int)", binding, Edited);
#endif
    }

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
        if (checked == isChecked()) {
            return;
        }
        if (checked) {
            setChecked(true);
        } else { // exclusive buttons refuse that
            const Exclusion exclusion = lift();
            setChecked(false);
            restore(exclusion);
        }
    }
    void connectTo(QObject *binding) override
    {
        const auto edited = [this, call = calls(binding, Edited), finish = calls(binding, Finished)](bool checked) {
            if (checked) {
                call();
            } else if (siblings().empty()) {
                finish(); // nothing else was chosen: shows the store's value again
            }
        };
        if (m_button) {
            QObject::connect(m_button, &QAbstractButton::toggled, binding, edited);
        } else {
            QObject::connect(m_action, &QAction::toggled, binding, edited);
        }
    }
    std::vector<QObject *> siblings() const override
    {
        std::vector<QObject *> all;
        if (m_action) {
            if (const auto *group = m_action->actionGroup()) {
                const auto actions = group->actions();
                all.assign(actions.begin(), actions.end());
            }
        } else if (const auto *group = m_button->group()) {
            const auto buttons = group->buttons();
            all.assign(buttons.begin(), buttons.end());
        } else if (m_button->autoExclusive() && m_button->parentWidget()) {
            const auto buttons =
                m_button->parentWidget()->findChildren<QAbstractButton *>(QString(), Qt::FindDirectChildrenOnly);
            all.assign(buttons.begin(), buttons.end());
        }
        return all;
    }

private:
    struct Exclusion
    {
        bool automatic = false;
        bool group = false;
        QActionGroup::ExclusionPolicy policy = QActionGroup::ExclusionPolicy::None;
    };

    bool isChecked() const { return m_button ? m_button->isChecked() : m_action->isChecked(); }
    void setChecked(bool checked)
    {
        if (m_button) {
            m_button->setChecked(checked);
        } else {
            m_action->setChecked(checked);
        }
    }
    Exclusion lift()
    {
        Exclusion before;
        if (m_action) {
            if (auto *group = m_action->actionGroup()) {
                before.policy = group->exclusionPolicy();
                group->setExclusionPolicy(QActionGroup::ExclusionPolicy::None);
            }
            return before;
        }
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
        if (m_action) {
            if (auto *group = m_action->actionGroup()) {
                group->setExclusionPolicy(before.policy);
            }
            return;
        }
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
        if (auto *button = m_group->button(link.read().toInt())) {
            button->setChecked(true);
        } else if (auto *checked = m_group->checkedButton()) {
            const bool exclusive = m_group->exclusive();
            m_group->setExclusive(false);
            checked->setChecked(false);
            m_group->setExclusive(exclusive);
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
    }

private:
    QButtonGroup *m_group;
};

/// A combo box chooses an item by itself when items come and go. That is none of the user's doing, and is put right.
class ComboControl final : public Control
{
public:
    enum class By { Index, Text, Data };

    ComboControl(QComboBox *combo, By by)
        : m_combo(combo)
        , m_by(by)
    {
    }
    QVariant value() const override
    {
        switch (m_by) {
        case By::Index:
            return m_combo->currentIndex();
        case By::Text:
            return m_combo->currentText();
        case By::Data:
            break;
        }
        return m_combo->currentData();
    }
    void show(const StoreLink &link) override
    {
        const QVariant value = link.read();
        if (m_by == By::Index) {
            const int index = value.toInt();
            m_combo->setCurrentIndex(index < m_combo->count() ? index : -1);
        } else if (m_by == By::Text) {
            const QString text = value.toString();
            m_combo->setCurrentIndex(m_combo->findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive));
            if (m_combo->isEditable()) {
                const QString before = m_combo->currentText();
                if (before != text) {
                    const auto position = movedWithEnd(before, text, m_combo->lineEdit()->cursorPosition());
                    m_combo->setEditText(text);
                    m_combo->lineEdit()->setCursorPosition(position);
                }
            }
        } else {
            int index = 0;
            while (index < m_combo->count() && !link.holds(m_combo->itemData(index))) {
                ++index;
            }
            m_combo->setCurrentIndex(index < m_combo->count() ? index : -1);
        }
    }
    void connectTo(QObject *binding) override
    {
        m_edited = calls(binding, Edited);
        m_revert = calls(binding, "itemsChanged()");
        QObject::connect(m_combo, &QComboBox::currentIndexChanged, binding, [this, binding] {
            if (m_combo->model() != m_model) {
                watchModel(binding);
                m_revert();
            } else if (m_changing == 0) {
                m_edited();
            }
        });
        QObject::connect(m_combo, &QComboBox::editTextChanged, binding, [this] {
            if (m_by == By::Text && m_changing == 0 && m_combo->model() == m_model) {
                m_edited();
            }
        });
        if (m_combo->lineEdit()) {
            connectIfThere(m_combo->lineEdit(), "editingFinished()", binding, Finished);
        }
        watchModel(binding);
    }
    bool isEditing() const override
    {
        return m_by == By::Text && m_combo->isEditable() && m_combo->lineEdit()->hasFocus();
    }

private:
    void watchModel(QObject *binding)
    {
        if (m_model) {
            QObject::disconnect(m_model, nullptr, binding, nullptr);
        }
        m_model = m_combo->model();
        m_changing = 0;
        const auto before = [this] { ++m_changing; };
        const auto after = [this] {
            m_changing = std::max(0, m_changing - 1);
            m_revert();
        };
        using Model = QAbstractItemModel;
        QObject::connect(m_model, &Model::rowsAboutToBeInserted, binding, before);
        QObject::connect(m_model, &Model::rowsAboutToBeRemoved, binding, before);
        QObject::connect(m_model, &Model::rowsAboutToBeMoved, binding, before);
        QObject::connect(m_model, &Model::modelAboutToBeReset, binding, before);
        QObject::connect(m_model, &Model::layoutAboutToBeChanged, binding, before);
        QObject::connect(m_model, &Model::rowsInserted, binding, after);
        QObject::connect(m_model, &Model::rowsRemoved, binding, after);
        QObject::connect(m_model, &Model::rowsMoved, binding, after);
        QObject::connect(m_model, &Model::modelReset, binding, after);
        QObject::connect(m_model, &Model::layoutChanged, binding, after);
        QObject::connect(m_model, &Model::dataChanged, binding, [this] {
            if (m_by != By::Index && !m_combo->isEditable()) {
                m_revert();
            }
        });
    }

    QComboBox *m_combo;
    By m_by;
    QPointer<QAbstractItemModel> m_model;
    int m_changing = 0;
    std::function<void()> m_edited;
    std::function<void()> m_revert;
};

QMetaProperty findProperty(QObject *target, const char *name, QMetaType type)
{
    const QMetaObject *meta = target->metaObject();
    if (name) {
        return meta->property(meta->indexOfProperty(name));
    }
    if (qobject_cast<QDateTimeEdit *>(target)) {
        const char *byType = type.id() == QMetaType::QDate       ? "date"
                             : type.id() == QMetaType::QTime     ? "time"
                             : type.id() == QMetaType::QDateTime ? "dateTime"
                                                                 : nullptr;
        if (byType) {
            return meta->property(meta->indexOfProperty(byType));
        }
    }
    const QMetaProperty user = meta->userProperty();
    if (user.isValid() && user.hasNotifySignal()) {
        return user;
    }
    for (const char *usual : {"checked", "value", "currentIndex", "text"}) {
        const QMetaProperty property = meta->property(meta->indexOfProperty(usual));
        if (property.isValid() && property.isWritable() && property.hasNotifySignal()) {
            return property;
        }
    }
    return {};
}

std::unique_ptr<Control> makeCombo(QComboBox *combo, const char *name, const StoreLink &link)
{
    using By = ComboControl::By;
    const auto is = [name](const char *candidate) { return name && std::strcmp(name, candidate) == 0; };
    const bool isNumber = link.type.id() == QMetaType::Int || link.type.id() == QMetaType::UInt
                          || link.type.id() == QMetaType::LongLong || link.type.id() == QMetaType::ULongLong
                          || (link.type.flags() & QMetaType::IsEnumeration);
    if (is("currentIndex") || (!name && isNumber)) {
        return std::make_unique<ComboControl>(combo, By::Index);
    }
    if (is("currentText") || (!name && link.type.id() == QMetaType::QString)) {
        return std::make_unique<ComboControl>(combo, By::Text);
    }
    if (is("currentData") || !name) {
        return std::make_unique<ComboControl>(combo, By::Data);
    }
    return nullptr;
}

/// A control made for the widget, or null: any property will do.
std::unique_ptr<Control> makeSpecial(QObject *target, const char *name, const StoreLink &link)
{
    const auto means = [name](std::initializer_list<const char *> names) {
        return !name || std::any_of(names.begin(), names.end(), [name](const char *candidate) {
            return std::strcmp(name, candidate) == 0;
        });
    };
    if (auto *edit = qobject_cast<QLineEdit *>(target); edit && means({"text"})) {
        return std::make_unique<LineEditControl>(edit);
    }
    if (auto *edit = qobject_cast<QTextEdit *>(target); edit && means({"plainText"})) {
        return std::make_unique<TextControl<QTextEdit>>(edit);
    }
    if (auto *edit = qobject_cast<QPlainTextEdit *>(target); edit && means({"plainText"})) {
        return std::make_unique<TextControl<QPlainTextEdit>>(edit);
    }
    if (auto *box = qobject_cast<QCheckBox *>(target); box && means({"checked", "checkState"})) {
        const bool tristate = link.type == QMetaType::fromType<Qt::CheckState>();
        return std::make_unique<CheckStateControl>(box, tristate ? link.type : QMetaType::fromType<bool>());
    }
    if (auto *group = qobject_cast<QButtonGroup *>(target); group && means({"checkedId"})) {
        return std::make_unique<ButtonGroupControl>(group);
    }
    const bool isFont = link.type.id() == QMetaType::QFont && target->metaObject()->indexOfProperty("currentFont") >= 0;
    if (auto *combo = qobject_cast<QComboBox *>(target); combo && !isFont) {
        return makeCombo(combo, name, link);
    }
    return nullptr;
}

} // namespace

Control::~Control() = default;

bool Control::isEditing() const
{
    return false;
}

bool Control::finishesWithFocus() const
{
    return false;
}

std::vector<QObject *> Control::siblings() const
{
    return {};
}

std::unique_ptr<Control> makeControl(QObject *target, const char *property, const StoreLink &link)
{
    if (auto control = makeSpecial(target, property, link)) {
        return control;
    }
    if (link.type.id() == QMetaType::QFont && !property && target->metaObject()->indexOfProperty("currentFont") >= 0) {
        property = "currentFont";
    }
    const QMetaProperty found = findProperty(target, property, link.type);
    if (!found.isValid() || !found.isWritable() || !found.hasNotifySignal()) {
        qCWarning(lcWidgets,
                  "bind(): %s has no property %s that can be written and notifies of changes. Name one that "
                  "does, or use useStore() and a signal.",
                  target->metaObject()->className(), property ? property : "of its own");
        return nullptr;
    }
    if (std::strcmp(found.name(), "checked") == 0) {
        makeCheckable(target);
    }
    if (auto *slider = qobject_cast<QAbstractSlider *>(target)) {
        return std::make_unique<SliderControl>(slider, found);
    }
    return std::make_unique<PropertyControl>(target, found);
}

void warnUnlessConvertible(QMetaType from, QMetaType to)
{
    if (!QMetaType::canConvert(from, to)) {
        qCWarning(lcWidgets,
                  "useStore(): a %s cannot be shown as a %s. Give a function that makes one of it, or specialise "
                  "nanostores::Convert.",
                  from.name(), to.name());
    }
}

std::unique_ptr<Control> makeChoice(QObject *target, const QVariant &choice)
{
    return std::make_unique<ChoiceControl>(target, choice);
}

} // namespace nanostores::detail
