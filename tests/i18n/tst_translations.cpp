// SPDX-License-Identifier: MIT

#include "support/handlers.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QTest>

using namespace nanostores;
using namespace nanostores::message;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *good = R"({
  "blog": {
    "title": "Запись",
    "published": "{who}, {at}",
    "comments": {"one": "{count} комментарий", "few": "{count} комментария", "many": "{count} комментариев",
                 "other": "{count} комментария"},
    "state": {"draft": "Черновик", "other": "Удалено"},
    "terms": "<a>Условия</a> <b>магазина</b> {shop}"
  }
})";

auto makeBlog(const I18n &i18n)
{
    return messages<"blog">(i18n, text<"title", "Title">, params<"published", "Was published at {at} by {who}">,
                            count<"comments", "one: {count} comment", "other: {count} comments">,
                            match<"state", "draft: A draft", "live: Published", "other: Gone">,
                            rich<"terms", "Read <b>the</b> <a>terms</a> of {shop}">);
}

/// A blog in Russian with the translation, which is shown.
struct Shown
{
    explicit Shown(const QByteArray &json)
        : i18n(atom(u"ru"_s), {.load =
                                   [json](const TranslationRequest &) {
                                       return TranslationFile{json, u"ru.json"_s};
                                   }})
        , blog(makeBlog(i18n))
        , observer(blog.listen([] {}))
    {
    }
    /// All messages of it; what each is called with is the same.
    QString all() const
    {
        const auto texts = blog.get();
        QStringList lines{texts["title"_t], texts["published"_t]("at"_t = "AT", "who"_t = "WHO")};
        for (const double number : {0.0, 1.0, 2.0, 5.0, 1.5}) {
            lines.append(texts["comments"_t](number));
        }
        lines.append(texts["state"_t]("draft"));
        lines.append(texts["state"_t]("live"));
        lines.append(texts["terms"_t]("a"_t = QUrl(u"a:b"_s), "shop"_t = "<SHOP>"));
        return lines.join(u'|');
    }
    /// What is wrong, without what is said of messages that are not there.
    QStringList problems() const
    {
        QStringList lines;
        for (const TranslationProblem &problem : i18n.problems().get()) {
            if (problem.reason != u"it is not translated") {
                lines.append(problem.message());
            }
        }
        return lines;
    }

    I18n i18n;
    decltype(makeBlog(std::declval<I18n>())) blog;
    Subscription observer;
};

} // namespace

class tst_Translations : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(u"nanostores.i18n=false"_s); }
    void good_hasNoProblems();
    void broken_isRefusedByKey_data();
    void broken_isRefusedByKey();
    void broken_othersAreShown();
    void files_ofOtherEditorsAreTheSame_data();
    void files_ofOtherEditorsAreTheSame();
    void keys_areKeptApart();
    void flawed_isShownAndReported_data();
    void flawed_isShownAndReported();
    void file_ofNoUseIsAnError_data();
    void file_ofNoUseIsAnError();
    void file_ofManyMegabytesIsRefused();
    void problems_areKeptOnce();
    void problems_areBounded();
    void check_namesAllThatIsWrong();
    void check_ofNoJsonThrows();
    void check_ofTheBasesLanguageNeedsNothing();
    void pseudo_isReadableAndComplete();
    void random_damageIsNoHarm();
};

void tst_Translations::good_hasNoProblems()
{
    const Shown shown(good);
    m_time->advance(0);
    QCOMPARE(shown.i18n.problems().get(), QList<TranslationProblem>());
    QCOMPARE(shown.all(), u"Запись|WHO, AT|0 комментариев|1 комментарий|2 комментария|5 комментариев|1,5 комментария|"
                          u"Черновик|Удалено|<a href=\"a:b\">Условия</a> <b>магазина</b> &lt;SHOP&gt;"_s);
}

