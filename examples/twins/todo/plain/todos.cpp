// SPDX-License-Identifier: MIT
#include "todos.h"

int TodoModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_todos.size());
}

QHash<int, QByteArray> TodoModel::roleNames() const
{
    return {{Number, "number"}, {Title, "title"}, {Done, "done"}};
}

QVariant TodoModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return {};
    }
    const Todo &todo = m_todos.at(index.row());
    switch (role) {
    case Number:
        return todo.number;
    case Title:
        return todo.title;
    case Done:
        return todo.done;
    default:
        return {};
    }
}

bool TodoModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Done || !checkIndex(index, CheckIndexOption::IndexIsValid)) {
        return false;
    }
    Todo &todo = m_todos[index.row()];
    if (todo.done != value.toBool()) {
        todo.done = value.toBool();
        Q_EMIT dataChanged(index, index, {Done});
        countOpen(todo.done ? -1 : 1);
    }
    return true;
}

void TodoModel::add(const QString &title)
{
    const int row = rowCount();
    beginInsertRows({}, row, row);
    m_todos.append({m_todos.isEmpty() ? 1 : m_todos.last().number + 1, title, false});
    endInsertRows();
    countOpen(1);
}

void TodoModel::removeDone()
{
    for (int row = rowCount() - 1; row >= 0; --row) {
        if (m_todos.at(row).done) {
            beginRemoveRows({}, row, row);
            m_todos.removeAt(row);
            endRemoveRows();
        }
    }
}

void TodoModel::countOpen(int difference)
{
    m_openCount += difference;
    Q_EMIT openCountChanged();
}

Todos::Todos(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setSourceModel(&m_todos);
    connect(&m_todos, &TodoModel::openCountChanged, this, &Todos::openCountChanged);
}

void Todos::setFilter(int newFilter)
{
    if (m_filter == newFilter) {
        return;
    }
    m_filter = newFilter;
    setFilterFixedString(QString()); // rows are filtered anew
    Q_EMIT filterChanged();
}

bool Todos::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    return m_filter == All || sourceModel()->index(row, 0, parent).data(TodoModel::Done).toBool() == (m_filter == Done);
}
