// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/router.h>
#include <nanostores/routerwidgets.h>
#include <nanostores/widgets.h>

#include <router/routes.h>
#include <support/handlers.h>

#include <QLineEdit>
#include <QListWidget>
#include <QPointer>
#include <QStackedWidget>
#include <QTabBar>
#include <QTabWidget>
#include <QTest>
#include <QTreeWidget>

#include <memory>
#include <stdexcept>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

namespace {

QTreeWidgetItem *item(const QString &text, const QString &path)
{
    auto *const item = new QTreeWidgetItem({text});
    item->setData(0, Qt::UserRole, path);
    return item;
}

QString current(const QTreeWidget &tree)
{
    return tree.currentItem() ? tree.currentItem()->text(0) : QString();
}

} // namespace

class tst_BindRoutes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void routeIndex_followsAndOpens();
    void routeIndex_refusedWriteIsSilent();
    void storeOfPage_opensAfterItsReaderHasThrown();
    void routePath_opens();
    void tabs_followAndOpen();
    void tabs_fallBack();
    void tabs_redirect();
    void stack_follows();
    void tree_follows();
    void tree_opens();
    void tree_fallsBack();
    void tree_itemsComeAndGo();
    void tree_withoutModel();
    void tree_endsWithItsObject();
    void backKeys_move();
    void backKeys_comeAfterTheWidget();
    void backKeys_areShortcutsToLists();
};

void tst_BindRoutes::routeIndex_followsAndOpens()
{
    const auto router = makeRouter();
    const auto index = routeIndex(router, {{u"home"_s}, {u"/files/a"_s, u"post"_s}});
    QCOMPARE(index.get(), 0);
    QList<int> seen;
    const auto listening = index.listen([&](int value) { seen.append(value); });
    router.open("/posts/x/1");
    router.open("/files/b");
    router.back();
    QCOMPARE(seen, (QList<int>{1, -1, 1}));
    index.set(0);
    QCOMPARE(router.page().get().url(), u"/"_s);
    QCOMPARE(router.depth().get(), 3);
    index.set(1);
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
}

void tst_BindRoutes::routeIndex_refusedWriteIsSilent()
{
    const auto router = makeRouter();
    const auto index = routeIndex(router, {{u"home"_s}, {u"/files/a"_s}, {u"post"_s}});
    int calls = 0;
    const auto listening = index.listen([&] { ++calls; });
    const RouterGuard no = guard(router, [] { return false; });
    index.set(1);
    index.set(7);
    QCOMPARE(index.get(), 0);
    QCOMPARE(calls, 0);
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"\"post\" is not opened: the parameter \"category\" is missing"_s));
    index.set(2);
    QCOMPARE(router.page().get().url(), u"/"_s);
}

/// A choice is opened in the router, whatever has gone wrong before.
void tst_BindRoutes::storeOfPage_opensAfterItsReaderHasThrown()
{
    const auto router = makeRouter();
    const auto path = storeOfPage<QString>(
        router,
        [](const Page &page) {
            if (page.path() == u"/files/bad") {
                throw std::runtime_error("no such file");
            }
            return page.path();
        },
        [router](const QString &asked) { router.open(asked); });
    const auto listening = path.listen([] {});
    QVERIFY_THROWS_EXCEPTION(std::runtime_error, router.open("/files/bad"));
    path.set(u"/files/good"_s);
    QCOMPARE(router.page().get().path(), u"/files/good"_s);
    QCOMPARE(path.get(), u"/files/good"_s);
}

void tst_BindRoutes::routePath_opens()
{
    const auto router = makeRouter();
    const auto path = routePath(router, RouteWrite::Redirect);
    const auto listening = path.listen([] {});
    path.set(u"/files/a?q=1"_s);
    QCOMPARE(path.get(), u"/files/a"_s);
    QCOMPARE(router.depth().get(), 1);
}

