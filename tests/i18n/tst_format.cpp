// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/timedtest.h"
#include "support/timezone.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>
#include <nanostores/i18n/detail/cldr.h>

#include <QFile>
#include <QLocale>
#include <QTest>
#include <QTimeZone>

#include <cmath>

using namespace nanostores;
using namespace support;
using namespace Qt::StringLiterals;

class tst_Format : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void phrases_areThoseOfIntl_data();
    void phrases_areThoseOfIntl();
    void phrases_ofEveryLocaleAreWhole();
    void number_isThatOfTheLocale();
    void currency_hasItsDigitsAndSymbol();
    void currency_isThatOfIntl();
    void currency_isMarkedFromRightToLeft();
    void dates_areThoseOfQLocale();
    void relativeTime_takesTheLargestUnit_data();
    void relativeTime_takesTheLargestUnit();
    void relativeTime_isOfTheCalendarOfNow();
    void relativeTime_needsNoDatabaseOfTimeZones_data();
    void relativeTime_needsNoDatabaseOfTimeZones();
    void relativeTime_ofALongerDayIsInHours();
    void relativeTime_ofNoMomentIsEmpty();
    void list_ofFew();
    void list_itemsMayHaveBraces();
    void range_isThatOfTheLocale();
    void locale_fallsBackToItsParents();
    void locale_ofPosixHasItsScript();
    void locale_thatIsNoneIsOfC();
    void format_isTracked();
};

/// What Intl of Node.js says; for languages whose texts have not changed since the CLDR of the tables.
void tst_Format::phrases_areThoseOfIntl_data()
{
    QTest::addColumn<QString>("times");
    QTest::addColumn<QString>("lists");
    QTest::addColumn<QString>("percent");
    const auto row = [](const char *locale, const char *times, const char *lists, const char *percent) {
        QTest::newRow(locale) << QString::fromUtf8(times) << QString::fromUtf8(lists) << QString::fromUtf8(percent);
    };
    row("en", "yesterday; in 2 days; 1 day ago; in 3 months; 1.5 hours ago; in 21 years; now",
        "A, B, C, and D; A and B; A, B, or C; A, B, C", "25%");
    row("de", "gestern; übermorgen; vor 1 Tag; in 3 Monaten; vor 1,5 Stunden; in 21 Jahren; jetzt",
        "A, B, C und D; A und B; A, B oder C; A, B und C", "25\u00a0%");
    row("fr", "hier; après-demain; il y a 1 jour; dans 3 mois; il y a 1,5 heure; dans 21 ans; maintenant",
        "A, B, C et D; A et B; A, B ou C; A, B et C", "25\u00a0%");
    row("ru", "вчера; послезавтра; 1 день назад; через 3 месяца; 1,5 часа назад; через 21 год; сейчас",
        "A, B, C и D; A и B; A, B или C; A B C", "25\u00a0%");
    row("ja", "昨日; 明後日; 1 日前; 3 か月後; 1.5 時間前; 21 年後; 今", "A、B、C、D; A、B; A、B、またはC; A B C",
        "25%");
    row("pl", "wczoraj; pojutrze; 1 dzień temu; za 3 miesiące; 1,5 godziny temu; za 21 lat; teraz",
        "A, B, C i D; A i B; A, B lub C; A, B i C", "25%");
    row("es", "ayer; pasado mañana; hace 1 día; dentro de 3 meses; hace 1,5 horas; dentro de 21 años; ahora",
        "A, B, C y D; A y B; A, B o C; A, B, C", "25\u00a0%");
    row("pt-PT", "ontem; depois de amanhã; há 1 dia; dentro de 3 meses; há 1,5 horas; dentro de 21 anos; agora",
        "A, B, C e D; A e B; A, B ou C; A, B e C", "25%");
    row("zh-Hant", "昨天; 後天; 1 天前; 3 個月後; 1.5 小時前; 21 年後; 現在", "A、B、C和D; A和B; A、B或C; A B C",
        "25%");
    row("tr", "dün; öbür gün; 1 gün önce; 3 ay sonra; 1,5 saat önce; 21 yıl sonra; şimdi",
        "A, B, C ve D; A ve B; A, B veya C; A B C", "%25");
    row("hi", "कल; परसों; 1 दिन पहले; 3 माह में; 1.5 घंटे पहले; 21 वर्ष में; अब", "A, B, C, और D; A और B; A, B या C; A, B, C",
        "25%");
    row("nb", "i går; i overmorgen; for 1 døgn siden; om 3 måneder; for 1,5 timer siden; om 21 år; nå",
        "A, B, C og D; A og B; A, B eller C; A, B, C", "25\u00a0%");
}

