// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/router.h>
#include <nanostores/routerwidgets.h>

#include <router/routes.h>
#include <support/handlers.h>

#include <QLabel>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTest>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

namespace {

int alive = 0;

class PageLabel : public QLabel
{
public:
    explicit PageLabel(const QString &text)
        : QLabel(text)
    {
        ++alive;
    }
    ~PageLabel() override { --alive; }
};

QString shown(const QStackedWidget &stack)
{
    const auto *const label = qobject_cast<QLabel *>(stack.currentWidget());
    return label ? label->text() : QString();
}

} // namespace

class tst_RoutePages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void pages_areMadeWhenShown();
    void pages_goWithTheirEntries();
    void redirect_samePathKeepsTheWidget();
    void maker_throws();
    void maker_opensAnotherPage();
    void otherWidgets_areLeftAlone();
    void navigation_stackFollowsTheModel();
};

void tst_RoutePages::pages_areMadeWhenShown()
{
    alive = 0;
    const auto router = makeRouter();
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add<Home>(u"home"_s, [](const Home &) { return new PageLabel(u"home"_s); });
    pages->add<Post>(u"post"_s, [](const Post &post) { return new PageLabel(QString::number(post.id)); });
    pages->add(u"*"_s, [](const Page &page) { return new PageLabel(page.url()); });
    QSignalSpy changed(pages, &RoutePages::currentChanged);
    QCOMPARE(shown(stack), u"home"_s);
    QCOMPARE(alive, 1);
    router.open(post("x", 7));
    QCOMPARE(shown(stack), u"7"_s);
    router.open("/nowhere");
    QCOMPARE(shown(stack), u"/nowhere"_s);
    router.open("/files/a");
    QCOMPARE(shown(stack), u"/files/a"_s);
    QCOMPARE(alive, 4);
    QCOMPARE(changed.size(), 3);
    router.go(-3);
    QCOMPARE(shown(stack), u"home"_s);
    QCOMPARE(alive, 4); // there is a way forward to them
}

void tst_RoutePages::pages_goWithTheirEntries()
{
    alive = 0;
    const auto router = makeRouter({.maxEntries = 3});
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add(u"*"_s, [](const Page &page) { return new PageLabel(page.url()); });
    for (const char *url : {"/files/1", "/files/2", "/files/3", "/files/4"}) {
        router.open(url);
    }
    QTRY_COMPARE(alive, 3);
    router.go(-2);
    router.open("/files/5");
    QTRY_COMPARE(alive, 2);
    QCOMPARE(stack.count(), 2);
}

void tst_RoutePages::redirect_samePathKeepsTheWidget()
{
    const auto router = makeRouter();
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add(u"*"_s, [](const Page &page) { return new PageLabel(page.url()); });
    router.open("/files/a");
    const QPointer<QWidget> first = stack.currentWidget();
    router.redirect("/files/a?q=1");
    QCOMPARE(stack.currentWidget(), first.data());
    router.redirect("/files/b");
    QCOMPARE(shown(stack), u"/files/b"_s);
    QTRY_VERIFY(!first);
}

void tst_RoutePages::maker_throws()
{
    support::ErrorLog errors;
    const auto router = makeRouter();
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add(u"home"_s, [](const Page &) { return new PageLabel(u"home"_s); });
    pages->add(u"files"_s, [](const Page &) -> QWidget * { support::fail("no widget"); });
    router.open("/files/a");
    QCOMPARE(errors.take(), QStringList{u"no widget"_s});
    QCOMPARE(shown(stack), u"home"_s);
    QVERIFY(!pages->current());
    router.back();
    QCOMPARE(pages->current(), stack.currentWidget());
}

void tst_RoutePages::maker_opensAnotherPage()
{
    const auto router = makeRouter();
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add(u"files"_s, [&](const Page &page) {
        router.redirect("/");
        return new PageLabel(page.url());
    });
    pages->add(u"home"_s, [](const Page &) { return new PageLabel(u"home"_s); });
    router.open("/files/a");
    QCOMPARE(router.page().get().url(), u"/"_s);
    QCOMPARE(shown(stack), u"home"_s);
}

void tst_RoutePages::otherWidgets_areLeftAlone()
{
    const auto router = makeRouter();
    QStackedWidget stack;
    auto *const own = new QWidget;
    stack.addWidget(own);
    auto *const pages = new RoutePages(router, &stack);
    QCOMPARE(stack.currentWidget(), own);
    pages->add(u"*"_s, [](const Page &page) { return new PageLabel(page.url()); });
    router.redirect("/files/a");
    QTRY_COMPARE(stack.count(), 2);
    delete pages;
    router.open("/files/b");
    QCOMPARE(shown(stack), u"/files/a"_s);
}

void tst_RoutePages::navigation_stackFollowsTheModel()
{
    QRandomGenerator random(1);
    alive = 0;
    const auto router = makeRouter({.maxEntries = 5});
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add(u"*"_s, [](const Page &page) { return new PageLabel(page.path()); });
    const QStringList urls{u"/"_s, u"/files/a"_s, u"/files/b"_s, u"/files/b?q=1"_s, u"/nowhere"_s};
    for (int step = 0; step < 2000; ++step) {
        const QString url = urls.at(random.bounded(static_cast<int>(urls.size())));
        switch (random.bounded(4)) {
        case 0:
            router.open(url);
            break;
        case 1:
            router.redirect(url);
            break;
        default:
            router.go(random.bounded(-2, 3));
        }
        const RouterHistory history = router.history().get();
        QCOMPARE(shown(stack), history.current().page.path());
        QVERIFY(stack.count() <= history.entries.size());
        if (step % 50 == 0) {
            QTRY_VERIFY(alive <= history.entries.size());
        }
    }
}

QTEST_MAIN(tst_RoutePages)

#include "tst_routepages.moc"
