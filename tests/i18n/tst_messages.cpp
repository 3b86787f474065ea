// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLocale>
#include <QTemporaryDir>
#include <QTest>

using namespace nanostores;
using namespace nanostores::message;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

/// Russian, and what is written over it.
constexpr const char *russian = R"({
  "blog": {
    "title": "Запись",
    "published": "{who}, {at}",
    "comments": {"one": "{count} комментарий", "few": "{count} комментария", "many": "{count} комментариев",
                 "other": "{count} комментария", "0": "Без комментариев"},
    "place": {"other": "{count}-е место"},
    "state": {"draft": "Черновик", "other": "Удалено"},
    "terms": "<a>Условия</a> <b>магазина</b> {shop}"
  }
})";

auto makeBlog(const I18n &i18n)
{
    return messages<"blog">(
        i18n, text<"title", "Post {details}">, params<"published", "Was published at {at} by {who}">,
        count<"comments", "one: {count} comment", "other: {count} comments", "0: No comments", "-1: Minus one">,
        ordinal<"place", "one: {count}st", "two: {count}nd", "few: {count}rd", "other: {count}th">,
        match<"state", "draft: A draft", "live: Published: {at}", "other: Gone">,
        rich<"terms", "Read <b>the</b> <a>terms & all</a> of {shop}, if a < b">);
}

QByteArray json(const char *text)
{
    return QByteArray(text);
}

} // namespace

class tst_Messages : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void text_isOfTheProgram();
    void params_takeTheirPlaces();
    void params_areOfManyTypes();
    void params_areNotReadAsParams();
    void count_takesTheFormOfTheNumber();
    void count_isWrittenAsTheLocaleDoes();
    void ordinal_takesTheFormOfThePlace();
    void match_takesTheFormOfTheText();
    void rich_escapesTextsAndParams();
    void rich_tagsMayBeInside();
    void locale_switchesTexts();
    void locale_ofTheProgramNeedsNoTranslation();
    void locale_changeIsSeenOnce();
    void computed_followsTheLanguage();
    void unobserved_loadsNothingByPeek();
    void part_thatIsNotTranslatedIsOfTheProgram();
    void texts_ofOneLanguageAreEqual();
    void boundMessage_outlivesTheStore();
    void loader_ofManyTypes();
    void jsonFiles_areByLocaleAndItsParents();
    void jsonFiles_areByComponent();
    void jsonFiles_missingAreAnError();
    void jsonFiles_leadToNoOtherFolder();
    void baseMessages_areThoseOfTheProgram();

private:
    /// Texts of the locale, as the loader that knows Russian has them.
    static I18n russianI18n(const Atom<QString> &locale)
    {
        return I18n(locale, {.load = [](const TranslationRequest &) { return json(russian); }});
    }
    const Atom<QString> m_locale{u"en"_s};
};

void tst_Messages::text_isOfTheProgram()
{
    const auto blog = makeBlog(I18n(m_locale));
    QCOMPARE(blog.get()["title"_t], u"Post {details}"_s);
    QCOMPARE(blog.get().locale(), u"en"_s);
}

void tst_Messages::params_takeTheirPlaces()
{
    const auto blog = makeBlog(I18n(m_locale));
    QCOMPARE(blog.get()["published"_t]("who"_t = u"Ann"_s, "at"_t = u"10:30"_s), u"Was published at 10:30 by Ann"_s);
}

void tst_Messages::params_areOfManyTypes()
{
    const auto blog = makeBlog(I18n(m_locale));
    const auto published = blog.get()["published"_t];
    QCOMPARE(published("at"_t = 1234567, "who"_t = 0.1), u"Was published at 1234567 by 0.1"_s);
    QCOMPARE(published("at"_t = "Ünïcode", "who"_t = true), u"Was published at Ünïcode by true"_s);
    QCOMPARE(published("at"_t = std::string("ф"), "who"_t = u"view"), u"Was published at ф by view"_s);
}

void tst_Messages::params_areNotReadAsParams()
{
    const auto blog = makeBlog(I18n(m_locale));
    QCOMPARE(blog.get()["published"_t]("at"_t = "{who} $& \\1 %1", "who"_t = "{at}"),
             u"Was published at {who} $& \\1 %1 by {at}"_s);
}

