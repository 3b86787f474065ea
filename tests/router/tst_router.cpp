// SPDX-License-Identifier: MIT

// Pages of typed routes: opening, paths, stores made of a page.

#include "routes.h"

#include <nanostores/core.h>
#include <nanostores/kit.h>
#include <nanostores/router.h>

#include <QStringList>
#include <QTest>

#include <optional>
#include <type_traits>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

class tst_Router : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void start_isTheInitialPage();
    void open_showsPageOfPath();
    void open_takesStruct();
    void open_samePageIsSilent();
    void open_unknownPathIsNotFound();
    void open_valueWithoutPathIsRefused();
    void open_structShadowedByEarlierRouteIsRefused();
    void textThatDoesNotConvertIsNoMatch();
    void path_readsBack();
    void path_withoutOptional();
    void path_basePath();
    void visit_callsFunctionOfStruct();
    void search_lastOfEqualNames();
    void hash_isDecoded();
    void param_noneElsewhere();
    void searchParam_convertsOrElse();
    void forRoute_frozenElsewhere();
    void forRoute_freezesStore();
    void restOfPath_asList();
    void page_isNotifiedOnce();
    void pageStore_setOpens();
    void expression_namedGroupsAreMembers();
    void expression_withoutPath();
    void twoRoutesOfOneStruct();
    void scoped_isOneOfEachWindow();
};

void tst_Router::start_isTheInitialPage()
{
    QVERIFY(makeRouter().page().get().is<Home>());
    const auto router = makeRouter({.initial = u"/posts/a/1"_s});
    QCOMPARE(router.page().get().as<Post>()->id, 1);
    QCOMPARE(router.depth().get(), 1);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"cannot start there"_s));
    QVERIFY(!makeRouter({.initial = u"nowhere"_s}).page().get());
}

void tst_Router::open_showsPageOfPath()
{
    const auto router = makeRouter();
    QVERIFY(router.open("/posts/news/7/comments/?sort=name#top") == Navigated::Done);
    const Page page = router.page().get();
    QCOMPARE(page.route(), u"post"_s);
    QVERIFY(page.is<Post>());
    QVERIFY(!page.is<Home>());
    QVERIFY(!page.as<Home>());
    QCOMPARE(*page.as<Post>(), post("news", 7, u"comments"_s));
    QCOMPARE(page.path(), u"/posts/news/7/comments"_s);
    QCOMPARE(page.url(), u"/posts/news/7/comments?sort=name#top"_s);
    QCOMPARE(page.params(),
             (QMap<QString, QString>{{u"category"_s, u"news"_s}, {u"id"_s, u"7"_s}, {u"tab"_s, u"comments"_s}}));
    QVERIFY(router.open("/Posts/News/7"));
    QCOMPARE(router.page().get().as<Post>()->category, u"News"_s);
}

void tst_Router::open_takesStruct()
{
    const auto router = makeRouter();
    QVERIFY(router.open(post("a#b", -7), {{u"sort"_s, u"by name"_s}}, u"top"_s) == Navigated::Done);
    QCOMPARE(router.page().get().url(), u"/posts/a%23b/-7?sort=by%20name#top"_s);
    QCOMPARE(*router.page().get().as<Post>(), post("a#b", -7));
    QVERIFY(router.redirect(Home{}) == Navigated::Done);
    QCOMPARE(router.depth().get(), 2);
    QVERIFY(router.open(router.match(u"/files/a/b"_s).value()));
    QCOMPARE(router.page().get().as<Files>()->splat, u"a/b"_s);
}

void tst_Router::open_samePageIsSilent()
{
    const auto router = makeRouter();
    int calls = 0;
    const Subscription page = router.page().listen([&] { ++calls; });
    const Subscription history = router.history().listen([&] { ++calls; });
    QVERIFY(router.open("/#") == Navigated::Same);
    QVERIFY(router.open(Home{}) == Navigated::Same);
    QVERIFY(router.redirect("/?") == Navigated::Same);
    QCOMPARE(calls, 0);
    QCOMPARE(router.depth().get(), 1);
}

void tst_Router::open_unknownPathIsNotFound()
{
    const auto router = makeRouter();
    for (const char *path :
         {"/nowhere", "/posts", "/posts/news/7/comments/more", "//", "/posts//7", "/posts/news/7//"}) {
        QVERIFY2(router.open(path), path);
        QVERIFY2(!router.page().get().isFound(), path);
        QVERIFY(router.page().get().route().isEmpty());
    }
    QCOMPARE(router.depth().get(), 7);
    router.back();
    QCOMPARE(router.page().get().path(), u"/posts//7"_s);
}

