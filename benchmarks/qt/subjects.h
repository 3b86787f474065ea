// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QAbstractListModel>
#include <QObject>
#include <QtQml/qqml.h>

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

/// What is bound to: adapters, and their like written by hand.

struct Numbers
{
    nanostores::Atom<int> a = nanostores::atom(0);
    nanostores::Atom<int> b = nanostores::atom(0);
    nanostores::Atom<int> c = nanostores::atom(0);
    nanostores::Atom<int> d = nanostores::atom(0);
};
inline const Numbers numbers;

class Typed : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    NANOSTORES_PROPERTY(int, a, ::numbers.a)
    NANOSTORES_PROPERTY(int, b, ::numbers.b)
    NANOSTORES_PROPERTY(int, c, ::numbers.c)
    NANOSTORES_PROPERTY(int, d, ::numbers.d)
};

class ByHand : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    Q_PROPERTY(int a READ a WRITE setA NOTIFY aChanged FINAL)
    Q_PROPERTY(int b READ b WRITE setB NOTIFY bChanged FINAL)
    Q_PROPERTY(int c READ c WRITE setC NOTIFY cChanged FINAL)
    Q_PROPERTY(int d READ d WRITE setD NOTIFY dChanged FINAL)

public:
    int a() const { return m_a; }
    void setA(int newA)
    {
        if (m_a != newA) {
            m_a = newA;
            Q_EMIT aChanged();
        }
    }
    int b() const { return m_b; }
    void setB(int newB)
    {
        if (m_b != newB) {
            m_b = newB;
            Q_EMIT bChanged();
        }
    }
    int c() const { return m_c; }
    void setC(int newC)
    {
        if (m_c != newC) {
            m_c = newC;
            Q_EMIT cChanged();
        }
    }
    int d() const { return m_d; }
    void setD(int newD)
    {
        if (m_d != newD) {
            m_d = newD;
            Q_EMIT dChanged();
        }
    }

Q_SIGNALS:
    void aChanged();
    void bChanged();
    void cChanged();
    void dChanged();

private:
    int m_a = 0;
    int m_b = 0;
    int m_c = 0;
    int m_d = 0;
};

struct Row
{
    Q_GADGET
    Q_PROPERTY(int number MEMBER number FINAL)

public:
    int number = 0;

    friend bool operator==(const Row &, const Row &) = default;
};

/// The model that one would write for these rows.
class RowsByHand : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit RowsByHand(int count)
        : m_rows(count)
    {
    }
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QHash<int, QByteArray> roleNames() const override { return {{Qt::UserRole, "number"}}; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return index.isValid() && role == Qt::UserRole ? QVariant(m_rows.at(index.row()).number) : QVariant();
    }
    void setNumber(int row, int newNumber)
    {
        m_rows[row].number = newNumber;
        Q_EMIT dataChanged(index(row), index(row), {Qt::UserRole});
    }
    void resetWith(int row, int newNumber)
    {
        beginResetModel();
        m_rows[row].number = newNumber;
        endResetModel();
    }
    void insert(int row, int number)
    {
        beginInsertRows({}, row, row);
        m_rows.insert(row, Row{number});
        endInsertRows();
    }
    void remove(int row)
    {
        beginRemoveRows({}, row, row);
        m_rows.removeAt(row);
        endRemoveRows();
    }
    void move(int from, int to)
    {
        beginMoveRows({}, from, from, {}, to > from ? to + 1 : to);
        m_rows.move(from, to);
        endMoveRows();
    }
    void sortRows(bool descends)
    {
        std::vector<int> order(static_cast<std::size_t>(m_rows.size()));
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            const int first = m_rows.at(a).number;
            const int second = m_rows.at(b).number;
            return descends ? second < first : first < second;
        });
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        QList<Row> sorted;
        sorted.reserve(m_rows.size());
        std::vector<int> places(order.size());
        for (const int from : order) {
            places[static_cast<std::size_t>(from)] = static_cast<int>(sorted.size());
            sorted.append(m_rows.at(from));
        }
        m_rows = sorted;
        QModelIndexList now;
        const QModelIndexList before = persistentIndexList();
        for (const QModelIndex &each : before) {
            now.append(index(places[static_cast<std::size_t>(each.row())]));
        }
        changePersistentIndexList(before, now);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    }

private:
    QList<Row> m_rows;
};