void tst_Format::phrases_areThoseOfIntl()
{
    const Format format(QString::fromLatin1(QTest::currentDataTag()));
    using enum TimeUnit;
    const QStringList times{format.relativeTime(-1, Day),
                            format.relativeTime(2, Day),
                            format.relativeTime(-1, Day, RelativeTime::Numbers),
                            format.relativeTime(3, Month),
                            format.relativeTime(-1.5, Hour),
                            format.relativeTime(21, Year),
                            format.relativeTime(0, Second)};
    QTEST(times.join(u"; "_s), "times");
    const QStringList abc{u"A"_s, u"B"_s, u"C"_s};
    const QStringList lists{format.list(abc + QStringList{u"D"_s}), format.list(abc.mid(0, 2)),
                            format.list(abc, ListKind::Or), format.list(abc, ListKind::Unit)};
    QTEST(lists.join(u"; "_s), "lists");
    QTEST(format.percent(0.25), "percent");
}

void tst_Format::phrases_ofEveryLocaleAreWhole()
{
    for (const QLocale &locale :
         QLocale::matchingLocales(QLocale::AnyLanguage, QLocale::AnyScript, QLocale::AnyTerritory)) {
        const Format format(locale.bcp47Name());
        for (int unit = 0; unit < 8; ++unit) {
            for (const double count : {-5.0, -2.0, -1.0, 0.0, 1.0, 2.0, 1.5, 11.0}) {
                const QString text = format.relativeTime(count, static_cast<TimeUnit>(unit), RelativeTime::Numbers);
                QVERIFY2(!text.isEmpty() && !text.contains(u'{') && !text.contains(u'='),
                         qPrintable(locale.bcp47Name()));
                QVERIFY(!format.relativeTime(count, static_cast<TimeUnit>(unit)).isEmpty());
            }
        }
        for (const ListKind kind : {ListKind::And, ListKind::Or, ListKind::Unit}) {
            const QString text = format.list({u"#1"_s, u"#2"_s, u"#3"_s, u"#4"_s}, kind);
            QVERIFY2(text.startsWith(u"#1") && text.contains(u"#2") && text.contains(u"#3") && text.contains(u"#4"),
                     qPrintable(locale.bcp47Name() + text));
        }
        QVERIFY(format.range(u"#1"_s, u"#2"_s).startsWith(u"#1"));
        QVERIFY(!format.percent(0.5).contains(u'{'));
    }
}

void tst_Format::number_isThatOfTheLocale()
{
    QCOMPARE(Format(u"en"_s).number(1234567.891), u"1,234,567.891"_s);
    QCOMPARE(Format(u"en"_s).number(1.23456), u"1.235"_s);
    QCOMPARE(Format(u"de"_s).number(PluralNumber(1234.5, 2)), u"1.234,50"_s);
    QCOMPARE(Format(u"en"_s).number(-5), u"-5"_s);
    QCOMPARE(Format(u"en"_s).number(PluralNumber(1.005, 2, 2)), u"1.01"_s);
    QCOMPARE(Format(u"en"_s).percent(0.1234, 1), u"12.3%"_s);
    QCOMPARE(Format(u"en"_s).percent(0.145), u"15%"_s);
    QCOMPARE(Format(u"en"_s).percent(-0.07, 15), u"-7%"_s);
    QCOMPARE(Format(u"en"_s).percent(1e300), QString(Format(u"en"_s).number(1e302) + u'%'));
    QCOMPARE(Format(u"en"_s).bytes(1'500'000), u"1.5 MB"_s);
}

