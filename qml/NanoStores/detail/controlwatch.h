// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QMetaProperty>
#include <QObject>
#include <QPointer>
#include <QQmlProperty>
#include <QVariant>

#include <vector>

namespace nanostores::detail {

/// Watches a control of QML for its binding: which of its changes are edits, and which are its own doing.
///
/// It knows no control by its class. What limits a property has usual names (`from` and `to`, `model` and `count`,
/// `maximumLength`, ...), and so have the signals by which controls say that it was the user (`moved`, `activated`,
/// ...); controls of one's own that use these names are watched alike.
class ControlWatch : public QObject
{
    Q_OBJECT

public:
    ControlWatch(const QQmlProperty &target, QObject *parent);

    /// What the property holds; while a Behavior animates it, what it is going to hold.
    QVariant value() const;
    /// False for a page that a container has not: it would show none at all.
    bool canShow(const QVariant &next) const;
    /// See TwoWayEnds.
    bool changedByItself(const QVariant &before) const;
    void settle();
    void settleLater();
    /// The user holds it: a slider that is dragged.
    bool isPressed() const;
    bool canBePressed() const { return m_pressed.isValid(); }
    /// It says when editing has finished, and so is a field that is typed into.
    bool finishes() const { return m_finishes; }

Q_SIGNALS:
    void changed();
    void editedByUser();
    void finished();
    /// What the control can show has changed.
    void limitsChanged();
    /// The control is being destroyed; what it announces from now on means nothing.
    void destruction();

private Q_SLOTS:
    void limitChanged();
    void edited();
    void opens();
    void closes();
    void pressedChanged();
    void settleNow();

private:
    enum class Kind {
        Range, ///< Announced before the value is put into it.
        Length, ///< Announced after the text is cut, or the view resized.
        Contents, ///< What an index counts.
    };
    struct Limit
    {
        QPointer<QObject> object;
        QMetaProperty property;
        Kind kind;
        QVariant announced;

        QVariant read() const { return object ? property.read(object) : QVariant(); }
        /// JavaScript values, and lists of what has no ==, differ from themselves.
        bool isComparable() const { return property.hasNotifySignal() && announced == announced; }
    };

    void addLimit(QObject *object, const char *name, Kind kind);
    void watchRange(QObject *object);
    void watchContents(QObject *object);
    void connectTo(QObject *object, const QMetaMethod &signal, const char *slot);
    bool isCut() const;
    bool isOutOfRange(const QVariant &before) const;
    bool isElsewhere(const QVariant &before) const;
    /// A page container whose view makes current what it stands at.
    bool isPulled() const;
    QObject *currentItem() const;
    QObject *itemAt(int index) const; ///< Of a StackLayout.
    void noteItem();
    bool hasLostItem() const; ///< The one that the index stood for, of a StackLayout.
    int count() const; ///< The greatest int where the control does not say.
    qsizetype contentSize() const;

    QQmlProperty m_target;
    QPointer<QObject> m_object;
    std::vector<Limit> m_limits;
    QMetaProperty m_pressed;
    bool m_finishes = false;
    bool m_isIndex = false;
    bool m_rangeChanged = false; ///< Since the control came to rest.
    QPointer<QObject> m_behavior;
    bool m_isPopup = false;
    bool m_isOpen = false; ///< Of a popup: what it is going to be. It is visible until it has faded out.
    // Of an index:
    QPointer<QObject> m_item; ///< That the index stood for.
    bool m_stoodForItem = false;
    int m_itemAt = -1; ///< The method that a StackLayout has in place of a property for the current item.
    int m_count = 0; ///< An index beyond stood for no item.
    qsizetype m_size = -1; ///< How many children a container had.
    bool m_contentsChanged = false; ///< In this turn, or until the view is laid out.
    bool m_willSettle = false;
};

} // namespace nanostores::detail
