// SPDX-License-Identifier: MIT

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include <filesystem>

using namespace nanostores;
using namespace nanostores::message;
using namespace Qt::StringLiterals;

/// The command that writes the texts of a program, and checks translations of them.
class tst_TranslationCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_areThoseOfTheProgram();
    void pseudo_isReadable();
    void file_isWrittenIfItChanges();
    void file_thatCannotBeWrittenIsAnError();
    void check_ofAWholeTranslationIsSilent();
    void check_saysWhatIsWrong();
    void check_takesTheLocaleFromTheNameOrTheArgument();
    void check_needsALocale();
    void check_mayAllowWhatIsMissing();
    void check_ofNoJsonIsAnError();
    void arguments_thatAreWrongAreExplained_data();
    void arguments_thatAreWrongAreExplained();

private:
    struct Result
    {
        int code = 0;
        QString out;
        QString errors;
    };
    Result run(const QStringList &arguments) const
    {
        Result result;
        QTextStream out(&result.out);
        QTextStream errors(&result.errors);
        result.code = runTranslationCommand(m_i18n, arguments, out, errors);
        return result;
    }
    QString write(const QString &name, const QByteArray &json) const
    {
        QFile file(m_folder.filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(json) == json.size() ? file.fileName() : QString();
    }
    static QByteArray contentOf(const QString &name)
    {
        QFile file(name);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("none");
    }

    QTemporaryDir m_folder;
    I18n m_i18n{atom(u"en"_s)};
    decltype(messages<"cart">(m_i18n, text<"title", "Cart">,
                              count<"items", "one: {count} item", "other: {count} items">,
                              params<"total", "{sum} in all">)) m_cart =
        messages<"cart">(m_i18n, text<"title", "Cart">, count<"items", "one: {count} item", "other: {count} items">,
                         params<"total", "{sum} in all">);
};

void tst_TranslationCommand::texts_areThoseOfTheProgram()
{
    const Result result = run({u"texts"_s});
    QCOMPARE(result.code, 0);
    QCOMPARE(result.errors, QString());
    QCOMPARE(QJsonDocument::fromJson(result.out.toUtf8()).object(), m_i18n.baseMessages());
    QVERIFY(result.out.contains(u"\"{count} item\""_s));
}

void tst_TranslationCommand::pseudo_isReadable()
{
    const Result result = run({u"pseudo"_s});
    QCOMPARE(result.code, 0);
    QCOMPARE(QJsonDocument::fromJson(result.out.toUtf8()).object(), pseudoMessages(m_i18n.baseMessages()));
}

void tst_TranslationCommand::file_isWrittenIfItChanges()
{
    const QString file = write(u"en.json"_s, "old");
    QCOMPARE(run({u"texts"_s, file}).code, 0);
    const QByteArray written = contentOf(file);
    QCOMPARE(QJsonDocument::fromJson(written).object(), m_i18n.baseMessages());
    const std::filesystem::path path = file.toStdU16String();
    std::filesystem::create_hard_link(path, path.parent_path() / "link");
    const Result again = run({u"texts"_s, file});
    QCOMPARE(std::filesystem::hard_link_count(path), 2U); // a file that is written anew is another one
    QCOMPARE(again.code, 0);
    QCOMPARE(contentOf(file), written);
}

void tst_TranslationCommand::file_thatCannotBeWrittenIsAnError()
{
    const Result result = run({u"texts"_s, m_folder.filePath(u"none/en.json"_s)});
    QCOMPARE(result.code, 2);
    QVERIFY(result.errors.contains(u"none/en.json: "_s));
}

void tst_TranslationCommand::check_ofAWholeTranslationIsSilent()
{
    const QString file = write(
        u"de.json"_s,
        R"({"cart": {"title": "Korb", "items": {"one": "{count} Ding", "other": "{count} Dinge"}, "total": "{sum}"}})");
    const Result result = run({u"check"_s, file});
    QCOMPARE(result.out, QString());
    QCOMPARE(result.errors, QString());
    QCOMPARE(result.code, 0);
}