void tst_Format::currency_hasItsDigitsAndSymbol()
{
    const Format english(u"en-US"_s);
    QCOMPARE(english.currency(1234.5, u"USD"_s), u"$1,234.50"_s);
    QCOMPARE(english.currency(1234.5, u"EUR"_s), u"€1,234.50"_s);
    QCOMPARE(english.currency(1234, u"JPY"_s), u"¥1,234"_s);
    QCOMPARE(Format(u"en-GB"_s).currency(1234, u"JPY"_s), u"JP¥1,234"_s);
    QCOMPARE(Format(u"en-CA"_s).currency(5, u"CAD"_s), u"$5.00"_s);
    QCOMPARE(Format(u"en-CA"_s).currency(5, u"USD"_s), u"US$5.00"_s);
    QCOMPARE(Format(u"pl_PL.UTF-8"_s).currency(5, u"USD"_s), u"5,00\u00a0USD"_s);
    QCOMPARE(english.currency(5, u"XYZ"_s), u"XYZ\u00a05.00"_s);
    QCOMPARE(english.currency(1.5, u"KWD"_s), u"KWD\u00a01.500"_s);
    QCOMPARE(english.currency(-5, u"USD"_s), u"-$5.00"_s);
    QCOMPARE(english.currency(1.005, u"USD"_s), u"$1.01"_s);
    QCOMPARE(english.currency(2.5, u"JPY"_s), u"¥3"_s);
    QCOMPARE(english.currency(123456789012345678.0, u"USD"_s), u"$123,456,789,012,345,680.00"_s);
    QCOMPARE(english.currency(-5, u"KWD"_s), u"-KWD\u00a05.000"_s);
    QCOMPARE(Format(u"ja"_s).currency(1234, u"JPY"_s), QLocale(u"ja"_s).toCurrencyString(1234.0, QString(), 0));
    QVERIFY(Format(u"de"_s).currency(5, u"USD"_s).startsWith(u"5,00"));
}

