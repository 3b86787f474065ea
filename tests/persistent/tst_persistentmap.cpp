// SPDX-License-Identifier: MIT
#include "support/handlers.h"
#include "support/memorystorage.h"

#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>
#include <nanostores/qt.h>

#include <QTest>

#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using Storage = support::MemoryStorage;

namespace {

#define SETTINGS(FIELD) FIELD(QString, theme) FIELD(int, size) FIELD(bool, isLoud)
struct Settings
{
    Q_GADGET
    NANOSTORES_STRUCT(Settings, SETTINGS)
};

enum class Colour { Red, Green };

} // namespace

class tst_PersistentMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keys_areEntries();
    void removedKey_isDeleted();
    void wholeMap_writesWhatDiffers();
    void otherPrefix_isLeftAlone();
    void changeElsewhere_changesOneKey();
    void defaults_areNotWritten();
    void keysOfOtherTypes();
    void unreadableEntry_isKept();
    void ownKey_winsOverOneThatIsRead();
    void manyKeysInOneTurn();
    void members_areEntries();
    void members_changedByTwoPrograms();
    void memberDefaults_areNotWritten();
    void deletedMember_isInitialAgain();
    void randomWritesOfTwoPrograms();
};

void tst_PersistentMap::keys_areEntries()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    cart.setKey("b", 2);
    cart.setKey("a", 1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"cart/a", "cart/b"}));
    const auto version = versionOf(cart, "a");
    cart.setKey("b", 3);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(versionOf(cart, "a"), version); // is not written again
    const auto again = persistentMap<QString, int>(storage.engine(), "cart/");
    QCOMPARE(again.get(), (Dictionary<QString, int>{{"a", 1}, {"b", 3}}));
}

void tst_PersistentMap::removedKey_isDeleted()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    cart.setKey("a", 1);
    cart.setKey("b", 1);
    QVERIFY(engine.flushNow(5s));
    cart.removeKey("a");
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"cart/b"});
}

void tst_PersistentMap::wholeMap_writesWhatDiffers()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    cart.set({{"a", 1}, {"b", 2}, {"c", 3}});
    QVERIFY(engine.flushNow(5s));
    const auto version = versionOf(cart, "b");
    cart.set({{"b", 2}, {"c", 4}, {"d", 5}});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"cart/b", "cart/c", "cart/d"}));
    QCOMPARE(storage.value("cart/c"), std::string("4"));
    QCOMPARE(versionOf(cart, "b"), version);
    cart.set({});
    QVERIFY(engine.flushNow(5s));
    QVERIFY(storage.keys().empty());
}

void tst_PersistentMap::otherPrefix_isLeftAlone()
{
    const Storage storage;
    storage.put("carton/x", "9");
    storage.put("car", "9");
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    QVERIFY(cart.get().empty());
    cart.set({{"a", 1}});
    cart.set({});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"car", "carton/x"}));
}

void tst_PersistentMap::changeElsewhere_changesOneKey()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    cart.set({{"a", 1}, {"b", 2}});
    QVERIFY(engine.flushNow(5s));
    std::vector<QString> heard;
    const auto subscription = cart.listen([&](const auto &, const MapChange<QString, int> &change) {
        for (const auto &key : change.keys) {
            heard.push_back(key.key);
        }
    });
    storage.put("cart/b", "5");
    QTRY_COMPARE(heard, std::vector<QString>{QString("b")});
    QCOMPARE(*cart.getKey("b"), 5);
    const auto other = storage.engine();
    other.del("cart/a");
    other.set("cart/c", "7");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(cart.get(), (Dictionary<QString, int>{{"b", 5}, {"c", 7}}));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(writtenBy(cart, "c"), other.writer()); // is not written back
}

void tst_PersistentMap::defaults_areNotWritten()
{
    const Storage storage;
    storage.put("m/b", "9");
    const auto engine = storage.engine();
    const auto store = persistentMap<QString, int>(engine, "m/", {{"a", 1}, {"b", 2}});
    QCOMPARE(store.get(), (Dictionary<QString, int>{{"a", 1}, {"b", 9}}));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"m/b"});
}

void tst_PersistentMap::keysOfOtherTypes()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto numbers = persistentMap<int, QString>(engine, "n/");
    numbers.setKey(-3, "x");
    const auto texts = persistentMap<std::string, std::optional<int>>(engine, "s/");
    texts.setKey("a/b", 1);
    texts.setKey("c", std::optional<int>());
    const auto colours = persistentMap<Colour, int>(engine, "c/");
    colours.setKey(Colour::Green, 1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("n/-3"), std::string("x"));
    QCOMPARE(storage.value("s/a/b"), std::string("1"));
    QCOMPARE(storage.value("s/c"), std::string("-"));
    const auto second = storage.engine();
    QCOMPARE((*persistentMap<int, QString>(second, "n/").getKey(-3)), QString("x"));
    QCOMPARE((*persistentMap<Colour, int>(second, "c/").getKey(Colour::Green)), 1);
}

