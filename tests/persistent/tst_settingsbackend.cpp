// SPDX-License-Identifier: MIT
#include "persistent/support/files.h"
#include "persistent/support/opened.h"

#include <nanostores/persistent.h>

#include <QRandomGenerator>
#include <QSettings>
#include <QSize>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <csignal>
#include <string>

#ifdef Q_OS_UNIX
#include <sys/resource.h>
#endif

using namespace nanostores;
using support::contentOf;
using support::failure;
using support::keysOf;
using support::Opened;
using support::Values;

class tst_SettingsBackend : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void values_areReadByQSettings();
    void values_ofQSettings();
    void values_comeBackByteByByte_data();
    void values_comeBackByteByByte();
    void values_random();
    void keys_comeBack_data();
    void keys_comeBack();
    void keys_ofOthersStay();
    void delete_leavesWhatIsBelow();
    void expect_isCompared();
    void schema_isKept();
    void changesSince_saysWhatOthersWrote();
    void prefix_limitsWhatIsRead();
    void make_withGroup();
    void wake_whenOthersWrite();
    void broken_isKept();
    void write_failsByLimit();
    void limits();
    void make_nothing();

private:
    std::unique_ptr<EngineBackend> backend() const { return settingsBackend(m_path); }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
};

void tst_SettingsBackend::init()
{
    m_folder = std::make_unique<QTemporaryDir>(support::temporaryFolder());
    m_path = m_folder->filePath(QStringLiteral("data/shop.ini"));
}

void tst_SettingsBackend::values_areReadByQSettings()
{
    const Opened storage(backend());
    storage.apply({{"theme", "dark", 0, {}}, {"window/maximized", "true", 0, {}}, {"window/width", "640", 0, {}}});
    QSettings settings(m_path, QSettings::IniFormat);
    QCOMPARE(settings.value(QStringLiteral("theme")).toString(), QStringLiteral("dark"));
    QCOMPARE(settings.value(QStringLiteral("window/maximized")).toBool(), true);
    QCOMPARE(settings.value(QStringLiteral("window/width")).toInt(), 640);
    QVERIFY(contentOf(m_path).contains("[window]\nmaximized=true\nwidth=640\n"));
}

void tst_SettingsBackend::values_ofQSettings()
{
    {
        const Opened storage(backend()); // makes the folder
        QSettings settings(m_path, QSettings::IniFormat);
        settings.setValue(QStringLiteral("bool"), true);
        settings.setValue(QStringLiteral("int"), 5);
        settings.setValue(QStringLiteral("double"), 1.5);
        settings.setValue(QStringLiteral("list"), QStringList{QStringLiteral("a"), QStringLiteral("b")});
        settings.setValue(QStringLiteral("map"), QVariantMap{{QStringLiteral("x"), 1}});
        settings.setValue(QStringLiteral("bytes"), QByteArray("\xff\0", 2));
        settings.setValue(QStringLiteral("invalid"), QVariant());
        settings.setValue(QStringLiteral("size"), QSize(1, 2));
        settings.setValue(QStringLiteral("group/key"), QStringLiteral("text"));
    }
    const Opened storage(backend());
    const Values expected{{"bool", "true"},          {"int", "5"},         {"double", "1.5"},
                          {"list", "[\"a\",\"b\"]"}, {"map", "{\"x\":1}"}, {"bytes", std::string("\xff\0", 2)},
                          {"group/key", "text"}};
    QCOMPARE(storage.values(), expected);
    storage.set("int", "6");
    QSettings settings(m_path, QSettings::IniFormat);
    QCOMPARE(settings.value(QStringLiteral("size")).toSize(), QSize(1, 2)); // is left alone
}

void tst_SettingsBackend::values_comeBackByteByByte_data()
{
    QTest::addColumn<std::string>("value");
    const auto row = [](const char *name, const std::string &value) { QTest::newRow(name) << value; };
    row("empty", "");
    row("text", "dark");
    row("commas", "a, b; c");
    row("quotes", "\"a\" = 'b' \\");
    row("at", "@ByteArray(x)");
    row("at at", "@@");
    row("invalid", "@Invalid()");
    row("spaces", "  a  ");
    row("lines", "a\nb\r\n\t");
    row("controls", std::string("\0\x01\x1f\x7f", 4));
    row("json", "{\"b\":1,\"a\":[1,2]}");
    row("unicode", "\xc3\xa9\xe2\x82\xac\xf0\x9f\x9b\x92\xef\xbb\xbf");
    row("bytes", std::string("\xff\xfe\0\x80", 4));
    row("percent", "%2F%U1234");
    row("byte order mark", "\xef\xbb\xbftext");
}

void tst_SettingsBackend::values_comeBackByteByByte()
{
    QFETCH(std::string, value);
    {
        const Opened storage(backend());
        storage.set("key", value);
        QCOMPARE(storage.values(), (Values{{"key", value}}));
        QCOMPARE(storage.load().position, Position(1));
    }
    const Opened storage(backend());
    QCOMPARE(storage.values(), (Values{{"key", value}}));
}