void tst_Router::open_valueWithoutPathIsRefused()
{
    const auto router = makeRouter();
    const auto open = [&](const Post &post, const char *reason) {
        const Navigation answer = router.open(post);
        QVERIFY(answer == Navigated::Refused);
        QVERIFY2(answer.reason().contains(QString::fromUtf8(reason)), qPrintable(answer.reason()));
        QVERIFY(router.page().get().is<Home>());
    };
    open(post("", 7), "the parameter \"category\" is empty");
    open(post("..", 7), "has . or .. for a part");
    open(post("a\nb", 7), "control character");
    open(post("a", 7, u""_s), "the parameter \"tab\" is empty");
    Post half = post("a", 7);
    half.category = QString(QChar(0xd800));
    open(half, "half a character");
    QCOMPARE(router.depth().get(), 1);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"no path of a .*the parameter \"category\" is empty"_s));
    QVERIFY(router.path(post("", 7)).isEmpty());
}

void tst_Router::open_structShadowedByEarlierRouteIsRefused()
{
    const auto router = createRouter(route<Files>("all", "/*"), route<Post>("post", "/posts/:category/:id/:tab?"));
    const Navigation answer = router.open(post("a", 1));
    QVERIFY(answer == Navigated::Refused);
    QVERIFY2(answer.reason().contains(u"the route \"all\", which is declared before"_s), qPrintable(answer.reason()));
}

void tst_Router::textThatDoesNotConvertIsNoMatch()
{
    const auto router = createRouter(route<Post>("post", "/posts/:category/:id/:tab?"), route<Files>("files", "/*"));
    for (const char *path : {"/posts/a/b", "/posts/a/7x", "/posts/a/%207", "/posts/a/7.5", "/posts/a/1e3",
                             "/posts/a/+7", "/posts/a/99999999999", "/posts/a/-"}) {
        QVERIFY2(router.open(path), path);
        QVERIFY2(router.page().get().is<Files>(), path);
    }
    QVERIFY(router.open("/posts/a/-7"));
    QVERIFY(router.page().get().is<Post>());
}

void tst_Router::path_readsBack()
{
    const auto router = makeRouter();
    for (const char *category :
         {"news", "a#b", "a?b&c=d", "50%", "ä ö", "a/b", "日本", "+", "a\\b", "%2e%2e", "...", "{}"}) {
        const QString path = router.path(post(category, 7, u"x y"_s));
        QVERIFY2(!path.isEmpty(), category);
        QVERIFY2(router.open(path), qPrintable(path));
        QCOMPARE(*router.page().get().as<Post>(), post(category, 7, u"x y"_s));
        QCOMPARE(router.page().get().path(), path);
    }
    QCOMPARE(router.path(post("a#b", 7)), u"/posts/a%23b/7"_s);
    QCOMPARE(router.path(files("")), u"/files"_s);
    QCOMPARE(router.path(files("a b/c")), u"/files/a%20b/c"_s);
    QCOMPARE(router.path(Home{}, {{u"q"_s, u"a&b"_s}, {u"p"_s, u"1"_s}}, u"x y"_s), u"/?q=a%26b&p=1#x%20y"_s);
}

void tst_Router::path_withoutOptional()
{
    const auto router = makeRouter();
    QVERIFY(router.open("/posts/a/0"));
    QCOMPARE(router.page().get().as<Post>()->tab, std::nullopt);
    QCOMPARE(router.path(post("a", 0)), u"/posts/a/0"_s);
    const auto years = createRouter(route<Archive>("archive", "/archive/:year?"));
    QCOMPARE(years.path(Archive{}), u"/archive"_s);
    QVERIFY(years.open("/archive"));
    QCOMPARE(years.page().get().as<Archive>()->year, 0);
    QVERIFY(years.open("/archive/2020"));
    QCOMPARE(years.page().get().as<Archive>()->year, 2020);
}

void tst_Router::path_basePath()
{
    const auto router = makeRouter({.basePath = u"/my app/"_s, .initial = u"/my%20app"_s});
    QVERIFY(router.page().get().is<Home>());
    QCOMPARE(router.path(Home{}), u"/my%20app"_s);
    QCOMPARE(router.path(post("a", 1)), u"/my%20app/posts/a/1"_s);
    QVERIFY(router.open(post("a", 1)));
    QCOMPARE(router.page().get().path(), u"/my%20app/posts/a/1"_s);
    QVERIFY(router.open("/MY%20APP/posts/a/2"));
    QCOMPARE(router.page().get().as<Post>()->id, 2);
    QVERIFY(router.open("/posts/a/1"));
    QVERIFY(!router.page().get());
    QVERIFY(router.open("/my%20apple"));
    QVERIFY(!router.page().get());
}

