// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>
#include <QtQml/qqml.h>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickView>
#include <QtTest/QTest>

#include <memory>

using namespace nanostores;

struct Song
{
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)
    Q_PROPERTY(int stars MEMBER stars FINAL)

public:
    int id = 0;
    QString title;
    int stars = 0;

    friend bool operator==(const Song &, const Song &) = default;
};

namespace {

QList<Song> sample()
{
    return {{1, QStringLiteral("c"), 3}, {2, QStringLiteral("a"), 5}, {3, QStringLiteral("b"), 1}};
}

const auto songs = atom(sample());
const auto order = atom(SortOrder());
const auto shown = sorted(songs, order, byRole());
const auto chosenSongs = atom(QList<int>());
const auto counts = map<QString, int>().named("counts");
const auto numbers = atom(QList<int>()).named("numbers");

QList<TableColumn> columns()
{
    const auto stars = [](const QVariant &value) { return QString(value.toInt(), QLatin1Char('*')); };
    return {{QStringLiteral("Title"), "title", {}, Qt::AlignLeft, true}, {QStringLiteral("Stars"), "stars", stars}};
}

} // namespace

class Songs : public StoreObject
{
    Q_OBJECT
    NANOSTORES_TABLE(table, columns(), ::order, ::shown, &Song::id)
    NANOSTORES_MODEL(list, ::shown, &Song::id)
    NANOSTORES_MODEL(counts, ::counts)
    NANOSTORES_MODEL(numbers, ::numbers)
};

namespace {

/// A window with a file of QML in it.
struct Window
{
    explicit Window(const QByteArray &body)
    {
        QQmlComponent component(view.engine());
        component.setData("import QtQuick\nimport QtQuick.Controls\nimport QtQml\nimport TableViewTest\n" + body,
                          QUrl());
        root = qobject_cast<QQuickItem *>(component.create());
        if (!root) {
            qWarning() << component.errors();
            return;
        }
        root->setParentItem(view.contentItem());
        view.resize(400, 240);
        view.show();
    }
    Window(const Window &) = delete;
    Window &operator=(const Window &) = delete;
    ~Window() { delete root; }
    QObject *find(const char *name) const { return root->findChild<QObject *>(QLatin1String(name)); }
    QVariant get(const char *name, const char *property) const { return find(name)->property(property); }
    /// The items of that name, delegates included.
    QList<QQuickItem *> items(const char *name) const
    {
        QList<QQuickItem *> all{root};
        for (qsizetype i = 0; i < all.size(); ++i) {
            all.append(all.at(i)->childItems());
        }
        all.removeIf([name](QQuickItem *item) { return item->objectName() != QLatin1String(name); });
        return all;
    }
    /// Their texts, in alphabetical order.
    QString texts(const char *name) const
    {
        QStringList all;
        for (QQuickItem *item : items(name)) {
            all.append(item->property("text").toString());
        }
        all.sort();
        return all.join(QLatin1Char(' '));
    }

    QQuickView view;
    QQuickItem *root = nullptr;
};

} // namespace

/// Models in the views of Qt Quick.
class tst_TableView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void tableView_showsAndEditsCells();
    void tableView_sortsByItsHeader();
    void tableView_selectsByKey();
    void count_isBound();
    void delegate_thatWritesWhatCannotBeReadShowsTheStoresValue_data();
    void delegate_thatWritesWhatCannotBeReadShowsTheStoresValue();
};

void tst_TableView::initTestCase()
{
    qmlRegisterType<KeySelection>("TableViewTest", 1, 0, "KeySelection");
    qmlRegisterSingletonType<Songs>("TableViewTest", 1, 0, "Songs",
                                    [](QQmlEngine *, QJSEngine *) { return new Songs; });
}

void tst_TableView::init()
{
    songs.set(sample());
    order.set({});
    chosenSongs.set({});
    counts.set({{QStringLiteral("a"), 5}});
    numbers.set({5});
}

