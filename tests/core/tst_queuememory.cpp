// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/timedtest.h"

#include <QtTest/QTest>

#include <cstdlib>
#include <new>
#include <vector>

#if defined(__GLIBC__)
#include <malloc.h>
#define NANOSTORES_COUNTS_MEMORY 1
#endif

using namespace nanostores;

#if defined(NANOSTORES_COUNTS_MEMORY)

namespace {

std::size_t noted = 0; ///< Bytes that the graph has for its notes, which it asks for in this way.

} // namespace

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    void *const memory = std::malloc(size);
    noted += memory ? malloc_usable_size(memory) : 0;
    return memory;
}
void operator delete(void *memory, const std::nothrow_t &) noexcept
{
    noted -= memory ? malloc_usable_size(memory) : 0;
    std::free(memory);
}

#endif

/// What a drain leaves behind.
class tst_QueueMemory : public support::TimedTest
{
    Q_OBJECT
private Q_SLOTS:
    void drain_ofManyEntriesGivesItsMemoryBack_data();
    void drain_ofManyEntriesGivesItsMemoryBack();
    void drain_ofFewEntriesKeepsItsMemory();
};

#if defined(NANOSTORES_COUNTS_MEMORY)
constexpr std::size_t Megabyte = std::size_t{1} << 20;
#endif

void tst_QueueMemory::drain_ofManyEntriesGivesItsMemoryBack_data()
{
    QTest::addColumn<int>("way");
    QTest::newRow("batch") << 0;
    QTest::newRow("in a listener") << 1;
    QTest::newRow("late effects") << 2;
}

void tst_QueueMemory::drain_ofManyEntriesGivesItsMemoryBack()
{
#if defined(NANOSTORES_COUNTS_MEMORY)
    QFETCH(int, way);
    std::vector<Atom<int>> stores;
    std::vector<Subscription> observers;
    std::size_t calls = 0;
    std::size_t most = 0;
    const auto call = [&] {
        ++calls;
        most = std::max(most, noted);
    };
    for (int i = 0; i < 100'000; ++i) {
        const auto &store = stores.emplace_back(0);
        if (way == 2) {
            observers.push_back(effect([=] {
                detail::runLate();
                store();
                call();
            }));
        } else {
            observers.push_back(store.listen(call));
        }
    }
    const auto go = atom(0);
    const auto writeAll = [&] {
        batch([&] {
            for (const auto &store : stores) {
                store.set(store.get() + 1);
            }
        });
    };
    const auto listener = go.listen(writeAll);
    const std::size_t before = noted;
    calls = most = 0;
    for (std::size_t round = 1; round <= 2; ++round) {
        way == 1 ? go.set(int(round)) : writeAll();
        QCOMPARE(calls, round * stores.size());
        QVERIFY(most > before + 2 * Megabyte);
        QVERIFY2(noted < before + Megabyte, qPrintable(QString::number(noted - before)));
    }
#else
    QSKIP("only glibc counts what is allocated (mallinfo2)");
#endif
}

// The next drain allocates nothing.
void tst_QueueMemory::drain_ofFewEntriesKeepsItsMemory()
{
#if defined(NANOSTORES_COUNTS_MEMORY)
    const auto store = atom(0);
    std::vector<Subscription> listeners;
    std::size_t during = 0;
    for (int i = 0; i < 100; ++i) {
        listeners.push_back(store.listen([&] { during = noted; }));
    }
    const auto write = [&](int value) { batch([&] { store.set(value); }); };
    write(1);
    const std::size_t before = noted;
    write(2);
    QCOMPARE(during, before);
    QCOMPARE(noted, before);
#else
    QSKIP("only glibc counts what is allocated (mallinfo2)");
#endif
}

QTEST_APPLESS_MAIN(tst_QueueMemory)
#include "tst_queuememory.moc"
