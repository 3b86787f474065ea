// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractListModel>
#include <QSortFilterProxyModel>
#include <QtQml/qqml.h>

struct Todo
{
    int number = 0;
    QString title;
    bool done = false;
};

class TodoModel : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { Number = Qt::UserRole, Title, Done };

    using QAbstractListModel::QAbstractListModel;

    int rowCount(const QModelIndex &parent = {}) const override;
    QHash<int, QByteArray> roleNames() const override;
    QVariant data(const QModelIndex &index, int role) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

    int openCount() const { return m_openCount; }
    void add(const QString &title);
    void removeDone();

Q_SIGNALS:
    void openCountChanged();

private:
    void countOpen(int difference);

    QList<Todo> m_todos;
    int m_openCount = 0;
};

class Todos : public QSortFilterProxyModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    Q_PROPERTY(QAbstractItemModel *items READ items CONSTANT FINAL)
    Q_PROPERTY(int filter READ filter WRITE setFilter NOTIFY filterChanged FINAL)
    Q_PROPERTY(int openCount READ openCount NOTIFY openCountChanged FINAL)

public:
    enum Filter { All, Open, Done };

    explicit Todos(QObject *parent = nullptr);

    QAbstractItemModel *items() { return this; }
    int filter() const { return m_filter; }
    void setFilter(int newFilter);
    int openCount() const { return m_todos.openCount(); }
    Q_INVOKABLE void add(const QString &title) { m_todos.add(title.trimmed()); }
    Q_INVOKABLE void removeDone() { m_todos.removeDone(); }

Q_SIGNALS:
    void filterChanged();
    void openCountChanged();

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    TodoModel m_todos;
    int m_filter = All;
};
