// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/subscription.h>
#include <nanostores/query/detail/clientcore.h>
#include <nanostores/query/export.h>
#include <nanostores/query/keptanswers.h>
#include <nanostores/query/mutation.h>
#include <nanostores/query/queuedcall.h>

#include <QHash>
#include <QJsonArray>
#include <QList>
#include <QString>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

namespace nanostores::detail {

/// The calls of a MutationQueue. An entry of the storage is a call as JSON, and its name begins with its place.
///
/// Calls of an earlier run are shown when all mutations that have calls before them are declared, at the latest with
/// the first new call, or in the first turn of the event loop: so what they change of the cache is in their order.
/// They are sent from that turn on.
class NANOSTORES_QUERY_EXPORT QueueCore : public std::enable_shared_from_this<QueueCore>
{
public:
    /// Is called with what ends the call of the mutation.
    using Succeeded = std::function<void(const std::function<void()> &)>;
    using Failed = std::function<void(const std::exception_ptr &)>;
    /// What a mutation does for a call.
    struct Work
    {
        std::function<void(const SendContext &, const Succeeded &, const Failed &)> send;
        Failed drop; ///< Without an error the call is left, as its queue has gone.
    };
    /// What became of a call of an earlier run.
    enum class Restored : std::uint8_t {
        Taken,
        Unknown, ///< Its mutation has gone.
        OtherParameters,
    };
    using Restore = std::function<Restored(const QJsonArray &)>;

    static std::shared_ptr<QueueCore> make(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage,
                                           QueueOptions options);
    /// Throws std::logic_error if the queue has gone.
    static std::shared_ptr<QueueCore> alive(const std::weak_ptr<QueueCore> &queue);
    QueueCore(std::shared_ptr<ClientCore> client, AnyAnswerStorage storage, QueueOptions options);
    QueueCore(const QueueCore &) = delete;
    QueueCore &operator=(const QueueCore &) = delete;
    ~QueueCore();

    const std::shared_ptr<ClientCore> &client() const noexcept { return m_client; }
    const Atom<QList<QueuedCall>> &calls() const noexcept { return m_shown; }
    const Atom<QueueState> &state() const noexcept { return m_state; }

    /// Calls of the name that are in the storage are handed to the function, as long as its owner is there. A later one
    /// takes its place; throws std::logic_error if that has parameters of other types.
    void declare(const QString &mutation, const std::type_info &params, std::weak_ptr<const void> owner,
                 Restore restore);
    struct Call;
    using CallPtr = std::shared_ptr<Call>;
    /// A call is about to be shown. Returns that of an earlier run that it is; null: it is a new one.
    [[nodiscard]] CallPtr prepare();
    /// Has a call that is shown, or throws: then it is in neither the queue nor the storage.
    void take(const CallPtr &restored, const QString &mutation, const QJsonArray &args, const MutationContext &context,
              Work work);

    void retry();
    bool drop(const QString &id);
    void clear();

private:
    struct Declared
    {
        const std::type_info *params;
        std::weak_ptr<const void> owner;
        Restore restore;
    };

    void load();
    void read(Call &call, std::string_view text) const;
    void begin();
    void restoreNext();
    void restoreRest();
    static bool mayBeRestored(const Call &call);
    static QueuedCallDropped droppedError(const Call &call);
    void restore(const CallPtr &call);
    void refuse(Call &call, const std::string &reason) const;
    void write(const Call &call) const;
    void append(Call &call);
    CallPtr first() const;
    bool isEnabled() const;
    void enabledChanged();
    void go();
    bool sendNext();
    void send(const CallPtr &call);
    void failed(const CallPtr &call, const std::exception_ptr &error);
    QueueVerdict judge(const std::exception_ptr &error);
    void remove(const CallPtr &call);
    void giveUp(const CallPtr &call, const std::exception_ptr &error);
    void publish();

    std::shared_ptr<ClientCore> m_client;
    AnyAnswerStorage m_storage;
    QueueOptions m_options;
    std::vector<CallPtr> m_calls;
    QHash<QString, Declared> m_mutations;
    Atom<QList<QueuedCall>> m_shown{QList<QueuedCall>()};
    Atom<QueueState> m_state{QueueState::Idle};
    std::vector<Subscription> m_ties;
    std::uint64_t m_nextPlace = 1;
    CallPtr m_restoring; ///< Its mutation is about to be called.
    CallPtr m_sending;
    int m_failures = 0;
    bool m_isRestored = false; ///< All that was in the storage is shown, or refused.
    bool m_mayStart = false; ///< The event loop runs, or the program has called a mutation.
    bool m_isGoing = false;
    Timer m_start;
    Timer m_retry;
};

} // namespace nanostores::detail