void tst_Messages::count_takesTheFormOfTheNumber()
{
    const auto blog = makeBlog(I18n(m_locale));
    const auto comments = blog.get()["comments"_t];
    QCOMPARE(comments(0), u"No comments"_s);
    QCOMPARE(comments(-1), u"Minus one"_s);
    QCOMPARE(comments(1), u"1 comment"_s);
    QCOMPARE(comments(2U), u"2 comments"_s);
    QCOMPARE(comments(1.5), u"1.5 comments"_s);
    QCOMPARE(comments(PluralNumber(1.0, 1)), u"1.0 comments"_s);
    QCOMPARE(comments(qInf()), QLocale(u"en"_s).toString(qInf()) + u" comments"_s);
}

void tst_Messages::count_isWrittenAsTheLocaleDoes()
{
    const Atom<QString> locale(u"ru"_s);
    const auto blog = makeBlog(russianI18n(locale));
    const Subscription observer = blog.listen([] {});
    m_time->advance(0);
    const auto comments = blog.get()["comments"_t];
    QCOMPARE(comments(21), u"21 комментарий"_s);
    QCOMPARE(comments(22), u"22 комментария"_s);
    QCOMPARE(comments(25), u"25 комментариев"_s);
    QCOMPARE(comments(0), u"Без комментариев"_s);
    QCOMPARE(comments(1.5), u"1,5 комментария"_s);
    QCOMPARE(comments(12345), QLocale(u"ru"_s).toString(12345) + u" комментариев"_s);
    QCOMPARE(comments(-1), QLocale(u"ru"_s).negativeSign() + u"1 комментарий"_s); // only the program has a form for it
}

void tst_Messages::ordinal_takesTheFormOfThePlace()
{
    const auto blog = makeBlog(I18n(m_locale));
    QStringList places;
    for (const int place : {1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 101, 111}) {
        places.append(blog.get()["place"_t](place));
    }
    QCOMPARE(places.join(u' '), u"1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 101st 111th"_s);
}

void tst_Messages::match_takesTheFormOfTheText()
{
    const auto blog = makeBlog(I18n(m_locale));
    const auto state = blog.get()["state"_t];
    QCOMPARE(state("live", "at"_t = 3), u"Published: 3"_s);
    QCOMPARE(state(u"draft"_s, "at"_t = 3), u"A draft"_s);
    QCOMPARE(state(QString(), "at"_t = 3), u"Gone"_s);
}

void tst_Messages::rich_escapesTextsAndParams()
{
    const auto blog = makeBlog(I18n(m_locale));
    QCOMPARE(blog.get()["terms"_t]("a"_t = QUrl(u"https://a.b/?x=1&y=\"2\""_s), "shop"_t = "<i>us</i>"),
             u"Read <b>the</b> <a href=\"https://a.b/?x=1&amp;y=%222%22\">terms &amp; all</a> of "
             u"&lt;i&gt;us&lt;/i&gt;, if a &lt; b"_s);
}

void tst_Messages::rich_tagsMayBeInside()
{
    const auto inside = messages<"inside">(I18n(m_locale), rich<"all", "<out>a<in>b</in><br>c</out>">);
    const auto around = [](const QString &word) {
        return [word](const QString &inner) { return word + u'[' + inner + u']'; };
    };
    QCOMPARE(inside.get()["all"_t]("in"_t = around(u"in"_s), "out"_t = around(u"out"_s)), u"out[ain[b]<br>c]"_s);
}

void tst_Messages::locale_switchesTexts()
{
    const Atom<QString> locale(u"en"_s);
    const auto blog = makeBlog(russianI18n(locale));
    const Subscription observer = blog.listen([] {});
    locale.set(u"ru"_s);
    m_time->advance(0);
    QCOMPARE(blog.get()["title"_t], u"Запись"_s);
    QCOMPARE(blog.get()["published"_t]("who"_t = "A", "at"_t = "B"), u"A, B"_s);
    QCOMPARE(blog.get()["state"_t]("live", "at"_t = 1), u"Удалено"_s);
    QCOMPARE(blog.get()["place"_t](3), u"3-е место"_s);
    QCOMPARE(blog.get()["terms"_t](
                 "a"_t = [](const QString &inner) { return inner.toUpper(); }, "shop"_t = "X"),
             u"УСЛОВИЯ <b>магазина</b> X"_s);
    QCOMPARE(blog.get().locale(), u"ru"_s);
    locale.set(u"en"_s);
    QCOMPARE(blog.get()["title"_t], u"Post {details}"_s);
}

