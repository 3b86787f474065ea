// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QTest>

#include <stdexcept>

using namespace nanostores;
using namespace nanostores::message;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

constexpr const char *russian = R"({
    "mail": {
        "send": {"big": "Отправить сообщение", "small": "Отправить", "other": "Послать"},
        "to": {"one": "Кому: {name}", "other": "Всем: {name}"},
        "size": "{size} МБ",
        "title": "Почта"
    }
})";

TranslationLoader immediate(const char *json)
{
    return {[json](const TranslationRequest &) { return QByteArray(json); }, true};
}

} // namespace

/// Messages that a store or a function has a part in.
class tst_Processors : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { QLoggingCategory::setFilterRules(u"nanostores.i18n=false"_s); }
    void processed_followsItsStore();
    void processed_hasTheFormsOfTheLanguage();
    void processed_takesParameters();
    void processed_takesEveryKindOfValue();
    void processed_observesItsStoreWhileObserved();
    void processed_sameFormIsSilent();
    void transformed_isWhatTheFunctionMakes();
    void transformed_isToldTheLocaleOfTheText();
    void transformed_takesForms();
    void transformed_refusesOtherParameters();
    void strings_areOfEachText();
    void filled_putsValuesInOnce();
    void eachMessage_isOfEveryText();
    void eachMessage_thatThrowsIsRefused();
    void eachMessage_isNoMatterOfTranslators();
    void random_storesAndLocales();
};

void tst_Processors::processed_followsItsStore()
{
    const auto screen = atom(u"big"_s);
    const I18n i18n(atom(u"en"_s));
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(screen));
    const auto line = computed([&] { return mail()["send"_t]; });
    CallRecorder<QString> calls;
    const Subscription view = line.subscribe(calls);
    screen.set(u"small"_s); // which has no form
    screen.set(u"big"_s);
    QCOMPARE(calls.values(), QStringList({u"Send the message"_s, u"Send"_s, u"Send the message"_s}));
}

void tst_Processors::processed_hasTheFormsOfTheLanguage()
{
    const auto screen = atom(u"small"_s);
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian)});
    const auto mail = messages<"mail">(
        i18n, processed<"send", "big: Send the message", "small: Send", "other: Mail">(screen), text<"title", "Mail">);
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["send"_t], u"Send"_s);
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["send"_t], u"Отправить"_s);
    QCOMPARE(mail.get()["title"_t], u"Почта"_s);
    screen.set(u"huge"_s);
    QCOMPARE(mail.get()["send"_t], u"Послать"_s);
    locale.set(u"en"_s);
    QCOMPARE(mail.get()["send"_t], u"Mail"_s);
    QCOMPARE(i18n.baseMessages()["mail"_L1]["send"_L1].toObject().size(), 3);
}

void tst_Processors::processed_takesParameters()
{
    const auto count = atom(u"one"_s);
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian)});
    const auto mail = messages<"mail">(i18n, processed<"to", "one: To {name}", "other: To all: {name}">(count));
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["to"_t]("name"_t = "{name}"), u"To {name}"_s);
    count.set(u"x"_s);
    QCOMPARE(mail.get()["to"_t]("name"_t = 5), u"To all: 5"_s);
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["to"_t]("name"_t = 5), u"Всем: 5"_s);
}

void tst_Processors::processed_takesEveryKindOfValue()
{
    const I18n i18n(atom(u"en"_s));
    const auto isOpen = atom(true);
    const auto number = atom(2);
    const auto name = atom(std::string("b"));
    const auto sum = computed(number, [](int n) { return n * 2; });
    const auto all = messages<"all">(i18n, processed<"open", "true: Open", "other: Closed">(isOpen),
                                     processed<"number", "2: Two", "other: Many">(number),
                                     processed<"name", "b: B", "other: Other">(name),
                                     processed<"sum", "4: Four", "other: Many">(sum));
    const auto now = all.get();
    QCOMPARE(now["open"_t] + now["number"_t] + now["name"_t] + now["sum"_t], u"OpenTwoBFour"_s);
    isOpen.set(false);
    number.set(3);
    name.set("c");
    QCOMPARE(now["open"_t], u"Open"_s); // a value stays what it was
    const auto later = all.get();
    QCOMPARE(later["open"_t] + later["number"_t] + later["name"_t] + later["sum"_t], u"ClosedManyOtherMany"_s);
}

