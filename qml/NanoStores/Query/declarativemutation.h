// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <NanoStores/Query/queryclientobject.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/qt/storeobject.h>
#include <nanostores/query/mutation.h>

#include <QJSValue>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// What a call of a Mutation may do to the cache: the first parameter of `run`. Good until the call has ended.
class NANOSTORES_QMLQUERY_EXPORT MutationCall : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(MutationCall)
    QML_UNCREATABLE("A MutationCall is what the function of a Mutation is handed.")

public:
    MutationCall(MutationContext context, QJSEngine *engine, bool keepsCopy);

    /// update(["users", 7], user => Object.assign({}, user, { name: "Ann" })): the function makes the new data of that
    /// which is there. It is seen at once, and undone if the call fails; so the function may run more than once, and
    /// does nothing but that. A text names all keys that begin with it and are in the cache.
    Q_INVOKABLE void update(const QJSValue &key, const QJSValue &change);
    /// Has the data of the key be this, in the same way.
    Q_INVOKABLE void set(const QJSValue &key, const QJSValue &data);
    /// What the cache has for the key now.
    Q_INVOKABLE QJSValue data(const QJSValue &key);
    /// After the call, however it ends: as those of the client.
    Q_INVOKABLE void invalidate(const QJSValue &keys);
    Q_INVOKABLE void revalidate(const QJSValue &keys);

private:
    template<typename F>
    void guarded(const char *what, F f);
    template<typename F>
    void at(const char *what, const QJSValue &key, F f);

    MutationContext m_context;
    QPointer<QJSEngine> m_engine;
    bool m_keepsCopy;
};

/// Something that changes what the server knows:
///
///     Mutation {
///         id: rename
///         run: (call, id, name) => {
///             call.update(["users", id], user => Object.assign({}, user, { name }))   // seen at once
///             call.revalidate(["users", id])                                          // afterwards, in any case
///             return root.send("/users/" + id, { name })                              // a promise
///         }
///     }
///     Button { enabled: !rename.loading; onClicked: rename.mutate(7, "Ann") }
///
/// What a call changes of the cache is undone when it fails, also with several in flight. data, error and loading are
/// of the latest call, and forgotten when nothing observes them any more.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeMutation : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Mutation)
    Q_INTERFACES(QQmlParserStatus)
    /// By default that of the engine.
    Q_PROPERTY(nanostores::QueryClientObject *client READ client WRITE setClient NOTIFY clientChanged FINAL)
    Q_PROPERTY(QJSValue run READ run WRITE setRun NOTIFY runChanged FINAL)
    /// What becomes of a call while another one is running.
    Q_PROPERTY(Calls calls READ calls WRITE setCalls NOTIFY callsChanged FINAL)
    Q_PROPERTY(QJSValue data READ data NOTIFY dataChanged FINAL)
    Q_PROPERTY(QJSValue error READ error NOTIFY errorChanged FINAL)
    NANOSTORES_READONLY(QString, errorString, m_errorText)
    NANOSTORES_READONLY(bool, loading, m_loading)

public:
    enum Calls {
        One, ///< It ends with an error, and does nothing. Such is a second click.
        InOrder, ///< It waits until those before have ended.
        AtOnce, ///< Both run.
    };
    Q_ENUM(Calls)

    explicit DeclarativeMutation(QObject *parent = nullptr);
    ~DeclarativeMutation() override;

    QueryClientObject *client() const;
    void setClient(QueryClientObject *newClient);
    QJSValue run() const { return m_run; }
    void setRun(const QJSValue &newRun);
    Calls calls() const { return m_calls; }
    void setCalls(Calls newCalls);
    QJSValue data() const;
    QJSValue error() const;

    /// Calls the function with a MutationCall and the arguments; undefined ends them. Returns a promise of its result.
    Q_INVOKABLE QJSValue mutate(const QJSValue &first = QJSValue(), const QJSValue &second = QJSValue(),
                                const QJSValue &third = QJSValue(), const QJSValue &fourth = QJSValue(),
                                const QJSValue &fifth = QJSValue(), const QJSValue &sixth = QJSValue());

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void clientChanged();
    void runChanged();
    void callsChanged();
    void dataChanged();
    void errorChanged();
    void succeeded(const QJSValue &data);
    /// With a handler of this, the client's failed() is not sent.
    void failed(const QJSValue &error);

protected:
    void connectNotify(const QMetaMethod &signal) override;

private:
    using Native = Mutation<JsValue, QJSValueList>;

    void rebuild();
    Task<JsValue> call(const MutationContext &context, const QJSValueList &arguments);
    detail::ObserverLink listenToData();
    detail::ObserverLink listenToError();
    void notifyData() { notifyObservers<&DeclarativeMutation::dataChanged>(this, m_dataTie); }
    void notifyError() { notifyObservers<&DeclarativeMutation::errorChanged>(this, m_errorTie); }

    QPointer<QueryClientObject> m_client;
    QJSValue m_run;
    std::unique_ptr<detail::JsCaller> m_caller;
    Atom<std::optional<Native>> m_current;
    Computed<Mutated<JsValue>> m_mutated;
    Computed<JsValue> m_data;
    Computed<QueryError> m_error;
    Computed<QString> m_errorText;
    Computed<bool> m_loading;
    detail::ObserverLink m_dataTie;
    detail::ObserverLink m_errorTie;
    Calls m_calls = One;
    bool m_isComplete = false;
    bool m_hasHandler = false; ///< Of failed().
};

} // namespace nanostores
