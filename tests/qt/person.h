// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QHash>
#include <QObject>
#include <QString>
#include <QtQml/qqml.h>

#include <utility>

#define PERSON(FIELD) \
    FIELD(QString, name) \
    FIELD(int, age) \
    FIELD(QString, theme)

struct PersonData
{
    Q_GADGET
    NANOSTORES_STRUCT(PersonData, PERSON)
};

namespace stores {
inline const auto person = nanostores::map(PersonData{});
}

class Person : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_RECORD(PERSON, stores::person)
};

/// Counts evaluations of bindings, without being read by them.
class Evaluations : public QObject
{
    Q_OBJECT
    QML_ELEMENT

public:
    Q_INVOKABLE QString text(const QString &binding, const QString &value)
    {
        ++m_counts[binding];
        return value;
    }
    Q_INVOKABLE int number(const QString &binding, int value)
    {
        ++m_counts[binding];
        return value;
    }
    /// Since the last call.
    QHash<QString, int> take() { return std::exchange(m_counts, {}); }

private:
    QHash<QString, int> m_counts;
};
