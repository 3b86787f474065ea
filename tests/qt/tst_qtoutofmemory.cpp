// SPDX-License-Identifier: MIT

// Each allocation of each step fails once, but for those that Qt makes itself, which it does not get over; and each
// copy, move, comparison and hash of a type of the user's. After that models and properties follow the next write.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/failing.h"

#include <QtTest/QTest>

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

SUPPORT_FAILING_NEW
Q_DECLARE_METATYPE(support::Fussy)

using namespace nanostores;
using support::Failing;
using support::Fussy;
using support::text;

namespace {

QString shownText(int n)
{
    return QString::fromStdString(text(n));
}

const auto title = atom(text(0));
const auto fussyTitle = atom(Fussy(0));

class Shown : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(QString, title, ::title)
public:
    using StoreObject::StoreObject;
};

class ShownFussy : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(QVariant, title, ::fussyTitle)
public:
    using StoreObject::StoreObject;
};

/// How a world holds values of a type, and shows them.
template<typename T>
struct Kind;

template<>
struct Kind<std::string>
{
    using Key = int;
    using List = QList<std::string>;
    using Object = Shown;
    static constexpr bool HasSelection = true;
    static constexpr Failing::What Fails = Failing::Allocation;
    static const Atom<std::string> &title() { return ::title; }
    static std::string value(int n) { return text(n); }
    static QString shown(int n) { return shownText(n); }
};

template<>
struct Kind<Fussy>
{
    using Key = Fussy;
    using List = std::vector<Fussy>; // a QList takes no moves that throw
    using Object = ShownFussy;
    static constexpr bool HasSelection = false; // Qt itself compares keys
    static constexpr Failing::What Fails = Failing::Operation;
    static const Atom<Fussy> &title() { return fussyTitle; }
    static Fussy value(int n) { return Fussy(n); }
    static QVariant shown(int n)
    {
        const Failing::Pause pause;
        return QVariant::fromValue(Fussy(n));
    }
};

bool goesBefore(const std::string &a, const std::string &b)
{
    return a < b;
}
bool goesBefore(const Fussy &a, const Fussy &b)
{
    Fussy::consider();
    return a.number() < b.number();
}

/// The rows that a view has, which knows of the model what its signals say.
class Rows : public QObject
{
public:
    explicit Rows(const QAbstractItemModel *model)
    {
        const auto read = [model](int row) { return model->index(row, 0).data(StoreModel::ValueRole); };
        for (int i = 0; i < model->rowCount(); ++i) {
            rows.append(read(i));
        }
        connect(model, &QAbstractItemModel::rowsInserted, this, [this, read](const QModelIndex &, int first, int last) {
            const Failing::Pause pause;
            for (int i = first; i <= last; ++i) {
                rows.insert(i, read(i));
            }
        });
        connect(model, &QAbstractItemModel::rowsRemoved, this, [this](const QModelIndex &, int first, int last) {
            const Failing::Pause pause;
            rows.remove(first, last - first + 1);
        });
        connect(model, &QAbstractItemModel::rowsMoved, this,
                [this](const QModelIndex &, int first, int last, const QModelIndex &, int to) {
                    const Failing::Pause pause;
                    const QVariantList moved = rows.mid(first, last - first + 1);
                    rows.remove(first, moved.size());
                    int at = to > last ? to - int(moved.size()) : to;
                    for (const QVariant &row : moved) {
                        rows.insert(at++, row);
                    }
                });
        connect(model, &QAbstractItemModel::dataChanged, this,
                [this, read](const QModelIndex &a, const QModelIndex &b) {
                    const Failing::Pause pause;
                    for (int i = a.row(); i <= b.row(); ++i) {
                        rows[i] = read(i);
                    }
                });
    }
    QVariantList rows;
};

template<typename T>
struct World
{
    using Of = Kind<T>;
    using Key = typename Of::Key;
    static T value(int n) { return Of::value(n); }
    static typename Of::Key keyOf(int n) { return Key(n); }

