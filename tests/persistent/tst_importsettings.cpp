// SPDX-License-Identifier: MIT
#include "persistent/support/files.h"

#include <nanostores/persistent.h>

#include <QSettings>
#include <QSize>
#include <QTemporaryDir>
#include <QtTest/QTest>

#include <limits>
#include <map>
#include <stdexcept>
#include <string>

using namespace nanostores;
using Result = ImportedSettings::Result;

class tst_ImportSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void settingAs_readsWhatQSettingsWrote_data();
    void settingAs_readsWhatQSettingsWrote();
    void all_byTheirKeys();
    void mapping_namesAndConverts();
    void once_alsoWhenKeysAreDeleted();
    void presentValues_areKept();
    void unreadable_isNamed();
    void settings_stayAsTheyAre();
    void notLoaded_importsNothing();

private:
    std::unique_ptr<QSettings> settings() const { return std::make_unique<QSettings>(m_path, QSettings::IniFormat); }
    StorageEngine engine() const
    {
        const auto engine = StorageEngine::memory(m_area);
        engine.load(std::chrono::hours(1));
        return engine;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    MemoryArea m_area;
};

void tst_ImportSettings::init()
{
    m_folder = std::make_unique<QTemporaryDir>(support::temporaryFolder());
    m_path = m_folder->filePath(QStringLiteral("old.ini"));
    m_area = MemoryArea();
}

void tst_ImportSettings::settingAs_readsWhatQSettingsWrote_data()
{
    QTest::addColumn<QVariant>("written");
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("raw");
    const auto row = [](const char *name, const QVariant &written, const char *type, const char *raw) {
        QTest::newRow(name) << written << QString::fromUtf8(type) << QString::fromUtf8(raw);
    };
    row("true", true, "bool", "true");
    row("false", false, "bool", "false");
    row("1", 1, "bool", "true");
    row("0", 0, "bool", "false");
    row("yes", QStringLiteral("Yes"), "bool", "true");
    row("no bool", QStringLiteral("maybe"), "bool", "none");
    row("no bool, 2", 2, "bool", "none");
    row("int", 42, "int", "42");
    row("large", std::numeric_limits<qlonglong>::max(), "qlonglong", "\"9223372036854775807\"");
    row("no int", QStringLiteral("many"), "int", "none");
    row("too large", std::numeric_limits<qlonglong>::max(), "int", "none");
    row("double", 1.5, "double", "1.5");
    row("text", QStringLiteral("dark"), "text", "dark");
    row("text of digits", QStringLiteral("007"), "text", "007");
    row("text with commas", QStringLiteral("a, b"), "text", "a, b");
    row("list", QStringList{QStringLiteral("a"), QStringLiteral("b")}, "list", "[\"a\",\"b\"]");
    row("list of one", QStringList{QStringLiteral("a")}, "list", "[\"a\"]");
    row("no list", QStringList(), "list", "[]");
    row("no numbers", QVariantList(), "ints", "[]");
    row("variants", QVariantList{QStringLiteral("b"), QStringLiteral("a")}, "variants", "[\"b\",\"a\"]");
    row("one variant", QVariantList{QStringLiteral("a")}, "variants", "[\"a\"]");
    row("no variants", QVariantList(), "variants", "[]");
    row("list, empty text", QStringList{QString()}, "list", "[\"\"]");
    row("list, optional", QStringList(), "optional list", "[]");
    row("numbers", QVariantList{1, 2}, "ints", "[1,2]");
    row("one number", QVariantList{1}, "ints", "[1]");
    row("optional", 5, "optional", "5");
}

void tst_ImportSettings::settingAs_readsWhatQSettingsWrote()
{
    QFETCH(QVariant, written);
    QFETCH(QString, type);
    QFETCH(QString, raw);
    settings()->setValue(QStringLiteral("key"), written);
    const QVariant read = QSettings(m_path, QSettings::IniFormat).value(QStringLiteral("key"));
    const std::map<QString, SettingConversion> conversions{
        {QStringLiteral("bool"), settingAs<bool>()},
        {QStringLiteral("int"), settingAs<int>()},
        {QStringLiteral("qlonglong"), settingAs<qlonglong>()},
        {QStringLiteral("double"), settingAs<double>()},
        {QStringLiteral("text"), settingAs<QString>()},
        {QStringLiteral("list"), settingAs<QStringList>()},
        {QStringLiteral("ints"), settingAs<QList<int>>()},
        {QStringLiteral("variants"), settingAs<QVariantList>()},
        {QStringLiteral("optional list"), settingAs<std::optional<QStringList>>()},
        {QStringLiteral("optional"), settingAs<std::optional<int>>()}};
    for (const QVariant &setting : {read, written}) { // from a file, and as the registry has it
        const auto value = conversions.at(type)(setting);
        QCOMPARE(QString::fromStdString(value.value_or("none")), raw);
    }
}

