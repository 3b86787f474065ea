// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/undo/export.h>

#include <QList>
#include <QString>
#include <QStringList>

#include <optional>

namespace nanostores {

/// A row of HistoryObject::steps.
struct NANOSTORES_UNDO_EXPORT HistoryRow
{
    Q_GADGET
    Q_PROPERTY(QString text MEMBER text CONSTANT FINAL)
    Q_PROPERTY(bool done MEMBER done CONSTANT FINAL)
    /// How many steps are done when this one was the last: goTo(position) goes there.
    Q_PROPERTY(int position MEMBER position CONSTANT FINAL)

public:
    quint64 id = 0;
    QString text;
    bool done = true;
    int position = 0;
    friend bool operator==(const HistoryRow &, const HistoryRow &) = default;
};

/// A history for QML, and for who likes signals: an object of yours that is one, or has one.
///
///     class CartEdits : public nanostores::HistoryObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         QML_SINGLETON
///     public:
///         CartEdits() : HistoryObject(::cartEdits) {}
///     };
///
/// As with all store objects, each engine may have its own; the history behind them is the same. Errors of hooks and
/// listeners go to the error handler.
class NANOSTORES_UNDO_EXPORT HistoryObject : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_READONLY(bool, canUndo, m_history.canUndo)
    NANOSTORES_READONLY(bool, canRedo, m_history.canRedo)
    NANOSTORES_READONLY(bool, isClean, m_history.isClean)
    NANOSTORES_READONLY(QString, undoText, m_history.undoText)
    NANOSTORES_READONLY(QString, redoText, m_history.redoText)
    NANOSTORES_READONLY(int, position, m_history.position)
    /// All steps, as rows with the roles text, done and position.
    NANOSTORES_MODEL(steps, m_rows, &HistoryRow::id)

public:
    explicit HistoryObject(History history, QObject *parent = nullptr);
    ~HistoryObject() override;

    const History &history() const { return m_history; }

    /// False: there is nothing to undo, a group is open, or a hook refused a value; then nothing has changed.
    Q_INVOKABLE bool undo();
    Q_INVOKABLE bool redo();
    /// Undoes or redoes until so many steps are done, in one batch.
    Q_INVOKABLE bool goTo(int position);
    Q_INVOKABLE void clear();
    Q_INVOKABLE void setClean();
    /// From here to end(), all is one step: when a slider is pressed, and when it is released. The object ends it, too.
    Q_INVOKABLE void begin(const QString &text = {});
    Q_INVOKABLE void end();
    /// What a step has changed: names of stores, with the keys of maps behind a slash.
    Q_INVOKABLE QStringList touched(int step) const;

private:
    History m_history;
    Computed<QList<HistoryRow>> m_rows;
    std::optional<HistoryGroup> m_group;
    int m_groups = 0; ///< Nested in one another.
};

} // namespace nanostores