    World()
    {
        Of::title().set(value(0));
        for (int i = 0; i < 5; ++i) {
            map.setKey(keyOf(i), value(i));
        }
        mapModel.reset(new MapModel(map));
        listModel.reset(new ListModel(list));
        derivedModel.reset(makeDerived(list));
        followedModel.reset(new ListModel(followed));
        followedDerivedModel.reset(makeDerived(followed));
        tableModel = std::make_unique<TableModel>(listModel.get(), columns());
        if constexpr (Of::HasSelection) {
            selection = std::make_unique<KeySelection>(mapModel.get());
            selection->tieCurrent(current);
            selection->tieSelected(selected);
        }
        mapRows = std::make_unique<Rows>(mapModel.get());
        listRows = std::make_unique<Rows>(listModel.get());
        derivedRows = std::make_unique<Rows>(derivedModel.get());
        followedRows = std::make_unique<Rows>(followedModel.get());
        followedDerivedRows = std::make_unique<Rows>(followedDerivedModel.get());
        tableRows = std::make_unique<Rows>(tableModel.get());
        QObject::connect(&object, &Of::Object::titleChanged, &object, [this] {
            const Failing::Pause pause;
            seenTitle = object.title();
        });
        QObject::connect(&adapter, &StoreAdapter::valueChanged, &object, [this] {
            const Failing::Pause pause;
            seenValue = adapter.value();
        });
        QObject::connect(&key, &KeyAdapter::valueChanged, &object, [this] {
            const Failing::Pause pause;
            seenKey = key.value();
        });
        watch = watchKey(map, keyOf(1), [this](const T *told) { look(told); });
        QCoreApplication::sendPostedEvents();
    }
    /// But for the third value, and sorted.
    template<typename S>
    static auto derived(const S &of)
    {
        return sorted(filtered(of, [third = value(3)](const T &each) { return !(each == third); }),
                      [](const T &a, const T &b) { return goesBefore(a, b); });
    }
    template<typename S>
    static StoreModel *makeDerived(const S &of)
    {
        return new ListModel(derived(of));
    }
    static QList<TableColumn> columns() { return {{QStringLiteral("Value"), "value", {}, Qt::AlignLeft, true}}; }
    void look(const T *told)
    {
        const Failing::Pause pause;
        seenWatch.reset();
        if (told) {
            seenWatch.emplace(*told);
        }
    }
    QStringList afterWriting(int n, bool inBatch)
    {
        const auto write = [&] {
            map.set({{keyOf(n), value(n)}, {keyOf(1), value(n + 1)}, {keyOf(3), value(n + 2)}});
            map.setKey(keyOf(4), value(n));
            list.set({value(n), value(3), value(n + 1)});
            followed.clear();
            followed.append(value(n + 1));
            followed.insert(0, value(3));
            followed.insert(0, value(0));
            followed.setAt(0, value(n));
            Of::title().set(value(n));
            current.set(3);
            selected.set({1, 3});
        };
        key.setKey(QVariant::fromValue(keyOf(1)));
        inBatch ? batch(write) : write();
        QCoreApplication::sendPostedEvents();
        QStringList wrong;
        QVariantList wanted;
        for (const auto &[k, present] : map.get()) {
            wanted.append(convertTo<QVariant>(present));
        }
        if (mapRows->rows != wanted) {
            wrong << QStringLiteral("map model");
        }
        if (listRows->rows != QVariantList({Of::shown(n), Of::shown(3), Of::shown(n + 1)})) {
            wrong << QStringLiteral("list model");
        }
        if (followedRows->rows != QVariantList({Of::shown(n), Of::shown(3), Of::shown(n + 1)})) {
            wrong << QStringLiteral("model of a list that is followed");
        }
        if (followedDerivedRows->rows != QVariantList({Of::shown(n), Of::shown(n + 1)})) {
            wrong << QStringLiteral("model that is derived of it");
        }
        if (tableRows->rows != listRows->rows) {
            wrong << QStringLiteral("table model");
        }
        if (derivedRows->rows != QVariantList({Of::shown(n), Of::shown(n + 1)})) {
            wrong << QStringLiteral("derived model");
        }
        if (selection) {
            wrong += afterSelecting();
        }
        if (seenTitle != QVariant(Of::shown(n)) || seenValue != QVariant(Of::shown(n))) {
            wrong << QStringLiteral("property");
        }
        if (seenKey != QVariant(Of::shown(n + 1)) || !seenWatch || !(*seenWatch == value(n + 1))) {
            wrong << QStringLiteral("key");
        }
        return wrong;
    }