void tst_SettingsBackend::values_random()
{
    QRandomGenerator random(4);
    Values expected;
    for (int round = 0; round < 20; ++round) {
        const Opened storage(backend());
        QVERIFY(storage.values() == expected);
        std::vector<StorageWrite> writes;
        for (int i = 0; i < 10; ++i) {
            const std::string keys = "a/\\%[]=; \n";
            const std::string letters = "@\"\\,;=()aI \n[]%";
            std::string key(random.bounded(6U), ' ');
            for (char &c : key) {
                c = keys[random.bounded(static_cast<quint32>(keys.size()))];
            }
            std::string value(random.bounded(10U), ' ');
            for (char &c : value) {
                c = round % 2 == 0 ? static_cast<char>(random.bounded(256))
                                   : letters[random.bounded(static_cast<quint32>(letters.size()))];
            }
            if (random.bounded(5) == 0) {
                expected.erase(key);
                writes.push_back({key, std::nullopt, 0, {}});
            } else {
                expected[key] = value;
                writes.push_back({key, value, 0, {}});
            }
        }
        storage.apply(writes);
        QVERIFY(storage.values() == expected);
    }
}

void tst_SettingsBackend::keys_comeBack_data()
{
    QTest::addColumn<std::string>("key");
    for (const char *key : {"a",
                            "",
                            "/",
                            "//",
                            "/a",
                            "a/",
                            "a//b",
                            "a/b/c",
                            "a\\b",
                            "%",
                            "%2F",
                            "%25",
                            "a b",
                            "=",
                            "[x]",
                            "General/a",
                            "general",
                            "\xc3\xa9\xe2\x82\xac",
                            ";a",
                            "#",
                            "a\nb",
                            "\xef\xbb\xbf"
                            "a"}) {
        QTest::newRow(key) << std::string(key);
    }
}

void tst_SettingsBackend::keys_comeBack()
{
    QFETCH(std::string, key);
    {
        const Opened storage(backend());
        storage.apply({{key, "1", 3, {}}, {"other", "2", 0, {}}});
    }
    const Opened storage(backend());
    QCOMPARE(storage.values(), (Values{{key, "1"}, {"other", "2"}}));
    QCOMPARE(storage.entry(key)->schema, 3U);
    storage.set(key, std::nullopt, 3);
    QCOMPARE(storage.values(), (Values{{"other", "2"}}));
}

void tst_SettingsBackend::keys_ofOthersStay()
{
    const Opened storage(backend());
    {
        QSettings settings(m_path, QSettings::IniFormat);
        settings.setValue(QStringLiteral("100%"), 1);
        settings.setValue(QStringLiteral("a%2Fb"), 2); // as if the backend had written it
    }
    QCOMPARE(storage.values(), (Values{{"100%", "1"}, {"a/b", "2"}}));
    storage.apply({{"100%", "5", 0, {}}, {"a/b", "6", 0, {}}});
    QSettings settings(m_path, QSettings::IniFormat);
    QCOMPARE(settings.allKeys(), (QStringList{QStringLiteral("100%"), QStringLiteral("a%2Fb")}));
    QCOMPARE(settings.value(QStringLiteral("100%")).toInt(), 5);
}

void tst_SettingsBackend::delete_leavesWhatIsBelow()
{
    const Opened storage(backend());
    storage.apply({{"cart", "1", 2, {}}, {"cart/a", "2", 2, {}}, {"cart/a/b", "3", 0, {}}, {"cartoon", "4", 0, {}}});
    storage.set("cart", std::nullopt, 2);
    QCOMPARE(storage.values(), (Values{{"cart/a", "2"}, {"cart/a/b", "3"}, {"cartoon", "4"}}));
    storage.set("cart/a", std::nullopt, 2);
    const Opened other(backend(), 2);
    QCOMPARE(other.values(), (Values{{"cart/a/b", "3"}, {"cartoon", "4"}}));
}

void tst_SettingsBackend::expect_isCompared()
{
    const Opened storage(backend());
    QVERIFY(!storage->traits().comparesVersions); // not against other processes
    const auto version = storage.set("a", "1", 0, 0).version;
    QCOMPARE(storage.set("a", "2", 0, 0).result, WriteResult::Conflict);
    QCOMPARE(storage.set("a", "2", 0, version).result, WriteResult::Written);
}

void tst_SettingsBackend::schema_isKept()
{
    {
        const Opened storage(backend());
        storage.set("a", "1", 2);
    }
    const Opened storage(backend());
    QCOMPARE(storage.set("a", "0", 1).result, WriteResult::Newer);
    QCOMPARE(storage.values(), (Values{{"a", "1"}}));
}