void tst_Translations::broken_isRefusedByKey_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *message, const QString &problem) {
        QTest::newRow(name) << QByteArray(message) << problem;
    };
    row("number", R"("title": 5)", u"title: it is a number: make it a text, or an object of texts"_s);
    row("null", R"("title": null)", u"title: it is null: make it a text, or an object of texts"_s);
    row("array", R"("published": ["{at}"])", u"published: it is an array: make it a text, or an object of texts"_s);
    row("object for a text", R"("title": {"one": "A"})",
        u"title: it is an object, and the program has one text of it"_s);
    row("text for an object", R"("comments": "A")",
        u"comments: it is one text, and the program has forms of it: write an object"_s);
    row("form of another type", R"("comments": {"other": 1})",
        u"comments: its form \"other\" is a number: make it a text"_s);
    row("form in a form", R"("comments": {"other": {"other": "A"}})",
        u"comments: its form \"other\" is an object: make it a text"_s);
    row("unknown form", R"("comments": {"other": "A", "lots": "B"})",
        u"comments: its form \"lots\" is none: there are zero, one, two, few, many, other, and numbers"_s);
    row("number that is written otherwise", R"("comments": {"other": "A", "-0": "B"})",
        u"comments: its form \"-0\" is none: there are zero, one, two, few, many, other, and numbers"_s);
    row("no form for the rest", R"("comments": {"one": "A"})", u"comments: it has no form \"other\""_s);
    row("no form at all", R"("comments": {})", u"comments: it has no form \"other\""_s);
    row("unknown match", R"("state": {"other": "A", "deleted": "B"})",
        u"state: the program has no form \"deleted\" of it"_s);
    row("match without other", R"("state": {"draft": "A"})", u"state: it has no form \"other\""_s);
    row("unknown parameter", R"("published": "{at} {by}")",
        u"published: it has {by}, which is no parameter: there are {at}, {who}"_s);
    row("unknown parameter of a form", R"("comments": {"other": "{n}"})",
        u"comments: its form \"other\" has {n}, which is no parameter: there are none"_s);
    row("count where there is none", R"("published": "{count}")",
        u"published: it has {count}, which is no parameter: there are {at}, {who}"_s);
    row("markup", R"("title": "<b>A</b>")", u"title: it has markup, and the program's text has none"_s);
    row("markup with attributes", R"("published": "<img src='http://a.b/?{at}'> {who}")",
        u"published: it has markup, and the program's text has none"_s);
    row("markup of a form", R"("state": {"other": "<!-- A -->"})",
        u"state: its form \"other\" has markup, and the program's text has none"_s);
    row("unknown tag", R"("terms": "<script>A</script>")",
        u"terms: it has <script>, which the program's text has not"_s);
    row("tag that is not closed", R"("terms": "<a>A")", u"terms: it has tags that are not closed in order"_s);
    row("tags across", R"("terms": "<a><b>A</a></b>")", u"terms: it has tags that are not closed in order"_s);
    row("control character", "\"title\": \"A\\u0000B\"", u"title: it has control characters"_s);
    row("control character of a terminal", "\"title\": \"A\\u009bB\"", u"title: it has control characters"_s);
    row("unknown message", R"("titel": "A")", u"titel: the program has no such message: take it away"_s);
}

void tst_Translations::broken_isRefusedByKey()
{
    QFETCH(const QByteArray, message);
    QFETCH(const QString, problem);
    const Shown base("{}");
    const Shown shown("{\n\"blog\": {\n\n" + message + "}}");
    m_time->advance(0);
    QCOMPARE(shown.problems(), QStringList{u"ru.json:4: blog."_s + problem});
    QCOMPARE(shown.all(), base.all());
    QVERIFY(!shown.i18n.error().get());
}

void tst_Translations::broken_othersAreShown()
{
    const Shown shown(R"({"blog": {"title": "Запись", "published": 5}, "shelf": [], "other": {"a": {}}})");
    m_time->advance(0);
    QVERIFY(shown.all().startsWith(u"Запись|Was published at AT by WHO|"_s));
    QCOMPARE(shown.problems(),
             QStringList({u"ru.json:1: shelf: it is an array: make it an object of messages"_s,
                          u"ru.json:1: blog.published: it is a number: make it a text, or an object of texts"_s}));
}