void tst_ImportSettings::all_byTheirKeys()
{
    {
        const auto old = settings();
        old->setValue(QStringLiteral("theme"), QStringLiteral("dark"));
        old->setValue(QStringLiteral("window/maximized"), true);
        old->setValue(QStringLiteral("window/width"), 640);
    }
    const auto engine = this->engine();
    const auto done = importSettings(engine, *settings());
    QCOMPARE(done.result, Result::Imported);
    QCOMPARE(done.imported, (std::vector<std::string>{"theme", "window/maximized", "window/width"}));
    QVERIFY(done.kept.empty() && done.unreadable.empty());
    QCOMPARE(engine.get("theme"), std::optional<std::string>("dark"));
    QCOMPARE(engine.get("window/maximized"), std::optional<std::string>("true"));
    QCOMPARE(engine.get("window/width"), std::optional<std::string>("640"));
}

void tst_ImportSettings::mapping_namesAndConverts()
{
    {
        const auto old = settings();
        old->setValue(QStringLiteral("ui/dark"), 1);
        old->setValue(QStringLiteral("ui/name"), QStringLiteral("5"));
        old->setValue(QStringLiteral("other"), QStringLiteral("x"));
    }
    const auto engine = this->engine();
    const auto done = importSettings(engine, *settings(),
                                     {{QStringLiteral("ui/dark"), "dark", settingAs<bool>()},
                                      {QStringLiteral("ui/name"), "name", {}},
                                      {QStringLiteral("missing"), "missing", {}}});
    QCOMPARE(done.imported, (std::vector<std::string>{"dark", "name"}));
    QCOMPARE(engine.get("dark"), std::optional<std::string>("true"));
    QCOMPARE(engine.get("name"), std::optional<std::string>("5"));
    QVERIFY(!engine.get("other") && !engine.get("missing"));
}

void tst_ImportSettings::once_alsoWhenKeysAreDeleted()
{
    settings()->setValue(QStringLiteral("a"), 1);
    {
        const auto engine = this->engine();
        importSettings(engine, *settings());
        engine.del("a");
        QVERIFY(engine.flushNow(std::chrono::hours(1)));
    }
    const auto engine = this->engine();
    QCOMPARE(importSettings(engine, *settings()).result, Result::AlreadyDone);
    QVERIFY(!engine.get("a"));
    QCOMPARE(importSettings(engine, *settings(), {}, "another").result, Result::Imported);
    QVERIFY(engine.get("a").has_value());
}

void tst_ImportSettings::presentValues_areKept()
{
    settings()->setValue(QStringLiteral("a"), 1);
    const auto engine = this->engine();
    engine.set("a", "2");
    const auto done = importSettings(engine, *settings());
    QCOMPARE(done.kept, (std::vector<std::string>{"a"}));
    QCOMPARE(engine.get("a"), std::optional<std::string>("2"));
}

void tst_ImportSettings::unreadable_isNamed()
{
    {
        const auto old = settings();
        old->setValue(QStringLiteral("count"), QStringLiteral("many"));
        old->setValue(QStringLiteral("size"), QSize(1, 2));
        old->setValue(QStringLiteral("fails"), 1);
    }
    const auto engine = this->engine();
    const SettingConversion fails = [](const QVariant &) -> std::optional<std::string> {
        throw std::runtime_error("conversion");
    };
    const auto done = importSettings(engine, *settings(),
                                     {{QStringLiteral("count"), "count", settingAs<int>()},
                                      {QStringLiteral("size"), "size", {}},
                                      {QStringLiteral("fails"), "fails", fails}});
    QCOMPARE(done.unreadable,
             (std::vector<QString>{QStringLiteral("count"), QStringLiteral("size"), QStringLiteral("fails")}));
    QVERIFY(done.imported.empty());
}

void tst_ImportSettings::settings_stayAsTheyAre()
{
    {
        const auto old = settings();
        old->setValue(QStringLiteral("a"), 1);
        old->setValue(QStringLiteral("size"), QSize(1, 2));
    }
    const QByteArray before = support::contentOf(m_path);
    importSettings(engine(), *settings());
    QCOMPARE(support::contentOf(m_path), before);
}

void tst_ImportSettings::notLoaded_importsNothing()
{
    settings()->setValue(QStringLiteral("a"), 1);
    EngineOptions options;
    options.patience = std::chrono::milliseconds(0);
    const auto engine = StorageEngine::custom(
        [] {
            JsonOptions json;
            json.path = QStringLiteral("/proc/nowhere/state.json");
            return jsonBackend(json);
        },
        options);
    QCOMPARE(importSettings(engine, *settings()).result, Result::NotLoaded);
    QVERIFY(!engine.get("a"));
}

QTEST_GUILESS_MAIN(tst_ImportSettings)
#include "tst_importsettings.moc"
