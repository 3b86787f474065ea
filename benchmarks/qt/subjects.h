// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QAbstractListModel>
#include <QObject>
#include <QtQml/qqml.h>

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

private:
    QList<Row> m_rows;
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
