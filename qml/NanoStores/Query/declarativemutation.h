// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Query/declarativemutating.h>
#include <NanoStores/Query/export.h>
#include <NanoStores/Query/queryclientobject.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/query/mutation.h>

#include <QJSValue>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

#include <optional>

namespace nanostores {

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
/// of the latest call, and forgotten when nothing observes them any more. The function is called with a MutationCall
/// and the arguments of mutate().
class NANOSTORES_QMLQUERY_EXPORT DeclarativeMutation : public nanostores::DeclarativeMutating
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Mutation)
    /// By default that of the engine.
    Q_PROPERTY(nanostores::QueryClientObject *client READ client WRITE setClient NOTIFY clientChanged FINAL)
    Q_PROPERTY(QJSValue run READ run WRITE setRun NOTIFY runChanged FINAL)
    /// What becomes of a call while another one is running.
    Q_PROPERTY(Calls calls READ calls WRITE setCalls NOTIFY callsChanged FINAL)

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

Q_SIGNALS:
    void clientChanged();
    void runChanged();
    void callsChanged();

protected:
    void rebuild() override;
    Task<JsValue> start(const QJSValueList &arguments) override;

private:
    using Native = Mutation<JsValue, QJSValueList>;

    Task<JsValue> call(const MutationContext &context, const QJSValueList &arguments);

    QPointer<QueryClientObject> m_client;
    QJSValue m_run;
    std::optional<Native> m_native;
    Calls m_calls = One;
};

} // namespace nanostores
