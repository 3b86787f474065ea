// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/readonly.h>
#include <nanostores/qt/json/json.h>
#include <nanostores/query/detail/queuecore.h>
#include <nanostores/query/export.h>
#include <nanostores/query/keptanswers.h>
#include <nanostores/query/mutation.h>
#include <nanostores/query/queryclient.h>
#include <nanostores/query/queuedcall.h>

#include <QJsonArray>
#include <QString>

#include <concepts>
#include <cstddef>
#include <exception>
#include <memory>
#include <optional>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace nanostores {

namespace detail {

template<typename Params>
struct SendArgs
{
    using type = Params;
};
template<typename... A>
struct SendArgs<std::tuple<SendContext, A...>>
{
    using type = std::tuple<A...>;
};

template<typename F, typename... A>
decltype(auto) sendNow(F &send, const SendContext &context, const A &...arg)
{
    if constexpr (std::is_invocable_v<F &, SendContext, const A &...>) {
        return send(context, arg...);
    } else {
        static_assert(std::is_invocable_v<F &, const A &...>,
                      "what sends takes the parameters of what shows, and before them, if it likes, a SendContext");
        return send(arg...);
    }
}

template<typename... A, std::size_t... i>
std::optional<std::tuple<A...>> argsOf(const QJsonArray &json, std::index_sequence<i...>)
{
    if (json.size() != static_cast<qsizetype>(sizeof...(A))) {
        return std::nullopt;
    }
    [[maybe_unused]] std::tuple<std::optional<A>...> args{json::fromJson<A>(json.at(static_cast<qsizetype>(i)))...};
    if (!(std::get<i>(args).has_value() && ...)) {
        return std::nullopt;
    }
    return std::tuple<A...>(*std::move(std::get<i>(args))...);
}

template<typename Show, typename Send, typename... A>
auto makeQueued(const std::shared_ptr<QueueCore> &queue, const QString &name, Show show, Send send,
                MutationOptions options, std::tuple<A...> *)
{
    using Result = decltype(sendNow(send, std::declval<const SendContext &>(), std::declval<const A &>()...));
    using R = typename MutationResult<Result>::type;
    using Core = MutationCore<R, A...>;
    const auto sender = std::make_shared<Send>(std::move(send));
    options.calls = MutationCalls::AtOnce;
    auto call = [weak = std::weak_ptr(queue), name, show = std::move(show),
                 sender](MutationContext &context, const std::tuple<A...> &args, auto finish) mutable {
        const auto mine = QueueCore::alive(weak);
        const auto restored = mine->prepare();
        std::apply([&](const A &...arg) { show(context, arg...); }, args);
        const auto sendTo = [sender, finish, &args](const SendContext &to, const QueueCore::Succeeded &succeeded,
                                                    const QueueCore::Failed &failed) {
            const auto run = [&]() -> Result {
                return std::apply([&](const A &...arg) -> Result { return sendNow(*sender, to, arg...); }, args);
            };
            const auto end = [finish, succeeded, failed](const R *value, const std::exception_ptr &error) {
                if (error) {
                    failed(error);
                } else {
                    succeeded([&] { finish(value, nullptr); });
                }
            };
            runToEnd<R, Result>(run, end, sender);
        };
        const auto dropped = [finish](const std::exception_ptr &error) { finish(nullptr, error); };
        std::apply(
            [&](const A &...arg) {
                mine->take(restored, name, QJsonArray{json::toJson<A>(arg, 0)...}, context, {sendTo, dropped});
            },
            args);
    };
    const auto core = std::make_shared<Core>(queue->client(), std::move(call), std::move(options), false);
    const std::weak_ptr weak(core);
    queue->declare(name, typeid(std::tuple<A...>), weak, [weak](const QJsonArray &json) {
        const auto mine = weak.lock();
        if (!mine) {
            return QueueCore::Restored::Unknown;
        }
        auto args = argsOf<A...>(json, std::index_sequence_for<A...>());
        if (!args) {
            return QueueCore::Restored::OtherParameters;
        }
        const auto task = mine->call(*std::move(args));
        if (task.done()) {
            static_cast<void>(task.result()); // what shows it has thrown
        }
        return QueueCore::Restored::Taken;
    });
    return Mutation<R, A...>(core);
}

} // namespace detail

