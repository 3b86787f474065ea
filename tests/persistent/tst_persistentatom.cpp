// SPDX-License-Identifier: MIT
#include "support/handlers.h"
#include "support/manualtime.h"
#include "support/memorystorage.h"

#include <nanostores/core/deepmap.h>
#include <nanostores/core/list.h>
#include <nanostores/kit/scoped.h>
#include <nanostores/persistent.h>
#include <nanostores/qt.h>

#include <QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace std::chrono_literals;
using kit::Scope;
using kit::scoped;
using kit::scopedKey;
using Storage = support::MemoryStorage;

namespace {

#define WINDOW(FIELD) FIELD(int, width) FIELD(int, height) FIELD(QString, title)
struct Window
{
    Q_GADGET
    NANOSTORES_STRUCT(Window, WINDOW)
};

} // namespace

class tst_PersistentAtom : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noEntry_hasInitialValueAndWritesNothing();
    void entry_isTheValueFromTheStart();
    void set_isWritten();
    void set_isWrittenOnceATurn();
    void set_inBatchAndUnobserved();
    void refusedWrite_isNotWritten();
    void abortedNotification_isWritten();
    void setBack_isNotWritten();
    void changeElsewhere_isTaken();
    void changeElsewhere_isNotWrittenBack();
    void deletionElsewhere_restoresInitialValue();
    void listenFalse_keepsOwnValue();
    void ownChange_winsOverOneThatIsRead();
    void text_isWrittenAsItIs();
    void valuesOfManyTypes_comeBack();
    void optional_emptyHasNoEntry();
    void boolean_isWrittenAsYes();
    void json_quotesText();
    void unreadableValue_isKeptUntilSet();
    void valueThatCannotBeEncoded_isReported();
    void twoStoresOfOneKey_agree();
    void lastHandle_isWritten();
    void pause_writesLate();
    void throttle_writesAtOnceAndThenLate();
    void paced_isWrittenByFlush();
    void list_deepMap_record_arePersistent();
    void defaultEngine_isUsed();
    void persistAgain_isNoMistake();
    void notPersistent_isAnError();
    void secret_needsEncryption();
    void scoped_hasAnEntryOfEachNamedScope();
    void scoped_isWrittenWhenItsScopeEnds();
};

void tst_PersistentAtom::noEntry_hasInitialValueAndWritesNothing()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto theme = persistentAtom(engine, "theme", QString("light"));
    QCOMPARE(theme.get(), QString("light"));
    QCOMPARE(theme.name(), std::string("theme"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.area.size(), std::size_t{0});
}

void tst_PersistentAtom::entry_isTheValueFromTheStart()
{
    const Storage storage;
    storage.put("count", "5");
    const auto count = persistentAtom(StorageEngine::memory(storage.area), "count", 1);
    QCOMPARE(count.get(), 5);
}

void tst_PersistentAtom::set_isWritten()
{
    const Storage storage;
    {
        const auto count = persistentAtom(storage.engine(), "count", 1);
        count.set(7);
        QTRY_COMPARE(storage.value("count"), std::string("7"));
    }
    QCOMPARE(persistentAtom(storage.engine(), "count", 1).get(), 7);
}

void tst_PersistentAtom::set_isWrittenOnceATurn()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    const auto version = versionOf(count);
    for (int i = 2; i < 100; ++i) {
        count.set(i);
    }
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(versionOf(count), version + 1);
    QCOMPARE(writtenBy(count), engine.writer());
}

void tst_PersistentAtom::set_inBatchAndUnobserved()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto a = persistentAtom(engine, "a", 0);
    const auto b = persistentAtom(engine, "b", 0);
    const auto sum = computed(a, b, [](int x, int y) { return x + y; });
    batch([&] {
        a.set(1);
        b.set(2);
    });
    QCOMPARE(sum.get(), 3);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("a"), std::string("1"));
    QCOMPARE(storage.value("b"), std::string("2"));
}

