// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>
#include <nanostores/i18n/detail/localewatch.h>

#include <QCoreApplication>
#include <QEvent>
#include <QTest>

using namespace nanostores;
using namespace support;
using namespace Qt::StringLiterals;

class tst_Locale : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void bestLocale_isTheNearest_data();
    void bestLocale_isTheNearest();
    void localeFrom_takesTheFirstThatHasOne();
    void localeFrom_observesNoneBehindIt();
    void localeFrom_readsTextsOfManyTypes();
    void localeFrom_withoutOneIsEmpty();
    void systemLocale_followsTheSystem();
    void systemLocale_unobservedIsReadAnew();
    void systemLocale_leftIsNotCalled();
    void layoutDirection_isThatOfTheScript_data();
    void layoutDirection_isThatOfTheScript();
    void layoutDirection_followsItsStore();

private:
    void setSystem(const char *languages)
    {
        nanostores::detail::exchangeSystemLanguages([all = QString::fromLatin1(languages).split(u':')] { return all; });
        QEvent event(QEvent::LocaleChange);
        QCoreApplication::sendEvent(QCoreApplication::instance(), &event);
    }
};

void tst_Locale::bestLocale_isTheNearest_data()
{
    QTest::addColumn<QString>("wanted");
    QTest::addColumn<QString>("available");
    QTest::addColumn<QString>("best");
    QTest::newRow("itself") << "fr"
                            << "en fr"
                            << "fr";
    QTest::newRow("without its region") << "fr-CA"
                                        << "en fr"
                                        << "fr";
    QTest::newRow("with its region") << "fr-CA"
                                     << "fr fr-CA"
                                     << "fr-CA";
    QTest::newRow("as it is written") << "FR-ca"
                                      << "fr fr_CA"
                                      << "fr_CA";
    QTest::newRow("of POSIX") << "de_AT.UTF-8@euro"
                              << "en de"
                              << "de";
    QTest::newRow("of POSIX, with its script") << "sr_RS.UTF-8@latin"
                                               << "sr sr-Latn"
                                               << "sr-Latn";
    QTest::newRow("of POSIX, with another script") << "uz_UZ@cyrillic"
                                                   << "uz uz-Cyrl"
                                                   << "uz-Cyrl";
    QTest::newRow("script of the region") << "zh-TW"
                                          << "zh zh-Hant"
                                          << "zh-Hant";
    QTest::newRow("script of the region, named") << "zh-Hant-TW"
                                                 << "zh-CN zh-TW"
                                                 << "zh-TW";
    QTest::newRow("no other script") << "zh-TW"
                                     << "en zh"
                                     << "none";
    QTest::newRow("the usual script, named") << "zh-CN"
                                             << "zh-Hans zh-Hant"
                                             << "zh-Hans";
    QTest::newRow("the usual script") << "sr-Cyrl-RS"
                                      << "sr-Latn sr"
                                      << "sr";
    QTest::newRow("parent of Hong Kong") << "zh-MO"
                                         << "zh-Hant zh-HK"
                                         << "zh-HK";
    QTest::newRow("parent of Mexico") << "es-MX"
                                      << "es es-419"
                                      << "es-419";
    QTest::newRow("parent of Ireland") << "en-IE"
                                       << "en-US en-GB en-001"
                                       << "en-001";
    QTest::newRow("usual region") << "pt"
                                  << "pt-PT pt-BR"
                                  << "pt-BR";
    QTest::newRow("parent of Angola") << "pt-AO"
                                      << "pt pt-PT"
                                      << "pt-PT";
    QTest::newRow("another region") << "en-GB"
                                    << "fr en-AU"
                                    << "en-AU";
    QTest::newRow("usual region of others") << "de-CH"
                                            << "de-AT de-DE"
                                            << "de-DE";
    QTest::newRow("order of the user") << "nl de-CH fr"
                                       << "fr de"
                                       << "de";
    QTest::newRow("a near first over a second") << "en-GB de"
                                                << "de en-US"
                                                << "en-US";
    QTest::newRow("Norwegian") << "no"
                               << "nb nn"
                               << "nb";
    QTest::newRow("Norwegian, new") << "nn-NO"
                                    << "en nb"
                                    << "nb";
    QTest::newRow("old name") << "iw-IL"
                              << "en he"
                              << "he";
    QTest::newRow("extension") << "th-u-ca-buddhist-TH"
                               << "en th"
                               << "th";
    QTest::newRow("C") << "C"
                       << "c en"
                       << "none";
    QTest::newRow("none") << "it"
                          << "en fr"
                          << "none";
    QTest::newRow("unknown language") << "xx-AB"
                                      << "en xx"
                                      << "xx";
    QTest::newRow("nonsense") << "- _ 12 a-b ? ф en-en-en-en"
                              << "fr -"
                              << "none";
}