void tst_TableView::tableView_showsAndEditsCells()
{
    Window window(
        "Item { anchors.fill: parent\n"
        "    HorizontalHeaderView { id: header; syncView: table; anchors.top: parent.top; width: parent.width }\n"
        "    TableView { id: table; objectName: 'table'; anchors { fill: parent; topMargin: header.height }\n"
        "        clip: true; columnSpacing: 1; rowSpacing: 1\n"
        "        columnWidthProvider: column => 150\n"
        "        model: Songs.table\n"
        "        delegate: Rectangle {\n"
        "            id: cell\n"
        "            required property var display\n"
        "            required property var model\n"
        "            required property int row\n"
        "            required property int column\n"
        "            implicitWidth: 150; implicitHeight: 30; color: '#eef'\n"
        "            Text { objectName: 'cell'; anchors.centerIn: parent; text: cell.display }\n"
        "            function write(text) { cell.model.edit = text }\n"
        "        }\n"
        "    }\n"
        "}");
    QVERIFY(window.root);
    const auto cells = [&window] { return window.texts("cell"); };
    QTRY_COMPARE(cells(), QStringLiteral("* *** ***** a b c"));
    if (const QString file = qEnvironmentVariable("TABLEVIEW_PICTURE"); !file.isEmpty()) {
        QVERIFY(QTest::qWaitForWindowExposed(&window.view));
        window.view.grabWindow().save(file);
    }
    for (QQuickItem *text : window.items("cell")) {
        QQuickItem *cell = text->parentItem();
        if (cell->property("row").toInt() == 1 && cell->property("column").toInt() == 0) {
            QMetaObject::invokeMethod(cell, "write", Q_ARG(QVariant, QStringLiteral("zz")));
            break;
        }
    }
    QCOMPARE(songs.get().at(1).title, QStringLiteral("zz"));
    QTRY_COMPARE(cells(), QStringLiteral("* *** ***** b c zz"));
}

void tst_TableView::tableView_sortsByItsHeader()
{
    Window window("Item { anchors.fill: parent\n"
                  "    HorizontalHeaderView { syncView: table; width: parent.width\n"
                  "        delegate: Item {\n"
                  "            id: title\n"
                  "            required property string display\n"
                  "            required property int column\n"
                  "            implicitWidth: 150; implicitHeight: 30\n"
                  "            Text { objectName: 'header'\n"
                  "                text: title.display + (Songs.table.sortColumn === title.column ? ' v' : '') }\n"
                  "            TapHandler { onTapped: Songs.table.sort(title.column, Qt.DescendingOrder) }\n"
                  "        }\n"
                  "    }\n"
                  "    TableView { id: table; anchors { fill: parent; topMargin: 30 }\n"
                  "        model: Songs.table\n"
                  "        columnWidthProvider: column => 150\n"
                  "        delegate: Item { implicitHeight: 30 }\n"
                  "    }\n"
                  "}");
    QVERIFY(window.root);
    const auto titles = [&window] { return window.texts("header"); };
    QTRY_COMPARE(titles(), QStringLiteral("Stars Title"));
    QVERIFY(QTest::qWaitForWindowExposed(&window.view));
    QTest::mouseClick(&window.view, Qt::LeftButton, {}, QPoint(200, 10));
    QTRY_COMPARE(order.get(), (SortOrder{QStringLiteral("stars"), Qt::DescendingOrder}));
    QTRY_COMPARE(titles(), QStringLiteral("Stars v Title"));
    QCOMPARE(shown.get().first().id, 2);
}