/// data/currencies.txt: see currencies.mjs. Marks and spaces differ between versions of the CLDR.
void tst_Format::currency_isThatOfIntl()
{
    const auto plain = [](QString text) {
        for (const QChar mark : {QChar(0x200e), QChar(0x200f), QChar(0x061c)}) {
            text.remove(mark);
        }
        text.removeIf([](QChar c) { return c.isSpace(); });
        return text;
    };
    // Changed between the CLDR 41, whose symbols these are, and that of the file.
    const QStringList changed{u"zh KRW"_s};
    QFile file(QStringLiteral(DATA_DIR "/currencies.txt"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    int compared = 0;
    QStringList different;
    while (!file.atEnd()) {
        const QStringList fields = QString::fromUtf8(file.readLine()).trimmed().split(u'|');
        if (fields.size() != 4 || changed.contains(fields[0] + u' ' + fields[1])) {
            continue;
        }
        ++compared;
        const QString symbol = detail::currencySymbolIn(fields[1], fields[0]);
        const QString text = Format(fields[0]).currency(123.5, fields[1]);
        if (plain(symbol) != plain(fields[2]) || plain(text) != plain(fields[3])) {
            different.append(fields[0] + u' ' + fields[1] + u": "_s + text + u", and not "_s + fields[3]);
        }
    }
    QVERIFY(compared > 500);
    QVERIFY2(different.isEmpty(), qPrintable(different.join(u'\n')));
}

/// The marks for which an amount that is written from right to left looks the same wherever it stands.
void tst_Format::currency_isMarkedFromRightToLeft()
{
    const auto isMarked = [](const QString &text) { return text.startsWith(u'\u200f') || text.startsWith(u'\u061c'); };
    for (const double amount : {5.0, -5.0}) {
        const QString arabic = Format(u"ar-EG"_s).currency(amount, u"USD"_s);
        QVERIFY2(isMarked(arabic) && arabic.endsWith(u"\u0665\u066b\u0660\u0660\u00a0US$\u200e"_s), qPrintable(arabic));
        const QString hebrew = Format(u"he"_s).currency(amount, u"KWD"_s);
        QVERIFY2(isMarked(hebrew) && hebrew.contains(u"5.000\u00a0") && hebrew.endsWith(u"KWD"_s), qPrintable(hebrew));
        QVERIFY(isMarked(Format(u"he"_s).currency(amount, u"ILS"_s)));
        QVERIFY(!Format(u"he"_s).currency(amount, u"ILS"_s).endsWith(u'\u200e'));
        QVERIFY(!isMarked(Format(u"pl"_s).currency(amount, u"USD"_s)));
    }
}

void tst_Format::dates_areThoseOfQLocale()
{
    const QDateTime moment(QDate(2026, 11, 29), QTime(10, 30));
    const QLocale german(u"de"_s);
    const Format format(u"de"_s);
    QCOMPARE(format.date(moment.date(), QLocale::LongFormat), german.toString(moment.date(), QLocale::LongFormat));
    QCOMPARE(format.time(moment.time()), german.toString(moment.time(), QLocale::ShortFormat));
    QCOMPARE(format.dateTime(moment), german.toString(moment, QLocale::ShortFormat));
    QCOMPARE(format.qtLocale(), german);
    QCOMPARE(format.locale(), u"de"_s);
}

void tst_Format::relativeTime_takesTheLargestUnit_data()
{
    QTest::addColumn<QString>("moment");
    QTest::newRow("now") << u"2026-03-31T12:00:00"_s;
    QTest::newRow("59 seconds ago") << u"2026-03-31T11:59:01"_s;
    QTest::newRow("in 1 minute") << u"2026-03-31T12:01:59"_s;
    QTest::newRow("59 minutes ago") << u"2026-03-31T11:00:01"_s;
    QTest::newRow("in 23 hours") << u"2026-04-01T11:59:59"_s;
    QTest::newRow("yesterday") << u"2026-03-30T12:00:00"_s;
    QTest::newRow("in 6 days") << u"2026-04-06T23:59:59"_s;
    QTest::newRow("next week") << u"2026-04-07T12:00:00"_s;
    QTest::newRow("4 weeks ago") << u"2026-03-02T12:00:00"_s;
    QTest::newRow("last month") << u"2026-02-28T12:00:00"_s;
    QTest::newRow("next month") << u"2026-04-30T12:00:00"_s;
    QTest::newRow("in 11 months") << u"2027-03-30T12:00:00"_s;
    QTest::newRow("next year") << u"2027-03-31T12:00:00"_s;
    QTest::newRow("10 years ago") << u"2016-03-31T12:00:00"_s;
    QTest::newRow("9 years ago") << u"2016-04-01T12:00:00"_s;
}

void tst_Format::relativeTime_takesTheLargestUnit()
{
    QFETCH(const QString, moment);
    const QDateTime now(QDate(2026, 3, 31), QTime(12, 0), QTimeZone::utc());
    QDateTime then = QDateTime::fromString(moment, Qt::ISODate);
    then.setTimeZone(QTimeZone::utc());
    QCOMPARE(Format(u"en"_s).relativeTime(then, now), QString::fromLatin1(QTest::currentDataTag()));
}

void tst_Format::relativeTime_isOfTheCalendarOfNow()
{
    const QDateTime now(QDate(2026, 3, 31), QTime(1, 0), QTimeZone(10 * 3600));
    const QDateTime then(QDate(2026, 3, 29), QTime(14, 30), QTimeZone::utc()); // 00:30 of the 30th there
    QCOMPARE(Format(u"en"_s).relativeTime(then, now), u"yesterday"_s);
}

/// Of systems that have none, and whose time zone is written as POSIX does.
void tst_Format::relativeTime_needsNoDatabaseOfTimeZones_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *zone : {"Nowhere/Land", "XYZ-3", "<+0545>-5:45", "UTC", "Asia/Kathmandu", "Pacific/Kiritimati",
                             "America/St_Johns", ":/none"}) {
        QTest::newRow(zone) << QByteArray(zone);
    }
}

void tst_Format::relativeTime_needsNoDatabaseOfTimeZones()
{
    QFETCH(const QByteArray, name);
    const TimeZone zone(name.constData());
    const QDateTime now(QDate(2026, 3, 31), QTime(1, 0));
    const auto text = [&](const QDateTime &moment) { return Format(u"en"_s).relativeTime(moment, now); };
    QCOMPARE(text(now.addDays(-1)), u"yesterday"_s);
    QCOMPARE(text(now.addDays(-1).toUTC()), u"yesterday"_s);
    QCOMPARE(text(QDateTime(QDate(2026, 3, 29), QTime(23, 59)).toUTC()), u"2 days ago"_s);
    QCOMPARE(text(now.addMonths(5).toUTC()), u"in 5 months"_s);
    QCOMPARE(text(now.addYears(-2).toOffsetFromUtc(3600)), u"2 years ago"_s);
}