void tst_Locale::bestLocale_isTheNearest()
{
    QFETCH(const QString, wanted);
    QFETCH(const QString, available);
    QTEST(bestLocale(wanted.split(u' '), available.split(u' '), u"none"_s), "best");
}

void tst_Locale::localeFrom_takesTheFirstThatHasOne()
{
    const auto setting = atom(std::optional<QString>());
    const auto system = atom(u"en"_s);
    const auto locale = localeFrom(setting, system);
    CallRecorder<QString> calls;
    const Subscription observer = locale.subscribe(calls);
    setting.set(u"fr"_s);
    system.set(u"de"_s);
    setting.set(u""_s);
    setting.set(std::nullopt);
    QCOMPARE(calls.values(), QStringList({u"en"_s, u"fr"_s, u"de"_s}));
}

void tst_Locale::localeFrom_observesNoneBehindIt()
{
    const auto setting = atom(u"fr"_s);
    const auto second = atom(u"en"_s);
    const auto third = atom(u"de"_s);
    const auto locale = localeFrom(setting, second, third);
    const Subscription observer = locale.listen([] {});
    QVERIFY(isMounted(setting));
    QVERIFY(!isMounted(second));
    setting.set(QString());
    m_time->advance(2000);
    QVERIFY(isMounted(second));
    QVERIFY(!isMounted(third));
    setting.set(u"ru"_s);
    m_time->advance(2000);
    QVERIFY(!isMounted(second));
}

void tst_Locale::localeFrom_readsTextsOfManyTypes()
{
    QCOMPARE(localeFrom(atom("ru")).get(), u"ru"_s);
    QCOMPARE(localeFrom(atom(std::optional<std::string>()), atom(std::optional<std::string>("zh-Hant"))).get(),
             u"zh-Hant"_s);
}

void tst_Locale::localeFrom_withoutOneIsEmpty()
{
    QCOMPARE(localeFrom(atom(QString()), atom(std::optional<QString>())).get(), QString());
}

void tst_Locale::systemLocale_followsTheSystem()
{
    setSystem("fr_CA:de");
    const auto locale = systemLocale({u"en"_s, u"fr"_s, u"de"_s}, u"en"_s);
    CallRecorder<QString> calls;
    const Subscription observer = locale.subscribe(calls);
    setSystem("de_CH");
    setSystem("it");
    QCOMPARE(calls.values(), QStringList({u"fr"_s, u"de"_s, u"en"_s}));
}

void tst_Locale::systemLocale_unobservedIsReadAnew()
{
    setSystem("fr");
    const auto locale = systemLocale({u"en"_s, u"fr"_s}, u"en"_s);
    QCOMPARE(locale.get(), u"fr"_s);
    m_time->advance(2000);
    setSystem("en");
    QCOMPARE(locale.get(), u"en"_s);
}

void tst_Locale::systemLocale_leftIsNotCalled()
{
    setSystem("fr");
    {
        const auto locale = systemLocale({u"en"_s, u"fr"_s}, u"en"_s);
        const Subscription observer = locale.listen([] { QFAIL("it has no observer any more"); });
    }
    setSystem("en");
    m_time->advance(2000);
    setSystem("fr");
}

void tst_Locale::layoutDirection_isThatOfTheScript_data()
{
    QTest::addColumn<bool>("isRightToLeft");
    for (const char *locale : {"ar",      "he",    "iw",    "fa-IR",   "ur",  "ps",  "yi", "dv", "ckb",     "uz-AF",
                               "pa-Arab", "pa-PK", "az-IR", "ff-Adlm", "nqo", "syr", "sd", "ug", "en-Arab", "rhg"}) {
        QTest::newRow(locale) << true;
    }
    for (const char *locale : {"en", "ru", "uz", "pa", "az", "ff", "sd-Deva", "ku", "tr", "zh", "xx", "C", ""}) {
        QTest::newRow(locale) << false;
    }
}

void tst_Locale::layoutDirection_isThatOfTheScript()
{
    QFETCH(const bool, isRightToLeft);
    QCOMPARE(layoutDirection(QString::fromLatin1(QTest::currentDataTag())) == Qt::RightToLeft, isRightToLeft);
}

void tst_Locale::layoutDirection_followsItsStore()
{
    const auto locale = atom(u"en"_s);
    const auto direction = layoutDirection(locale);
    QCOMPARE(direction.get(), Qt::LeftToRight);
    locale.set(u"ar"_s);
    QCOMPARE(direction.get(), Qt::RightToLeft);
}

QTEST_GUILESS_MAIN(tst_Locale)

#include "tst_locale.moc"