void tst_PersistentAtom::refusedWrite_isNotWritten()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    onSet(count, [](SetEvent<Atom<int>> &event) { event.abort(); });
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.area.size(), std::size_t{0});
}

void tst_PersistentAtom::abortedNotification_isWritten()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    onNotify(count, [](NotifyEvent<Atom<int>> &event) { event.abort(); });
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("1"));
}

void tst_PersistentAtom::setBack_isNotWritten()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    const auto version = versionOf(count);
    count.set(2);
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(versionOf(count), version);
}

void tst_PersistentAtom::changeElsewhere_isTaken()
{
    const Storage storage;
    const auto count = persistentAtom(storage.engine(), "count", 0);
    std::vector<int> heard;
    const auto subscription = count.listen([&](int value) { heard.push_back(value); });
    storage.put("count", "4");
    QTRY_COMPARE(heard, std::vector<int>{4});
    QCOMPARE(count.get(), 4);
}

void tst_PersistentAtom::changeElsewhere_isNotWrittenBack()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    storage.put("count", "4");
    QTRY_COMPARE(count.get(), 4);
    QVERIFY(engine.flushNow(5s));
    QVERIFY(writtenBy(count) != engine.writer());
    QCOMPARE(engine.pending().get(), std::size_t{0});
}

void tst_PersistentAtom::deletionElsewhere_restoresInitialValue()
{
    const Storage storage;
    const auto count = persistentAtom(storage.engine(), "count", 3);
    storage.put("count", "4");
    QTRY_COMPARE(count.get(), 4);
    const auto other = storage.engine();
    other.del("count");
    QVERIFY(other.flushNow(5s));
    QTRY_COMPARE(count.get(), 3);
}

void tst_PersistentAtom::listenFalse_keepsOwnValue()
{
    const Storage storage;
    storage.put("count", "1");
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0, {.listen = false});
    QCOMPARE(count.get(), 1);
    storage.put("count", "4");
    QTRY_COMPARE(engine.get("count"), std::optional<std::string>("4"));
    QCOMPARE(count.get(), 1);
    count.set(2);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("2"));
}

void tst_PersistentAtom::ownChange_winsOverOneThatIsRead()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 0);
    storage.put("count", "4");
    count.set(9);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(count.get(), 9);
    QCOMPARE(storage.value("count"), std::string("9"));
}

void tst_PersistentAtom::text_isWrittenAsItIs()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto a = persistentAtom(engine, "a", "");
    const auto b = persistentAtom(engine, QString("b"), QString());
    const auto c = persistentAtom(engine, std::string("c"), QByteArray());
    a.set("a \"text\"");
    b.set(QString::fromUtf8("\u00e4"));
    c.set(QByteArray("\xff\0x", 3));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("a"), std::string("a \"text\""));
    QCOMPARE(storage.value("b"), std::string("\xC3\xA4"));
    QCOMPARE(storage.value("c"), std::string("\xff\0x", 3));
    QCOMPARE(persistentAtom(storage.engine(), "b", QString()).get(), b.get());
    QCOMPARE(persistentAtom(storage.engine(), "c", QByteArray()).get(), c.get());
}

void tst_PersistentAtom::valuesOfManyTypes_comeBack()
{
    const Storage storage;
    const auto check = [&](const char *key, const auto &initial, const auto &value) {
        const auto engine = storage.engine();
        const auto store = persistentAtom(engine, key, initial);
        store.set(value);
        QVERIFY(engine.flushNow(5s));
        QCOMPARE(persistentAtom(storage.engine(), key, initial).get(), value);
    };
    check("int", 0, -5);
    check("double", 0.0, 0.1);
    check("bool", false, true);
    check("list", std::vector<int>{}, std::vector<int>{1, 2});
    check("dictionary", Dictionary<QString, int>{}, Dictionary<QString, int>{{QString("a"), 1}});
    check("struct", Window{}, Window{3, 4, QString("t")});
    check("variant", QVariant(), QVariant(QString("x")));
}

