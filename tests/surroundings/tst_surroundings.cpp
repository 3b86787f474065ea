// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>
#include <nanostores/surroundings.h>

#include <support/callrecorder.h>
#include <support/manualtime.h>

#include <QGuiApplication>
#include <QNetworkInformation>
#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

const SurroundingsStore early = appActive(); // before there is an application object

/// A thread that is older than the application object, and has asked before there was one.
class EarlyThread : public QThread
{
public:
    EarlyThread()
    {
        m_context.moveToThread(this);
        start();
        m_hasAsked.acquire();
    }
    ~EarlyThread() override
    {
        m_mayRun.release();
        quit();
        wait();
    }
    /// Its event loop runs from now on, which needs an application object.
    void go() { m_mayRun.release(); }
    QList<bool> seen()
    {
        QList<bool> seen;
        QMetaObject::invokeMethod(
            &m_context, [&] { seen = m_seen; }, Qt::BlockingQueuedConnection);
        return seen;
    }

protected:
    void run() override
    {
        const Subscription tie = appVisible().listen([this](bool isVisible) { m_seen.append(isVisible); });
        m_hasAsked.release();
        m_mayRun.acquire();
        exec();
    }

private:
    QObject m_context;
    QSemaphore m_hasAsked;
    QSemaphore m_mayRun;
    QList<bool> m_seen;
};
std::optional<EarlyThread> earlyThread(std::in_place);

void setState(Qt::ApplicationState state)
{
    Q_EMIT qGuiApp->applicationStateChanged(state);
}

} // namespace

class tst_Surroundings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void cleanup() { setState(Qt::ApplicationActive); }

    void app_followsTheState_data();
    void app_followsTheState();
    void app_isFollowedFromBeforeItWasMade();
    void listener_seesOneChangeAtATime();
    void network_isFollowed();
    void fake_hidesTheSystem();
    void fake_isOneAtATime();
    void fake_keepsFocusAndSightInStep();
    void query_fetchesAnewWithTheFocus();
    void query_waitsForTheNetwork();
    void queue_sendsWhenTheNetworkIsBack();
    void thread_hasStoresOfItsOwn();
    void thread_followsTheApplication();
    void thread_beginsWithWhatIsSo_data();
    void thread_beginsWithWhatIsSo();
    void thread_thatIsOlderThanTheApplicationFollowsIt();
    void threads_comeAndGoWhileTheStateChanges();
    void cleanupTestCase() { earlyThread.reset(); }

private:
    template<typename F>
    static void runInThread(F f)
    {
        const std::unique_ptr<QThread> thread(QThread::create(f));
        thread->start();
        thread->wait();
    }
};

void tst_Surroundings::app_followsTheState_data()
{
    QTest::addColumn<Qt::ApplicationState>("state");
    QTest::addColumn<bool>("isVisible");
    QTest::addColumn<bool>("isActive");
    QTest::newRow("active") << Qt::ApplicationActive << true << true;
    QTest::newRow("inactive") << Qt::ApplicationInactive << true << false;
    QTest::newRow("hidden") << Qt::ApplicationHidden << false << false;
    QTest::newRow("suspended") << Qt::ApplicationSuspended << false << false;
}

void tst_Surroundings::app_followsTheState()
{
    QFETCH(const Qt::ApplicationState, state);
    setState(state);
    QTEST(appVisible().get(), "isVisible");
    QTEST(appActive().get(), "isActive");
}

void tst_Surroundings::app_isFollowedFromBeforeItWasMade()
{
    support::CallRecorder<bool> calls;
    const Subscription tie = early.listen(calls);
    setState(Qt::ApplicationInactive);
    setState(Qt::ApplicationSuspended);
    setState(Qt::ApplicationActive);
    QCOMPARE(calls.values(), (QList<bool>{false, true}));
}

void tst_Surroundings::listener_seesOneChangeAtATime()
{
    QList<bool> seen;
    const Subscription tie = appVisible().listen([&seen](bool isVisible) {
        seen.append(isVisible);
        seen.append(appActive().get());
    });
    setState(Qt::ApplicationHidden);
    setState(Qt::ApplicationActive);
    QCOMPARE(seen, (QList<bool>{false, false, true, true}));
}

