// SPDX-License-Identifier: MIT

// What a mutation keeps of its calls when those who have looked at it have gone.

#include "queuetest.h"

#include <memory>

using namespace nanostores;
using namespace support;
using namespace Qt::StringLiterals;

class tst_QueueOutcomes : public QueueTest
{
    Q_OBJECT

private Q_SLOTS:
    void outcome_ofACallThatEndsLaterIsForgotten();
    void outcome_ofAnErrorThatComesLaterIsForgotten();
    void outcome_isThereForAnObserverWhoComesMeanwhile();
    void outcome_ofCallsThatWaitForOthersIsForgotten();
    void outcome_ofALaterCallIsKept();
    void outcome_isThereForThoseWhoReadItByAndBy();
    void name_ofAMutationThatHasGoneIsFree();

protected Q_SLOTS:
    void init() { start(); }

private:
    /// One who stays.
    template<typename M>
    Subscription observe(const M &mutation)
    {
        auto view = mutation.listen([] {});
        m_time->advance(0);
        return view;
    }
    template<typename R>
    static QString shownOutcome(const Mutated<R> &now)
    {
        return (now.data ? QString::number(*now.data) : u"-"_s) + (now.error ? u"!"_s : QString())
               + (now.loading ? u"L"_s : QString());
    }
};

void tst_QueueOutcomes::outcome_ofACallThatEndsLaterIsForgotten()
{
    const Run now = run();
    online.set(false);
    Subscription view = observe(now.add);
    now.add(1, 5);
    view.reset();
    QCOMPARE(shownOutcome(now.add.peek()), u"-L"_s);
    online.set(true);
    server.answer(0, 5);
    QCOMPARE(shownOutcome(now.add.peek()), u"-"_s);
}

void tst_QueueOutcomes::outcome_ofAnErrorThatComesLaterIsForgotten()
{
    const Run now = run({.onFailure = [](const QueryFailure &) { return QueueVerdict::drop(); },
                         .onDropped = [](const QueuedCall &) {}});
    Subscription view = observe(now.add);
    now.add(1, 5);
    now.add(1, 6);
    view.reset();
    server.refuse(0);
    server.refuse(1);
    QCOMPARE(shownOutcome(now.add.peek()), u"-"_s);
}

void tst_QueueOutcomes::outcome_isThereForAnObserverWhoComesMeanwhile()
{
    const Run now = run();
    Subscription view = observe(now.add);
    now.add(1, 5);
    view.reset();
    view = observe(now.add);
    server.answer(0, 5);
    QCOMPARE(shownOutcome(now.add.peek()), u"5"_s);
    view.reset();
    QCOMPARE(shownOutcome(now.add.peek()), u"-"_s);
}

void tst_QueueOutcomes::outcome_ofCallsThatWaitForOthersIsForgotten()
{
    const QueryClient client;
    const auto send = client.mutation([this](int number) { return server.ask(QString::number(number)); },
                                      {.calls = MutationCalls::InOrder});
    Subscription view = observe(send);
    send(1);
    send(2);
    view.reset();
    server.answer(0, 1);
    server.answer(1, 2);
    QCOMPARE(shownOutcome(send.peek()), u"-"_s);
}

/// A program without an observer may look at it by itself.
void tst_QueueOutcomes::outcome_ofALaterCallIsKept()
{
    const Run now = run();
    Subscription view = observe(now.add);
    now.add(1, 5);
    view.reset();
    now.add(1, 6);
    server.answer(0, 5);
    server.answer(1, 56);
    QCOMPARE(shownOutcome(now.add.peek()), u"56"_s);
}

void tst_QueueOutcomes::outcome_isThereForThoseWhoReadItByAndBy()
{
    const Run now = run();
    now.add(1, 5);
    QVERIFY(now.add.loading().get());
    m_time->advance(1000);
    QVERIFY(now.add.loading().get());
    server.answer(0, 5);
    QCOMPARE(shownOutcome(now.add.peek()), u"5"_s);
}

void tst_QueueOutcomes::name_ofAMutationThatHasGoneIsFree()
{
    const Run now = run();
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(now.queue.mutation("add", [](const QString &) {})), std::logic_error);
    static_cast<void>(makeAdd(now.queue, "other"));
    const auto other = now.queue.mutation("other", [](const QString &) {});
    other(u"text"_s);
    QCOMPARE(shown(now.queue), u"idle"_s);
}

QTEST_GUILESS_MAIN(tst_QueueOutcomes)
#include "tst_queueoutcomes.moc"
