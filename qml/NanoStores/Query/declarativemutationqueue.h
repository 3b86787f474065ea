// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/declarativemutating.h>
#include <NanoStores/Query/export.h>
#include <NanoStores/Query/queryclientobject.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/qt/models/storemodel.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/query/mutationqueue.h>

#include <QJSValue>
#include <QJsonArray>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// Calls of QueuedMutations that are sent one after the other, when that is possible, and stay in a storage until then:
///
///     PersistentEngine { id: file; file: "outbox.db" }
///     MutationQueue { id: outbox; engine: file; enabled: Surroundings.online }
///     QueuedMutation {
///         id: rename
///         queue: outbox
///         name: "rename"
///         show: (call, id, name) => call.update(["users", id], user => Object.assign({}, user, { name }))
///         send: (context, id, name) => api.patch("users/" + id, { name })
///     }
///     Label { visible: outbox.count > 0; text: qsTr("%1 changes wait for the network").arg(outbox.count) }
///
/// What the calls change of the cache is seen until the server has answered, over whatever answers come, also in later
/// runs of the program, and taken back when one is dropped. What it is made of is fixed when the first of it and its
/// mutations is complete.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeMutationQueue : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(MutationQueue)
    Q_INTERFACES(QQmlParserStatus)
    /// By default that of the engine.
    Q_PROPERTY(nanostores::QueryClientObject *client READ client WRITE setClient NOTIFY optionsChanged FINAL)
    /// Where the calls are kept: a PersistentEngine, or an EngineObject of C++.
    Q_PROPERTY(QObject *engine READ storage WRITE setStorage NOTIFY optionsChanged FINAL REQUIRED)
    /// Names in the storage begin with it. It belongs to one queue.
    Q_PROPERTY(QString prefix READ prefix WRITE setPrefix NOTIFY optionsChanged FINAL)
    /// A call that finds so many in the queue ends with an error.
    Q_PROPERTY(int maxCalls READ maxCalls WRITE setMaxCalls NOTIFY optionsChanged FINAL)
    /// While it is false, nothing is sent.
    Q_PROPERTY(bool enabled READ isEnabled WRITE setEnabled NOTIFY enabledChanged FINAL)
    /// What becomes of a call that has failed: a function of { error, attempt } that returns in how many milliseconds
    /// it is sent again, MutationQueue.Hold, MutationQueue.Drop, or undefined: as without it, when the client's `retry`
    /// says it, and the call is held where that has no further attempt.
    Q_PROPERTY(QJSValue verdict READ verdict WRITE setVerdict NOTIFY verdictChanged FINAL)
    /// All calls, in the order in which they are sent, with the roles callId, mutation, state ("waiting", "sending",
    /// "held", "refused"), attempts, and error, the message of the last one.
    Q_PROPERTY(nanostores::StoreModel *model READ model CONSTANT FINAL)
    /// How many of them are to be sent.
    NANOSTORES_READONLY(int, count, m_count)

public:
    enum State {
        Idle, ///< There is nothing to send.
        Waiting, ///< The queue, or its client, is not enabled.
        Sending,
        Retrying, ///< An attempt has failed; another one follows after a time.
        Held, ///< The first call is.
    };
    Q_ENUM(State)
    /// What `verdict` may return besides milliseconds.
    enum Verdict {
        Hold = -1, ///< A conflict: the call stays, and stops the queue until retry() or drop().
        Drop = -2, ///< The call is given up, and what it has changed is taken back.
    };
    Q_ENUM(Verdict)

private:
    NANOSTORES_READONLY(State, state, m_state)

public:
    explicit DeclarativeMutationQueue(QObject *parent = nullptr);
    ~DeclarativeMutationQueue() override;

    QueryClientObject *client() const;
    void setClient(QueryClientObject *newClient);
    QObject *storage() const { return m_storage; }
    void setStorage(QObject *newStorage);
    QString prefix() const { return m_prefix; }
    void setPrefix(const QString &newPrefix);
    int maxCalls() const { return m_maxCalls; }
    void setMaxCalls(int newMaxCalls);
    bool isEnabled() const { return m_isEnabled.peek(); }
    void setEnabled(bool newEnabled);
    QJSValue verdict() const { return m_verdict; }
    void setVerdict(const QJSValue &newVerdict);
    StoreModel *model() const { return m_model; }

    /// Sends now what waits for another attempt, or is held.
    Q_INVOKABLE void retry();
    /// Takes a call out of the queue, and takes back what it has changed. False: there is none of that id.
    Q_INVOKABLE bool drop(const QString &id);
    /// Drops all, as when a user leaves.
    Q_INVOKABLE void clear();

    void classBegin() override;
    void componentComplete() override;

    /// For the library: makes the queue, if that has not been done. None: it has warned.
    const std::optional<MutationQueue> &begin();

