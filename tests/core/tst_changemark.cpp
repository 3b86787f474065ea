// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/core/graph/changemark.h>
#include <nanostores/core/graph/recorder.h>

#include <QTest>

#include <memory>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

/// Counts the changes, and of a map the keys that were touched.
class Mark final : public detail::ChangeMark
{
public:
    void changed(detail::Node &) noexcept override
    {
        ++count;
        keys.push_back(key);
        key.clear();
    }
    void keyChanging(detail::Node &, const void *changing) noexcept override
    {
        key = changing ? *static_cast<const std::string *>(changing) : "*";
    }
    int count = 0;
    std::string key; ///< That is changing.
    std::vector<std::string> keys;
};

template<typename S>
std::shared_ptr<Mark> marked(const S &store)
{
    auto mark = std::make_shared<Mark>();
    detail::addChangeMark(*store.node(), mark);
    return mark;
}

} // namespace

class tst_ChangeMark : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void unobservedStore_isMarkedAtEachChange()
    {
        const auto count = atom(0);
        const auto mark = marked(count);
        count.set(1);
        count.set(1); // equal
        count.set(2);
        QCOMPARE(mark->count, 2);
    }
    void observers_areNotifiedAsWithoutMark()
    {
        const auto count = atom(0);
        const auto mark = marked(count);
        std::vector<int> heard;
        std::vector<int> sums;
        const auto a = count.listen([&](int value, int old) { heard.push_back(value * 10 + old); });
        const auto b = count.listen([&](int value) { heard.push_back(value); });
        const auto doubled = computed([count] { return count() * 2; });
        const auto c = doubled.listen([&](int value) { sums.push_back(value); });
        count.set(1);
        batch([&] {
            count.set(2);
            count.set(3);
        });
        QCOMPARE(heard, (std::vector<int>{10, 1, 31, 3}));
        QCOMPARE(sums, (std::vector<int>{2, 6}));
        QCOMPARE(mark->count, 3);
    }
    void mark_doesNotMount()
    {
        const auto count = atom(0);
        int mounts = 0;
        onMount(count, [&] { ++mounts; });
        const auto mark = marked(count);
        count.set(1);
        QCOMPARE(mounts, 0);
        QCOMPARE(mark->count, 1);
    }
    void hookThatAbortsNotification_doesNotHideChange()
    {
        const auto count = atom(0);
        onNotify(count, [](NotifyEvent<Atom<int>> &event) { event.abort(); });
        const auto mark = marked(count);
        count.set(1);
        QCOMPARE(mark->count, 1);
    }
    void hookThatRefusesWrite_marksNothing()
    {
        const auto count = atom(0);
        const auto mark = marked(count);
        onSet(count, [](SetEvent<Atom<int>> &event) { event.abort(); });
        count.set(1);
        QCOMPARE(mark->count, 0);
    }
    void removingHook_keepsMark()
    {
        const auto count = atom(0);
        const auto mark = marked(count);
        const auto unbind = onNotify(count, [](NotifyEvent<Atom<int>> &) {});
        unbind();
        count.set(1);
        QCOMPARE(mark->count, 1);
    }
    void removingMark_keepsHook()
    {
        const auto count = atom(0);
        int notified = 0;
        onNotify(count, [&](NotifyEvent<Atom<int>> &) { ++notified; });
        const auto mark = marked(count);
        detail::removeChangeMark(*count.node(), *mark);
        detail::removeChangeMark(*count.node(), *mark); // once more is no mistake
        count.set(1);
        QCOMPARE(mark->count, 0);
        QCOMPARE(notified, 1);
    }
    void severalMarks_areAllCalled()
    {
        const auto count = atom(0);
        const auto a = marked(count);
        const auto b = marked(count);
        const auto c = marked(count);
        detail::removeChangeMark(*count.node(), *b);
        count.set(1);
        QCOMPARE(a->count, 1);
        QCOMPARE(b->count, 0);
        QCOMPARE(c->count, 1);
    }
    void mapKeys_areKnown_data()
    {
        QTest::addColumn<bool>("listened");
        QTest::addColumn<bool>("keyed");
        QTest::addColumn<bool>("read");
        for (const bool listened : {false, true}) {
            for (const bool keyed : {false, true}) {
                for (const bool read : {false, true}) {
                    QTest::addRow("%d%d%d", listened, keyed, read) << listened << keyed << read;
                }
            }
        }
    }
    void mapKeys_areKnown()
    {
        QFETCH(bool, listened);
        QFETCH(bool, keyed);
        QFETCH(bool, read);
        const auto items = map<std::string, int>({{"a", 1}});
        const auto mark = marked(items);
        Subscription listener;
        Subscription takesKey;
        Subscription effecting;
        if (listened) {
            listener = items.listen([] {});
        }
        if (keyed) {
            takesKey = items.listen([](const auto &, const auto &, const std::string *) {});
        }
        if (read) {
            effecting = effect([items] { static_cast<void>(items()); });
        }
        items.setKey("b", 1);
        items.setKey("b", 1);
        batch([&] {
            items.setKey("c", 1);
            items.removeKey("a");
            items.setKey("c", 2);
        });
        items.setKey("b", 3);
        items.removeKey("b");
        items.set({});
        listener.reset();
        takesKey.reset();
        effecting.reset();
        items.setKey("d", 1);
        QCOMPARE(mark->keys, (std::vector<std::string>{"b", "c", "a", "c", "b", "b", "*", "d"}));
    }
    void editInPlace_isMarked()
    {
        const auto names = atom(std::vector<std::string>{"a"});
        const auto mark = marked(names);
        const std::string *const place = names.peek().data();
        names.edit([](auto &list) { list[0] = "b"; });
        QCOMPARE(mark->count, 1);
        QCOMPARE(names.peek().data(), place);
    }
    void mark_endsWithItsStore()
    {
        std::weak_ptr<Mark> weak;
        {
            const auto count = atom(0);
            weak = marked(count);
            QVERIFY(!weak.expired());
        }
        QVERIFY(weak.expired());
    }
    void lastHandleInListener_isSafe()
    {
        auto count = std::make_unique<Atom<int>>(atom(0));
        const auto mark = marked(*count);
        auto subscription = std::make_unique<Subscription>();
        *subscription = count->listen([&] {
            count.reset();
            subscription.reset();
        });
        count->set(1);
        QVERIFY(!count);
        QCOMPARE(mark->count, 1);
    }
};

QTEST_APPLESS_MAIN(tst_ChangeMark)
#include "tst_changemark.moc"