void tst_Router::visit_callsFunctionOfStruct()
{
    const auto router = makeRouter();
    const auto title = computed(router.page(), [router = router.core()](const Page &page) {
        return Router<Home, Post, Files>(router).visit(
            page, [](const Home &) { return u"Home"_s; }, [](const Post &shown) { return shown.category; },
            [](const NotFound &nothing) { return u"No page "_s + nothing.path; },
            [](const auto &) { return u"Rest"_s; });
    });
    QCOMPARE(title.get(), u"Home"_s);
    router.open("/posts/news/7");
    QCOMPARE(title.get(), u"news"_s);
    router.open("/files");
    QCOMPARE(title.get(), u"Rest"_s);
    router.open("/x?y=z");
    QCOMPARE(title.get(), u"No page /x?y=z"_s);
}

void tst_Router::search_lastOfEqualNames()
{
    const auto router = makeRouter();
    QVERIFY(router.open("/?a=1&b=x+y%2B&a=2&flag&=empty&c=1=2&&"));
    const Page page = router.page().get();
    QCOMPARE(page.search(u"a"_s), u"2"_s);
    QCOMPARE(page.searchAll(u"a"_s), (QStringList{u"1"_s, u"2"_s}));
    QCOMPARE(page.search(u"b"_s), u"x y+"_s);
    QCOMPARE(page.search(u"flag"_s), u""_s);
    QCOMPARE(page.search(u""_s), u"empty"_s);
    QCOMPARE(page.search(u"c"_s), u"1=2"_s);
    QCOMPARE(page.search(u"d"_s), std::nullopt);
    QCOMPARE(router.match(page.url()).value(), page);
}

void tst_Router::hash_isDecoded()
{
    const auto router = makeRouter();
    QVERIFY(router.open("/#a%20b?c#d"));
    QCOMPARE(router.page().get().hash(), u"a b?c#d"_s);
    QVERIFY(router.page().get().is<Home>());
    QCOMPARE(router.match(router.page().get().url()).value(), router.page().get());
}

void tst_Router::param_noneElsewhere()
{
    const auto router = makeRouter();
    const auto id = param(router, &Post::id);
    const auto tab = param(router, &Post::tab);
    static_assert(std::is_same_v<decltype(id)::value_type, std::optional<int>>);
    static_assert(std::is_same_v<decltype(tab)::value_type, std::optional<QString>>);
    int calls = 0;
    const Subscription subscription = id.listen([&] { ++calls; });
    QCOMPARE(id.get(), std::nullopt);
    router.open("/posts/a/7/x");
    QCOMPARE(id.get(), 7);
    QCOMPARE(tab.get(), u"x"_s);
    router.open("/posts/b/7");
    QCOMPARE(calls, 1);
    router.open(Home{});
    QCOMPARE(id.get(), std::nullopt);
    QCOMPARE(calls, 2);
}

void tst_Router::searchParam_convertsOrElse()
{
    const auto router = makeRouter();
    const auto page = searchParam<int>(router, "page", 1);
    const auto sort = searchParam<QString>(router, "sort");
    QCOMPARE(page.get(), 1);
    QCOMPARE(sort.get(), std::nullopt);
    router.open("/?page=3&sort=name");
    QCOMPARE(page.get(), 3);
    QCOMPARE(sort.get(), u"name"_s);
    router.open("/?page=three");
    QCOMPARE(page.get(), 1);
}

void tst_Router::forRoute_frozenElsewhere()
{
    const auto router = makeRouter();
    const auto shown = forRoute<Post>(router);
    QCOMPARE(shown.get(), std::nullopt);
    router.open("/posts/a/1");
    router.open("/posts/a/2"); // though nothing observes it
    router.open("/files/x");
    QCOMPARE(shown.get(), post("a", 2));
    router.go(-2);
    QCOMPARE(shown.get(), post("a", 1));
}

void tst_Router::forRoute_freezesStore()
{
    const auto router = makeRouter();
    const auto count = atom(1);
    const auto frozen = forRoute<Post>(router, count);
    QList<int> seen;
    const Subscription subscription = frozen.listen([&](std::optional<int> value) { seen.append(value.value_or(-1)); });
    count.set(2);
    QCOMPARE(frozen.get(), std::nullopt);
    router.open("/posts/a/1");
    count.set(3);
    router.open(Home{});
    count.set(4);
    QCOMPARE(frozen.get(), 3);
    router.back();
    QCOMPARE(seen, (QList<int>{2, 3, 4}));
}