void tst_SettingsBackend::changesSince_saysWhatOthersWrote()
{
    const Opened storage(backend());
    storage.apply({{"a", "1", 0, {}}, {"b", "1", 0, {}}});
    const auto state = storage.load();
    {
        QSettings settings(m_path, QSettings::IniFormat);
        settings.setValue(QStringLiteral("a"), QStringLiteral("2"));
        settings.remove(QStringLiteral("b"));
    }
    auto feed = storage->changesSince(state.position, state.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"a", "-b"}));
    QCOMPARE(feed.changes.front().writer, std::uint64_t(0));
    QVERIFY(storage->changesSince(feed.position, state.epoch).changes.empty());
    QVERIFY(storage->changesSince(feed.position, state.epoch + 2).tooOld);

    QByteArray text = contentOf(m_path);
    support::overwrite(m_path, text.replace("a=2", "a=edited"));
    feed = storage->changesSince(feed.position, state.epoch);
    QCOMPARE(keysOf(feed.changes), (std::vector<std::string>{"a"}));
}

void tst_SettingsBackend::prefix_limitsWhatIsRead()
{
    const Opened storage(backend(), 1, "cart/");
    storage.apply({{"cart/a", "1", 0, {}}, {"theme", "dark", 0, {}}});
    QCOMPARE(storage.values(), (Values{{"cart/a", "1"}}));
}

void tst_SettingsBackend::make_withGroup()
{
    SettingsOptions options;
    options.make = [this] {
        auto settings = std::make_unique<QSettings>(m_path, QSettings::IniFormat);
        settings->beginGroup(QStringLiteral("shop"));
        return settings;
    };
    const Opened whole(backend(), 2);
    const Opened storage(settingsBackend(options));
    storage.set("theme", "dark");
    QCOMPARE(storage.values(), (Values{{"theme", "dark"}}));
    QCOMPARE(whole.values(), (Values{{"shop/theme", "dark"}}));
}

void tst_SettingsBackend::wake_whenOthersWrite()
{
    const Opened storage(backend());
    storage.set("a", "1");
    for (int round = 0; round < 3; ++round) {
        const int before = storage.wakes;
        {
            QSettings settings(m_path, QSettings::IniFormat);
            settings.setValue(QStringLiteral("a"), QStringLiteral("round %1").arg(round));
        }
        QTRY_VERIFY(storage.wakes > before);
        QCOMPARE(storage.values()["a"], "round " + std::to_string(round));
    }
}

void tst_SettingsBackend::broken_isKept()
{
    const Opened first(backend()); // makes the folder
    m_path = m_folder->filePath(QStringLiteral("data/broken.ini"));
    const QByteArray text = "[General]\na=1\nno setting at all\n[half\nb=2\n";
    support::overwrite(m_path, text);
    const Opened storage(backend());
    const auto state = storage.load();
    QCOMPARE(state.repairs.size(), std::size_t(1));
    QCOMPARE(support::brokenFiles(m_path).size(), 1);
    QCOMPARE(contentOf(support::brokenFiles(m_path).front()), text);
    storage.set("a", "2");
    QCOMPARE(storage.values()["a"], std::string("2"));
    QCOMPARE(support::brokenFiles(m_path).size(), 1);
}

void tst_SettingsBackend::write_failsByLimit()
{
#ifndef Q_OS_UNIX
    QSKIP("only systems with Unix limits can make this fault");
#else
    const Opened storage(backend());
    storage.set("a", "1");
    const QByteArray before = contentOf(m_path);
    std::signal(SIGXFSZ, SIG_IGN);
    struct rlimit unlimited = {};
    getrlimit(RLIMIT_FSIZE, &unlimited);
    struct rlimit limit = unlimited;
    limit.rlim_cur = 100;
    setrlimit(RLIMIT_FSIZE, &limit);
    const auto kind = failure([&] { storage.apply({{"a", "2", 0, {}}, {"b", std::string(50000, 'x'), 0, {}}}); });
    setrlimit(RLIMIT_FSIZE, &unlimited);
    QCOMPARE(kind, EngineErrorKind::Full);
    QCOMPARE(storage.values(), (Values{{"a", "1"}}));
    QCOMPARE(contentOf(m_path), before);
    storage.set("b", "2"); // and works again
    QCOMPARE(storage.values(), (Values{{"a", "1"}, {"b", "2"}}));
#endif
}

void tst_SettingsBackend::limits()
{
    const Opened storage(backend());
    QCOMPARE(failure([&] { storage.set("a", std::string(2 * 1024 * 1024, 'x')); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set(std::string(2000, 'k'), "1"); }), EngineErrorKind::TooLarge);
    QCOMPARE(failure([&] { storage.set("\xff", "1"); }), EngineErrorKind::Misuse);
}

void tst_SettingsBackend::make_nothing()
{
    SettingsOptions options;
    options.make = [] { return nullptr; };
    QCOMPARE(failure([&] { const Opened storage(settingsBackend(options)); }), EngineErrorKind::Misuse);
}

QTEST_GUILESS_MAIN(tst_SettingsBackend)
#include "tst_settingsbackend.moc"
