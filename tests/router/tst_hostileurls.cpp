// SPDX-License-Identifier: MIT

// Paths and links from outside that are not what they should be.

#include "routes.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QRandomGenerator>
#include <QTest>
#include <QUrl>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

class tst_HostileUrls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void open_refusesWithReason_data();
    void open_refusesWithReason();
    void openUrl_takesWhatIsListed_data();
    void openUrl_takesWhatIsListed();
    void openUrl_refusesWithReason_data();
    void openUrl_refusesWithReason();
    void megabytes_areRefused();
    void expression_thatBacktracksEnds();
    void randomText_neverMovesUnlessItReadsBack();
};

namespace {

auto makeListed()
{
    return makeRouter({.links = {{u"shop"_s, {}},
                                 {u"https"_s, {u"shop.example"_s, u"bücher.example"_s}},
                                 {u"http"_s, {u"localhost:8080"_s, u"[::1]"_s, u"[::1]:81"_s}}}});
}

} // namespace

void tst_HostileUrls::open_refusesWithReason_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("reason");
    const QString malformed = u"malformed"_s;
    const QString dots = u"has . or .."_s;
    const QString control = u"control character"_s;
    QTest::newRow("empty") << QString() << u"begins with /"_s;
    QTest::newRow("relative") << u"files/a"_s << u"begins with /"_s;
    QTest::newRow("whole URL") << u"https://shop.example/"_s << u"openUrl()"_s;
    QTest::newRow("percent alone") << u"/files/%"_s << malformed;
    QTest::newRow("one digit") << u"/files/%4"_s << malformed;
    QTest::newRow("no digits") << u"/files/%zz"_s << malformed;
    QTest::newRow("escape of UTF-16") << u"/files/%u0041"_s << malformed;
    QTest::newRow("no UTF-8") << u"/files/%ff"_s << malformed;
    QTest::newRow("half of a character") << u"/files/%c3"_s << malformed;
    QTest::newRow("overlong slash") << u"/files/%c0%af"_s << malformed;
    QTest::newRow("encoded surrogate") << u"/files/%ed%a0%80"_s << malformed;
    QTest::newRow("surrogate") << QString(u"/files/"_s + QChar(0xdc00)) << u"half a character"_s;
    QTest::newRow("dots") << u"/files/../../etc"_s << dots;
    QTest::newRow("dot") << u"/files/./a"_s << dots;
    QTest::newRow("encoded dots") << u"/files/%2e%2E/a"_s << dots;
    QTest::newRow("dots behind an encoded slash") << u"/files/a%2F..%2Fb"_s << dots;
    QTest::newRow("dots behind a backslash") << u"/files/a\\..\\b"_s << dots;
    QTest::newRow("NUL") << QString(u"/files/a"_s + QChar(u'\0')) << control;
    QTest::newRow("encoded NUL") << u"/files/a%00"_s << control;
    QTest::newRow("new line") << u"/files/a%0ab"_s << control;
    QTest::newRow("NUL after ?") << u"/?a=%00"_s << u"NUL"_s;
    QTest::newRow("malformed after ?") << u"/?a=%f"_s << malformed;
    QTest::newRow("malformed after #") << u"/#%"_s << malformed;
    QTest::newRow("NUL after #") << u"/#%00"_s << u"NUL"_s;
}

void tst_HostileUrls::open_refusesWithReason()
{
    QFETCH(QString, path);
    QFETCH(QString, reason);
    const auto router = makeListed();
    router.open("/files/here");
    const RouterHistory before = router.history().get();
    const Navigation answer = router.open(path);
    QVERIFY(answer == Navigated::Refused);
    QVERIFY2(answer.reason().contains(reason), qPrintable(answer.reason()));
    QVERIFY(router.redirect(path) == Navigated::Refused);
    QCOMPARE(router.history().get(), before);
}