void tst_BindRoutes::tabs_followAndOpen()
{
    const auto router = makeRouter();
    QTabWidget tabs;
    for (const QString &text : {u"Home"_s, u"Files"_s, u"Posts"_s}) {
        tabs.addTab(new QWidget, text);
    }
    bindRoutes(router, &tabs, {{u"home"_s}, {u"/files/a"_s, u"files"_s}, {u"/posts/x/1"_s}});
    QCOMPARE(tabs.currentIndex(), 0);
    router.open("/files/b");
    QCOMPARE(tabs.currentIndex(), 1);
    tabs.tabBar()->setCurrentIndex(2);
    QCOMPARE(router.page().get().url(), u"/posts/x/1"_s);
    router.open("/nowhere");
    QCOMPARE(tabs.currentIndex(), 2);
    router.go(-3);
    QCOMPARE(tabs.currentIndex(), 0);
    QTest::mouseClick(tabs.tabBar(), Qt::LeftButton, {}, tabs.tabBar()->tabRect(1).center());
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
}

void tst_BindRoutes::tabs_fallBack()
{
    const auto router = makeRouter();
    QTabBar tabs;
    tabs.addTab(u"Home"_s);
    tabs.addTab(u"Files"_s);
    bindRoutes(router, &tabs, {{u"home"_s}, {u"/files/a"_s}});
    RouterGuard no = guard(router, [] { return false; });
    tabs.setCurrentIndex(1);
    QCOMPARE(tabs.currentIndex(), 0);
    no.reset();
    const TaskSource<bool> dialog;
    no = guard(router, [&](const Page &) { return dialog.task(); });
    tabs.setCurrentIndex(1);
    QCOMPARE(tabs.currentIndex(), 0);
    dialog.resolve(true);
    QCOMPARE(tabs.currentIndex(), 1);
}

void tst_BindRoutes::tabs_redirect()
{
    const auto router = makeRouter();
    QTabBar tabs;
    tabs.addTab(u"Home"_s);
    tabs.addTab(u"Files"_s);
    bindRoutes(router, &tabs, {{u"home"_s}, {u"/files/a"_s}}, RouteWrite::Redirect);
    tabs.setCurrentIndex(1);
    QCOMPARE(router.depth().get(), 1);
}

void tst_BindRoutes::stack_follows()
{
    const auto router = makeRouter();
    QStackedWidget stack;
    stack.addWidget(new QWidget);
    stack.addWidget(new QWidget);
    bindRoutes(router, &stack, {{u"files"_s}, {u"home"_s}});
    QCOMPARE(stack.currentIndex(), 1);
    router.open("/files/a");
    QCOMPARE(stack.currentIndex(), 0);
    router.back();
    QCOMPARE(stack.currentIndex(), 1);
}

void tst_BindRoutes::tree_follows()
{
    const auto router = makeRouter();
    QTreeWidget tree;
    auto *const files = item(u"Files"_s, {});
    files->addChild(item(u"a"_s, u"/files/a"_s));
    files->addChild(item(u"b c"_s, u"/files/b c"_s));
    tree.addTopLevelItem(item(u"Home"_s, u"/"_s));
    tree.addTopLevelItem(files);
    bindRoutes(router, &tree);
    QCOMPARE(current(tree), u"Home"_s);
    router.open("/files/b%20c?q=1");
    QCOMPARE(current(tree), u"b c"_s);
    QVERIFY(files->isExpanded());
    router.open("/nowhere");
    QVERIFY(!tree.currentItem());
    QVERIFY(tree.selectedItems().isEmpty());
    router.go(-2);
    QCOMPARE(current(tree), u"Home"_s);
}

void tst_BindRoutes::tree_opens()
{
    const auto router = makeRouter();
    QTreeWidget tree;
    auto *const folder = item(u"Folder"_s, {});
    folder->addChild(item(u"a"_s, u"/files/a"_s));
    tree.addTopLevelItem(item(u"Home"_s, u"/"_s));
    tree.addTopLevelItem(folder);
    tree.expandAll();
    bindRoutes(router, &tree);
    QTest::keyClick(&tree, Qt::Key_Down);
    QCOMPARE(current(tree), u"Folder"_s); // has no path, opens nothing
    QCOMPARE(router.page().get().url(), u"/"_s);
    QTest::keyClick(&tree, Qt::Key_Down);
    QCoreApplication::processEvents();
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
    QCOMPARE(current(tree), u"a"_s);
}