void tst_Messages::locale_ofTheProgramNeedsNoTranslation()
{
    const Atom<QString> locale(u"en"_s);
    const I18n i18n(locale, {.load = [](const TranslationRequest &) -> QByteArray { qFatal("nothing is needed"); }});
    const auto blog = makeBlog(i18n);
    const Subscription observer = blog.listen([] {});
    locale.set(QString());
    m_time->advance(0);
    QCOMPARE(blog.get()["title"_t], u"Post {details}"_s);
    QVERIFY(!i18n.loading().get());
}

void tst_Messages::locale_changeIsSeenOnce()
{
    QTemporaryDir dir;
    QFile file(dir.filePath(u"ru.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(russian) > 0);
    file.close();
    const Atom<QString> locale(u"en"_s);
    const auto blog = makeBlog(I18n(locale, {.load = jsonFiles(dir.filePath(u"%1.json"_s))}));
    QStringList seen;
    const Subscription observer = blog.listen([&](const auto &texts) { seen.append(texts["title"_t]); });
    locale.set(u"ru"_s);
    locale.set(u"en"_s);
    locale.set(u"ru"_s);
    QCOMPARE(seen, QStringList({u"Запись"_s, u"Post {details}"_s, u"Запись"_s}));
}

void tst_Messages::computed_followsTheLanguage()
{
    const Atom<QString> locale(u"en"_s);
    const auto blog = makeBlog(russianI18n(locale));
    const auto number = atom(1);
    const auto line = computed([&] { return blog()["comments"_t](number()); });
    CallRecorder<QString> calls;
    const Subscription observer = line.subscribe(calls);
    number.set(5);
    locale.set(u"ru"_s);
    m_time->advance(0);
    number.set(3);
    QCOMPARE(calls.values(), QStringList({u"1 comment"_s, u"5 comments"_s, u"5 комментариев"_s, u"3 комментария"_s}));
}

void tst_Messages::unobserved_loadsNothingByPeek()
{
    int requests = 0;
    const I18n i18n(atom(u"ru"_s), {.load = [&](const TranslationRequest &) {
                        ++requests;
                        return json(russian);
                    }});
    const auto blog = makeBlog(i18n);
    QCOMPARE(blog.peek()["title"_t], u"Post {details}"_s);
    m_time->advance(0);
    QCOMPARE(requests, 0);
    {
        const Subscription observer = blog.listen([] {});
        m_time->advance(0);
        QCOMPARE(requests, 1);
    }
    m_time->advance(2000);
    QCOMPARE(blog.peek()["title"_t], u"Запись"_s);
}

void tst_Messages::part_thatIsNotTranslatedIsOfTheProgram()
{
    const I18n i18n(atom(u"ru"_s),
                    {.load = [](const TranslationRequest &) { return json(R"({"blog": {"title": "Запись"}})"); }});
    const auto blog = makeBlog(i18n);
    const Subscription observer = blog.listen([] {});
    m_time->advance(0);
    QCOMPARE(blog.get()["title"_t], u"Запись"_s);
    QCOMPARE(blog.get()["comments"_t](21), u"21 comments"_s); // by the rules of English
    QCOMPARE(blog.get()["comments"_t](1.5), u"1.5 comments"_s);
}

void tst_Messages::texts_ofOneLanguageAreEqual()
{
    const Atom<QString> locale(u"en"_s);
    const auto blog = makeBlog(russianI18n(locale));
    const Subscription observer = blog.listen([] {});
    const auto english = blog.get();
    QVERIFY(english == blog.get());
    locale.set(u"ru"_s);
    m_time->advance(0);
    QVERIFY(!(english == blog.get()));
    locale.set(u"en"_s);
    QVERIFY(english == blog.get());
}

void tst_Messages::boundMessage_outlivesTheStore()
{
    auto blog = std::make_optional(makeBlog(I18n(m_locale)));
    const auto comments = blog->get()["comments"_t];
    blog.reset();
    QCOMPARE(comments(2), u"2 comments"_s);
}

void tst_Messages::loader_ofManyTypes()
{
    const auto title = [this](const TranslationLoader &load) {
        const auto blog = makeBlog(I18n(atom(u"ru"_s), {.load = load}));
        const Subscription observer = blog.listen([] {});
        m_time->advance(0);
        return blog.get()["title"_t];
    };
    const QList<TranslationFile> files{{json(R"({"blog": {"title": "Первый"}})"), u"a.json"_s},
                                       {json(R"({"blog": {"title": "Второй"}})"), u"b.json"_s}};
    QCOMPARE(title([&](const TranslationRequest &) { return files.front(); }), u"Первый"_s);
    QCOMPARE(title([&](const TranslationRequest &) { return files; }), u"Второй"_s);
    QCOMPARE(title([&](const TranslationRequest &) -> Task<QByteArray> { co_return json(russian); }), u"Запись"_s);
    QCOMPARE(title([&](const TranslationRequest &) -> Task<QList<TranslationFile>> { co_return files; }), u"Второй"_s);
    QCOMPARE(title({}), u"Post {details}"_s);
}

void tst_Messages::jsonFiles_areByLocaleAndItsParents()
{
    const auto titleFor = [](const QString &wanted, const QString &file) {
        QTemporaryDir dir;
        QFile out(dir.filePath(file));
        if (!out.open(QIODevice::WriteOnly) || out.write(russian) < 0) {
            return QString();
        }
        out.close();
        const auto blog = makeBlog(I18n(atom(wanted), {.load = jsonFiles(dir.filePath(u"%1.json"_s))}));
        const Subscription observer = blog.listen([] {});
        return blog.get()["title"_t];
    };
    for (const auto &[wanted, file] :
         std::initializer_list<std::pair<const char *, const char *>>{{"ru", "ru.json"},
                                                                      {"ru-RU", "ru.json"},
                                                                      {"ru_RU.UTF-8", "ru.json"},
                                                                      {"ru-RU", "ru_RU.json"},
                                                                      {"zh-TW", "zh-Hant.json"},
                                                                      {"es-MX", "es-419.json"},
                                                                      {"sr", "sr-Cyrl.json"}}) {
        QCOMPARE(titleFor(QString::fromLatin1(wanted), QString::fromLatin1(file)), u"Запись"_s);
    }
    QCOMPARE(titleFor(u"zh-TW"_s, u"zh.json"_s), u"Post {details}"_s);
}

void tst_Messages::jsonFiles_areByComponent()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkpath(u"ru/shop"_s));
    QFile file(dir.filePath(u"ru/shop/cart.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(R"({"shop/cart": {"title": "Корзина"}})") > 0);
    file.close();
    const I18n i18n(atom(u"ru"_s), {.load = jsonFiles(dir.filePath(u"%1/%2.json"_s))});
    const auto cart = messages<"shop/cart">(i18n, text<"title", "Cart">);
    const auto till = messages<"shop/till">(i18n, text<"title", "Till">);
    const Subscription observers[] = {cart.listen([] {}), till.listen([] {})};
    QCOMPARE(cart.get()["title"_t], u"Корзина"_s);
    QCOMPARE(till.get()["title"_t], u"Till"_s);
}

void tst_Messages::jsonFiles_missingAreAnError()
{
    QTemporaryDir dir;
    const Atom<QString> locale(u"ru"_s);
    const I18n i18n(locale, {.load = jsonFiles(dir.filePath(u"%1.json"_s))});
    const auto blog = makeBlog(i18n);
    const Subscription observer = blog.listen([] {});
    QVERIFY(i18n.error().get().message().contains(u"no translation"_s));
    locale.set(u"en-GB"_s); // the program has the texts of its parent
    QVERIFY(!i18n.error().get());
    QCOMPARE(i18n.problems().get(), QList<TranslationProblem>());
}

void tst_Messages::jsonFiles_leadToNoOtherFolder()
{
    QTemporaryDir dir;
    QVERIFY(QDir(dir.path()).mkpath(u"in"_s));
    QFile file(dir.filePath(u"ru.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(russian) > 0);
    file.close();
    for (const QString &locale :
         {u"../ru"_s, u"..\\ru"_s, dir.filePath(u"ru"_s), u"ru/../../ru"_s, QString(u'\0') + u"ru"_s}) {
        const I18n i18n(atom(locale), {.load = jsonFiles(dir.filePath(u"in/%1.json"_s))});
        const auto blog = makeBlog(i18n);
        const Subscription observer = blog.listen([] {});
        QCOMPARE(blog.get()["title"_t], u"Post {details}"_s);
    }
}

void tst_Messages::baseMessages_areThoseOfTheProgram()
{
    const I18n i18n(m_locale);
    const auto cart =
        messages<"cart">(i18n, text<"title", "Cart">, count<"items", "one: an item", "other: {count} items">);
    const auto till = messages<"till">(i18n, rich<"hint", "<b>Pay</b>">);
    QCOMPARE(
        i18n.baseMessages(),
        QJsonDocument::fromJson(R"({"cart": {"title": "Cart", "items": {"one": "an item", "other": "{count} items"}},
                                         "till": {"hint": "<b>Pay</b>"}})")
            .object());
}

QTEST_GUILESS_MAIN(tst_Messages)

#include "tst_messages.moc"