void tst_HostileUrls::openUrl_takesWhatIsListed_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("shown");
    QTest::newRow("first part for a host") << u"shop://files/a%20b?q=1#top"_s << u"/files/a%20b?q=1#top"_s;
    QTest::newRow("no host") << u"shop:/files/a"_s << u"/files/a"_s;
    QTest::newRow("empty host") << u"shop:///files/a"_s << u"/files/a"_s;
    QTest::newRow("scheme in capitals") << u"SHOP://files/a"_s << u"/files/a"_s;
    QTest::newRow("host") << u"https://shop.example/files/a"_s << u"/files/a"_s;
    QTest::newRow("host in capitals") << u"https://SHOP.EXAMPLE/files/a"_s << u"/files/a"_s;
    QTest::newRow("host beyond ASCII") << u"https://bücher.example/files/a"_s << u"/files/a"_s;
    QTest::newRow("the same in ASCII") << u"https://xn--bcher-kva.example/files/a"_s << u"/files/a"_s;
    QTest::newRow("port") << u"http://localhost:8080/files/a"_s << u"/files/a"_s;
    QTest::newRow("address") << u"http://[::1]/files/a"_s << u"/files/a"_s;
    QTest::newRow("address and port") << u"http://[::1]:81/files/a"_s << u"/files/a"_s;
    QTest::newRow("encoded question mark") << u"shop://files/a%3Fb"_s << u"/files/a%3Fb"_s;
}

void tst_HostileUrls::openUrl_takesWhatIsListed()
{
    QFETCH(QString, url);
    QFETCH(QString, shown);
    const auto router = makeListed();
    const Navigation answer = router.openUrl(QUrl(url));
    QVERIFY2(answer == Navigated::Done, qPrintable(answer.reason()));
    QCOMPARE(router.page().get().url(), shown);
}

void tst_HostileUrls::openUrl_refusesWithReason_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("reason");
    QTest::newRow("nothing") << QString() << u"no URL"_s;
    QTest::newRow("other scheme") << u"file:///etc/passwd"_s
                                  << u"those in RouterOptions::links are: shop, https, http"_s;
    QTest::newRow("script") << u"javascript:alert(1)"_s << u"\"javascript\" are not taken"_s;
    QTest::newRow("no scheme") << u"/files/a"_s << u"are not taken"_s;
    QTest::newRow("other host") << u"https://evil.example/files/a"_s << u"host \"evil.example\""_s;
    QTest::newRow("longer host") << u"https://shop.example.evil.example/files/a"_s << u"host"_s;
    QTest::newRow("no host") << u"https:///files/a"_s << u"host"_s;
    QTest::newRow("port") << u"https://shop.example:81/files/a"_s << u"host \"shop.example:81\""_s;
    QTest::newRow("missing port") << u"http://localhost/files/a"_s << u"host"_s;
    QTest::newRow("port of a scheme without hosts") << u"shop://files:80/a"_s << u"has a port"_s;
    QTest::newRow("user") << u"https://shop.example@evil.example/files/a"_s << u"user name"_s;
    QTest::newRow("password") << u"https://u:p@shop.example/files/a"_s << u"user name"_s;
    QTest::newRow("no path") << u"shop:files/a"_s << u"write shop://"_s;
    QTest::newRow("dots") << u"shop://files/..%2f..%2fetc"_s << u". or .."_s;
    QTest::newRow("NUL") << u"shop://files/a%00"_s << u"control character"_s;
    QTest::newRow("no route") << u"shop://nowhere/a"_s << u"no route of this program"_s;
    QTest::newRow("two slashes") << u"shop://files//a"_s << u"no route of this program"_s;
}

void tst_HostileUrls::openUrl_refusesWithReason()
{
    QFETCH(QString, url);
    QFETCH(QString, reason);
    const auto router = makeListed();
    const Navigation answer = router.openUrl(QUrl(url));
    QVERIFY(answer == Navigated::Refused);
    QVERIFY2(answer.reason().contains(reason), qPrintable(answer.reason()));
    QCOMPARE(router.depth().get(), 1);
    QVERIFY(makeRouter().openUrl(QUrl(u"shop:/"_s)) == Navigated::Refused); // lists nothing
}