void tst_PersistentAtom::optional_emptyHasNoEntry()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto token = persistentAtom(engine, "token", std::optional<QString>());
    token.set(QString("x"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("token"), std::string("x"));
    token.set(std::nullopt);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.area.size(), std::size_t{0});
}

void tst_PersistentAtom::boolean_isWrittenAsYes()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto muted = persistentBoolean(engine, "muted");
    muted.set(true);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("muted"), std::string("yes"));
    muted.set(false);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("muted"), std::string(""));
    QCOMPARE(persistentBoolean(storage.engine(), "muted", true).get(), false);
}

void tst_PersistentAtom::json_quotesText()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto text = persistentJSON(engine, "text", QString());
    text.set(QString("a"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("text"), std::string("\"a\""));
    QCOMPARE(persistentJSON(storage.engine(), "text", QString()).get(), QString("a"));
}

void tst_PersistentAtom::unreadableValue_isKeptUntilSet()
{
    const Storage storage;
    storage.put("count", "many");
    const auto engine = storage.engine();
    const auto count = persistentAtom(engine, "count", 3);
    QCOMPARE(count.get(), 3);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("many"));
    QCOMPARE(engine.status().get().unreadable, std::vector<std::string>{"count"});
    QVERIFY(engine.status().get().lastError.find("\"count\"") != std::string::npos);
    count.set(4);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("4"));
    QVERIFY(engine.status().get().unreadable.empty());
}

void tst_PersistentAtom::valueThatCannotBeEncoded_isReported()
{
    support::ErrorLog errors;
    const Storage storage;
    const auto engine = storage.engine();
    const auto text = persistentJSON(engine, "text", std::string());
    text.set("\xff");
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(errors.take().size(), 1);
    QVERIFY(engine.status().get().lastError.find("\"text\" cannot be written") != std::string::npos);
    QCOMPARE(storage.area.size(), std::size_t{0});
}

void tst_PersistentAtom::twoStoresOfOneKey_agree()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto a = persistentAtom(engine, "x", 0);
    const auto b = persistentAtom(engine, "x", 0);
    a.set(1);
    QTRY_COMPARE(b.get(), 1);
    b.set(2);
    QTRY_COMPARE(a.get(), 2);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("x"), std::string("2"));
}

void tst_PersistentAtom::lastHandle_isWritten()
{
    const Storage storage;
    {
        const auto count = persistentAtom(storage.engine(), "count", 0);
        count.set(1);
    }
    QTRY_COMPARE(storage.value("count"), std::string("1"));
}

void tst_PersistentAtom::pause_writesLate()
{
    const Storage storage;
    const auto engine = storage.engine();
    support::ManualTime time;
    const auto width = persistentAtom(engine, "width", 0, {.pace = kit::debounce(500ms)});
    const auto pending = [&] { return engine.pending().get(); };
    width.set(1);
    time.advance(400);
    width.set(2); // the pause begins again
    time.advance(200);
    QCOMPARE(pending(), std::size_t{1});
    QCOMPARE(storage.area.size(), std::size_t{0});
    time.advance(700);
    QCOMPARE(engine.get("width"), std::optional<std::string>("2"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("width"), std::string("2"));
}

void tst_PersistentAtom::throttle_writesAtOnceAndThenLate()
{
    const Storage storage;
    const auto engine = storage.engine();
    support::ManualTime time;
    const auto width = persistentAtom(engine, "width", 0, {.pace = kit::throttle(500ms)});
    const auto other = persistentAtom(engine, "other", 0);
    const auto heard = persistentAtom(engine, "width", 0); // sees what is handed over
    width.set(1);
    time.advance(1);
    QCOMPARE(heard.get(), 1);
    width.set(2);
    time.advance(100);
    QCOMPARE(heard.get(), 1);
    time.advance(500);
    QCOMPARE(heard.get(), 2);
}

void tst_PersistentAtom::paced_isWrittenByFlush()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto width = persistentAtom(engine, "width", 0, {.pace = kit::debounce(500s)});
    width.set(1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("width"), std::string("1"));
}

