// SPDX-License-Identifier: MIT
#include <nanostores/core/effect.h>
#include <nanostores/core/task.h>
#include <nanostores/kit/resolved.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"

#include <QtTest/QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <variant>

using namespace nanostores;
using namespace nanostores::kit;
using support::Trace;

namespace {

std::exception_ptr errorOf(const char *text)
{
    return std::make_exception_ptr(std::runtime_error(text));
}

template<typename T>
QByteArray describe(const Resolved<T> &state)
{
    QByteArray text = state.result() ? QByteArray::number(*state.result()) : QByteArray("-");
    if (state.error()) {
        text += '!' + support::messageOf(state.error()).toUtf8();
    }
    return state.pending() ? text + '~' : text;
}

} // namespace

class tst_Resolved : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void promise_concept();
    void resolved_value();
    void resolved_error();
    void resolved_valueKeptWhileAnotherIsPending();
    void resolved_lateResultsAreDropped();
    void resolved_emptyResets();
    void resolved_plainValues();
    void resolved_finishedTask();
    void resolved_taskOfNothing();
    void resolved_ofATask();
    void resolved_accessorIsCalledOnceAChange();
    void resolved_effectSeesEachStateOnce();
    void resolved_sameValueTwice();
    void resolved_coroutine();
    void resolved_goneBeforeTheEnd();
};

void tst_Resolved::promise_concept()
{
    static_assert(Promise<Task<int>> && Promise<Task<void>> && Promise<Task<std::string>>);
    static_assert(!Promise<int> && !Promise<std::optional<int>> && !Promise<Signal<int>>);
}

void tst_Resolved::resolved_value()
{
    const TaskSource<int> source;
    const auto [result, error, pending] = resolved([&] { return source.task(); });
    QCOMPARE(result(), std::nullopt);
    QVERIFY(!error());
    QCOMPARE(pending(), true);
    source.resolve(42);
    QCOMPARE(result(), std::optional<int>(42));
    QVERIFY(!error());
    QCOMPARE(pending(), false);
}

void tst_Resolved::resolved_error()
{
    const TaskSource<int> source;
    const auto state = resolved([&] { return source.task(); });
    source.reject(errorOf("lost"));
    QCOMPARE(describe(state), "-!lost");
}

void tst_Resolved::resolved_valueKeptWhileAnotherIsPending()
{
    const TaskSource<int> first;
    const TaskSource<int> second;
    const TaskSource<int> third;
    const auto which = signal(first.task());
    const auto state = resolved(which);
    first.resolve(1);
    QCOMPARE(describe(state), "1");
    which(second.task());
    QCOMPARE(describe(state), "1~");
    second.reject(errorOf("lost"));
    QCOMPARE(describe(state), "1!lost");
    which(third.task());
    QCOMPARE(describe(state), "1~");
    third.resolve(3);
    QCOMPARE(describe(state), "3");
}

void tst_Resolved::resolved_lateResultsAreDropped()
{
    const TaskSource<int> slow;
    const TaskSource<int> quick;
    const auto which = signal(slow.task());
    const auto state = resolved(which);
    which(quick.task());
    QCOMPARE(describe(state), "-~");
    quick.resolve(2);
    QCOMPARE(describe(state), "2");
    slow.resolve(1);
    QCOMPARE(describe(state), "2");

    const TaskSource<int> failing;
    which(failing.task());
    which(quick.task());
    QCOMPARE(describe(state), "2");
    failing.reject(errorOf("late"));
    QCOMPARE(describe(state), "2");
}

void tst_Resolved::resolved_emptyResets()
{
    const TaskSource<int> source;
    const auto which = signal(std::optional<Task<int>>());
    const auto state = resolved(which);
    QCOMPARE(describe(state), "-");
    which(source.task());
    QCOMPARE(describe(state), "-~");
    source.resolve(1);
    QCOMPARE(describe(state), "1");
    which(std::nullopt);
    QCOMPARE(describe(state), "-");
}

void tst_Resolved::resolved_plainValues()
{
    QCOMPARE(describe(resolved(42)), "42");
    QCOMPARE(describe(resolved([] { return 0; })), "0");
    const auto value = signal(std::optional<int>(5));
    const auto state = resolved(value);
    QCOMPARE(describe(state), "5");
    value(6);
    QCOMPARE(describe(state), "6");
    value(std::nullopt);
    QCOMPARE(describe(state), "-");
}

void tst_Resolved::resolved_finishedTask()
{
    const auto number = signal(1);
    const auto state = resolved([&] { return task([n = number()] { return n * 2; }); });
    Trace trace;
    const auto stop = effect([&] { trace.add(describe(state)); });
    number(2);
    QCOMPARE(trace.take(), "2 4");
}

void tst_Resolved::resolved_taskOfNothing()
{
    const TaskSource<void> source;
    const auto state = resolved([&] { return source.task(); });
    static_assert(std::is_same_v<decltype(state)::value_type, std::monostate>);
    QVERIFY(state.pending());
    source.resolve();
    QVERIFY(state.result());
    QVERIFY(!state.pending());
}

void tst_Resolved::resolved_ofATask()
{
    const TaskSource<int> source;
    const auto state = resolved(source.task());
    QCOMPARE(describe(state), "-~");
    source.resolve(7);
    QCOMPARE(describe(state), "7");
}

void tst_Resolved::resolved_accessorIsCalledOnceAChange()
{
    const auto id = signal(1);
    TaskSource<int> source;
    int calls = 0;
    const auto state = resolved([&] {
        ++calls;
        id();
        return source.task();
    });
    QCOMPARE(calls, 1);
    QCOMPARE(describe(state), "-~");
    source.resolve(1);
    QCOMPARE(describe(state), "1");
    QCOMPARE(calls, 1);
    source = {};
    id(2);
    QCOMPARE(describe(state), "1~");
    QCOMPARE(calls, 2);
}

void tst_Resolved::resolved_effectSeesEachStateOnce()
{
    const TaskSource<int> first;
    const TaskSource<int> second;
    const auto which = signal(first.task());
    const auto state = resolved(which);
    Trace trace;
    const auto stop = effect([&] { trace.add(describe(state)); });
    first.resolve(1);
    which(second.task());
    second.resolve(2);
    QCOMPARE(trace.take(), "-~ 1 1~ 2");
}

void tst_Resolved::resolved_sameValueTwice()
{
    const TaskSource<int> first;
    const TaskSource<int> second;
    const auto which = signal(first.task());
    const auto state = resolved(which);
    int runs = 0;
    const auto stop = effect([&] {
        ++runs;
        state.result();
    });
    first.resolve(1);
    which(second.task());
    second.resolve(1);
    QCOMPARE(runs, 2);
    QCOMPARE(state.pending(), false);
}

void tst_Resolved::resolved_coroutine()
{
    const TaskSource<int> source;
    const auto factor = signal(2);
    const auto twice = [source](int by) -> Task<int> { co_return co_await source.task() * by; };
    const auto state = resolved([&] { return twice(factor()); });
    QCOMPARE(describe(state), "-~");
    factor(3);
    QCOMPARE(describe(state), "-~");
    source.resolve(5);
    QCOMPARE(describe(state), "15");
}

void tst_Resolved::resolved_goneBeforeTheEnd()
{
    const int before = support::Counted::alive();
    const TaskSource<int> source;
    {
        const auto state = resolved([task = source.task(), counted = support::Counted()] { return task; });
        QVERIFY(state.pending());
    }
    QCOMPARE(support::Counted::alive(), before);
    source.resolve(1);
}

QTEST_APPLESS_MAIN(tst_Resolved)
#include "tst_resolved.moc"