Q_SIGNALS:
    void optionsChanged();
    void enabledChanged();
    void verdictChanged();
    /// A call has been given up after a failure. Without a handler the error is reported.
    void dropped(const QString &id, const QString &mutation, const QJSValue &error);

private:
    bool isFixed(const char *property) const;
    template<typename T>
    void setOption(const char *property, T &place, const T &newValue);
    QueueVerdict judge(const QueryFailure &failure);
    void reportDropped(const QueuedCall &call);

    QPointer<QueryClientObject> m_client;
    QPointer<QObject> m_storage;
    QString m_prefix = QStringLiteral("queue/");
    int m_maxCalls = 1000;
    QJSValue m_verdict;
    std::unique_ptr<detail::JsCaller> m_caller;
    Atom<bool> m_isEnabled{true};
    Atom<std::optional<MutationQueue>> m_queue{std::optional<MutationQueue>()};
    Computed<int> m_count;
    Computed<State> m_state;
    StoreModel *m_model;
    bool m_isMade = false;
};

/// What `send` of a QueuedMutation is handed first: of the call, and for what the server has answered.
class NANOSTORES_QMLQUERY_EXPORT QueuedSend : public nanostores::MutationCall
{
    Q_OBJECT
    QML_NAMED_ELEMENT(QueuedSend)
    QML_UNCREATABLE("A QueuedSend is what sends a call of a QueuedMutation is handed.")
    /// Of the call, the same for each attempt and in each run: for a server that takes a call of one id once.
    Q_PROPERTY(QString id READ id CONSTANT FINAL)
    /// Counted from 1, in all runs: what an earlier one has sent may have arrived.
    Q_PROPERTY(int attempt READ attempt CONSTANT FINAL)

public:
    QueuedSend(const SendContext &context, QJSEngine *engine, bool keepsCopy);

    QString id() const { return m_id; }
    int attempt() const { return m_attempt; }

private:
    QString m_id;
    int m_attempt;
};

/// A mutation whose calls wait in a MutationQueue: see there. The arguments of mutate() are what JSON has. Its promise
/// ends with the server's answer, or with the error for which the call is dropped; data, error and loading are of the
/// latest call of this run.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeQueuedMutation : public nanostores::DeclarativeMutating
{
    Q_OBJECT
    QML_NAMED_ELEMENT(QueuedMutation)
    Q_PROPERTY(nanostores::DeclarativeMutationQueue *queue READ queue WRITE setQueue NOTIFY queueChanged FINAL REQUIRED)
    /// In the storage: by it later runs know the calls. When the arguments change their meaning, take another one.
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged FINAL REQUIRED)
    /// Changes the cache: called with a MutationCall and the arguments by mutate(), and once more in each later run
    /// that finds the call in the storage.
    Q_PROPERTY(QJSValue show READ shows WRITE setShow NOTIFY showChanged FINAL)
    /// Called for each attempt with a QueuedSend and the arguments. Returns a promise, or a value, or throws.
    Q_PROPERTY(QJSValue send READ sends WRITE setSend NOTIFY sendChanged FINAL)

public:
    explicit DeclarativeQueuedMutation(QObject *parent = nullptr);
    ~DeclarativeQueuedMutation() override;

    DeclarativeMutationQueue *queue() const { return m_queue; }
    void setQueue(DeclarativeMutationQueue *newQueue);
    QString name() const { return m_name; }
    void setName(const QString &newName);
    QJSValue shows() const { return m_show; }
    void setShow(const QJSValue &newShow);
    QJSValue sends() const { return m_send; }
    void setSend(const QJSValue &newSend);

Q_SIGNALS:
    void queueChanged();
    void nameChanged();
    void showChanged();
    void sendChanged();

protected:
    void rebuild() override;
    Task<JsValue> start(const QJSValueList &arguments) override;

private:
    using Native = Mutation<JsValue, QJsonArray>;

    bool isShared() const;
    bool isFunction(const char *property, const QJSValue &value) const;
    void showCall(const MutationContext &context, const QJsonArray &arguments);
    Task<JsValue> sendCall(const SendContext &context, const QJsonArray &arguments);

    QPointer<DeclarativeMutationQueue> m_queue;
    QString m_name;
    QJSValue m_show;
    QJSValue m_send;
    std::optional<Native> m_native;
};

} // namespace nanostores