void tst_PersistentAtom::list_deepMap_record_arePersistent()
{
    const Storage storage;
    const auto engine = storage.engine();
    const List<int> list = persist(List<int>({1}), "list", {.engine = engine});
    const DeepMap<Window> deep = persist(deepMap(Window{}), "deep", {.engine = engine});
    const Record<Window> record = persistentRecord(engine, "record", Window{});
    list.append(2);
    deep.setKey(path(&Window::width), 7);
    record.setKey(&Window::height, 8);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("list"), std::string("[1,2]"));
    QCOMPARE(storage.value("deep"), std::string(R"({"height":0,"title":"","width":7})"));
    const auto second = storage.engine();
    QCOMPARE(persist(List<int>(), "list", {.engine = second}).get(), (std::vector<int>{1, 2}));
    QCOMPARE(persistentRecord(second, "record", Window{}).get().height, 8);
}

void tst_PersistentAtom::defaultEngine_isUsed()
{
    const Storage storage;
    setPersistentEngine(storage.engine());
    const auto count = persistentAtom("count", 0);
    count.set(1);
    QVERIFY(persistentEngine().flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("1"));
    setPersistentEngine(StorageEngine::memory());
}

void tst_PersistentAtom::persistAgain_isNoMistake()
{
    const Storage storage;
    const auto engine = storage.engine();
    const auto count = atom(0);
    persist(count, "count", {.engine = engine});
    persist(count, "count", {.engine = engine});
    count.set(1);
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("count"), std::string("1"));
}

void tst_PersistentAtom::notPersistent_isAnError()
{
    const auto count = atom(0).named("count");
    QVERIFY(
        support::thrownBy([&] { static_cast<void>(versionOf(count)); }).contains(QLatin1String("persistentAtom()")));
    QVERIFY(support::thrownBy([&] { static_cast<void>(conflictOf(count)); }).contains(QLatin1String("count")));
}

void tst_PersistentAtom::secret_needsEncryption()
{
    const Storage storage;
    const auto engine = storage.engine(); // memory is written nowhere
    const auto token = persistentAtom(engine, "token", QString(), {.secret = true});
    token.set(QString("x"));
    QVERIFY(engine.flushNow(5s));
    QCOMPARE(storage.value("token"), std::string("x"));
}

/// A window finds its own again by its name; what is in no named scope has the plain key.
void tst_PersistentAtom::scoped_hasAnEntryOfEachNamedScope()
{
    const Storage storage;
    const auto settings = storage.engine();
    const auto zoom = scoped([&settings] { return persistentAtom(settings, scopedKey("zoom"), 100); });
    {
        const Scope one("window-1");
        const Scope two("window-2");
        const Scope panel({}, two);
        zoom.in(one).set(50);
        zoom.in(panel).set(200);
        zoom().set(75);
        QCOMPARE(zoom.in(two).get(), 200);
        QCOMPARE(zoom.in(one).name(), std::string("window-1/zoom"));
    }
    Scope::resetGlobal();
    QVERIFY(settings.flushNow(5s));
    QCOMPARE(storage.keys(), (std::vector<std::string>{"window-1/zoom", "window-2/zoom", "zoom"}));
    const Scope again("window-2");
    QCOMPARE(zoom.in(again).get(), 200);
    const Scope fresh("window-3");
    QCOMPARE(zoom.in(fresh).get(), 100);
}

void tst_PersistentAtom::scoped_isWrittenWhenItsScopeEnds()
{
    const Storage storage;
    const auto settings = storage.engine();
    const auto zoom =
        scoped([&settings] { return persistentAtom(settings, scopedKey("zoom"), 100, {.pace = kit::debounce(1h)}); });
    {
        const Scope window("window");
        zoom.in(window).set(50);
    }
    QVERIFY(settings.flushNow(5s));
    QCOMPARE(storage.value("window/zoom"), std::string("50"));
}

QTEST_GUILESS_MAIN(tst_PersistentAtom)
#include "tst_persistentatom.moc"
