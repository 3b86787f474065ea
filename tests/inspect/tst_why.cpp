// SPDX-License-Identifier: MIT

// What a Trace answers, and how much it remembers.

#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include <QByteArray>
#include <QTest>

#include <string>

using namespace nanostores;

namespace {

Trace::Options withoutOrigins()
{
    Trace::Options options;
    options.origins = false;
    return options;
}

QByteArray text(const std::string &from)
{
    return QByteArray::fromStdString(from);
}

} // namespace

class tst_Why : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void why_givesTheChain();
    void why_namesAnEventOnce();
    void why_nothingIsKnown();
    void why_ofAnEffect();
    void why_ofALongChain();
    void bytes_areBounded();
    void forgotten_causesAreNamed();
};

void tst_Why::why_givesTheChain()
{
    const auto items = atom(1).named("items");
    const auto count = computed(items, [](int value) { return value + 1; }).named("count");
    const auto label = computed([&] { return std::to_string(count()) + " items"; }).named("label");
    const auto off = label.listen([] {});
    const Trace trace;
    items.set(2);
    const QByteArray chain = text(why(label));
    const QByteArray start = "label: \"2 items\" -> \"3 items\"\n"
                             "  because count: 2 -> 3\n"
                             "    because items: 1 -> 2";
    QVERIFY2(chain.startsWith(start), chain);
    QCOMPARE(text(trace.why(label)), chain);
    QCOMPARE(text(trace.why("label")), chain);
    if (!Origin::here().frames().empty()) {
        QVERIFY2(chain.contains(", set by tst_Why::why_givesTheChain"), chain);
    }
}

void tst_Why::why_namesAnEventOnce()
{
    const auto a = atom(1).named("a");
    const auto left = computed(a, [](int value) { return value + 1; }).named("left");
    const auto right = computed(a, [](int value) { return value * 3; }).named("right");
    const auto sum = computed(left, right, [](int x, int y) { return x + y; }).named("sum");
    const auto off = sum.listen([] {});
    const Trace trace(withoutOrigins());
    a.set(2);
    QCOMPARE(text(trace.why(sum)), "sum: 5 -> 9\n"
                                   "  because left: 2 -> 3\n"
                                   "    because a: 1 -> 2\n"
                                   "  because right: 3 -> 6\n"
                                   "    because a: 1 -> 2 (see above)\n");
}

void tst_Why::why_nothingIsKnown()
{
    const auto a = atom(1).named("a");
    QVERIFY(text(why(a)).contains("make a nanostores::Trace"));
    const Trace trace(withoutOrigins());
    QCOMPARE(text(why(a)), "a: has not changed since the Trace was made\n");
    a.set(1);
    QCOMPARE(text(why(a)), "a: has not changed since the Trace was made\n");
    QVERIFY(text(trace.why("b")).contains("called b"));
}

void tst_Why::why_ofAnEffect()
{
    const auto a = atom(1).named("a");
    const auto b = atom(1).named("b");
    const auto off = effect([&] { b.set(a()); });
    const Trace trace(withoutOrigins());
    a.set(2);
    const std::string name = trace.events()[1].store;
    QVERIFY2(text(name).endsWith("why_ofAnEffect()"), text(name));
    QCOMPARE(text(trace.why(name)), text(name) + "\n  because a: 1 -> 2\n");
    QCOMPARE(text(trace.why(b)), "b: 1 -> 2\n  in the function of " + text(name) + "\n    because a: 1 -> 2\n");
}

void tst_Why::why_ofALongChain()
{
    const auto first = atom(0).named("first");
    auto last = computed(first, [](int value) { return value + 1; });
    for (int i = 0; i < 1000; ++i) {
        last = computed(last, [](int value) { return value + 1; });
    }
    const auto off = last.listen([] {});
    const Trace trace(withoutOrigins());
    first.set(1);
    QVERIFY(text(trace.why(last)).endsWith("... and so on\n"));
}

void tst_Why::bytes_areBounded()
{
    const auto a = atom(0).named("a");
    const auto text_ = computed(a, [](int value) { return std::string(std::size_t(value % 50), 'x'); });
    const auto off = text_.listen([] {});
    Trace::Options options;
    options.bytes = 100'000;
    const Trace trace(options);
    for (int i = 1; i <= 3000; ++i) {
        a.set(i);
        QVERIFY(trace.bytes() <= options.bytes);
    }
    const auto events = trace.events();
    QVERIFY(events.size() > 20);
    QCOMPARE(trace.forgotten() + events.size(), 6000u);
    QCOMPARE(events.front().number, trace.forgotten() + 1);
    for (int i = 0; i < 3000; ++i) {
        const auto gone = atom(0);
        gone.set(1);
        QVERIFY(trace.bytes() <= options.bytes);
    }
}

void tst_Why::forgotten_causesAreNamed()
{
    const auto a = atom(0).named("a");
    const auto twice = computed([&] { return 2 * a(); }).named("twice");
    QCOMPARE(twice(), 0);
    Trace::Options options = withoutOrigins();
    options.bytes = 10'000;
    const Trace trace(options);
    a.set(1);
    const auto other = atom(0).named("other");
    for (int i = 1; i < 100; ++i) {
        other.set(i);
    }
    QCOMPARE(twice(), 2);
    QCOMPARE(text(trace.why(twice)), "twice: 0 -> 2\n  because a, which has changed before what is recorded\n");
    for (int i = 100; i < 200; ++i) {
        other.set(i);
    }
    QCOMPARE(text(trace.why(twice)), "twice: its last change is not recorded any more\n");
}

QTEST_GUILESS_MAIN(tst_Why)
#include "tst_why.moc"