void tst_Surroundings::network_isFollowed()
{
    const SurroundingsStore isOnline = online();
    auto *const network = QNetworkInformation::instance();
    if (!network) {
        QVERIFY(isOnline.get());
        QVERIFY(!metered().get());
        QSKIP("Qt has no network information here.");
    }
    using Reachability = QNetworkInformation::Reachability;
    Q_EMIT network->reachabilityChanged(Reachability::Disconnected);
    QVERIFY(!isOnline.get());
    for (const auto reachability :
         {Reachability::Local, Reachability::Site, Reachability::Online, Reachability::Unknown}) {
        Q_EMIT network->reachabilityChanged(Reachability::Disconnected);
        Q_EMIT network->reachabilityChanged(reachability);
        QVERIFY(isOnline.get());
    }
    Q_EMIT network->isMeteredChanged(true);
    QVERIFY(metered().get());
    Q_EMIT network->isMeteredChanged(false);
    QVERIFY(!metered().get());
}

void tst_Surroundings::fake_hidesTheSystem()
{
    setState(Qt::ApplicationInactive);
    {
        FakeSurroundings fake;
        QVERIFY(appActive().get());
        fake.setOnline(false);
        fake.setMetered(true);
        setState(Qt::ApplicationSuspended);
        QVERIFY(appVisible().get() && appActive().get());
        QVERIFY(!online().get());
        QVERIFY(metered().get());
    }
    QVERIFY(!appVisible().get() && !appActive().get());
}

void tst_Surroundings::fake_isOneAtATime()
{
    {
        const FakeSurroundings fake;
        QVERIFY_EXCEPTION_THROWN(FakeSurroundings(), std::logic_error);
    }
    const FakeSurroundings another;
}

void tst_Surroundings::fake_keepsFocusAndSightInStep()
{
    FakeSurroundings fake;
    fake.setAppVisible(false);
    QVERIFY(!appActive().get());
    fake.setAppVisible(true);
    QVERIFY(!appActive().get());
    fake.setAppVisible(false);
    fake.setAppActive(true);
    QVERIFY(appVisible().get() && appActive().get());
    fake.setAppActive(false);
    QVERIFY(appVisible().get() && !appActive().get());
}

void tst_Surroundings::query_fetchesAnewWithTheFocus()
{
    support::ManualTime time;
    const QueryClient api({.dedupeTime = 0ms, .revalidateOn = {appActive()}, .enabled = {appVisible()}});
    int calls = 0;
    const auto user = api.query(queryKey<int>("user"), [&calls] { return ++calls; });
    const Subscription view = user.listen([] {});
    time.advance(1);
    QCOMPARE(calls, 1);
    setState(Qt::ApplicationInactive);
    setState(Qt::ApplicationActive);
    time.advance(1);
    QCOMPARE(calls, 2);
    setState(Qt::ApplicationSuspended);
    user.revalidate();
    time.advance(1);
    QCOMPARE(calls, 2);
    setState(Qt::ApplicationActive);
    time.advance(1);
    QCOMPARE(calls, 3);
}

void tst_Surroundings::query_waitsForTheNetwork()
{
    support::ManualTime time;
    FakeSurroundings fake;
    fake.setOnline(false);
    const QueryClient api({.dedupeTime = 0ms, .revalidateOn = {online()}, .enabled = {online()}});
    int calls = 0;
    const auto user = api.query(queryKey<int>("user"), [&calls] { return ++calls; });
    const Subscription view = user.listen([] {});
    time.advance(1);
    QCOMPARE(calls, 0);
    fake.setOnline(true);
    time.advance(1);
    QCOMPARE(calls, 1);
    fake.setOnline(false);
    QCOMPARE(calls, 1);
    fake.setOnline(true);
    time.advance(1);
    QCOMPARE(calls, 2);
}

void tst_Surroundings::queue_sendsWhenTheNetworkIsBack()
{
    struct Storage
    {
        std::shared_ptr<std::map<std::string, std::string>> texts =
            std::make_shared<std::map<std::string, std::string>>();
        std::optional<std::string> get(std::string_view name) const
        {
            const auto found = texts->find(std::string(name));
            return found == texts->end() ? std::nullopt : std::optional(found->second);
        }
        void set(std::string_view name, std::string value) const { (*texts)[std::string(name)] = std::move(value); }
        void del(std::string_view name) const { texts->erase(std::string(name)); }
        std::vector<std::pair<std::string, std::string>> entries(std::string_view) const
        {
            return {texts->begin(), texts->end()};
        }
    };
    support::ManualTime time;
    FakeSurroundings fake;
    fake.setOnline(false);
    const QueryClient api;
    const MutationQueue outbox(api, Storage(), {.enabled = {online()}});
    QList<int> sent;
    const auto send = outbox.mutation("send", [&sent](int number) { sent.append(number); });
    send(7);
    send(8);
    QCOMPARE(sent, QList<int>());
    fake.setOnline(true);
    QCOMPARE(sent, (QList<int>{7, 8}));
}

