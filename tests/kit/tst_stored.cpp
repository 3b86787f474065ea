// SPDX-License-Identifier: MIT
#include <nanostores/kit/stored.h>

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/lifetime.h"
#include "support/manualtime.h"

#include <QtTest/QTest>

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;
using namespace nanostores::kit;
using namespace std::chrono_literals;
using support::ManualTime;
using support::Trace;

namespace {

/// "1,2,3"
struct ListCodec
{
    std::string encode(const std::vector<int> &list) const
    {
        std::string text;
        for (const int number : list) {
            text += (text.empty() ? "" : ",") + std::to_string(number);
        }
        return text;
    }
    std::optional<std::vector<int>> decode(const std::string &text) const
    {
        std::vector<int> list;
        for (const QString &part : QString::fromStdString(text).split(u',', Qt::SkipEmptyParts)) {
            bool ok = false;
            list.push_back(part.toInt(&ok));
            if (!ok) {
                return std::nullopt;
            }
        }
        return list;
    }
};

struct NumberCodec
{
    std::string encode(int value) const { return std::to_string(value); }
    int decode(const std::string &text) const { return std::stoi(text); }
};

/// Counts the calls that pass.
struct Limiter
{
    std::shared_ptr<int> calls = std::make_shared<int>(0);

    template<typename F>
    auto operator()(F f) const
    {
        return [f, calls = calls](auto &&...args) {
            ++*calls;
            f(std::forward<decltype(args)>(args)...);
        };
    }
};

MemoryStorage<> storageWith(const std::map<std::string, std::string> &entries)
{
    MemoryStorage<> storage;
    for (const auto &[key, value] : entries) {
        storage.set(key, value);
    }
    return storage;
}

} // namespace

class tst_Stored : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void toStore_isReadAndWrittenAsTheSignal();
    void codec_concepts();
    void codec_noopAndBoolean();
    void stored_argumentsMayBeMissing();
    void stored_typesOfTheSignal();
    void stored_isReadAtTheFirstUse();
    void stored_writesEachChange();
    void stored_emptyDeletesAtOnce();
    void stored_deletingForgetsAWriteThatWaits();
    void stored_optionalWithADefault();
    void stored_whatCannotBeDecodedIsTheDefault();
    void stored_limitsOnlyWrites();
    void stored_aWriteThatWaitsOutlivesTheSignal();
    void stored_isASignalToEffects();
    void stored_storageByPointer();
    void stored_storageThatThrows();
    void stored_storageThatThrowsIsAskedAgain();
    void synced_followsOthersAfterAWriteThatThrew();
    void stored_keysOfOtherTypes();
    void stored_holdsNothingThatIsGone();
    void synced_followsOthersWhileObserved();
    void synced_catchesUpWhenObservedAgain();
    void synced_deletedElsewhereIsTheDefault();
    void synced_doesNotHearItself();
    void synced_twoSignalsOfOneEntry();
    void synced_aWriteThatWaitsWins();
    void noopStorage_keepsNothing();
    void memoryStorage_tellsSubscribers();
};

void tst_Stored::codec_concepts()
{
    static_assert(Codec<NoopCodec, std::string> && Codec<NoopCodec, int, int>);
    static_assert(Codec<BooleanCodec, bool> && Codec<ListCodec, std::vector<int>>);
    static_assert(!Codec<BooleanCodec, std::vector<int>> && !AnyCodec<int> && !AnyCodec<std::string>);
    QVERIFY(isCodec(BooleanCodec{}));
    QVERIFY(!isCodec(5));
}

void tst_Stored::codec_noopAndBoolean()
{
    QCOMPARE(BooleanCodec{}.encode(true), std::string("1"));
    QCOMPARE(BooleanCodec{}.encode(false), std::string("0"));
    QCOMPARE(BooleanCodec{}.decode("1"), true);
    QCOMPARE(BooleanCodec{}.decode("0"), false);
    QCOMPARE(BooleanCodec{}.decode("?"), false);
    QCOMPARE(NoopCodec{}.encode(std::string("value")), std::string("value"));
    QCOMPARE(NoopCodec{}.decode(5), 5);
}