    /// What is current and selected by key is that by row, both ways.
    QStringList afterSelecting()
    {
        QStringList wrong;
        const auto keys = [this] {
            QVariantList all;
            for (const QModelIndex &index : selection->selectedIndexes()) {
                all.append(index.data(StoreModel::KeyRole));
            }
            std::sort(all.begin(), all.end(),
                      [](const QVariant &a, const QVariant &b) { return a.toInt() < b.toInt(); });
            return all;
        };
        if (selection->currentKey() != QVariant(3)
            || selection->currentIndex().data(StoreModel::KeyRole) != QVariant(3)) {
            wrong << QStringLiteral("current key");
        }
        if (selection->selectedKeys() != QVariantList({1, 3}) || keys() != QVariantList({1, 3})) {
            wrong << QStringLiteral("selected keys");
        }
        const QModelIndex row = mapModel->index(selection->rowOf(1), 0);
        selection->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect);
        if (current.get() != 1 || selected.get() != QList<int>{1} || keys() != QVariantList({1})) {
            wrong << QStringLiteral("what a view selects");
        }
        return wrong;
    }

    Map<Key, T> map;
    Atom<int> current{0};
    Atom<QList<int>> selected{QList<int>{0}};
    Atom<typename Of::List> list{{value(1), value(2), value(3)}};
    List<T, typename Of::List> followed{{value(1), value(2), value(3), value(4)}};
    std::unique_ptr<StoreModel> mapModel;
    std::unique_ptr<StoreModel> listModel;
    std::unique_ptr<StoreModel> derivedModel;
    std::unique_ptr<StoreModel> followedModel;
    std::unique_ptr<StoreModel> followedDerivedModel;
    std::unique_ptr<TableModel> tableModel;
    std::unique_ptr<KeySelection> selection;
    std::unique_ptr<Rows> mapRows;
    std::unique_ptr<Rows> listRows;
    std::unique_ptr<Rows> derivedRows;
    std::unique_ptr<Rows> followedRows;
    std::unique_ptr<Rows> followedDerivedRows;
    std::unique_ptr<Rows> tableRows;
    typename Of::Object object;
    StoreAdapter adapter{Of::title()};
    KeyAdapter key{map, keyOf(1)};
    KeyWatch watch;
    QVariant seenTitle;
    QVariant seenValue;
    QVariant seenKey;
    std::optional<T> seenWatch;
};

template<typename T>
struct Act
{
    const char *name;
    std::function<void(World<T> &)> run;
};