void tst_PersistentMap::unreadableEntry_isKept()
{
    const Storage storage;
    storage.put("n/1", "one");
    storage.put("n/x", "2");
    storage.put("n/3", "3");
    const auto engine = storage.engine();
    const auto numbers = persistentMap<int, int>(engine, "n/");
    QCOMPARE(numbers.get(), (Dictionary<int, int>{{3, 3}}));
    QCOMPARE(engine.status().get().unreadable, (std::vector<std::string>{"n/1", "n/x"}));
    numbers.set({});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("n/x"), std::string("2")); // is no key of the map
}

void tst_PersistentMap::ownKey_winsOverOneThatIsRead()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<QString, int>(engine, "cart/");
    storage.put("cart/a", "1");
    storage.put("cart/b", "1");
    cart.setKey("a", 9);
    QTRY_COMPARE(cart.get().size(), std::size_t{2});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(cart.get().value("a"), 9);
    QCOMPARE(cart.get().value("b"), 1);
    QCOMPARE(storage.value("cart/a"), std::string("9"));
}

void tst_PersistentMap::manyKeysInOneTurn()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto cart = persistentMap<int, int>(engine, "cart/");
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 1000; ++i) {
            cart.setKey(i, round);
        }
    }
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.area.size(), std::size_t{1000});
    QCOMPARE(storage.value("cart/999"), std::string("4"));
}

void tst_PersistentMap::members_areEntries()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto settings = persistentMap(engine, "settings/", Settings{"light", 12, false});
    settings.setKey(&Settings::theme, "dark");
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"settings/theme"});
    QCOMPARE(storage.value("settings/theme"), std::string("dark"));
    const auto again = persistentMap(storage.engine(), "settings/", Settings{"light", 14, false});
    QCOMPARE(again.get(), (Settings{"dark", 14, false}));
}

void tst_PersistentMap::members_changedByTwoPrograms()
{
    const Storage storage;
    const auto a = storage.engine();
    const auto b = storage.engine();
    const auto first = persistentMap(a, "s/", Settings{});
    const auto second = persistentMap(b, "s/", Settings{});
    first.setKey(&Settings::theme, "dark");
    second.setKey(&Settings::size, 20);
    QVERIFY(a.flushNow(5s));
    QVERIFY(b.flushNow(5s));
    QTRY_COMPARE(first.get(), (Settings{"dark", 20, false}));
    QTRY_COMPARE(second.get(), (Settings{"dark", 20, false}));
}

void tst_PersistentMap::memberDefaults_areNotWritten()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto settings = persistentMap(engine, "s/", Settings{"light", 12, false});
    QVERIFY(engine.flushNow(5s));
    QVERIFY(storage.keys().empty());
    settings.set(Settings{"light", 13, false});
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.keys(), std::vector<std::string>{"s/size"});
}

void tst_PersistentMap::deletedMember_isInitialAgain()
{
    const Storage storage;
    storage.put("s/size", "20");
    const auto settings = persistentMap(storage.engine(), "s/", Settings{"light", 12, false});
    QCOMPARE(settings.get().size, 20);
    const auto other = storage.engine();
    other.del("s/size");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(settings.get().size, 12);
}

/// Each program sets keys of its own and some that both set; in the end both have the same, and nothing is lost.
void tst_PersistentMap::randomWritesOfTwoPrograms()
{
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::minstd_rand random(seed);
        const Storage storage;
        std::vector<StorageEngine> engines{storage.engine(), storage.engine()};
        std::vector<Map<std::string, int>> maps;
        std::vector<std::map<std::string, int>> own(2);
        for (const auto &engine : engines) {
            maps.push_back(persistentMap<std::string, int>(engine, "m/"));
        }
        for (int step = 0; step < 200; ++step) {
            const std::size_t who = random() % 2;
            const std::string key = (who ? "b" : "a") + std::to_string(random() % 5);
            const int value = static_cast<int>(random() % 100);
            switch (random() % 6) {
            case 0:
                maps[who].removeKey(key);
                own[who].erase(key);
                break;
            case 1:
                maps[who].setKey("both" + std::to_string(random() % 3), value);
                break;
            case 2:
                QCoreApplication::processEvents();
                break;
            default:
                maps[who].setKey(key, value);
                own[who][key] = value;
            }
        }
        QVERIFY(engines[0].flushNow(5s));
        QVERIFY(engines[1].flushNow(5s));
        QTRY_COMPARE(engines[0].entries(), engines[1].entries());
        QTRY_COMPARE(maps[0].get(), maps[1].get());
        for (std::size_t who = 0; who < 2; ++who) {
            for (const auto &[key, value] : own[who]) {
                QCOMPARE(maps[0].get().value(key, -1), value);
                QCOMPARE(storage.value("m/" + key), std::to_string(value));
            }
        }
        QCOMPARE(storage.area.size(), maps[0].get().size());
    }
}

QTEST_GUILESS_MAIN(tst_PersistentMap)
#include "tst_persistentmap.moc"
