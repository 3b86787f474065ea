// SPDX-License-Identifier: MIT
#include <NanoStores/Query/declarativemutation.h>

#include <NanoStores/Query/detail/jstasks.h>

#include <QQmlEngine>
#include <QQmlInfo>

#include <stdexcept>
#include <utility>

namespace nanostores {

DeclarativeMutation::DeclarativeMutation(QObject *parent)
    : DeclarativeMutating(parent)
{
}

DeclarativeMutation::~DeclarativeMutation() = default;

QueryClientObject *DeclarativeMutation::client() const
{
    if (m_client) {
        return m_client;
    }
    QQmlEngine *const engine = qmlEngine(this);
    return engine ? QueryClientObject::defaultOf(engine) : nullptr;
}

void DeclarativeMutation::setClient(QueryClientObject *newClient)
{
    if (m_client != newClient) {
        m_client = newClient;
        const QPointer<DeclarativeMutation> alive(this);
        rebuild();
        if (alive) {
            Q_EMIT clientChanged();
        }
    }
}

void DeclarativeMutation::setRun(const QJSValue &newRun)
{
    m_run = newRun;
    if (!newRun.isCallable() && !newRun.isUndefined() && !newRun.isNull()) {
        qmlWarning(this) << "run must be a function, not " << detail::described(newRun)
                         << ". Write `run: (call, id) => ...`.";
    }
    Q_EMIT runChanged();
}

void DeclarativeMutation::setCalls(Calls newCalls)
{
    if (m_calls != newCalls) {
        m_calls = newCalls;
        const QPointer<DeclarativeMutation> alive(this); // those who are notified may delete it
        rebuild();
        if (alive) {
            Q_EMIT callsChanged();
        }
    }
}

void DeclarativeMutation::rebuild()
{
    QueryClientObject *const by = isComplete() ? client() : nullptr;
    if (!by) {
        return;
    }
    const QPointer<DeclarativeMutation> self(this);
    MutationOptions made = options();
    made.calls = m_calls == One       ? MutationCalls::One
                 : m_calls == InOrder ? MutationCalls::InOrder
                                      : MutationCalls::AtOnce;
    m_native.emplace(by->client().mutation(
        [self](MutationContext &context, const QJSValueList &arguments) -> Task<JsValue> {
            if (self) {
                return self->call(context, arguments);
            }
            const TaskSource<JsValue> gone;
            return gone.task(); // given up
        },
        std::move(made)));
    setOutcome(Outcome(m_native->node()));
}

Task<JsValue> DeclarativeMutation::start(const QJSValueList &arguments)
{
    return m_native->mutate(arguments);
}

Task<JsValue> DeclarativeMutation::call(const MutationContext &context, const QJSValueList &arguments)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!m_run.isCallable() || !engine) {
        throw std::logic_error("Mutation: there is nothing to run: write `run: (call, id) => ...`");
    }
    const auto *const by = client();
    const bool isShared = by && by->isShared();
    QJSValueList all{engine->newQObject(new MutationCall(context, engine, isShared))};
    all.append(arguments);
    return detail::callForTask(*caller(), engine, isShared, m_run, all);
}

} // namespace nanostores
