// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/twowaybinding.h>
#include <nanostores/widgets/detail/control.h>

#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPointer>
#include <QTextCursor>
#include <QTextDocument>
#include <QTextEdit>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

void showInLine(QLineEdit *line, const QString &text, bool first)
{
    const QString before = line->text();
    const TextDifference difference(before, text);
    if (difference.isEmpty()) {
        return;
    }
    if (first) { // what the user begins with is nothing to undo
        line->setText(text);
        return;
    }
    const auto moved = [&difference, line](int position) {
        return static_cast<int>(std::min(difference.movedInLine(position), line->text().size()));
    };
    const int cursor = line->cursorPosition();
    const int start = line->selectionStart();
    const int end = line->selectionEnd();
    const bool takesAll = line->inputMask().isEmpty() && text.size() <= line->maxLength() && !line->completer();
    const bool wasBlocked = line->blockSignals(true); // insert() would announce an edit of the user
    if (takesAll) {
        line->setSelection(static_cast<int>(difference.prefix), static_cast<int>(difference.removed));
        line->insert(text.mid(difference.prefix, difference.inserted));
    }
    if (line->text() != text) {
        line->setText(text);
    }
    if (start < 0) {
        line->setCursorPosition(moved(cursor));
    } else if (cursor == start) {
        line->setSelection(moved(end), moved(start) - moved(end));
    } else {
        line->setSelection(moved(start), moved(end) - moved(start));
    }
    line->blockSignals(wasBlocked);
    const QPointer<QLineEdit> alive(line);
    Q_EMIT line->textChanged(line->text());
    if (alive && line->cursorPosition() != cursor) {
        Q_EMIT line->cursorPositionChanged(cursor, line->cursorPosition());
    }
    if (alive && start >= 0) {
        Q_EMIT line->selectionChanged();
    }
}

namespace {

class LineEditControl final : public Control
{
public:
    explicit LineEditControl(QLineEdit *edit)
        : m_edit(edit)
    {
        LineEditControl::settle();
    }
    QVariant value() const override { return m_edit->text(); }
    void show(const StoreLink &link) override
    {
        showInLine(m_edit, textOf(link.read()), !std::exchange(m_hasShown, true));
    }
    void connectTo(QObject *binding) override
    {
        connectIfThere(m_edit, "textEdited(QString)", binding, EditedByUser);
        connectIfThere(m_edit, "textChanged(QString)", binding, Edited);
        connectIfThere(m_edit, "editingFinished()", binding, Finished);
    }
    bool isEditing() const override { return true; }
    bool isText() const override { return true; }
    QVariantList limits() const override { return {m_edit->maxLength(), m_edit->inputMask()}; }
    void settle() override { m_mask = m_edit->inputMask(); }
    bool changedByItself(const QVariant &before) const override
    {
        return before.toString().size() > m_edit->maxLength() || m_edit->inputMask() != m_mask;
    }

private:
    QLineEdit *m_edit;
    QString m_mask;
    bool m_hasShown = false;
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
    QVariant value() const override { return text(); }
    void show(const StoreLink &link) override
    {
        const bool isFirst = !std::exchange(m_hasShown, true);
        const QString after = asShown(textOf(link.read()));
        const TextDifference difference(text(), after);
        if (difference.isEmpty()) {
            return;
        }
        const QPointer<Edit> alive(m_edit); // its slots may delete it
        QTextCursor kept = m_edit->textCursor();
        const auto anchor = static_cast<int>(difference.moved(kept.anchor()));
        const auto position = static_cast<int>(difference.moved(kept.position()));
        QTextCursor cursor(m_edit->document());
        cursor.setPosition(static_cast<int>(difference.prefix));
        cursor.setPosition(static_cast<int>(difference.prefix + difference.removed), QTextCursor::KeepAnchor);
        cursor.insertText(after.mid(difference.prefix, difference.inserted));
        if (!alive) {
            return;
        }
        if (kept.position() != position || kept.anchor() != anchor) { // what stood where text went in moved with it
            const int end = m_edit->document()->characterCount() - 1; // lines may have gone at the top
            kept.setPosition(std::min(anchor, end));
            kept.setPosition(std::min(position, end), QTextCursor::KeepAnchor);
            m_edit->setTextCursor(kept);
        }
        if (isFirst && alive) { // what the user begins with is nothing to undo
            m_edit->document()->clearUndoRedoStacks();
            m_edit->document()->setModified(false);
        }
    }
    void connectTo(QObject *binding) override { connectIfThere(m_edit, "textChanged()", binding, Edited); }
    bool isEditing() const override { return true; }
    bool isText() const override { return true; }
    bool finishesWithFocus() const override { return true; }
    QVariantList limits() const override { return {m_edit->document()->maximumBlockCount()}; }
    bool changedByItself(const QVariant &before) const override
    {
        const int longest = m_edit->document()->maximumBlockCount();
        return longest > 0 && before.toString().count(QLatin1Char('\n')) >= longest;
    }

private:
    /// Unlike toPlainText(), which makes spaces of those that do not break.
    QString text() const { return asShown(m_edit->document()->toRawText()); }
    /// With the one kind of line ends that the document knows.
    static QString asShown(QString text)
    {
        text.replace(QLatin1String("\r\n"), QLatin1String("\n"));
        for (QChar &c : text) {
            if (c == QChar::ParagraphSeparator || c == QChar::LineSeparator || c == QLatin1Char('\r')
                || c == QChar(0xfdd0) || c == QChar(0xfdd1)) {
                c = QLatin1Char('\n');
            }
        }
        return text;
    }

    Edit *m_edit;
    bool m_hasShown = false;
};

} // namespace

std::unique_ptr<Control> makeLineEdit(QLineEdit *edit)
{
    return std::make_unique<LineEditControl>(edit);
}

std::unique_ptr<Control> makeTextEdit(QObject *target)
{
    if (auto *rich = qobject_cast<QTextEdit *>(target)) {
        return std::make_unique<TextControl<QTextEdit>>(rich);
    }
    if (auto *plain = qobject_cast<QPlainTextEdit *>(target)) {
        return std::make_unique<TextControl<QPlainTextEdit>>(plain);
    }
    return nullptr;
}

} // namespace nanostores::detail