void tst_Translations::files_ofOtherEditorsAreTheSame_data()
{
    QTest::addColumn<QByteArray>("json");
    const QByteArray json = "{\n  \"blog\": {\n    \"title\": \"Запись\",\n    \"published\": 5\n  }\n}\n";
    QTest::newRow("lines of Unix") << json;
    QTest::newRow("lines of Windows") << QByteArray(json).replace("\n", "\r\n");
    QTest::newRow("byte order mark") << "\xef\xbb\xbf" + json;
    QTest::newRow("both") << "\xef\xbb\xbf" + QByteArray(json).replace("\n", "\r\n");
    QTest::newRow("no end of the last line") << json.trimmed();
    QTest::newRow("tabs, and space before colons") << QByteArray(json).replace("  ", "\t").replace("\":", "\"\t :");
}

void tst_Translations::files_ofOtherEditorsAreTheSame()
{
    QFETCH(const QByteArray, json);
    const Shown shown(json);
    m_time->advance(0);
    QCOMPARE(shown.i18n.error().get().message(), QString());
    QVERIFY2(shown.all().startsWith(u"Запись|Was published"_s), qPrintable(shown.all()));
    QCOMPARE(shown.problems(), QStringList{u"ru.json:4: blog.published: it is a number: make it a text, or an object "
                                           "of texts"_s});
}

/// A key without a name is none of the component, and one in an array is none of a message.
void tst_Translations::keys_areKeptApart()
{
    const Shown shown(
        "{\"blog\": {\"title\": \"Запись\",\n\"\": \"A\",\n\"published\": [{\"a\": 1}, {\"a\": 1, \"a\": 2}]}}");
    m_time->advance(0);
    QCOMPARE(shown.problems(),
             QStringList({u"ru.json:3: blog.published: it is an array: make it a text, or an object of texts"_s,
                          u"ru.json:2: blog: the program has no such message: take it away"_s}));
}

void tst_Translations::flawed_isShownAndReported_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("start");
    QTest::addColumn<QStringList>("problems");
    QTest::newRow("forms that Russian has")
        << QByteArray(R"({"blog": {"title": "A", "comments": {"one": "1", "other": "O"}}})")
        << u"A|Was published at AT by WHO|O|1|O|O|O|"_s << QStringList({u"few"_s, u"many"_s});
    QTest::newRow("twice") << QByteArray(R"({"blog": {"title": "A", "title": "B"}})") << u"B|"_s
                           << QStringList(u"twice"_s);
    QTest::newRow("with an escape") << QByteArray(R"({"blog": {"title": "A", "titl\u0065": "B"}})") << u"B|"_s
                                    << QStringList(u"twice"_s);
    QTest::newRow("a form twice")
        << QByteArray(
               "{\"blog\": {\"title\": \"A\", \"state\": {\"other\": \"O\",\n\"draft\": \"D\",\n\"draft\": \"E\"}}}")
        << u"A|Was published at AT by WHO|0 comments|1 comment|2 comments|5 comments|1.5 comments|E|"_s
        << QStringList(u"ru.json:3: blog.state: its form \"draft\" is there twice"_s);
    QTest::newRow("a component twice") << QByteArray("{\"blog\": {\"title\": \"A\"},\n\"blog\": {\"title\": \"B\"}}")
                                       << u"B|"_s << QStringList(u"ru.json:2: blog: it is there twice"_s);
}

void tst_Translations::flawed_isShownAndReported()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, start);
    QFETCH(const QStringList, problems);
    const Shown shown(json);
    m_time->advance(0);
    QVERIFY2(shown.all().startsWith(start), qPrintable(shown.all()));
    QCOMPARE(shown.problems().size(), problems.size());
    for (qsizetype i = 0; i < problems.size(); ++i) {
        QVERIFY2(shown.problems()[i].contains(problems[i]), qPrintable(shown.problems()[i]));
    }
    for (const TranslationProblem &problem : shown.i18n.problems().get()) {
        const bool isMissing = problem.reason == u"it is not translated";
        QVERIFY(problem.kind == (isMissing ? TranslationProblem::Kind::Missing : TranslationProblem::Kind::Flawed));
    }
}