void tst_TableView::tableView_selectsByKey()
{
    KeySelection *selection = nullptr;
    Window window("Item { anchors.fill: parent\n"
                  "    TableView { id: table; anchors.fill: parent\n"
                  "        model: Songs.table\n"
                  "        columnWidthProvider: column => 150\n"
                  "        selectionModel: KeySelection { objectName: 'selection'; model: Songs.table }\n"
                  "        delegate: Item {\n"
                  "            id: cell\n"
                  "            required property string display\n"
                  "            required property bool selected\n"
                  "            implicitHeight: 30\n"
                  "            Text { objectName: cell.selected ? 'selected' : 'cell'; text: cell.display }\n"
                  "        }\n"
                  "    }\n"
                  "}");
    QVERIFY(window.root);
    selection = qobject_cast<KeySelection *>(window.find("selection"));
    QVERIFY(selection);
    selection->tieSelected(chosenSongs);
    const auto selected = [&window] { return window.texts("selected"); };
    chosenSongs.set({3, 1});
    QTRY_COMPARE(selected(), QStringLiteral("* *** b c"));
    order.set({QStringLiteral("title")});
    QTRY_COMPARE(selected(), QStringLiteral("* *** b c"));
    selection->select(selection->model()->index(0, 0), QItemSelectionModel::ClearAndSelect);
    QCOMPARE(chosenSongs.get(), QList<int>{2});
}

void tst_TableView::count_isBound()
{
    Window window("Item { Text { objectName: 'count'; text: Songs.list.count + ' of ' + Songs.table.count } }");
    QVERIFY(window.root);
    QCOMPARE(window.get("count", "text").toString(), QStringLiteral("3 of 3"));
    songs.set({sample().first()});
    QCOMPARE(window.get("count", "text").toString(), QStringLiteral("1 of 1"));
}

void tst_TableView::delegate_thatWritesWhatCannotBeReadShowsTheStoresValue_data()
{
    QTest::addColumn<QString>("model");
    QTest::addColumn<QString>("role");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("shown");
    struct Place
    {
        const char *model;
        const char *role;
        const char *shown;
    };
    for (const auto &[model, role, shown] :
         {Place{"counts", "value", "5"}, {"numbers", "value", "5"}, {"list", "stars", "3"}, {"table", "stars", "3"}}) {
        for (const char *value :
             {"undefined", "null", "'abc'", "''", "NaN", "Infinity", "2.5", "4294967297", "({})", "[7]"}) {
            QTest::addRow("%s.%s = %s", model, role, value) << QString::fromLatin1(model) << QString::fromLatin1(role)
                                                            << QString::fromLatin1(value) << QString::fromLatin1(shown);
        }
    }
    for (const char *model : {"list", "table"}) {
        for (const char *value : {"undefined", "null", "[7]", "({})"}) {
            QTest::addRow("%s.title = %s", model, value) << QString::fromLatin1(model) << QStringLiteral("title")
                                                         << QString::fromLatin1(value) << QStringLiteral("c");
        }
    }
}

void tst_TableView::delegate_thatWritesWhatCannotBeReadShowsTheStoresValue()
{
    QFETCH(QString, model);
    QFETCH(QString, role);
    QFETCH(QString, value);
    QFETCH(QString, shown);
    const QString qml = QStringLiteral("Item {\n"
                                       "    Repeater { model: Songs.%1\n"
                                       "        delegate: Text {\n"
                                       "            id: row\n"
                                       "            required property var model\n"
                                       "            objectName: 'row'\n"
                                       "            text: String(row.model.%2)\n"
                                       "            function write() { row.model.%2 = %3; return 'done' }\n"
                                       "        }\n"
                                       "    }\n"
                                       "}")
                            .arg(model, role, value);
    Window window(qml.toUtf8());
    QVERIFY(window.root);
    const auto rows = window.items("row");
    QVERIFY(!rows.isEmpty());
    QCOMPARE(rows.first()->property("text").toString(), shown);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("^the store.* keeps its value: .* is no .*, which takes ")));
    QVariant result;
    QVERIFY(QMetaObject::invokeMethod(rows.first(), "write", Q_RETURN_ARG(QVariant, result)));
    QCOMPARE(result.toString(), QStringLiteral("done"));
    QCOMPARE(rows.first()->property("text").toString(), shown);
    QCOMPARE(songs.get(), sample());
    QCOMPARE(counts.get().find(QStringLiteral("a")) ? *counts.getKey(QStringLiteral("a")) : 0, 5);
    QCOMPARE(numbers.get(), QList<int>{5});
}

QTEST_MAIN(tst_TableView)
#include "tst_tableview.moc"