/// The even numbers of a list, in their order.
class EvenByHand : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit EvenByHand(int count)
        : m_rows(count)
    {
        for (int i = 0; i < count; ++i) {
            m_shown.append(i);
        }
    }
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_shown.size());
    }
    QHash<int, QByteArray> roleNames() const override { return {{Qt::UserRole, "number"}}; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return index.isValid() && role == Qt::UserRole ? QVariant(m_rows.at(m_shown.at(index.row())).number)
                                                       : QVariant();
    }
    void setNumber(int place, int number)
    {
        const auto shown = std::lower_bound(m_shown.begin(), m_shown.end(), place);
        const int row = static_cast<int>(shown - m_shown.begin());
        const bool was = shown != m_shown.end() && *shown == place;
        const bool is = number % 2 == 0;
        if (was && !is) {
            beginRemoveRows({}, row, row);
            m_rows[place].number = number;
            m_shown.removeAt(row);
            endRemoveRows();
        } else if (!was && is) {
            beginInsertRows({}, row, row);
            m_rows[place].number = number;
            m_shown.insert(row, place);
            endInsertRows();
        } else {
            m_rows[place].number = number;
            if (is) {
                Q_EMIT dataChanged(index(row), index(row), {Qt::UserRole});
            }
        }
    }

private:
    QList<Row> m_rows;
    QList<int> m_shown;
};

/// Sorted rows, as a view with sections shows groups: a change puts the row into its place.
class SortedByHand : public QAbstractListModel
{
    Q_OBJECT

public:
    explicit SortedByHand(QList<Row> sorted)
        : m_rows(std::move(sorted))
    {
    }
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
    }
    QHash<int, QByteArray> roleNames() const override { return {{Qt::UserRole, "number"}}; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return index.isValid() && role == Qt::UserRole ? QVariant(m_rows.at(index.row()).number) : QVariant();
    }
    void change(int former, int number)
    {
        const auto before = [](const Row &row, int value) { return row.number < value; };
        const int row =
            static_cast<int>(std::lower_bound(m_rows.cbegin(), m_rows.cend(), former, before) - m_rows.cbegin());
        const int place =
            static_cast<int>(std::lower_bound(m_rows.cbegin(), m_rows.cend(), number, before) - m_rows.cbegin());
        const int to = place > row ? place - 1 : place;
        if (to != row) {
            beginMoveRows({}, row, row, {}, to > row ? to + 1 : to);
            m_rows.move(row, to);
            endMoveRows();
        }
        m_rows[to].number = number;
        Q_EMIT dataChanged(index(to), index(to), {Qt::UserRole});
    }

private:
    QList<Row> m_rows;
};

#define BENCH_PERSON(FIELD) FIELD(QString, name) FIELD(QString, city) FIELD(int, age) FIELD(double, score)

struct Person
{
    Q_GADGET
    NANOSTORES_STRUCT(Person, BENCH_PERSON)
};

/// The model that one would write for rows of four fields.
class PersonsByHand : public QAbstractListModel
{
    Q_OBJECT

public:
    enum Role { Name = Qt::UserRole, City, Age, Score };

    explicit PersonsByHand(QList<Person> persons)
        : m_persons(std::move(persons))
    {
    }
    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : static_cast<int>(m_persons.size());
    }
    QHash<int, QByteArray> roleNames() const override
    {
        return {{Name, "name"}, {City, "city"}, {Age, "age"}, {Score, "score"}};
    }
    QVariant data(const QModelIndex &index, int role) const override
    {
        const Person &person = m_persons.at(index.row());
        switch (role) {
        case Name:
            return person.name;
        case City:
            return person.city;
        case Age:
            return person.age;
        case Score:
            return person.score;
        default:
            return {};
        }
    }
    void set(int row, const Person &next)
    {
        Person &person = m_persons[row];
        QList<int> roles;
        const auto take = [&roles](auto &present, const auto &value, int role) {
            if (present != value) {
                present = value;
                roles.append(role);
            }
        };
        take(person.name, next.name, Name);
        take(person.city, next.city, City);
        take(person.age, next.age, Age);
        take(person.score, next.score, Score);
        if (!roles.isEmpty()) {
            Q_EMIT dataChanged(index(row), index(row), roles);
        }
    }

private:
    QList<Person> m_persons;
};

/// Part of each delegate: counts how many were made.
class Made : public QObject
{
    Q_OBJECT
    QML_ELEMENT

public:
    explicit Made(QObject *parent = nullptr)
        : QObject(parent)
    {
        ++count;
    }
    static inline int count = 0;
};
