// SPDX-License-Identifier: MIT
#include <nanostores/widgets/detail/control.h>

#include <QAbstractItemModel>
#include <QComboBox>
#include <QLineEdit>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

/// A combo box chooses an item by itself when items come and go. That is none of the user's doing, and is put right.
class ComboControl final : public Control
{
public:
    ComboControl(QComboBox *combo, ComboBy by)
        : m_combo(combo)
        , m_by(by)
    {
    }
    QVariant value() const override
    {
        switch (m_by) {
        case ComboBy::Index:
            return m_combo->currentIndex();
        case ComboBy::Text:
            return m_combo->currentText();
        case ComboBy::Data:
            break;
        }
        const QVariant data = m_combo->currentData();
        return data.isValid() || m_combo->currentIndex() < 0 ? data : QVariant::fromValue(nullptr);
    }
    void show(const StoreLink &link) override
    {
        const QVariant value = link.read();
        if (m_by == ComboBy::Index) {
            const int index = indexIn(value).value_or(-1);
            m_combo->setCurrentIndex(index >= 0 && index < m_combo->count() ? index : -1);
        } else if (m_by == ComboBy::Text) {
            const QString text = textOf(value);
            const int index = m_combo->findText(text, Qt::MatchExactly | Qt::MatchCaseSensitive);
            if (!m_combo->isEditable() || index >= 0 || m_combo->currentText() != text) {
                m_combo->setCurrentIndex(index);
            }
            if (m_combo->isEditable()) {
                showInLine(m_combo->lineEdit(), text, !std::exchange(m_hasShown, true));
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
        m_binding = binding;
        m_limitsChanged = calls(binding, LimitsChanged);
        const auto edited = calls(binding, Edited);
        QObject::connect(m_combo, &QComboBox::currentIndexChanged, binding, [this, edited] {
            if (m_combo->model() != m_model) {
                watchModel();
                m_limitsChanged();
            } else if (m_changing == 0) {
                edited();
            } else {
                m_hasChosen = true;
            }
        });
        QObject::connect(m_combo, &QComboBox::editTextChanged, binding, [this, edited] {
            if (m_by == ComboBy::Text && m_changing == 0 && m_combo->model() == m_model) {
                edited();
            }
        });
        QObject::connect(m_combo, &QComboBox::activated, binding, calls(binding, EditedByUser));
        watchModel();
        settle();
    }
    bool isEditing() const override
    {
        return m_by == ComboBy::Text && m_combo->isEditable() && m_combo->lineEdit()->hasFocus();
    }
    bool isText() const override { return m_by == ComboBy::Text && m_combo->isEditable(); }
    QVariantList limits() const override { return {m_combo->isEditable(), m_combo->modelColumn()}; }
    void settle() override
    {
        if (m_binding && m_line != m_combo->lineEdit()) {
            m_line = m_combo->lineEdit();
            if (m_line) {
                connectIfThere(m_line, "editingFinished()", m_binding, Finished);
            }
        }
    }
    bool changedByItself(const QVariant &) const override { return m_willChoose && m_combo->currentIndex() == 0; }

private:
    void watchModel()
    {
        if (m_model) {
            QObject::disconnect(m_model, nullptr, m_binding, nullptr);
        }
        m_model = m_combo->model();
        m_changing = 0;
        const auto before = [this] {
            ++m_changing;
            m_hasChosen = false;
        };
        const auto after = [this] {
            m_changing = std::max(0, m_changing - 1);
            m_limitsChanged();
        };
        using Model = QAbstractItemModel;
        QObject::connect(m_model, &Model::rowsAboutToBeInserted, m_binding, before);
        QObject::connect(m_model, &Model::rowsAboutToBeRemoved, m_binding, before);
        QObject::connect(m_model, &Model::rowsAboutToBeMoved, m_binding, before);
        QObject::connect(m_model, &Model::modelAboutToBeReset, m_binding, before);
        QObject::connect(m_model, &Model::layoutAboutToBeChanged, m_binding, before);
        QObject::connect(m_model, &Model::rowsInserted, m_binding,
                         [this, after](const QModelIndex &, int first, int last) {
                             const QPointer<QObject> alive(m_binding);
                             after();
                             if (alive) {
                                 expectChoice(last - first + 1);
                             }
                         });
        QObject::connect(m_model, &Model::rowsRemoved, m_binding, after);
        QObject::connect(m_model, &Model::rowsMoved, m_binding, after);
        QObject::connect(m_model, &Model::modelReset, m_binding, after);
        QObject::connect(m_model, &Model::layoutChanged, m_binding, after);
        QObject::connect(m_model, &Model::dataChanged, m_binding, [this] {
            if (m_by != ComboBy::Index && !m_combo->isEditable()) {
                m_limitsChanged();
            }
        });
    }
    /// The first items have come. From Qt 6.5 on the box chooses one of them only after the model has announced them.
    void expectChoice(int inserted)
    {
        if (m_hasChosen || m_combo->currentIndex() >= 0 || inserted != m_combo->count()
            || !m_combo->placeholderText().isEmpty()) {
            return;
        }
        m_willChoose = true;
        QMetaObject::invokeMethod(
            m_binding, [this] { m_willChoose = false; }, Qt::QueuedConnection);
    }

    QComboBox *m_combo;
    ComboBy m_by;
    QObject *m_binding = nullptr;
    QPointer<QAbstractItemModel> m_model;
    QPointer<QLineEdit> m_line;
    int m_changing = 0;
    bool m_hasShown = false; ///< A text.
    bool m_hasChosen = false; ///< While items came.
    bool m_willChoose = false;
    std::function<void()> m_limitsChanged;
};

} // namespace

std::unique_ptr<Control> makeCombo(QComboBox *combo, ComboBy by)
{
    return std::make_unique<ComboControl>(combo, by);
}

} // namespace nanostores::detail
