// SPDX-License-Identifier: MIT
#include "support/qmlexamples.h"

#include <QtCore/QDir>
#include <QtCore/QFile>
#include <QtCore/QRegularExpression>
#include <QtCore/QTemporaryDir>
#include <QtQml/QQmlComponent>
#include <QtQml/QQmlEngine>
#include <QtQuick/QQuickItem>
#include <QtTest/QTest>

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <memory>
#include <optional>

namespace pages {

struct CartItem
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name FINAL)
    Q_PROPERTY(int quantity MEMBER quantity FINAL)

public:
    QString name;
    int quantity = 1;

    bool operator==(const CartItem &) const = default;
};

struct Song
{
    Q_GADGET
    Q_PROPERTY(QString title MEMBER title FINAL)

public:
    int id = 0;
    QString title;
    int stars = 0;

    bool operator==(const Song &) const = default;
};

using Stars = nanostores::Group<int, QList<Song>>;

inline const auto isCartOpen = nanostores::atom(false);
inline const auto cartItems =
    nanostores::map(nanostores::Dictionary<QString, CartItem>{{QStringLiteral("mug"), {QStringLiteral("Mug"), 2}}});
inline const auto cartCount = nanostores::computed(cartItems, [](const auto &items) { return int(items.size()); });
inline const auto songs =
    nanostores::list(QList<Song>{{1, QStringLiteral("Changes"), 4}, {2, QStringLiteral("Angie"), 2}});
inline const auto byStars = nanostores::grouped(songs, &Song::stars);
inline const auto songOrder = nanostores::atom(nanostores::SortOrder{QStringLiteral("title")});
inline const auto sortedSongs = nanostores::sorted(songs, songOrder, nanostores::byRole());
inline const auto openSong = nanostores::atom(std::optional<int>(2));
inline const auto selectedRows = nanostores::map<int, bool>();

inline QList<nanostores::TableColumn> songColumns()
{
    return {{QStringLiteral("Title"), "title", {}, Qt::AlignLeft, true}};
}

class Cart : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(bool, isOpen, pages::isCartOpen)
    NANOSTORES_READONLY(int, count, pages::cartCount)
    NANOSTORES_MODEL(items, pages::cartItems)
};

class Songs : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_MODEL(list, pages::songs, &Song::id)
    NANOSTORES_MODEL(byStars, pages::byStars, &Stars::key, nanostores::nested("songs", &Stars::items, &Song::id))
    NANOSTORES_TABLE(table, songColumns(), pages::songOrder, pages::sortedSongs, &Song::id)
    NANOSTORES_STORE(openSong, pages::openSong)
};

class Selection : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_STORE(rows, pages::selectedRows)
};

template<typename Adapter>
void offer(const char *name)
{
    qmlRegisterSingletonType<Adapter>("Pages", 1, 0, name, [](QQmlEngine *, QJSEngine *) { return new Adapter; });
}

/// A file of its own for each example: what it leaves out, the imports and the item around it, is here.
QByteArray completed(const QByteArray &block)
{
    if (block.contains("import ")) {
        return block;
    }
    const QByteArray around = block.trimmed().startsWith("delegate:") ? "ListView { model: 2; " : "Item { ";
    return "import QtQuick; import QtQuick.Controls; import NanoStores; import Pages; " + around + block + '}';
}

} // namespace pages

/// The QML that pages show over adapters of C++ can be made, with its delegates, and without a warning.
class tst_AdapterPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void example_data();
    void example();

private:
    QTemporaryDir m_folder;
    QQmlEngine m_engine;
};

void tst_AdapterPages::initTestCase()
{
    QVERIFY(m_folder.isValid());
    pages::offer<pages::Cart>("Cart");
    pages::offer<pages::Songs>("Songs");
    pages::offer<pages::Selection>("Selection");
}

void tst_AdapterPages::example_data()
{
    QTest::addColumn<QByteArray>("qml");
    for (const char *name : {"adapters.md", "models.md", "cookbook.md"}) {
        support::addQmlExamples(QStringLiteral(QML_PAGES) + QLatin1String(name), name,
                                [](QTestData &row, const QByteArray &qml) { row << qml; });
    }
}

void tst_AdapterPages::example()
{
    QFETCH(const QByteArray, qml);
    QTest::failOnWarning(QRegularExpression(QStringLiteral(".*")));
    // A folder for each, as an engine looks once what a folder has.
    static int number = 0;
    const QString place = m_folder.filePath(QString::number(++number));
    QVERIFY(QDir().mkdir(place));
    QFile row(place + QStringLiteral("/SongRow.qml")); // which a page leaves to its reader
    QVERIFY(row.open(QIODevice::WriteOnly));
    QVERIFY(row.write("import QtQuick\nText { required property string title; text: title }\n") > 0);
    row.close();
    QFile file(place + QStringLiteral("/Example.qml"));
    const QByteArray text = pages::completed(qml);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    QQmlComponent component(&m_engine, QUrl::fromLocalFile(file.fileName()));
    const std::unique_ptr<QObject> object(component.create());
    QVERIFY2(object, qPrintable(component.errorString()));

    QList<QQuickItem *> items = object->findChildren<QQuickItem *>();
    items.append(qobject_cast<QQuickItem *>(object.get()));
    for (QQuickItem *item : std::as_const(items)) { // a view without a size makes no delegates
        if (item && item->inherits("QQuickItemView")) {
            item->setSize({200, 200});
            QVERIFY(QMetaObject::invokeMethod(item, "forceLayout"));
            QVERIFY(item->property("count").toInt() > 0 || !item->property("delegate").value<QObject *>());
        }
    }
}

QTEST_MAIN(tst_AdapterPages)
#include "tst_adapterpages.moc"