void tst_Translations::file_ofNoUseIsAnError_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("error");
    QTest::newRow("empty") << QByteArray() << u"ru.json:1: it is no JSON"_s;
    QTest::newRow("array") << QByteArray("[]") << u"ru.json:1: it is no object"_s;
    QTest::newRow("text") << QByteArray("\"A\"") << u"ru.json:1: it is no"_s;
    QTest::newRow("torn") << QByteArray(good).left(100) << u"ru.json:5: it is no JSON"_s;
    QTest::newRow("UTF-16") << QByteArray("\xff\xfe{\0}\0", 6) << u"ru.json:1: it is no JSON"_s;
    QTest::newRow("deep") << "{\"blog\": " + QByteArray(100'000, '[') + QByteArray(100'000, ']') + '}'
                          << u"ru.json:1: it is no JSON"_s;
    QTest::newRow("deep objects") << QByteArray("{\"a\":").repeated(100'000) << u"ru.json:1: it is no JSON"_s;
}

void tst_Translations::file_ofNoUseIsAnError()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, error);
    const Shown base("{}");
    const Shown shown(json);
    m_time->advance(0);
    QVERIFY2(shown.i18n.error().get().message().startsWith(error), qPrintable(shown.i18n.error().get().message()));
    QCOMPARE(shown.all(), base.all());
}

void tst_Translations::file_ofManyMegabytesIsRefused()
{
    const Shown shown(R"({"blog": {"title": ")" + QByteArray(10 * 1024 * 1024, 'a') + "\"}}");
    m_time->advance(0);
    QVERIFY(shown.i18n.error().get().message().contains(u"at most 4194304 are read"_s));
    const Shown text(R"({"blog": {"title": ")" + QByteArray(1024 * 1024, 'a') + "\"}}");
    m_time->advance(0);
    QVERIFY(!text.i18n.error().get());
    QVERIFY(text.problems().front().contains(u"at most 65536 are read"_s));
}

void tst_Translations::problems_areKeptOnce()
{
    const Shown shown(R"({"blog": {"title": 5}})");
    m_time->advance(0);
    const auto before = shown.i18n.problems().get();
    const auto again = makeBlog(shown.i18n);
    const Subscription observer = again.listen([] {});
    m_time->advance(0);
    QCOMPARE(shown.i18n.problems().get(), before);
}

void tst_Translations::problems_areBounded()
{
    QByteArray json = R"({"blog": {"title": "A")";
    for (int i = 0; i < 3000; ++i) {
        json += ", \"k" + QByteArray::number(i) + "\": 1";
    }
    const Shown shown(json + "}}");
    m_time->advance(0);
    QCOMPARE(shown.i18n.problems().get().size(), 1000);
    QVERIFY(shown.all().startsWith(u"A|"_s));
}

void tst_Translations::check_namesAllThatIsWrong()
{
    const I18n i18n(atom(u"en"_s));
    const auto blog = makeBlog(i18n);
    const auto shelf = messages<"shelf">(i18n, text<"title", "Shelf">);
    const QByteArray json = "{\n\"blog\": {\n\"title\": 5,\n\"published\": \"{at} {who}\",\n"
                            "\"comments\": {\"other\": \"{count}\"}},\n\"cellar\": {}\n}";
    QStringList lines;
    for (const TranslationProblem &problem : i18n.check({json, u"de.json"_s}, u"de"_s)) {
        lines.append(problem.message());
    }
    QCOMPARE(lines,
             QStringList({u"de.json: shelf: it is not translated"_s, u"de.json:2: blog.state: it is not translated"_s,
                          u"de.json:2: blog.terms: it is not translated"_s,
                          u"de.json:3: blog.title: it is a number: make it a text, or an object of texts"_s,
                          u"de.json:5: blog.comments: it has no form \"one\": \"other\" stands in for it"_s,
                          u"de.json:6: cellar: the program has no such component: take it away"_s}));
    QCOMPARE(i18n.problems().get(), QList<TranslationProblem>());
}