template<typename T>
std::vector<Act<T>> acts()
{
    using World = World<T>;
    using Of = Kind<T>;
    const auto value = Of::value;
    const auto key = World::keyOf;
    return {
        {"set", [=](World &) { Of::title().set(value(7)); }},
        {"set of a property", [=](World &w) { w.object.set_title(Of::shown(7)); }},
        {"set of an adapter", [=](World &w) { w.adapter.setValue(Of::shown(7)); }},
        {"set of a key", [=](World &w) { w.key.setValue(Of::shown(7)); }},
        {"setKey", [=](World &w) { w.map.setKey(key(1), value(7)); }},
        {"setKey, new", [=](World &w) { w.map.setKey(key(17), value(7)); }},
        {"removeKey", [=](World &w) { w.map.removeKey(key(1)); }},
        {"set of a map",
         [=](World &w) {
             w.map.set({{key(3), value(7)}, {key(1), value(8)}, {key(9), value(9)}});
         }},
        {"setData of the map",
         [=](World &w) { w.mapModel->setData(w.mapModel->index(1, 0), Of::shown(7), StoreModel::ValueRole); }},
        {"setData of the list",
         [=](World &w) { w.listModel->setData(w.listModel->index(1, 0), Of::shown(7), StoreModel::ValueRole); }},
        {"notify", [=](World &w) { w.map.notify(); }},
        {"batch",
         [=](World &w) {
             batch([&] {
                 for (int i = 0; i < 12; ++i) {
                     w.map.setKey(key(i), value(i + 1));
                 }
                 w.map.removeKey(key(2));
             });
         }},
        {"set of a list",
         [=](World &w) {
             w.list.set({value(3), value(7), value(1), value(8)});
         }},
        {"edits of a list",
         [=](World &w) {
             w.followed.setAt(1, value(7));
             w.followed.insert(1, value(8));
             w.followed.move(0, 3);
             w.followed.removeAt(0, 2);
         }},
        {"batch of edits of a list",
         [=](World &w) {
             batch([&] {
                 w.followed.setAt(1, value(7));
                 w.followed.removeAt(0);
                 w.followedModel->index(1, 0).data(StoreModel::ValueRole);
                 w.followed.append(value(8));
                 w.followed.setAt(0, value(2));
             });
         }},
        {"sort of a list", [=](World &w) { w.followed.sort([](const T &a, const T &b) { return goesBefore(b, a); }); }},
        {"set of a list that is followed",
         [=](World &w) {
             w.followed.set({value(3), value(7), value(1), value(8)});
         }},
        {"setData of a list that is followed",
         [=](World &w) {
             w.followedModel->setData(w.followedModel->index(1, 0), Of::shown(7), StoreModel::ValueRole);
             w.followedDerivedModel->setData(w.followedDerivedModel->index(1, 0), Of::shown(9), StoreModel::ValueRole);
         }},
        {"key of an adapter",
         [=](World &w) {
             w.key.setKey(QVariant::fromValue(key(2)));
             w.key.setKey(QVariant::fromValue(key(1)));
         }},
        {"read of the models",
         [=](World &w) {
             batch([&] {
                 w.map.setKey(key(1), value(7));
                 w.mapModel->index(1, 0).data(StoreModel::ValueRole);
                 w.listModel->index(1, 0).data(StoreModel::ValueRole);
                 w.map.setKey(key(1), value(1));
             });
         }},
        {"new model",
         [=](World &w) {
             const MapModel other(w.map);
             const Rows rows(&other);
             const ListModel list(w.list);
             const Rows listRows(&list);
         }},
        {"new adapter",
         [=](World &w) {
             const StoreAdapter one(Of::title());
             const KeyAdapter two(w.map, key(1));
             QObject::connect(&one, &StoreAdapter::valueChanged, &w.object, [] {});
             QObject::connect(&two, &KeyAdapter::valueChanged, &w.object, [] {});
         }},
        {"setData of the table",
         [=](World &w) { w.tableModel->setData(w.tableModel->index(1, 0), Of::shown(7), Qt::EditRole); }},
        {"setData of a derived list",
         [=](World &w) { w.derivedModel->setData(w.derivedModel->index(1, 0), Of::shown(7), StoreModel::ValueRole); }},
        {"new table",
         [=](World &w) {
             const TableModel other(w.listModel.get(), World::columns());
             const Rows rows(&other);
         }},
        {"new derived list",
         [=](World &w) {
             const std::unique_ptr<StoreModel> other(World::makeDerived(w.list));
             const Rows rows(other.get());
         }},
        {"selection, current key", [=](World &w) { w.current.set(2); }},
        {"selection, selected keys",
         [=](World &w) {
             w.selected.set({2, 4});
         }},
        {"selection, by a view",
         [=](World &w) {
             if (w.selection) {
                 w.selection->select(w.mapModel->index(1, 0), QItemSelectionModel::ClearAndSelect);
                 w.selection->setCurrentIndex(w.mapModel->index(2, 0), QItemSelectionModel::NoUpdate);
             }
         }},
        {"selection, rows move",
         [=](World &w) {
             w.map.set({{key(3), value(7)}, {key(0), value(8)}});
             w.map.set({{key(0), value(7)}, {key(3), value(8)}, {key(5), value(9)}});
         }},
        {"new selection",
         [=](World &w) {
             if (w.selection) {
                 KeySelection other(w.mapModel.get());
                 other.tieCurrent(w.current);
                 other.tieSelected(w.selected);
             }
         }},
        {"watch", [=](World &w) { w.watch = watchKey(w.map, key(1), [&w](const T *told) { w.look(told); }); }},
    };
}

} // namespace

class tst_QtOutOfMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Failing::isExempt = support::isInQt; }
    void init()
    {
        setErrorHandler([](const std::exception_ptr &) {});
    }
    void cleanup() { setErrorHandler({}); }
    void allocation_fails_data() { rows<std::string>(); }
    void allocation_fails() { runAll<std::string>(); }
    void operation_fails_data() { rows<Fussy>(); }
    void operation_fails() { runAll<Fussy>(); }

private:
    template<typename T>
    void rows();
    template<typename T>
    void runAll();
};

template<typename T>
void tst_QtOutOfMemory::rows()
{
    QTest::addColumn<int>("act");
    int i = 0;
    for (const auto &act : acts<T>()) {
        QTest::addRow("%s", act.name) << i++;
    }
}

template<typename T>
void tst_QtOutOfMemory::runAll()
{
    QFETCH(int, act);
    const auto chosen = acts<T>()[std::size_t(act)];
    bool failed = true;
    for (long n = 1; failed && !QTest::currentTestFailed(); ++n) {
        World<T> world;
        {
            Failing failing(Kind<T>::Fails, n);
            try {
                chosen.run(world);
            } catch (...) { // what leaves it is of no interest here
            }
            failed = failing.hasFailed();
        }
        QStringList wrong = world.afterWriting(100, false);
        wrong += world.afterWriting(200, true);
        wrong += world.afterWriting(300, false);
        QVERIFY2(wrong.isEmpty(),
                 qPrintable(QStringLiteral("number %1: %2").arg(n).arg(wrong.join(QStringLiteral(", ")))));
    }
}

QTEST_GUILESS_MAIN(tst_QtOutOfMemory)
#include "tst_qtoutofmemory.moc"