void tst_Format::relativeTime_ofALongerDayIsInHours()
{
    const QTimeZone berlin("Europe/Berlin");
    if (!berlin.isValid()) {
        QSKIP("the system has no database of time zones");
    }
    const QDateTime morning(QDate(2026, 10, 25), QTime(0, 10), berlin);
    const QDateTime evening(QDate(2026, 10, 25), QTime(23, 50), berlin);
    QCOMPARE(Format(u"en"_s).relativeTime(evening, morning), u"in 24 hours"_s);
    QCOMPARE(Format(u"en"_s).relativeTime(morning, evening, RelativeTime::Numbers), u"24 hours ago"_s);
    QCOMPARE(Format(u"en"_s).relativeTime(morning.addDays(1), morning), u"tomorrow"_s);
}

void tst_Format::relativeTime_ofNoMomentIsEmpty()
{
    QCOMPARE(Format(u"en"_s).relativeTime(QDateTime(), QDateTime::currentDateTime()), QString());
    QCOMPARE(Format(u"en"_s).relativeTime(QDateTime::currentDateTime(), QDateTime()), QString());
    QVERIFY(!Format(u"en"_s).relativeTime(std::nan(""), TimeUnit::Day).isEmpty());
}

void tst_Format::list_ofFew()
{
    const Format format(u"en"_s);
    QCOMPARE(format.list({}), QString());
    QCOMPARE(format.list({u"A"_s}), u"A"_s);
    QCOMPARE(format.list({u"A"_s, u"B"_s}, ListKind::Or), u"A or B"_s);
}

void tst_Format::list_itemsMayHaveBraces()
{
    QCOMPARE(Format(u"en"_s).list({u"{1}"_s, u"{0}"_s, u"{1}|;="_s}), u"{1}, {0}, and {1}|;="_s);
}

void tst_Format::range_isThatOfTheLocale()
{
    QCOMPARE(Format(u"en"_s).range(3, 5.5), u"3–5.5"_s);
    QCOMPARE(Format(u"ja"_s).range(3, 5), u"3～5"_s);
}

void tst_Format::locale_fallsBackToItsParents()
{
    const auto and3 = [](const char *locale) {
        return Format(QString::fromLatin1(locale)).list({u"A"_s, u"B"_s, u"C"_s});
    };
    QCOMPARE(and3("en-GB"), u"A, B and C"_s); // of en-001
    QCOMPARE(and3("de-AT"), u"A, B und C"_s);
    QCOMPARE(and3("zh-TW"), u"A、B和C"_s);
    QCOMPARE(and3("nb-NO"), and3("no"));
    QCOMPARE(and3("sr-Latn-RS"), u"A, B i C"_s);
    QCOMPARE(and3("sr-RS"), u"A, B и C"_s);
}

void tst_Format::locale_ofPosixHasItsScript()
{
    const Format format(u"sr_RS@latin"_s);
    QCOMPARE(format.list({u"A"_s, u"B"_s, u"C"_s}), u"A, B i C"_s);
    const QDate date(2026, 11, 29);
    QCOMPARE(format.date(date, QLocale::LongFormat), QLocale(u"sr-Latn-RS"_s).toString(date, QLocale::LongFormat));
    QVERIFY(format.date(date, QLocale::LongFormat)
            != Format(u"sr_RS"_s).date(date, QLocale::LongFormat)); // which is Cyrillic
    QCOMPARE(Format(u"de_DE@euro"_s).date(date), Format(u"de_DE"_s).date(date));
}

void tst_Format::locale_thatIsNoneIsOfC()
{
    for (const QString &locale : {QString(), u"C"_s, u"-"_s, QString(10'000, u'x'), u"русский"_s}) {
        const Format format(locale);
        QCOMPARE(format.relativeTime(3, TimeUnit::Day), u"in 3 days"_s);
        QCOMPARE(format.list({u"A"_s, u"B"_s}), u"A and B"_s);
    }
    for (int i = 0; i < 1000; ++i) {
        QCOMPARE(Format(QString::number(i)).number(5), u"5"_s);
    }
}

void tst_Format::format_isTracked()
{
    const auto locale = atom(std::optional(u"en"_s));
    const auto price = atom(1234.5);
    const auto line = computed([&] { return format(locale).number(price()); });
    CallRecorder<QString> calls;
    const Subscription observer = line.subscribe(calls);
    locale.set(u"de"_s);
    price.set(0.5);
    QCOMPARE(calls.values(), QStringList({u"1,234.5"_s, u"1.234,5"_s, u"0,5"_s}));
}

QTEST_GUILESS_MAIN(tst_Format)

#include "tst_format.moc"