void tst_Stored::stored_argumentsMayBeMissing()
{
    const auto storage = storageWith({{"language", "en"}, {"cart", "1,2"}, {"dark", "0"}});
    const Limiter limiter;
    QCOMPARE(stored(storage, "language")(), std::optional<std::string>("en"));
    QCOMPARE(stored(storage, "language", limiter)(), std::optional<std::string>("en"));
    QCOMPARE(stored(storage, "language", "ru")(), std::string("en"));
    QCOMPARE(stored(storage, "none", "ru")(), std::string("ru"));
    QCOMPARE(stored(storage, "none", "ru", limiter)(), std::string("ru"));
    QCOMPARE(stored(storage, "dark", BooleanCodec{})(), std::optional<bool>(false));
    QCOMPARE(stored(storage, "none", BooleanCodec{}, limiter)(), std::nullopt);
    QCOMPARE(stored(storage, "none", true, BooleanCodec{})(), true);
    QCOMPARE(stored(storage, "cart", std::vector<int>{}, ListCodec{})(), (std::vector<int>{1, 2}));
    QCOMPARE(stored(storage, "cart", std::vector<int>{}, ListCodec{}, limiter)(), (std::vector<int>{1, 2}));
    QCOMPARE(stored(storage, "cart", ListCodec{})(), std::optional(std::vector<int>{1, 2}));
    QCOMPARE(*limiter.calls, 0);
}

void tst_Stored::stored_typesOfTheSignal()
{
    const MemoryStorage storage;
    static_assert(std::is_same_v<decltype(stored(storage, "k")), Stored<std::optional<std::string>>>);
    static_assert(std::is_same_v<decltype(stored(storage, "k", "default")), Stored<std::string>>);
    static_assert(std::is_same_v<decltype(stored(storage, "k", BooleanCodec{})), Stored<std::optional<bool>>>);
    static_assert(WritableSignal<Stored<std::string>> && NodeHandle<Stored<std::string>>);
}

void tst_Stored::stored_isReadAtTheFirstUse()
{
    const MemoryStorage storage;
    const auto language = stored(storage, "language", "ru");
    storage.set("language", "en");
    QCOMPARE(language(), std::string("en"));
    storage.set("language", "fr");
    QCOMPARE(language(), std::string("en"));
}

void tst_Stored::stored_writesEachChange()
{
    const MemoryStorage storage;
    const auto cart = stored(storage, "cart", std::vector<int>{}, ListCodec{});
    cart({1, 2});
    QCOMPARE(storage.get("cart"), std::optional<std::string>("1,2"));
    cart([](std::vector<int> items) {
        items.push_back(3);
        return items;
    });
    QCOMPARE(storage.get("cart"), std::optional<std::string>("1,2,3"));
    QCOMPARE(cart(), (std::vector<int>{1, 2, 3}));
}

void tst_Stored::stored_emptyDeletesAtOnce()
{
    const auto storage = storageWith({{"language", "en"}});
    const auto language = stored(storage, "language", "ru");
    QCOMPARE(language(), std::string("en"));
    language(std::nullopt);
    QCOMPARE(storage.get("language"), std::nullopt);
    QCOMPARE(language(), std::string("ru"));
    language("fr");
    QCOMPARE(storage.get("language"), std::optional<std::string>("fr"));
    language(std::optional<std::string>());
    QCOMPARE(storage.get("language"), std::nullopt);
    QCOMPARE(language(), std::string("ru"));

    const auto dark = stored(storage, "dark", true, BooleanCodec{});
    dark(std::optional<bool>(false));
    QCOMPARE(storage.get("dark"), std::optional<std::string>("0"));
    std::optional<bool> none;
    dark(none);
    QCOMPARE(storage.get("dark"), std::nullopt);
    QCOMPARE(dark(), true);

    const auto plain = stored(storage, "plain");
    plain("x");
    QCOMPARE(storage.get("plain"), std::optional<std::string>("x"));
    plain(std::nullopt);
    QCOMPARE(storage.get("plain"), std::nullopt);
    QCOMPARE(plain(), std::nullopt);
    plain("y");
    plain([](const auto &) { return std::optional<std::string>(); });
    QCOMPARE(storage.get("plain"), std::nullopt);

    storage.set("unread", "x");
    stored(storage, "unread", "default")(std::nullopt);
    QCOMPARE(storage.get("unread"), std::nullopt);
}

