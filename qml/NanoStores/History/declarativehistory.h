// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/History/export.h>
#include <nanostores/undo/historyobject.h>

#include <QJSValue>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// Undo and redo of stores that are declared in QML, and of those of JavaScript modules:
///
///     History { id: edits; stores: [title, layers]; mergeWithin: 500; text: qsTr("Edit") }
///     Button { text: qsTr("Undo %1").arg(edits.undoText); enabled: edits.canUndo; onClicked: edits.undo() }
///     Slider { onPressedChanged: pressed ? edits.begin(qsTr("Volume")) : edits.end() }
///
/// A history of C++ stores is made in C++, and shown as a HistoryObject.
class NANOSTORES_QMLHISTORY_EXPORT DeclarativeHistory : public nanostores::HistoryObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(History)
    Q_INTERFACES(QQmlParserStatus)
    /// What is recorded: an array of Atoms, MapStores and stores of JavaScript, or one of them. Other stores begin with
    /// no steps.
    Q_PROPERTY(QJSValue stores READ stores WRITE setStores NOTIFY storesChanged FINAL)
    /// So many steps at most; 0: no limit.
    Q_PROPERTY(int limit READ limit WRITE setLimit NOTIFY optionsChanged FINAL)
    /// So much memory for the values of steps, roughly; 0: no limit.
    Q_PROPERTY(int bytes READ bytes WRITE setBytes NOTIFY optionsChanged FINAL)
    /// A write of what the last step has written joins it, if it comes within so many milliseconds. 0: never.
    Q_PROPERTY(int mergeWithin READ mergeWithin WRITE setMergeWithin NOTIFY optionsChanged FINAL)
    /// What steps are called that are given no text.
    Q_PROPERTY(QString text READ text WRITE setText NOTIFY optionsChanged FINAL)

public:
    explicit DeclarativeHistory(QObject *parent = nullptr);
    ~DeclarativeHistory() override;

    QJSValue stores() const { return m_stores; }
    void setStores(const QJSValue &newStores);
    int limit() const;
    void setLimit(int newLimit);
    int bytes() const;
    void setBytes(int newBytes);
    int mergeWithin() const;
    void setMergeWithin(int newMergeWithin);
    QString text() const;
    void setText(const QString &newText);

    /// What the function writes is one step; returns what it returns.
    Q_INVOKABLE QJSValue group(const QString &text, const QJSValue &function);
    /// What the function writes is no step; see History::untracked(). Returns what it returns.
    Q_INVOKABLE QJSValue untracked(const QJSValue &function);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void storesChanged();
    void optionsChanged();

private:
    void setOptions(HistoryOptions options);
    void trackAll();
    void track(const QJSValue &store);
    QJSEngine *engine() const;

    QJSValue m_stores;
    bool m_complete = false;
};

} // namespace nanostores
