// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>
#include <nanostores/qt/models/keyselection.h>

#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QQmlProperty>
#include <QQmlPropertyValueSource>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// Ties the current row of a ListView, a GridView, a PathView or a ComboBox to the current key of a KeySelection:
///
///     ListView { model: songs; CurrentRow on currentIndex { selection: KeySelection { model: songs } } }
///
/// What the user or an assignment makes current is the selection's, too. What the view does by itself, because rows
/// come and go or the model is another one, is not: it shows the row of the key again, or none.
class NANOSTORES_QML_EXPORT CurrentRow : public QObject, public QQmlPropertyValueSource, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(CurrentRow)
    Q_INTERFACES(QQmlPropertyValueSource QQmlParserStatus)
    Q_PROPERTY(nanostores::KeySelection *selection READ selection WRITE setSelection NOTIFY selectionChanged FINAL)

public:
    explicit CurrentRow(QObject *parent = nullptr);
    ~CurrentRow() override;

    KeySelection *selection() const { return m_selection; }
    void setSelection(KeySelection *newSelection);

    void setTarget(const QQmlProperty &target) override;
    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void selectionChanged();

private Q_SLOTS:
    void start();
    void edited();
    void changedByItself();
    void settle();

private:
    void follow();
    void show();
    int row() const;

    QQmlProperty m_target;
    QPointer<KeySelection> m_selection;
    QPointer<QAbstractItemModel> m_model;
    QMetaObject::Connection m_following[5];
    int m_shown = -1; ///< The row that the view was last known to show.
    bool m_started = false;
    bool m_showing = false;
    bool m_unsettled = false; ///< Rows have changed, and the view has yet to follow.
};

} // namespace nanostores