void tst_TranslationCommand::check_saysWhatIsWrong()
{
    const QString file = write(u"de.json"_s, "{\"cart\": {\"titel\": \"Korb\",\n\"total\": \"{summe}\",\n"
                                             "\"items\": {\"one\": \"{count} Ding\", \"other\": \"{count} Dinge\"}}}");
    const Result result = run({u"check"_s, file});
    QCOMPARE(result.code, 1);
    const QStringList lines = result.out.split(u'\n', Qt::SkipEmptyParts);
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines[0].startsWith(file + u":1: cart.titel: "_s) && lines[0].contains(u"no such message"_s),
             qPrintable(result.out));
    QVERIFY2(lines[1].contains(u"cart.title: it is not translated"_s), qPrintable(result.out));
    QVERIFY2(lines[2].startsWith(file + u":2: cart.total: "_s) && lines[2].contains(u"{summe}"_s),
             qPrintable(result.out));
}

void tst_TranslationCommand::check_takesTheLocaleFromTheNameOrTheArgument()
{
    // Polish has more forms than these.
    const QByteArray json =
        R"({"cart": {"title": "Koszyk", "items": {"one": "{count} rzecz", "other": "{count} rzeczy"}, "total": "{sum}"}})";
    const QString polish = write(u"pl.json"_s, json);
    const QString other = write(u"other.json"_s, json);
    const Result byName = run({u"check"_s, polish});
    QCOMPARE(byName.code, 1);
    QVERIFY2(byName.out.contains(u"few"_s), qPrintable(byName.out));
    QCOMPARE(run({u"check"_s, u"pl="_s + other}).out, QString(byName.out).replace(polish, other));
    QCOMPARE(run({u"check"_s, u"de="_s + polish}).code, 0);

    QVERIFY(QDir(m_folder.path()).mkdir(u"target=debug"_s));
    const Result inFolder = run({u"check"_s, write(u"target=debug/pl.json"_s, json)});
    QCOMPARE(inFolder.code, byName.code);
    QCOMPARE(inFolder.errors, QString());
}

/// By the rules of no language nothing would be missing.
void tst_TranslationCommand::check_needsALocale()
{
    const QByteArray json = R"({"cart": {"title": "Koszyk", "items": {"other": "{count}"}, "total": "{sum}"}})";
    const QString file = write(u"texts.pl.json"_s, json);
    for (const QString &argument : {file, u"Polish="_s + file, u"="_s + file}) {
        const Result result = run({u"check"_s, argument});
        QCOMPARE(result.code, 2);
        QVERIFY2(result.errors.contains(u"is no locale: write it before the file, de="_s + file),
                 qPrintable(result.errors));
        QCOMPARE(result.out, QString());
    }
    QVERIFY(run({u"check"_s, u"pl="_s + file}).out.contains(u"few"_s));
}

void tst_TranslationCommand::check_mayAllowWhatIsMissing()
{
    const QString file = write(u"de.json"_s, R"({"cart": {"title": "Korb"}})");
    QCOMPARE(run({u"check"_s, file}).code, 1);
    const Result result = run({u"check"_s, u"--allow-missing"_s, file});
    QCOMPARE(result.out, QString());
    QCOMPARE(result.code, 0);
    const QString wrong = write(u"fr.json"_s, R"({"cart": {"title": 5}})");
    QCOMPARE(run({u"check"_s, u"--allow-missing"_s, file, wrong}).code, 1);
}

void tst_TranslationCommand::check_ofNoJsonIsAnError()
{
    const QString broken = write(u"de.json"_s, "{\"cart\":\n{");
    const Result result = run({u"check"_s, broken});
    QCOMPARE(result.code, 2);
    QVERIFY2(result.errors.contains(u"de.json"_s), qPrintable(result.errors));
    const Result missing = run({u"check"_s, m_folder.filePath(u"it.json"_s)});
    QCOMPARE(missing.code, 2);
    QVERIFY2(missing.errors.contains(u"it.json: "_s), qPrintable(missing.errors));
}

void tst_TranslationCommand::arguments_thatAreWrongAreExplained_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::newRow("none") << QStringList();
    QTest::newRow("unknown") << QStringList{u"test"_s};
    QTest::newRow("two files") << QStringList{u"texts"_s, u"a"_s, u"b"_s};
    QTest::newRow("unknown option") << QStringList{u"texts"_s, u"--all"_s};
    QTest::newRow("check of none") << QStringList{u"check"_s};
}

void tst_TranslationCommand::arguments_thatAreWrongAreExplained()
{
    QFETCH(const QStringList, arguments);
    const Result result = run(arguments);
    QCOMPARE(result.code, 2);
    QVERIFY(result.errors.startsWith(u"usage: "_s));
    QCOMPARE(result.out, QString());
}

QTEST_GUILESS_MAIN(tst_TranslationCommand)
#include "tst_translationcommand.moc"