void tst_Router::restOfPath_asList()
{
    const auto router = createRouter(route<Tree>("tree", "/tree/:path*"));
    QVERIFY(router.open("/tree/a%2Fb/c"));
    QCOMPARE(router.page().get().as<Tree>()->path, (QStringList{u"a/b"_s, u"c"_s}));
    QCOMPARE(router.path(*router.page().get().as<Tree>()), u"/tree/a%2Fb/c"_s);
    QVERIFY(router.open("/tree"));
    QCOMPARE(router.page().get().as<Tree>()->path, QStringList());
}

void tst_Router::page_isNotifiedOnce()
{
    const auto router = makeRouter();
    QStringList seen;
    const Subscription subscription = router.page().listen(
        [&](const Page &page) { seen.append(page.path() + u' ' + QString::number(router.depth().get())); });
    const auto both = computed(router.page(), router.canGoBack(), [](const Page &page, bool back) {
        return page.path() + (back ? u" back"_s : QString());
    });
    const Subscription other = both.listen([&](const QString &text) { seen.append(text); });
    router.open("/files/a");
    QCOMPARE(seen, (QStringList{u"/files/a 2"_s, u"/files/a back"_s}));
}

void tst_Router::pageStore_setOpens()
{
    const auto router = makeRouter();
    router.page().set(router.match(u"/files/a"_s).value());
    QVERIFY(router.page().get().is<Files>());
    QCOMPARE(router.depth().get(), 2);
}

void tst_Router::expression_namedGroupsAreMembers()
{
    const auto router = createRouter(
        route<Home>("home", "/"),
        route<Archive>("archive", QRegularExpression(u"^/archive/(?<year>\\d{2,})$"_s),
                       std::function([](const Archive &archive) { return u"/archive/%1"_s.arg(archive.year); })),
        route<Files>("files", "/*"));
    QVERIFY(router.open("/archive/2024"));
    QCOMPARE(router.page().get().as<Archive>()->year, 2024);
    QVERIFY(router.open("/archive/7"));
    QVERIFY(router.page().get().is<Files>());
    QVERIFY(router.open("/archive/99999999999"));
    QVERIFY(router.page().get().is<Files>());
    Archive archive;
    archive.year = 1999;
    QVERIFY(router.open(archive));
    QCOMPARE(router.page().get().path(), u"/archive/1999"_s);
}

void tst_Router::expression_withoutPath()
{
    const auto router = createRouter(route<Archive>("archive", QRegularExpression(u"^/a/(?<year>\\d+)$"_s)));
    Archive archive;
    const Navigation answer = router.open(archive);
    QVERIFY(answer == Navigated::Refused);
    QVERIFY2(answer.reason().contains(u"give route() a function"_s), qPrintable(answer.reason()));
}

void tst_Router::twoRoutesOfOneStruct()
{
    const auto router = createRouter(route<Archive>("archive", "/archive/:year"), route<Archive>("old", "/y/:year"));
    const auto shown = forRoute<Archive>(router);
    QVERIFY(router.open("/archive/1"));
    QVERIFY(router.open("/y/2"));
    QCOMPARE(router.page().get().route(), u"old"_s);
    QCOMPARE(shown.get()->year, 2);
    QVERIFY(router.open("/archive/3"));
    QCOMPARE(shown.get()->year, 3);
    QCOMPARE(router.path(*shown.get()), u"/archive/3"_s);
}

/// Each window has pages, and stores made of them, of its own; guards end with it.
void tst_Router::scoped_isOneOfEachWindow()
{
    const auto routers = scoped([] { return makeRouter(); });
    const auto titles =
        scoped([routers] { return computed(routers().page(), [](const Page &page) { return page.path(); }); });
    std::optional<Scope> one(Scope({provide(routers)}));
    const Scope two({provide(routers)});
    int asked = 0;
    QStringList shown;
    one->run([&] {
        keepInScope(guard(routers(), [&asked] {
            ++asked;
            return true;
        }));
        effect([&] { shown.append(routers().page()().path()); }).detach();
    });
    const auto router = routers.in(*one);
    QVERIFY(router.open("/files/a") == Navigated::Done);
    QVERIFY(routers.in(two).open("/files/b") == Navigated::Done);
    QCOMPARE(titles.in(*one).get(), u"/files/a"_s);
    QCOMPARE(titles.in(two).get(), u"/files/b"_s);
    QCOMPARE(titles().get(), u"/"_s);
    QCOMPARE(asked, 1);
    one.reset();
    QVERIFY(router.open("/files/c") == Navigated::Done); // which this test has kept
    QCOMPARE(asked, 1);
    QCOMPARE(shown, (QStringList{u"/"_s, u"/files/a"_s}));
    Scope::resetGlobal();
}

QTEST_GUILESS_MAIN(tst_Router)

#include "tst_router.moc"
