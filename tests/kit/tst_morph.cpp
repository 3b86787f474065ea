// SPDX-License-Identifier: MIT
#include <nanostores/kit.h>

#include "support/callrecorder.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

using namespace nanostores;

class tst_Morph : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void morph_convertsBothWays();
    void morph_isTracked();
    void morph_withoutAFunctionUsesTheSource();
    void morph_behaviourMayBeReplacedWhileItRuns();
    void morph_setterSeesPendingValues();
    void morph_sharesTheLifecycle();
    void external_factoryRunsAtTheFirstRead();
    void external_factoryRunsAtTheFirstWrite();
    void external_factoryThatThrowsRunsAgain();
    void external_factoryIsUntracked();
    void external_ownGetterAndSetter();
    void external_hooksOfTheSource();
};

void tst_Morph::morph_convertsBothWays()
{
    const auto source = signal(0);
    const auto doubled = morph(
        source, [](auto &self) { return self.source() * 2; }, [](auto &self, int value) { self.source(value / 2); });
    doubled(10);
    QCOMPARE(source(), 5);
    QCOMPARE(doubled(), 10);
    doubled([](int before) { return before + 2; });
    QCOMPARE(source(), 6);
}

void tst_Morph::morph_isTracked()
{
    const auto source = signal(1);
    const auto doubled = morph(source, [](auto &self) { return self.source() * 2; });
    QList<int> seen;
    const auto keep = effect([&] { seen.append(doubled()); });
    source(2);
    doubled(5);
    QCOMPARE(seen, (QList<int>{2, 4, 10}));
}

void tst_Morph::morph_withoutAFunctionUsesTheSource()
{
    const auto source = signal(1);
    const auto positive = morph(source, nullptr, [](auto &self, int value) { self.source(std::max(0, value)); });
    positive(-3);
    QCOMPARE(positive(), 0);
}

void tst_Morph::morph_behaviourMayBeReplacedWhileItRuns()
{
    const auto source = signal(1);
    const auto dynamic = morph(source, [](auto &self) {
        if (self.source() > 10) {
            self.get = [](auto &again) { return again.source() * 3; };
        }
        return self.source();
    });
    QCOMPARE(dynamic(), 1);
    source(20);
    QCOMPARE(dynamic(), 20);
    QCOMPARE(dynamic(), 60);
}

void tst_Morph::morph_setterSeesPendingValues()
{
    const auto count = signal(0);
    const auto positive = morph(
        count, nullptr, [](auto &self, int next) { self.source(std::max(0, signalNextValue(self.source, next))); });
    batch([&] {
        positive([](int before) { return before + 1; });
        positive([](int before) { return before + 1; });
    });
    QCOMPARE(count(), 2);
}

void tst_Morph::morph_sharesTheLifecycle()
{
    const support::ManualTime time;
    const auto source = mountable(signal(1));
    const auto doubled = morph(source, [](auto &self) { return self.source() * 2; });
    int starts = 0;
    onStart(doubled, [&] { ++starts; });
    const auto keep = start(doubled);
    QCOMPARE(starts, 1);
    QVERIFY(isMounted(source));
    QVERIFY(isMountable(doubled));
}

void tst_Morph::external_factoryRunsAtTheFirstRead()
{
    int runs = 0;
    const auto theme = external<std::string>([&](const Signal<std::string> &source, auto &) {
        ++runs;
        source("light");
    });
    QCOMPARE(runs, 0);
    QCOMPARE(theme(), std::string("light"));
    QCOMPARE(theme(), std::string("light"));
    QCOMPARE(runs, 1);
}

void tst_Morph::external_factoryRunsAtTheFirstWrite()
{
    std::string written;
    const auto theme = external<std::string>([&](const Signal<std::string> &source, auto &ops) {
        source("light");
        ops.set = [&](auto &self, const std::string &value) {
            written = value;
            self.source(value);
        };
    });
    theme("dark");
    QCOMPARE(written, std::string("dark"));
    QCOMPARE(theme(), std::string("dark"));
}

void tst_Morph::external_factoryThatThrowsRunsAgain()
{
    bool isBroken = true;
    const auto theme = external<std::string>([&](const Signal<std::string> &source, auto &) {
        if (std::exchange(isBroken, false)) {
            throw std::runtime_error("away");
        }
        source("light");
    });
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(theme()), std::runtime_error);
    QCOMPARE(theme(), std::string("light"));
}

void tst_Morph::external_factoryIsUntracked()
{
    const auto other = signal(1);
    const auto value = external<int>([&](const Signal<int> &source, auto &) { source(other()); });
    int runs = 0;
    const auto keep = effect([&] {
        value();
        ++runs;
    });
    other(2);
    QCOMPARE(runs, 1);
}

void tst_Morph::external_ownGetterAndSetter()
{
    const auto value = external<int>([](const Signal<int> &source, auto &ops) {
        source(1);
        ops.get = [](auto &self) { return self.source() + 100; };
        ops.set = [](auto &self, int next) { self.source(next - 100); };
    });
    QCOMPARE(value(), 101);
    value(105);
    QCOMPARE(value(), 105);
}

void tst_Morph::external_hooksOfTheSource()
{
    const support::ManualTime time;
    int starts = 0;
    const auto value =
        external<int>([&](const Signal<int> &source, auto &) { onStart(mountable(source), [&] { ++starts; }); });
    const auto keep = start(value);
    QCOMPARE(starts, 1);
}

QTEST_APPLESS_MAIN(tst_Morph)
#include "tst_morph.moc"
