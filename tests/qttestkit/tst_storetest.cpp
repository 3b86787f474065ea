// SPDX-License-Identifier: MIT

// StoreTest, as a test class that uses it, and as one whose outcome is looked at: this program starts itself again with
// NANOSTORES_TEST_INNER in the environment, and reads what that prints.

#include <nanostores/core.h>
#include <nanostores/qttestkit.h>

#include <QCoreApplication>
#include <QProcess>
#include <QTest>

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

const auto volume = atom(50).named("player/volume");
const auto label = computed(volume, [](int value) { return value / 10; }).named("player/label");

} // namespace

/// What fails, and what does not.
class tst_Inner : public StoreTest
{
    Q_OBJECT

private Q_SLOTS:
    void clean()
    {
        volume.set(10);
        StoreSpy spy(label);
        volume.set(20);
        QCOMPARE(spy.values(), Recorded<int>({2}));
    }
    void again() { QCOMPARE(volume.get(), 50); }
    void leaks()
    {
        volume.listen([] {}).detach();
    }
    void unsettled()
    {
        const auto end = startTask();
        QVERIFY_SETTLED(guard());
        end();
    }
    void comparesValues()
    {
        StoreSpy spy(volume);
        volume.set(60);
        QCOMPARE(spy.values(), Recorded<int>({70}));
    }
    void comparesTimelines()
    {
        const auto text = atom("");
        StoreSpy spy(text);
        guard().advance(300ms);
        text.set("a");
        QCOMPARE(spy.timeline(), (Timeline<std::string>{{0ms, "a"}}));
    }
    void failsBefore()
    {
        volume.listen([] {}).detach();
        QVERIFY(false);
    }
    void hints()
    {
        setShowsHints(true);
        StoreSpy spy(label);
        volume.set(51);
    }
};

class tst_StoreTest : public StoreTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void eachFunction_hasAGuard();
    void values_areThoseOfBefore();
    void leaks_failTheFunction();
    void unsettled_failsWithTheName();
    void compared_listsArePrinted();
    void failedBefore_isShownOnce();
    void hints_areShown();
    void rows_haveAGuardEach_data();
    void rows_haveAGuardEach();

private:
    bool has(const char *text) const { return m_output.contains(text); }

    QByteArray m_output;
};

void tst_StoreTest::initTestCase()
{
    QProcess inner;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("NANOSTORES_TEST_INNER"), QStringLiteral("1"));
    inner.setProcessEnvironment(environment);
    inner.setProcessChannelMode(QProcess::MergedChannels);
    inner.start(QCoreApplication::applicationFilePath(), {QStringLiteral("-o"), QStringLiteral("-,txt")});
    QVERIFY(inner.waitForFinished());
    m_output = inner.readAll();
    QCOMPARE(inner.exitCode(), 5);
}

void tst_StoreTest::eachFunction_hasAGuard()
{
    QCOMPARE(TestGuard::current(), &guard());
    volume.set(1);
    QVERIFY(has("PASS   : tst_Inner::clean()"));
}

void tst_StoreTest::values_areThoseOfBefore()
{
    QCOMPARE(volume.get(), 50);
    QVERIFY(has("PASS   : tst_Inner::again()"));
}

void tst_StoreTest::leaks_failTheFunction()
{
    QVERIFY(has("FAIL!  : tst_Inner::leaks()"));
    QVERIFY(has("left behind"));
    QVERIFY(has("listener of store \"player/volume\" by tst_Inner::leaks"));
}

void tst_StoreTest::unsettled_failsWithTheName()
{
    QVERIFY(has("FAIL!  : tst_Inner::unsettled()"));
    QVERIFY(has("tst_storetest.cpp:"));
    QVERIFY(has("nothing is left that could end it"));
}

void tst_StoreTest::compared_listsArePrinted()
{
    QVERIFY(has("[60]"));
    QVERIFY(has("[70]"));
    QVERIFY(has("[300 ms: \"a\"]"));
    QVERIFY(has("[0 ms: \"a\"]"));
}

void tst_StoreTest::failedBefore_isShownOnce()
{
    QVERIFY(has("FAIL!  : tst_Inner::failsBefore()"));
    QVERIFY(has("the function failed before"));
    QVERIFY(has("listener of store \"player/volume\" by tst_Inner::failsBefore"));
}

void tst_StoreTest::hints_areShown()
{
    QVERIFY(has("PASS   : tst_Inner::hints()"));
    QVERIFY(has("computed store \"player/label\" ran 2 times, 1 without a change"));
}

void tst_StoreTest::rows_haveAGuardEach_data()
{
    QTest::addColumn<int>("value");
    QTest::newRow("one") << 1;
    QTest::newRow("two") << 2;
}

void tst_StoreTest::rows_haveAGuardEach()
{
    QFETCH(const int, value);
    QCOMPARE(volume.get(), 50);
    volume.set(value);
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    if (qEnvironmentVariableIsSet("NANOSTORES_TEST_INNER")) {
        tst_Inner inner;
        return QTest::qExec(&inner, argc, argv);
    }
    tst_StoreTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_storetest.moc"