void tst_Stored::stored_deletingForgetsAWriteThatWaits()
{
    ManualTime time;
    const MemoryStorage storage;
    const auto language = stored(storage, "language", "ru", debounce(300ms));
    language("en");
    language(std::nullopt);
    time.advance(300);
    QCOMPARE(storage.get("language"), std::nullopt);
    language("fr");
    time.advance(300);
    QCOMPARE(storage.get("language"), std::optional<std::string>("fr"));
}

void tst_Stored::stored_optionalWithADefault()
{
    const MemoryStorage storage;
    const auto cart = stored(storage, "cart", std::optional(std::vector<int>{7}), ListCodec{});
    static_assert(std::is_same_v<decltype(cart()), std::optional<std::vector<int>>>);
    QCOMPARE(cart(), std::optional(std::vector<int>{7}));
    cart(std::vector<int>{1});
    QCOMPARE(storage.get("cart"), std::optional<std::string>("1"));
    cart(std::nullopt);
    QCOMPARE(storage.get("cart"), std::nullopt);
    QCOMPARE(cart(), std::optional(std::vector<int>{7}));
}

void tst_Stored::stored_whatCannotBeDecodedIsTheDefault()
{
    const auto storage = storageWith({{"cart", "1,x"}});
    QCOMPARE(stored(storage, "cart", std::vector<int>{5}, ListCodec{})(), std::vector<int>{5});
    QCOMPARE(stored(storage, "cart", ListCodec{})(), std::nullopt);
    QCOMPARE(storage.get("cart"), std::optional<std::string>("1,x"));
}

void tst_Stored::stored_limitsOnlyWrites()
{
    ManualTime time;
    const Limiter limiter;
    const MemoryStorage storage;
    const auto language = stored(storage, "language", "ru", limiter);
    language("en");
    QCOMPARE(*limiter.calls, 1);
    language(std::nullopt);
    QCOMPARE(*limiter.calls, 1);

    const auto slow = stored(storage, "slow", 0, NumberCodec{}, debounce(300ms));
    slow(1);
    slow(2);
    QCOMPARE(slow(), 2);
    QCOMPARE(storage.get("slow"), std::nullopt);
    time.advance(300);
    QCOMPARE(storage.get("slow"), std::optional<std::string>("2"));
}

void tst_Stored::stored_aWriteThatWaitsOutlivesTheSignal()
{
    ManualTime time;
    const MemoryStorage storage;
    stored(storage, "language", "ru", debounce(300ms))("en");
    QCOMPARE(storage.get("language"), std::nullopt);
    time.advance(300);
    QCOMPARE(storage.get("language"), std::optional<std::string>("en"));
}

void tst_Stored::stored_isASignalToEffects()
{
    const MemoryStorage storage;
    const auto language = stored(storage, "language", "ru");
    Trace trace;
    const auto stop = effect([&] { trace.add(QByteArray::fromStdString(language())); });
    language("en");
    language("en");
    language(std::nullopt);
    QCOMPARE(trace.take(), "ru en ru");
    const auto upper = computed([language] { return language() + "!"; });
    QCOMPARE(upper(), std::string("ru!"));
}

void tst_Stored::stored_storageByPointer()
{
    struct Values
    {
        std::map<std::string, int> values;
        std::optional<int> get(const std::string &key)
        {
            return values.contains(key) ? std::optional<int>(values[key]) : std::nullopt;
        }
        void set(const std::string &key, int value) { values[key] = value; }
        void del(const std::string &key) { values.erase(key); }
    };
    Values local;
    stored(&local, "a", 0)(5);
    QCOMPARE(local.values.at("a"), 5);
    const auto shared = std::make_shared<Values>();
    const auto count = stored(shared, "a", 0);
    count(6);
    count([](int value) { return value + 1; });
    QCOMPARE(shared->values.at("a"), 7);
}