/// Calls of mutations that are sent one after the other, when that is possible, and stay in a storage until then:
///
///     inline const MutationQueue outbox(api, StorageEngine::sqlite("app.db"));
///     inline const auto rename = outbox.mutation(
///         "rename",
///         [](MutationContext &change, int id, QString name) { // what is seen at once, and in later runs
///             change.update(userKey(id), [name](User &user) { user.name = name; });
///             change.revalidate(userKey(id));
///         },
///         [](SendContext context, int id, QString name) { return sendName(context.id, id, name); });
///
/// A call is in the storage before it is sent, and until the server has answered, or it is dropped: so it may be sent
/// twice, if the program ends meanwhile, and has an id by which a server can know that. What the calls change of the
/// cache is seen until then, over whatever answers come, and taken back when one is dropped.
///
/// A handle: copies are the same queue. It belongs to the thread of its client, and is kept as long as its mutations
/// are called. When the last one goes, what the calls show is taken back; the calls stay in the storage.
///
/// The mutations are declared before the event loop runs: calls of an earlier run are sent from its first turn on.
class NANOSTORES_QUERY_EXPORT MutationQueue
{
public:
    template<AnswerStorage S>
    MutationQueue(const QueryClient &client, S storage, QueueOptions options = {})
        : m_core(
            detail::QueueCore::make(client.core(), detail::AnyAnswerStorage(std::move(storage)), std::move(options)))
    {
    }

    /// A mutation whose calls wait in the queue. `show` takes a MutationContext and the parameters; it runs when the
    /// mutation is called, and once more in each later run that finds the call in the storage. `send` takes the
    /// parameters, and before them, if it likes, a SendContext; it returns a Task, a value, or nothing, and runs for
    /// each attempt. The parameters are of types that JsonCodec reads and writes.
    ///
    /// The task of a call ends when the server has answered, or with the error for which the call is dropped. It does
    /// not count for allTasks(), but while it is being sent. The options' `calls` count for nothing.
    ///
    /// The name is that of the mutation in the storage. Throws std::logic_error if the queue has one of that name whose
    /// parameters are of other types, and std::invalid_argument if it is empty.
    template<typename Show, typename Send>
    requires(!std::convertible_to<Send, MutationOptions>)
    [[nodiscard]] auto mutation(const char *name, Show show, Send send, MutationOptions options = {}) const
    {
        using Args = detail::MutationArgs<typename detail::ParamsOf<Show>::Params>;
        static_assert(Args::takesContext, "what shows a call takes a MutationContext & before the parameters");
        using Params = typename Args::type;
        return detail::makeQueued(m_core, QString::fromUtf8(name), std::move(show), std::move(send), std::move(options),
                                  static_cast<Params *>(nullptr));
    }
    /// One that shows nothing.
    template<typename Send>
    [[nodiscard]] auto mutation(const char *name, Send send, MutationOptions options = {}) const
    {
        using Params = typename detail::SendArgs<typename detail::ParamsOf<Send>::Params>::type;
        return detail::makeQueued(
            m_core, QString::fromUtf8(name), [](MutationContext &, const auto &...) {}, std::move(send),
            std::move(options), static_cast<Params *>(nullptr));
    }

    /// All calls, in the order in which they are sent.
    [[nodiscard]] Readonly<detail::SignalNode<QList<QueuedCall>>> calls() const { return readonly(m_core->calls()); }
    /// How many of them are to be sent; those that are refused are not. Each call makes a store: keep it.
    [[nodiscard]] Computed<int> count() const;
    [[nodiscard]] Readonly<detail::SignalNode<QueueState>> state() const { return readonly(m_core->state()); }

    /// Sends now what waits for another attempt, or is held.
    void retry() const { m_core->retry(); }
    /// Takes a call out of the queue and the storage, and takes back what it has changed; its task ends with
    /// QueuedCallDropped. One that is being sent may have reached the server all the same. False: there is none.
    bool drop(const QString &id) const { return m_core->drop(id); }
    /// Drops all, as when a user leaves.
    void clear() const { m_core->clear(); }

    friend bool operator==(const MutationQueue &, const MutationQueue &) noexcept = default;

private:
    std::shared_ptr<detail::QueueCore> m_core;
};

} // namespace nanostores
