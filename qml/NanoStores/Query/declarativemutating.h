// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/export.h>
#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/readonly.h>
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

/// What a call may do to the cache: the first parameter of `run` of a Mutation, and of `show` of a QueuedMutation. Good
/// until the call has ended.
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

/// What Mutation and QueuedMutation have in common: the outcome of the latest call.
class NANOSTORES_QMLQUERY_EXPORT DeclarativeMutating : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_ANONYMOUS
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QJSValue data READ data NOTIFY dataChanged FINAL)
    Q_PROPERTY(QJSValue error READ error NOTIFY errorChanged FINAL)
    NANOSTORES_READONLY(QString, errorString, m_errorText)
    NANOSTORES_READONLY(bool, loading, m_loading)

public:
    ~DeclarativeMutating() override;

    QJSValue data() const;
    QJSValue error() const;

    /// Calls the function with the arguments; undefined ends them. Returns a promise of its result.
    Q_INVOKABLE QJSValue mutate(const QJSValue &first = QJSValue(), const QJSValue &second = QJSValue(),
                                const QJSValue &third = QJSValue(), const QJSValue &fourth = QJSValue(),
                                const QJSValue &fifth = QJSValue(), const QJSValue &sixth = QJSValue());

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void dataChanged();
    void errorChanged();
    void succeeded(const QJSValue &data);
    /// With a handler of this, the client's failed() is not sent.
    void failed(const QJSValue &error);

protected:
    using Outcome = Readonly<detail::SignalNode<Mutated<JsValue>>>;

    explicit DeclarativeMutating(QObject *parent);
    void connectNotify(const QMetaMethod &signal) override;

    /// Makes the store of the mutation, with the options of the moment, if the object is complete, and shows it. Calls
    /// that are running end where they began.
    virtual void rebuild() = 0;
    /// The object has been rebuilt.
    virtual Task<JsValue> start(const QJSValueList &arguments) = 0;

    bool isComplete() const noexcept { return m_isComplete; }
    detail::JsCaller *caller() const noexcept { return m_caller.get(); }
    MutationOptions options();
    void setOutcome(const Outcome &outcome);
    void warn(const QString &problem) const;

private:
    detail::ObserverLink listenToData();
    detail::ObserverLink listenToError();
    void notifyData() { notifyObservers<&DeclarativeMutating::dataChanged>(this, m_dataTie); }
    void notifyError() { notifyObservers<&DeclarativeMutating::errorChanged>(this, m_errorTie); }

    std::unique_ptr<detail::JsCaller> m_caller;
    Atom<std::optional<Outcome>> m_current;
    Computed<Mutated<JsValue>> m_mutated;
    Computed<JsValue> m_data;
    Computed<QueryError> m_error;
    Computed<QString> m_errorText;
    Computed<bool> m_loading;
    detail::ObserverLink m_dataTie;
    detail::ObserverLink m_errorTie;
    bool m_isComplete = false;
    bool m_hasHandler = false; ///< Of failed().
};

} // namespace nanostores