void tst_Stored::stored_storageThatThrows()
{
    struct Full : MemoryStorage<>
    {
        void set(const std::string &, const std::string &) const { throw std::runtime_error("full"); }
    };
    const auto language = stored(Full(), "language", "ru");
    QCOMPARE(support::thrownBy([&] { language("en"); }), QStringLiteral("full"));
    QCOMPARE(language(), std::string("ru"));
}

void tst_Stored::stored_storageThatThrowsIsAskedAgain()
{
    struct Slow : MemoryStorage<>
    {
        std::optional<std::string> get(const std::string &key) const
        {
            if (std::exchange(*isAway, false)) {
                throw std::runtime_error("away");
            }
            return MemoryStorage::get(key);
        }
        std::shared_ptr<bool> isAway = std::make_shared<bool>(true);
    };
    const Slow storage;
    storage.set("language", "en");
    const auto language = stored(storage, "language", "ru");
    QCOMPARE(support::thrownBy([&] { static_cast<void>(language()); }), QStringLiteral("away"));
    QCOMPARE(language(), std::string("en"));
    *storage.isAway = true;
    const auto written = stored(storage, "language", "ru");
    QCOMPARE(support::thrownBy([&] { written("fr"); }), QStringLiteral("away"));
    QCOMPARE(written(), std::string("en"));
}

void tst_Stored::synced_followsOthersAfterAWriteThatThrew()
{
    struct Full : MemoryStorage<>
    {
        void set(const std::string &key, const std::string &value) const
        {
            if (std::exchange(*isFull, false)) {
                throw std::runtime_error("full");
            }
            MemoryStorage::set(key, value);
        }
        std::shared_ptr<bool> isFull = std::make_shared<bool>(true);
    };
    const Full storage;
    const auto language = syncedStored(storage, "language", "ru");
    const auto stop = effect([&] { static_cast<void>(language()); });
    QCOMPARE(support::thrownBy([&] { language("en"); }), QStringLiteral("full"));
    storage.set("language", "en");
    QCOMPARE(language(), std::string("en"));
}

void tst_Stored::stored_keysOfOtherTypes()
{
    const MemoryStorage<QString, QString> storage;
    const auto language = stored(storage, QStringLiteral("language"), QStringLiteral("ru"));
    language(QStringLiteral("en"));
    QCOMPARE(storage.get(QStringLiteral("language")), std::optional<QString>(QStringLiteral("en")));
}

void tst_Stored::stored_holdsNothingThatIsGone()
{
    struct CountedCodec : NoopCodec
    {
        support::Counted counted;
    };
    const int before = support::Counted::alive();
    {
        const MemoryStorage storage;
        const auto language = syncedStored(storage, "language", "ru", CountedCodec{});
        language("en");
        const auto stop = effect([&] { static_cast<void>(language()); });
        storage.set("language", "fr");
        language(std::nullopt);
    }
    QCOMPARE(support::Counted::alive(), before);
}

void tst_Stored::synced_followsOthersWhileObserved()
{
    const auto storage = storageWith({{"language", "en"}});
    const auto language = syncedStored(storage, "language", "ru");
    Trace trace;
    {
        const auto stop = effect([&] { trace.add(QByteArray::fromStdString(language())); });
        storage.set("language", "fr");
        storage.set("other", "x");
        storage.set("language", "fr");
        QCOMPARE(trace.take(), "en fr");
    }
    storage.set("language", "de");
    QCOMPARE(language(), std::string("fr"));
}

void tst_Stored::synced_catchesUpWhenObservedAgain()
{
    const auto storage = storageWith({{"language", "en"}});
    const auto language = syncedStored(storage, "language", "ru");
    QCOMPARE(language(), std::string("en"));
    storage.set("language", "fr");
    QCOMPARE(language(), std::string("en"));
    const auto stop = effect([&] { static_cast<void>(language()); });
    QCOMPARE(language(), std::string("fr"));
}

