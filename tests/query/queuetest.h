// SPDX-License-Identifier: MIT
#pragma once

#include "querytest.h"
#include "texts.h"

#include <QtCore/QString>
#include <QtCore/QStringList>

#include <utility>

namespace support {

inline QString shownState(nanostores::QueueState state)
{
    return QStringList{QStringLiteral("idle"), QStringLiteral("waiting"), QStringLiteral("sending"),
                       QStringLiteral("retrying"), QStringLiteral("held")}
        .at(static_cast<int>(state));
}

/// A queue in short: its state, and a letter for each call with its number of attempts.
inline QString shown(const nanostores::MutationQueue &queue)
{
    QStringList all{shownState(queue.state().get())};
    for (const nanostores::QueuedCall &call : queue.calls().get()) {
        all.append(QStringLiteral("wshr").at(static_cast<int>(call.state)) + QString::number(call.attempts));
    }
    return all.join(u' ');
}

/// A test of a queue with a mutation that appends a digit to an item. Another run() is the next run of the program.
class QueueTest : public QueryTest
{
protected:
    void start()
    {
        QueryTest::start();
        texts = Texts();
        online = nanostores::atom(true);
        ids.clear();
    }
    struct Run
    {
        nanostores::QueryClient client;
        nanostores::MutationQueue queue;
        nanostores::Mutation<int, int, int> add;
    };
    static nanostores::QueryOptions clientOptions()
    {
        return {.retry = nanostores::backoff({.first = std::chrono::seconds(1), .jitter = 0, .attempts = 3})};
    }
    nanostores::Mutation<int, int, int> makeAdd(const nanostores::MutationQueue &queue, const char *name = "add")
    {
        return queue.mutation(
            name,
            [](nanostores::MutationContext &context, int id, int number) {
                context.update(itemKey(id), [number](int &value) { value = value * 10 + number; });
            },
            [this](const nanostores::SendContext &context, int id, int number) {
                ids.append(context.id);
                return server.ask(QStringLiteral("%1:%2#%3").arg(id).arg(number).arg(context.attempt));
            });
    }
    Run run(nanostores::QueueOptions options = {})
    {
        options.enabled.emplace_back(online);
        const nanostores::QueryClient client(clientOptions());
        const nanostores::MutationQueue queue(client, texts, std::move(options));
        return {client, queue, makeAdd(queue)};
    }
    QStringList requests() const { return server.requests(); }

    Texts texts;
    nanostores::Atom<bool> online{true};
    QStringList ids;
};

} // namespace support