void tst_Processors::processed_observesItsStoreWhileObserved()
{
    const auto screen = atom(u"big"_s);
    const I18n i18n(atom(u"en"_s));
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(screen));
    QVERIFY(!isMounted(screen));
    Subscription view = mail.listen([] {});
    QVERIFY(isMounted(screen));
    view = {};
    m_time->advance(1000);
    QVERIFY(!isMounted(screen));
}

void tst_Processors::processed_sameFormIsSilent()
{
    const auto width = atom(10);
    const auto screen = computed(width, [](int w) { return w > 100 ? u"big"_s : u"small"_s; });
    const I18n i18n(atom(u"en"_s));
    const auto mail = messages<"mail">(i18n, processed<"send", "big: Send the message", "other: Send">(screen));
    int calls = 0;
    const Subscription view = mail.listen([&] { ++calls; });
    width.set(20);
    QCOMPARE(calls, 0);
    width.set(200);
    QCOMPARE(calls, 1);
}

void tst_Processors::transformed_isWhatTheFunctionMakes()
{
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian)});
    const auto size = transformed<"size", "{size} MB">([](const QString &tag, const QString &text, double megabytes) {
        return filled(text, "size"_t = Format(tag).number(megabytes));
    });
    const auto mail = messages<"mail">(
        i18n, size, transformed<"title", "Mail">([](const QString &, const QString &text) { return text.size(); }));
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["size"_t](1.5), u"1.5 MB"_s);
    QCOMPARE(mail.get()["title"_t](), qsizetype(4));
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["size"_t](1.5), u"1,5 МБ"_s);
    QCOMPARE(mail.get()["title"_t](), qsizetype(5));
}

void tst_Processors::transformed_isToldTheLocaleOfTheText()
{
    const auto locale = atom(u"ru"_s);
    const I18n i18n(locale, {.load = immediate(R"({"c": {"known": "K"}})")});
    const auto tagOf = [](const QString &tag, const QString &) { return tag; };
    const auto texts =
        messages<"c">(i18n, transformed<"known", "Known">(tagOf), transformed<"missing", "Missing">(tagOf));
    const Subscription view = texts.listen([] {});
    QCOMPARE(texts.get()["known"_t](), u"ru"_s);
    QCOMPARE(texts.get()["missing"_t](), u"en"_s);
}

void tst_Processors::transformed_takesForms()
{
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian)});
    const auto keys = [](const QString &, const MessageForms &forms) { return QStringList(forms.keys()); };
    const auto pick = [](const QString &, const MessageForms &forms, const QString &name) {
        return strings(forms, [](const QString &text) { return text.toUpper(); }).value(name);
    };
    const auto mail =
        messages<"mail">(i18n, transformed<"send", "big: Send the message", "small: Send", "other: Mail">(pick),
                         transformed<"to", "one: To {name}", "other: To all: {name}">(keys));
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["send"_t](u"small"_s), u"SEND"_s);
    QCOMPARE(mail.get()["to"_t](), QStringList({u"one"_s, u"other"_s}));
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["send"_t](u"small"_s), u"ОТПРАВИТЬ"_s);
}

void tst_Processors::transformed_refusesOtherParameters()
{
    const I18n i18n(atom(u"ru"_s), {.load = immediate(R"({"mail": {"size": "{bytes} МБ"}})")});
    const auto mail = messages<"mail">(
        i18n, transformed<"size", "{size} MB">([](const QString &, const QString &text) { return text; }));
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["size"_t](), u"{size} MB"_s);
    QCOMPARE(i18n.problems().get().size(), 1);
    QVERIFY(i18n.problems().get().first().reason.contains(u"{bytes}"));
}

void tst_Processors::strings_areOfEachText()
{
    const auto twice = [](const QString &text) { return text + text; };
    QCOMPARE(strings(u"ab"_s, twice), u"abab"_s);
    const MessageForms forms{{u"one"_s, u"a"_s}, {u"other"_s, u"b"_s}};
    QCOMPARE(strings(forms, twice), MessageForms({{u"one"_s, u"aa"_s}, {u"other"_s, u"bb"_s}}));
    QCOMPARE(forms.value(u"one"_s), u"a"_s);
}

void tst_Processors::filled_putsValuesInOnce()
{
    QCOMPARE(filled(u"{a} {b} {a} {c} { a} {"_s, "a"_t = "{b}", "b"_t = 2), u"{b} 2 {b} {c} { a} {"_s);
    QCOMPARE(filled(u"{a}"_s), u"{a}"_s);
}

