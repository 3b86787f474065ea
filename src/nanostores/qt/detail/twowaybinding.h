// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/export.h>

#include <QObject>
#include <QPointer>
#include <QString>
#include <QVariant>

namespace nanostores::detail {

enum class Written {
    Accepted, ///< The store holds it.
    Refused, ///< A hook kept the value out or changed it, or it does not fit.
    Unreadable, ///< Text that is no value of the store's type (yet).
};

/// The two ends of a two-way binding: a store and a control. What they hold never passes through TwoWayBinding; it only
/// compares what the control shows with what it showed before.
class NANOSTORES_QT_EXPORT TwoWayEnds
{
public:
    TwoWayEnds() = default;
    TwoWayEnds(const TwoWayEnds &) = delete;
    TwoWayEnds &operator=(const TwoWayEnds &) = delete;
    virtual ~TwoWayEnds();

    /// Both ends are there, and the control may be written to.
    virtual bool isReady() const = 0;
    /// What the control holds; invalid: nothing to write.
    virtual QVariant controlValue() const = 0;
    /// Puts the store's value, or as much of it as can be shown, into the control.
    virtual void showStoreValue() = 0;
    /// Whether the store would take what the control holds for the value that it has.
    virtual bool storeHoldsControlValue() const = 0;
    /// False while the key that is bound is not in its map.
    virtual bool storeHasValue() const = 0;
    /// Writes what the control holds. Does not throw.
    virtual Written writeControlValue() = 0;

    /// Whether a change now is one of several, with finished() to come, and is to wait for that.
    virtual bool waitsForFinish() const = 0;
    /// Whether what the user entered may stand until finished(), though the store cannot read it: text.
    virtual bool keepsUnreadable() const = 0;
    /// Whether the change that was just announced is the control's own doing: its range, its model, its pages or its
    /// length have changed, and what it showed before, given, can no longer be shown or is somewhere else.
    virtual bool changedByItself(const QVariant &before) const = 0;
    /// The control has come to rest: what limits it now is what later changes are compared with.
    virtual void settled() = 0;
    /// The control has changed by itself: calls limitsChanged() when it is done with that.
    virtual void showLater() = 0;
    /// After a refusal. Shows the store's value in everything that the refused edit has changed.
    virtual void fallBack() = 0;

    virtual void announcePending() = 0;
    virtual void announceRejected() = 0;
};

/// The state machine of a two-way binding, under Bind in QML and bind() for widgets.
///
/// The store has the last word. It remembers what the control made of the store's value when it was shown; a change is
/// an edit if the control then holds something else, and did not change by itself. So neither an echo, nor Return
/// without an edit, nor a range that shrinks reaches the store.
///
/// Any call may end in the destruction of the owner, which is looked for after everything that runs user code. An
/// exception goes to the error handler, but for that of storeChanged(), which goes to who has set the store; the
/// store's value is shown anew in the next turn of the event loop.
class NANOSTORES_QT_EXPORT TwoWayBinding
{
public:
    enum class Cause {
        Unknown, ///< The property has changed: by the user, an assignment, or the control itself.
        User, ///< The control says that it was the user.
    };

    TwoWayBinding(TwoWayEnds *ends, QObject *owner);

    bool isPending() const { return m_pending; }
    bool isRejected() const { return m_rejected; }
    bool isShowing() const { return m_showing; }

    /// Shows the store's value.
    void show();
    /// The control announces a change.
    void controlChanged(Cause cause = Cause::Unknown);
    /// The control can show more or less than before.
    void limitsChanged();
    /// Editing ends: Return, loss of focus, the slider released.
    void finished();
    /// The store announces a change.
    void storeChanged();
    /// Another store: what was pending is dropped.
    void restart();

    void commit();
    void revert();

private:
    template<typename F>
    void reporting(F function) noexcept;
    void takeChange(Cause cause);
    void takeLimits();
    void finish();
    void write();
    void setPending(bool newPending);
    void setRejected(bool newRejected);

    TwoWayEnds *m_ends;
    QPointer<QObject> m_owner;
    QVariant m_shown; ///< What the control made of the store's value, or of the edit that the store accepted.
    bool m_showing = false; ///< What the control announces is the echo of show().
    bool m_writing = false; ///< What the store announces is the echo of write().
    bool m_hadValue = false; ///< When the edit that waits began.
    bool m_pending = false;
    bool m_rejected = false;
};

/// Whether the control would look the same: NaN equals itself.
NANOSTORES_QT_EXPORT bool looksTheSame(const QVariant &a, const QVariant &b);

/// A number that was typed, with a dot where the locale's decimal separator stood: "1,5" is 1.5 where people write so.
NANOSTORES_QT_EXPORT QString withDecimalPoint(QString text);

/// The part that two texts do not have in common: what to replace so that cursor, selection and undo survive.
/// Never between the halves of a surrogate pair.
struct NANOSTORES_QT_EXPORT TextDifference
{
    TextDifference(const QString &before, const QString &after);

    bool isEmpty() const { return removed == 0 && inserted == 0; }
    /// Where a cursor of the text before belongs in the one after.
    qsizetype moved(qsizetype position) const;
    /// The same in a line of text, where a cursor that is at the end stays at the end.
    qsizetype movedInLine(qsizetype position) const;

    qsizetype prefix = 0;
    qsizetype removed = 0;
    qsizetype inserted = 0;
    qsizetype lengthBefore = 0;
    qsizetype lengthAfter = 0;
};

} // namespace nanostores::detail