void tst_Stored::synced_deletedElsewhereIsTheDefault()
{
    const auto storage = storageWith({{"language", "en"}});
    const auto language = syncedStored(storage, "language", "ru");
    const auto stop = effect([&] { static_cast<void>(language()); });
    storage.del("language");
    QCOMPARE(language(), std::string("ru"));
    storage.set("language", "en");
    QCOMPARE(language(), std::string("en"));
}

void tst_Stored::synced_doesNotHearItself()
{
    const MemoryStorage storage;
    int decoded = 0;
    struct Counting
    {
        int *count;
        std::string encode(const std::string &value) const { return value; }
        std::string decode(const std::string &raw) const
        {
            ++*count;
            return raw;
        }
    };
    const auto language = syncedStored(storage, "language", "ru", Counting{&decoded});
    Trace trace;
    const auto stop = effect([&] { trace.add(QByteArray::fromStdString(language())); });
    language("en");
    language("fr");
    QCOMPARE(decoded, 0);
    QCOMPARE(trace.take(), "ru en fr");
}

void tst_Stored::synced_twoSignalsOfOneEntry()
{
    const MemoryStorage storage;
    const auto one = syncedStored(storage, "language", "ru");
    const auto two = syncedStored(storage, "language", "de");
    const auto stopOne = effect([&] { static_cast<void>(one()); });
    const auto stopTwo = effect([&] { static_cast<void>(two()); });
    one("en");
    QCOMPARE(two(), std::string("en"));
    two(std::nullopt);
    QCOMPARE(one(), std::string("ru"));
    QCOMPARE(two(), std::string("de"));
}

void tst_Stored::synced_aWriteThatWaitsWins()
{
    ManualTime time;
    const MemoryStorage storage;
    const auto language = syncedStored(storage, "language", "ru", debounce(300ms));
    const auto stop = effect([&] { static_cast<void>(language()); });
    language("en");
    storage.set("language", "fr");
    QCOMPARE(language(), std::string("en"));
    time.advance(300);
    QCOMPARE(storage.get("language"), std::optional<std::string>("en"));
    storage.set("language", "fr");
    QCOMPARE(language(), std::string("fr"));
}

void tst_Stored::noopStorage_keepsNothing()
{
    static_assert(SyncedStorage<NoopStorage<>> && SyncedStorage<MemoryStorage<>>);
    const auto language = syncedStored(noopStorage, "language", "ru");
    const auto stop = effect([&] { static_cast<void>(language()); });
    language("en");
    QCOMPARE(language(), std::string("en"));
    QCOMPARE(noopStorage.get("language"), std::nullopt);
    language(std::nullopt);
    QCOMPARE(language(), std::string("ru"));
}

void tst_Stored::memoryStorage_tellsSubscribers()
{
    const MemoryStorage<int> storage;
    Trace trace;
    const auto end = storage.sub("a", [&](std::optional<int> value) { trace.add("", value.value_or(-1)); });
    storage.set("a", 1);
    storage.set("b", 2);
    storage.del("a");
    storage.del("a");
    end();
    end();
    storage.set("a", 3);
    QCOMPARE(trace.take(), "1 -1");
}

void tst_Stored::toStore_isReadAndWrittenAsTheSignal()
{
    const MemoryStorage<int> storage;
    storage.set("count", 5);
    const auto count = syncedStored(storage, "count", 1);
    const auto store = count.toStore();
    static_assert(AnyStore<decltype(store)> && WritableStore<std::decay_t<decltype(store)>>);
    QCOMPARE(store.get(), 5);
    std::vector<int> seen;
    {
        const auto listener = store.listen([&](int now) { seen.push_back(now); });
        count(6);
        store.set(7);
        storage.set("count", 8);
        const auto twice = computed(store, [](int now) { return 2 * now; });
        QCOMPARE(twice.get(), 16);
    }
    QCOMPARE(seen, (std::vector<int>{6, 7, 8}));
    QCOMPARE(count(), 8);
    store.set(9);
    QCOMPARE(storage.get("count"), std::optional<int>(9));
}

QTEST_APPLESS_MAIN(tst_Stored)
#include "tst_stored.moc"