void tst_Surroundings::thread_hasStoresOfItsOwn()
{
    const FakeSurroundings fake;
    setState(Qt::ApplicationSuspended);
    bool isSame = true;
    const std::unique_ptr<QThread> thread(QThread::create([&isSame] {
        FakeSurroundings mine; // not the second one of this thread
        mine.setAppActive(false);
        isSame = appActive().get();
    }));
    thread->start();
    QVERIFY(thread->wait());
    QVERIFY(!isSame);
    QVERIFY(appActive().get());
}

void tst_Surroundings::thread_followsTheApplication()
{
    QList<bool> seen;
    QThread thread;
    QObject context;
    context.moveToThread(&thread);
    thread.start();
    Subscription tie;
    const auto inThread = [&context](auto f) { QMetaObject::invokeMethod(&context, f, Qt::BlockingQueuedConnection); };
    inThread([&] { tie = appActive().listen([&seen](bool isActive) { seen.append(isActive); }); });
    setState(Qt::ApplicationInactive);
    setState(Qt::ApplicationActive);
    inThread([&] { tie.reset(); });
    thread.quit();
    QVERIFY(thread.wait());
    QCOMPARE(seen, (QList<bool>{false, true}));
}

void tst_Surroundings::thread_beginsWithWhatIsSo_data()
{
    app_followsTheState_data();
}

void tst_Surroundings::thread_beginsWithWhatIsSo()
{
    QFETCH(const Qt::ApplicationState, state);
    QFETCH(const bool, isVisible);
    QFETCH(const bool, isActive);
    setState(state);
    const SurroundingsStore isOnline = online();
    auto *const network = QNetworkInformation::instance();
    if (network) {
        Q_EMIT network->reachabilityChanged(QNetworkInformation::Reachability::Disconnected);
        Q_EMIT network->isMeteredChanged(true);
    }
    QList<bool> seen;
    runInThread([&seen] { seen = {appVisible().get(), appActive().get(), online().get(), metered().get()}; });
    QCOMPARE(seen, (QList<bool>{isVisible, isActive, isOnline.get(), metered().get()}));
    if (network) {
        QVERIFY(!seen.at(2) && seen.at(3));
        Q_EMIT network->reachabilityChanged(QNetworkInformation::Reachability::Online);
        Q_EMIT network->isMeteredChanged(false);
    }
}

void tst_Surroundings::thread_thatIsOlderThanTheApplicationFollowsIt()
{
    earlyThread->go();
    const qsizetype before = earlyThread->seen().size();
    setState(Qt::ApplicationHidden);
    setState(Qt::ApplicationInactive);
    QCOMPARE(earlyThread->seen().mid(before), (QList<bool>{false, true}));
}

/// What a thread has seen last is how it is, whenever it has come.
void tst_Surroundings::threads_comeAndGoWhileTheStateChanges()
{
    for (int round = 0; round < 50; ++round) {
        QThread thread;
        QObject context;
        context.moveToThread(&thread);
        thread.start();
        std::optional<SurroundingsStore> store;
        QMetaObject::invokeMethod(
            &context, [&store] { store = appVisible(); }, Qt::QueuedConnection);
        setState(Qt::ApplicationHidden);
        setState(Qt::ApplicationActive);
        setState(Qt::ApplicationHidden);
        bool isVisible = true;
        QMetaObject::invokeMethod(
            &context,
            [&] {
                isVisible = store->get();
                store.reset();
            },
            Qt::BlockingQueuedConnection);
        QVERIFY(!isVisible);
        runInThread([&isVisible] { isVisible = appVisible().get(); });
        QVERIFY(!isVisible);
        setState(Qt::ApplicationActive);
        thread.quit();
        QVERIFY(thread.wait());
    }
}

QTEST_MAIN(tst_Surroundings)
#include "tst_surroundings.moc"
