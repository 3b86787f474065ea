// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/export.h>
#include <nanostores/qt/fields.h>

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QObject>
#include <QString>
#include <QStringList>

namespace nanostores {

/// The fields of an InspectedStore. time: in its function, in microseconds; wasted: runs that gave the value that was
/// there.
#define NANOSTORES_INSPECTED_STORE(FIELD) \
    FIELD(qint64, number) \
    FIELD(QString, name) \
    FIELD(QString, kind) \
    FIELD(QString, type) \
    FIELD(QString, value) \
    FIELD(int, observers) \
    FIELD(int, writes) \
    FIELD(int, runs) \
    FIELD(int, wasted) \
    FIELD(double, time) \
    FIELD(bool, isNamed) \
    FIELD(bool, isMounted) \
    FIELD(bool, isStale) \
    FIELD(bool, isHidden) \
    FIELD(bool, isEditable)

/// A store or an effect of a program that is inspected, as it was when the program last said so.
struct NANOSTORES_INSPECTOR_EXPORT InspectedStore
{
    Q_GADGET
    NANOSTORES_STRUCT(InspectedStore, NANOSTORES_INSPECTED_STORE)

public:
    /// Of what "list" answers.
    static InspectedStore ofJson(const QJsonObject &row);
};

/// Something that happened in a program that is inspected; the members of docs/logger.md.
struct NANOSTORES_INSPECTOR_EXPORT InspectedEvent
{
    qint64 id = 0;
    qint64 parent = 0; ///< The event in which it happened, or 0.
    qint64 turn = 0;
    qint64 thread = 0;
    double time = 0; ///< In microseconds since some point.
    double duration = 0; ///< In microseconds.
    QString kind; ///< `change`, `run`, `effect`, `batch`, `mount`, ...
    QString outcome; ///< `changed`, `equal`, `aborted`, `notified`, `threw`.
    qint64 store = 0; ///< Its number, or 0.
    QString name;
    QJsonValue oldValue = QJsonValue::Undefined;
    QJsonValue newValue = QJsonValue::Undefined;
    QJsonArray changes; ///< Of a value that has changed in parts: {"at": [...], "old": ..., "new": ...}.
    QStringList by; ///< Who wrote, the innermost first: `Cart::add cart.cpp:31`.
    QString action;
    QString error;
    int lost = 0; ///< Of a `leftOut`: so many events are missing here.
    QByteArray line; ///< As it came.

    static InspectedEvent ofJson(const QJsonObject &event);
    /// One of a file. False: it is none.
    static bool parse(const QByteArray &line, InspectedEvent &event);
    /// `0 -> 1`, `["mug"]: - -> {...}`: what has changed, in at most so many characters.
    QString changeText(int most = 80) const;

    friend bool operator==(const InspectedEvent &a, const InspectedEvent &b) { return a.line == b.line; }
};

/// JSON of a value as people read it: `{name: "Ada", tags: ["a"]}`; what JSON has no form for as in C++.
[[nodiscard]] NANOSTORES_INSPECTOR_EXPORT QString inspectedText(const QJsonValue &json, int most = 200);

} // namespace nanostores