void tst_Processors::eachMessage_isOfEveryText()
{
    QStringList locales;
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian), .eachMessage = [&](const QString &text, const QString &tag) {
                                 locales.append(tag);
                                 return u"«"_s + QString(text).replace(u' ', u'_') + u"»"_s;
                             }});
    const auto mail = messages<"mail">(i18n, text<"title", "The mail">, params<"size", "{size} MB">,
                                       match<"send", "small: Send it", "big: Send", "other: Mail">);
    const Subscription view = mail.listen([] {});
    QCOMPARE(mail.get()["title"_t], u"«The_mail»"_s);
    QCOMPARE(mail.get()["size"_t]("size"_t = "a b"), u"«a b_MB»"_s);
    QCOMPARE(mail.get()["send"_t]("small"), u"«Send_it»"_s);
    QCOMPARE(locales, QStringList(5, u"en"_s));
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["send"_t]("big"), u"«Отправить_сообщение»"_s);
    QCOMPARE(locales.count(u"ru"_s), 5);
    QCOMPARE(i18n.baseMessages()["mail"_L1]["title"_L1].toString(), u"The mail"_s);
}

void tst_Processors::eachMessage_thatThrowsIsRefused()
{
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian), .eachMessage = [](const QString &text, const QString &tag) {
                                 if (tag == u"ru" && text == u"Почта") {
                                     throw std::runtime_error("no such word");
                                 }
                                 return text;
                             }});
    const auto mail = messages<"mail">(i18n, text<"title", "Mail">, params<"size", "{size} MB">);
    const Subscription view = mail.listen([] {});
    locale.set(u"ru"_s);
    QCOMPARE(mail.get()["title"_t], u"Mail"_s);
    QCOMPARE(mail.get()["size"_t]("size"_t = 1), u"1 МБ"_s);
    QCOMPARE(i18n.problems().get().size(), 3); // two are of messages that are not here
    QVERIFY(std::any_of(i18n.problems().get().begin(), i18n.problems().get().end(), [](const auto &problem) {
        return problem.key == u"title" && problem.reason.contains(u"no such word");
    }));
}

void tst_Processors::eachMessage_isNoMatterOfTranslators()
{
    const I18n i18n(atom(u"en"_s), {.eachMessage = [](const QString &, const QString &) { return u"{other}"_s; }});
    const auto mail = messages<"mail">(i18n, params<"size", "{size} MB">);
    QCOMPARE(i18n.check({R"({"mail": {"size": "{size} MB"}})", u"de.json"_s}, u"de"_s), QList<TranslationProblem>());
    QCOMPARE(QJsonDocument(i18n.baseMessages()).toJson(QJsonDocument::Compact),
             QByteArray(R"({"mail":{"size":"{size} MB"}})"));
}

/// Against what the texts are by the values of the moment.
void tst_Processors::random_storesAndLocales()
{
    const QStringList screens{u"big"_s, u"small"_s, u"huge"_s};
    const QStringList english{u"Send the message"_s, u"Send"_s, u"Mail"_s};
    const QStringList translated{u"Отправить сообщение"_s, u"Отправить"_s, u"Послать"_s};
    QRandomGenerator random(7);
    const auto screen = atom(screens[0]);
    const auto locale = atom(u"en"_s);
    const I18n i18n(locale, {.load = immediate(russian)});
    const auto mail =
        messages<"mail">(i18n, processed<"send", "big: Send the message", "small: Send", "other: Mail">(screen));
    QString shown;
    const auto line = computed([&] { return mail()["send"_t]; });
    Subscription view = line.subscribe([&](const QString &now) { shown = now; });
    for (int step = 0; step < 2000; ++step) {
        const auto choice = random.bounded(5);
        if (choice < 2) {
            screen.set(screens[random.bounded(3)]);
        } else if (choice < 4) {
            locale.set(random.bounded(2) == 0 ? u"en"_s : u"ru"_s);
        } else {
            view = {};
            m_time->advance(random.bounded(2) == 0 ? 0 : 1000);
            view = line.subscribe([&](const QString &now) { shown = now; });
        }
        const auto number = screens.indexOf(screen.get());
        QCOMPARE(shown, locale.get() == u"en" ? english[number] : translated[number]);
    }
}

QTEST_MAIN(tst_Processors)
#include "tst_processors.moc"