void tst_BindRoutes::tree_fallsBack()
{
    const auto router = makeRouter();
    QListWidget list;
    for (const QString &path : {u"/"_s, u"/files/a"_s}) {
        auto *const row = new QListWidgetItem(path, &list);
        row->setData(Qt::UserRole, path);
    }
    bindRoutes(router, &list);
    const RouterGuard no = guard(router, [] { return false; });
    list.setCurrentRow(1);
    QTRY_COMPARE(list.currentRow(), 0);
    QCOMPARE(router.page().get().url(), u"/"_s);
}

void tst_BindRoutes::tree_itemsComeAndGo()
{
    const auto router = makeRouter();
    QTreeWidget tree;
    bindRoutes(router, &tree);
    router.open("/files/a");
    auto *const a = item(u"a"_s, {});
    tree.addTopLevelItem(item(u"b"_s, u"/files/b"_s));
    tree.addTopLevelItem(a);
    QVERIFY(!tree.currentItem());
    a->setData(0, Qt::UserRole, u"/files/a"_s);
    QCOMPARE(current(tree), u"a"_s);
    delete a;
    QCoreApplication::processEvents();
    QCOMPARE(router.page().get().url(), u"/files/a"_s); // the neighbour that Qt makes current is not opened
    QVERIFY(!tree.currentItem());
    tree.clear();
    QCoreApplication::processEvents();
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
}

void tst_BindRoutes::tree_withoutModel()
{
    QTreeView tree;
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"set the model first"_s));
    QVERIFY(!bindRoutes(makeRouter(), &tree));
}

void tst_BindRoutes::tree_endsWithItsObject()
{
    const auto router = makeRouter();
    QListWidget list;
    auto *const row = new QListWidgetItem(u"a"_s, &list);
    row->setData(Qt::UserRole, u"/files/a"_s);
    delete bindRoutes(router, &list);
    router.open("/files/a");
    QCOMPARE(list.currentRow(), -1);
}

void tst_BindRoutes::backKeys_move()
{
    const auto router = makeRouter();
    QWidget window;
    bindBackKeys(router, &window);
    router.open("/files/a");
    QTest::keyClick(&window, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(router.page().get().url(), u"/"_s);
    QTest::keyClick(&window, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
    QTest::mouseClick(&window, Qt::BackButton);
    QCOMPARE(router.page().get().url(), u"/"_s);
    QTest::mouseClick(&window, Qt::ForwardButton);
    QTest::keyClick(&window, Qt::Key_Back);
    QCOMPARE(router.page().get().url(), u"/"_s);

    QKeyEvent atTheStart(QEvent::KeyPress, Qt::Key_Back, Qt::NoModifier);
    QCoreApplication::sendEvent(&window, &atTheStart);
    QVERIFY(!atTheStart.isAccepted());
}

void tst_BindRoutes::backKeys_comeAfterTheWidget()
{
    class Taking : public QWidget
    {
    public:
        using QWidget::QWidget;

    protected:
        void keyPressEvent(QKeyEvent *event) override { event->accept(); }
    };
    const auto router = makeRouter();
    QWidget window;
    auto *const child = new QWidget(&window);
    auto *const taking = new Taking(&window);
    bindBackKeys(router, &window);
    router.open("/files/a");
    QTest::keyClick(taking, Qt::Key_Back);
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
    QTest::keyClick(child, Qt::Key_Back);
    QCOMPARE(router.page().get().url(), u"/"_s);
}

/// A list moves by any arrow key, unless that is a shortcut.
void tst_BindRoutes::backKeys_areShortcutsToLists()
{
    const auto router = makeRouter();
    QWidget window;
    auto *const list = new QListWidget(&window);
    list->setFlow(QListView::LeftToRight);
    list->addItems({u"a"_s, u"b"_s, u"c"_s});
    list->setCurrentRow(1);
    delete bindBackKeys(router, &window);
    bindBackKeys(router, &window);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    list->setFocus();
    router.open("/files/a");
    QTest::keyClick(list, Qt::Key_Left, Qt::AltModifier);
    QCOMPARE(router.page().get().url(), u"/"_s);
    QTest::keyClick(list, Qt::Key_Right, Qt::AltModifier);
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
    QCOMPARE(list->currentRow(), 1);
    QTest::keyClick(list, Qt::Key_Right);
    QCOMPARE(list->currentRow(), 2);
    QCOMPARE(router.page().get().url(), u"/files/a"_s);
}

QTEST_MAIN(tst_BindRoutes)

#include "tst_bindroutes.moc"
