// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/list.h>
#include <nanostores/core/readonly.h>
#include <nanostores/inspector/endpoint.h>
#include <nanostores/inspector/export.h>
#include <nanostores/inspector/inspected.h>

#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>
#include <QStringList>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace nanostores {

/// How far a client has come.
enum class InspectorState {
    Idle, ///< Not connected, and not asked to be.
    Connecting,
    Connected,
    Ended, ///< The program has ended, or has cut the connection; problem() says what is known.
    Refused, ///< There was no connection, or the program did not want it.
};

/// A program that is inspected, as it has introduced itself.
struct InspectedProgram
{
    QString app;
    qint64 pid = 0;
    QString version;
    QString qt; ///< The version of Qt.
    QString started; ///< When the inspector came, as ISO 8601 in UTC.
    bool canEdit = false;
    bool canTravel = false;

    friend bool operator==(const InspectedProgram &, const InspectedProgram &) = default;
};

/// Looks at the stores of another program of this user that has an Inspector.
///
/// What it knows of the program is in stores, which windows show as any other ones. Its own are named `inspector/...`.
/// Made, used and destroyed on one thread with an event loop.
class NANOSTORES_INSPECTOR_EXPORT InspectorClient
{
public:
    /// What a client asks for.
    struct Options
    {
        bool edits = false; ///< Ask the program for the right to set stores.
        bool travels = false; ///< Ask it for the right to have its windows show the past.
        bool follows = true; ///< Keep stores() up to date; otherwise the client asks nothing by itself.
        std::chrono::milliseconds interval{250}; ///< How often it does.
    };
    /// Exactly one of the two is set: what the program answers, or why it does not.
    struct Answer
    {
        QJsonObject reply;
        QString error;
        QString code; ///< Of the error, for programs: see docs/inspector.md.

        explicit operator bool() const { return error.isEmpty(); }
    };
    using Take = std::function<void(const Answer &answer)>;

    InspectorClient();
    explicit InspectorClient(Options options);
    InspectorClient(const InspectorClient &) = delete;
    InspectorClient &operator=(const InspectorClient &) = delete;
    ~InspectorClient();

    /// Connects, after ending another connection.
    void connectTo(const InspectorEndpoint &endpoint);
    void disconnect();

    [[nodiscard]] Readonly<Atom<InspectorState>::node_type> state() const;
    [[nodiscard]] Readonly<Atom<QString>::node_type> problem() const; ///< For people. Empty while there is none.
    [[nodiscard]] Readonly<Atom<InspectedProgram>::node_type> program() const;
    /// Stores and effects, those that came first, first.
    [[nodiscard]] Readonly<List<InspectedStore, QList<InspectedStore>>::node_type> stores() const;

    /// Asks, and calls take() with the answer from the event loop, or at once without a connection. A connection that
    /// ends answers all that was asked. `what` is `get`, `why`, `graph` or another of docs/inspector.md.
    void ask(const QString &what, QJsonObject request, Take take);
    /// Calls events() with what the stores of these names do, some events at a time, oldest first. `*` and `?` are as
    /// in redact(). Called again, it takes the place of the former one.
    void watch(const QStringList &patterns, std::function<void(const QList<InspectedEvent> &events)> events);
    void unwatch();
    /// Sets a store: value is JSON, as "get" gives it.
    void set(qint64 store, const QJsonValue &value, Take take);

private:
    class Private;
    std::unique_ptr<Private> m_private;
};

} // namespace nanostores