void tst_Translations::check_ofNoJsonThrows()
{
    const I18n i18n(atom(u"en"_s));
    QVERIFY_EXCEPTION_THROWN(static_cast<void>(i18n.check({"{", u"de.json"_s}, u"de"_s)), TranslationError);
}

void tst_Translations::check_ofTheBasesLanguageNeedsNothing()
{
    const I18n i18n(atom(u"en"_s));
    const auto blog = makeBlog(i18n);
    QCOMPARE(i18n.check({"{}", u"en-GB.json"_s}, u"en-GB"_s), QList<TranslationProblem>());
}

void tst_Translations::pseudo_isReadableAndComplete()
{
    const I18n i18n(atom(u"en"_s));
    const auto blog = makeBlog(i18n);
    const QJsonObject pseudo = pseudoMessages(i18n.baseMessages());
    QCOMPARE(i18n.check({QJsonDocument(pseudo).toJson(), u"en-XA.json"_s}, u"en-XA"_s), QList<TranslationProblem>());
    const QJsonObject texts = pseudo[u"blog"].toObject();
    QCOMPARE(texts[u"title"].toString(), u"[Ţîţļé ··]"_s);
    QCOMPARE(texts[u"published"].toString(), u"[Ŵåš pûbļîšĥéð åţ {at} bý {who} ······]"_s);
    QCOMPARE(texts[u"comments"].toObject()[u"one"].toString(), u"[{count} çömméñţ ···]"_s);
    QVERIFY(texts[u"terms"].toString().startsWith(u"[Ŕéåð <b>ţĥé</b> <a>"_s));
}

/// Bytes of a translation are changed, taken out, repeated and swapped: what is shown is always a text, and rich text
/// has no tags but those of the program. NANOSTORES_FUZZ_SECONDS asks for more than 2 000 of them.
void tst_Translations::random_damageIsNoHarm()
{
    const QByteArray words[] = {"\"",   "{",    "}",     "[",         ":",        ",",        "\\u0000",
                                "<a>",  "</a>", "<b>",   "{at}",      "{count}",  "<script>", "\\ud800",
                                "\xff", "null", "1e999", "\"other\"", "\"blog\"", "\n",       "\\"};
    const int seconds = qEnvironmentVariableIntValue("NANOSTORES_FUZZ_SECONDS");
    QElapsedTimer clock;
    clock.start();
    int used = 0;
    for (quint32 seed = 1; seed <= 2000 || clock.elapsed() < seconds * 1000LL; ++seed) {
        QRandomGenerator random(seconds > 0 ? QRandomGenerator::global()->generate() : seed);
        QByteArray json(good);
        for (int i = random.bounded(1, 6); i > 0; --i) {
            const auto at = random.bounded(static_cast<int>(json.size()));
            switch (random.bounded(4)) {
            case 0:
                json[at] = static_cast<char>(random.bounded(256));
                break;
            case 1:
                json.remove(at, random.bounded(1, 20));
                break;
            case 2:
                json.insert(at, words[random.bounded(static_cast<int>(std::size(words)))]);
                break;
            default:
                json.insert(at, json.mid(random.bounded(static_cast<int>(json.size())), random.bounded(1, 60)));
                break;
            }
            json += ' '; // it may be empty
        }
        const Shown shown(json);
        m_time->advance(0);
        const QString terms = shown.blog.get()["terms"_t]("a"_t = QUrl(u"a:b"_s), "shop"_t = "<SHOP>");
        QString plain = terms;
        for (const QString &tag : {u"<a href=\"a:b\">"_s, u"</a>"_s, u"<b>"_s, u"</b>"_s}) {
            plain.remove(tag);
        }
        QVERIFY2(!plain.contains(u'<') || plain.contains(u"<i>"_s), qPrintable(terms));
        const QString all = shown.all();
        QVERIFY2(!all.contains(u"<script"_s), json.constData());
        QVERIFY(!all.contains(QChar(u'\0')));
        used += shown.i18n.error().get() ? 0 : 1;
    }
    QVERIFY(used > 100);
}

QTEST_GUILESS_MAIN(tst_Translations)

#include "tst_translations.moc"
