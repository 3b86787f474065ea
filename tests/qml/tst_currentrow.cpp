// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtCore/QFile>
#include <QtGui/QGuiApplication>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>
#include <QtQml/qqml.h>
#include <QtQuick/QQuickItem>
#include <QtQuick/QQuickView>
#include <QtTest/QTest>

#include <algorithm>
#include <memory>
#include <optional>

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
const auto currentSong = atom(std::optional<int>());

} // namespace

class Songs : public StoreObject
{
    Q_OBJECT
    NANOSTORES_MODEL(list, ::shown, &Song::id)
};

namespace {

/// A window with a file of QML in it.
struct Window
{
    explicit Window(const QByteArray &body)
    {
        QQmlComponent component(view.engine());
        component.setData(
            "import QtQuick\nimport QtQuick.Controls\nimport QtQml\nimport NanoStores\nimport CurrentRowTest\n" + body,
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
    QQuickView view;
    QQuickItem *root = nullptr;
};

} // namespace

/// The current row of a ListView, by key.
class tst_CurrentRow : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();

    void listView_currentKey();
    void listView_changesOfRowsWriteNothing();
    void selection_isBoundToAStoreOfQml();
};

void tst_CurrentRow::initTestCase()
{
    qmlRegisterSingletonType<Songs>("CurrentRowTest", 1, 0, "Songs",
                                    [](QQmlEngine *, QJSEngine *) { return new Songs; });
}

void tst_CurrentRow::init()
{
    songs.set(sample());
    order.set({});
    currentSong.set(std::nullopt);
}

namespace {

const QByteArray listView = "ListView { id: list; objectName: 'list'; anchors.fill: parent\n"
                            "    model: Songs.list\n"
                            "    KeySelection { id: keys; objectName: 'selection'; model: list.model }\n"
                            "    CurrentRow on currentIndex { selection: keys }\n"
                            "    delegate: Text { required property string title; text: title; height: 20 }\n"
                            "}";

}

void tst_CurrentRow::listView_currentKey()
{
    Window window(listView);
    QVERIFY(window.root);
    auto *selection = qobject_cast<KeySelection *>(window.find("selection"));
    QVERIFY(selection);
    selection->tieCurrent(currentSong);
    QTRY_COMPARE(window.root->property("currentIndex").toInt(), -1);
    QCoreApplication::processEvents();
    QCOMPARE(currentSong.get(), std::optional<int>());
    currentSong.set(3);
    QCOMPARE(window.root->property("currentIndex").toInt(), 2);
    window.root->setProperty("currentIndex", 1);
    QCOMPARE(currentSong.get(), std::optional<int>(2));
    order.set({QStringLiteral("title")});
    QTRY_COMPARE(window.root->property("currentIndex").toInt(), 0);
    QCOMPARE(currentSong.get(), std::optional<int>(2));
    QMetaObject::invokeMethod(window.root, "incrementCurrentIndex");
    QCOMPARE(currentSong.get(), std::optional<int>(3));
}

void tst_CurrentRow::listView_changesOfRowsWriteNothing()
{
    currentSong.set(3);
    Window window(listView);
    QVERIFY(window.root);
    qobject_cast<KeySelection *>(window.find("selection"))->tieCurrent(currentSong);
    QTRY_COMPARE(window.root->property("currentIndex").toInt(), 2);
    int writes = 0;
    const Unbind hook = onSet(currentSong, [&writes](auto &) { ++writes; });
    const auto rows = [](const QList<int> &ids) {
        QList<Song> list;
        for (const int id : ids) {
            list.append({id, QString::number(id), id});
        }
        return list;
    };
    for (const QList<int> &ids :
         {QList<int>{9, 1, 2, 3}, {3, 1, 2}, {1, 2}, {1}, {}, {5, 6, 7}, {7, 3, 5}, {3}, {1, 3}}) {
        songs.set(rows(ids));
        QTRY_COMPARE(window.root->property("count").toInt(), int(ids.size()));
        QTRY_COMPARE(window.root->property("currentIndex").toInt(), int(ids.indexOf(3)));
        QCOMPARE(currentSong.get(), std::optional<int>(3));
    }
    songs.set(rows({1, 2, 3, 4}));
    window.root->setProperty("currentIndex", 3); // at once, before the view has followed
    hook();
    QCOMPARE(currentSong.get(), std::optional<int>(4));
    QCOMPARE(writes, 1);
}

void tst_CurrentRow::selection_isBoundToAStoreOfQml()
{
    Window window("Item { property int seen: current.value\n"
                  "    Atom { id: current; objectName: 'store'; value: 2 }\n"
                  "    KeySelection { objectName: 'selection'; model: Songs.list\n"
                  "        Bind on currentKey { store: current } }\n"
                  "}");
    QVERIFY(window.root);
    auto *selection = qobject_cast<KeySelection *>(window.find("selection"));
    QVERIFY(selection);
    QCOMPARE(selection->currentIndex().row(), 1);
    selection->setCurrentIndex(selection->model()->index(2, 0), QItemSelectionModel::ClearAndSelect);
    QCOMPARE(window.root->property("seen").toInt(), 3);
    songs.set({});
    QCOMPARE(window.root->property("seen").toInt(), 3);
    songs.set(sample());
    QCOMPARE(selection->currentIndex().row(), 2);
}

QTEST_MAIN(tst_CurrentRow)
#include "tst_currentrow.moc"