void tst_HostileUrls::megabytes_areRefused()
{
    const auto router = makeListed();
    for (const QString &filling : {u"a"_s, u"/"_s, u"%41"_s, u"/a"_s, u"?a=b"_s, u"&"_s, u"#"_s, u"ä"_s}) {
        const QString path = u"/files/"_s + filling.repeated(2'000'000 / filling.size());
        const Navigation answer = router.open(path);
        QVERIFY(answer == Navigated::Refused);
        QVERIFY(answer.reason().contains(u"8192 are taken"_s));
        QVERIFY(answer.reason().size() < 200);
        QVERIFY(router.openUrl(QUrl(u"shop:"_s + path)) == Navigated::Refused);
    }
    QCOMPARE(router.depth().get(), 1);
    QVERIFY(router.open(u"/files/"_s + u"a"_s.repeated(8000)));
    QVERIFY(router.open(u"/files"_s + u"/a"_s.repeated(4000)));
    QVERIFY(router.open(u"/?"_s + u"a&"_s.repeated(2700)));
    // What is short, and long once it is encoded, could not be opened again.
    for (const QString &path :
         {u"/files/"_s + u"ä"_s.repeated(2000), u"/?"_s + u"a&"_s.repeated(4000), u"/#"_s + u" "_s.repeated(4000)}) {
        const Page before = router.page().get();
        const Navigation answer = router.open(path);
        QVERIFY(answer == Navigated::Refused);
        QVERIFY(answer.reason().contains(u"8192 are taken"_s));
        QCOMPARE(router.page().get(), before);
    }
}

void tst_HostileUrls::expression_thatBacktracksEnds()
{
    const auto router =
        createRouter(route<Home>("slow", QRegularExpression(u"^/(a+)+$"_s)), route<Files>("files", "/*"));
    QVERIFY(router.open(u"/"_s + u"a"_s.repeated(8000) + u"!"_s));
    QVERIFY(router.page().get().is<Files>());
}

/// A text that is taken gives a page whose URL gives the same page; one that is not has a reason, and moves nothing.
void tst_HostileUrls::randomText_neverMovesUnlessItReadsBack()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const quint32 seed = isSet ? QRandomGenerator::global()->generate() : 7;
    QRandomGenerator random(seed);
    const QStringList parts{u"/"_s,
                            u"//"_s,
                            u"files"_s,
                            u"posts"_s,
                            u"%"_s,
                            u"%2"_s,
                            u"%2f"_s,
                            u"%2e"_s,
                            u".."_s,
                            u"."_s,
                            u"%00"_s,
                            u"%c3%a4"_s,
                            u"%c3"_s,
                            u"ä"_s,
                            u"😀"_s,
                            u"?"_s,
                            u"#"_s,
                            u"&"_s,
                            u"="_s,
                            u"+"_s,
                            u"7"_s,
                            u"-"_s,
                            u"\\"_s,
                            u" "_s,
                            u"\n"_s,
                            QString(QChar(0xd83d)),
                            QString(QChar(u'\0')),
                            u":"_s,
                            u"*"_s,
                            u"@"_s,
                            u"shop:"_s,
                            u"%25"_s,
                            u"%F0%9F%98%80"_s,
                            u"\uFFFD"_s,
                            u"a"_s};
    const auto router = makeListed();
    for (int i = 0; i < (isSet ? asked : 20000); ++i) {
        QString text = random.bounded(8) == 0 ? QString() : u"/"_s;
        for (int part = random.bounded(10); part > 0; --part) {
            text += random.bounded(20) == 0 ? QString(QChar(static_cast<char16_t>(random.bounded(0x10000))))
                                            : parts.at(random.bounded(static_cast<int>(parts.size())));
        }
        const Page before = router.page().get();
        const Navigation answer = random.bounded(4) == 0 ? router.openUrl(QUrl(u"shop:"_s + text)) : router.open(text);
        const Page page = router.page().get();
        if (answer == Navigated::Refused) {
            QVERIFY(!answer.reason().isEmpty());
            QCOMPARE(page, before);
            continue;
        }
        const auto again = router.match(page.url());
        if (!again || *again != page || again->params() != page.params() || again->searchItems() != page.searchItems()
            || again->hash() != page.hash()) {
            qWarning() << "seed" << seed << "text" << text << page << again.value_or(Page());
            QFAIL("the URL of a page does not give the page");
        }
        for (const QString &part : page.path().split(u'/')) {
            QVERIFY(part != u".." && part != u".");
        }
    }
}

QTEST_GUILESS_MAIN(tst_HostileUrls)

#include "tst_hostileurls.moc"
