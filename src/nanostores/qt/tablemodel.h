#pragma once

#include <nanostores/qt/export.h>

#include <QAbstractTableModel>
#include <QByteArray>
#include <QList>
#include <QPersistentModelIndex>
#include <QPointer>
#include <QString>
#include <QVariant>

#include <functional>
#include <vector>

namespace nanostores {

/// A column of a TableModel.
struct TableColumn
{
    QString title;
    QByteArray role = {}; ///< By its name in the list model; empty: nothing is shown.
    std::function<QVariant(const QVariant &)> shown = {}; ///< What is shown of the role's value; empty: the value.
    Qt::Alignment alignment = Qt::AlignLeft; ///< Of its header, too; in the middle, if it says no more.
    bool editable = false; ///< If the list model is: edits set the role.
};

/// The roles of a list model, such as a MapModel or a ListModel, as the columns of a table view:
///
///     auto *table = new TableModel(items, {{tr("Item"), "name"}, {tr("Price"), "price", formatMoney}}, parent);
///
/// Its rows are the list's, with the same signals; a change of roles is told for the columns that show them. It observes
/// the list only while it is observed itself. Other roles than those of the columns are passed on. Rows of a tree are not
/// meant.
class NANOSTORES_QT_EXPORT TableModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    TableModel(QAbstractItemModel *list, QList<TableColumn> columns, QObject *parent = nullptr);
    ~TableModel() override;

    QAbstractItemModel *list() const { return m_list; }
    /// A role of the list by its name; invalid where there is none.
    QVariant value(int row, const QByteArray &role) const;
    /// The list's index for one of the table.
    QModelIndex listIndex(const QModelIndex &index) const;

    QHash<int, QByteArray> roleNames() const override;
    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    int columnCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

private:
    static void settle(QObject *object);
    int roleOf(int column) const;
    void follow();
    void leave();
    void listChanged(const QModelIndex &first, const QModelIndex &last, const QList<int> &roles);
    void layoutAboutToChange();
    void layoutHasChanged();

    QPointer<QAbstractItemModel> m_list;
    QList<TableColumn> m_columns;
    std::vector<int> m_roles; ///< By column; -1: none.
    QList<QMetaObject::Connection> m_following;
    QModelIndexList m_laidOut; ///< While the list is laid out anew: ours, and the list's.
    QList<QPersistentModelIndex> m_laidOutInList;
};

} // namespace nanostores
