// Each allocation of each step fails once, but for those that Qt makes itself, which it does not get over. After that models
// and properties follow the next write.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include "support/failing.h"

#include <QtTest/QTest>

#include <dlfcn.h>

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

SUPPORT_FAILING_NEW

using namespace nanostores;
using support::Failing;

namespace {

bool isInQt(const void *caller)
{
    Dl_info info;
    return dladdr(caller, &info) != 0 && info.dli_fname && std::strstr(info.dli_fname, "libQt6");
}

std::string text(int n)
{
    return "a text that does not fit into a string's own place: " + std::to_string(n);
}

QString shownText(int n)
{
    return QString::fromStdString(text(n));
}

const auto title = atom(text(0));

class Shown : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(QString, title, ::title)
public:
    using StoreObject::StoreObject;
};

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

struct World
{
    World()
    {
        title.set(text(0));
        for (int i = 0; i < 5; ++i) {
            map.setKey(i, text(i));
        }
        mapModel.reset(new MapModel(map));
        listModel.reset(new ListModel(list));
        mapRows = std::make_unique<Rows>(mapModel.get());
        listRows = std::make_unique<Rows>(listModel.get());
        QObject::connect(&object, &Shown::titleChanged, &object, [this] {
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
        watch = watchKey(map, 1, [this](const std::string *value) { seenWatch = value ? *value : std::string(); });
        QCoreApplication::sendPostedEvents();
    }
    QStringList afterWriting(int n, bool inBatch)
    {
        const auto write = [&] {
            map.set({{n, text(n)}, {1, text(n + 1)}, {3, text(n + 2)}});
            map.setKey(4, text(n));
            list.set({text(n), text(3), text(n + 1)});
            title.set(text(n));
        };
        inBatch ? batch(write) : write();
        QCoreApplication::sendPostedEvents();
        QStringList wrong;
        QVariantList wanted;
        for (const auto &[k, value] : map.get()) {
            wanted.append(QString::fromStdString(value));
        }
        if (mapRows->rows != wanted) {
            wrong << QStringLiteral("map model");
        }
        if (listRows->rows != QVariantList({shownText(n), shownText(3), shownText(n + 1)})) {
            wrong << QStringLiteral("list model");
        }
        if (seenTitle != shownText(n) || seenValue != shownText(n)) {
            wrong << QStringLiteral("property");
        }
        if (seenKey != shownText(n + 1) || seenWatch != text(n + 1)) {
            wrong << QStringLiteral("key");
        }
        return wrong;
    }

    Map<int, std::string> map;
    Atom<QList<std::string>> list{{text(1), text(2), text(3)}};
    std::unique_ptr<StoreModel> mapModel;
    std::unique_ptr<StoreModel> listModel;
    std::unique_ptr<Rows> mapRows;
    std::unique_ptr<Rows> listRows;
    Shown object;
    StoreAdapter adapter{title};
    KeyAdapter key{map, 1};
    KeyWatch watch;
    QString seenTitle;
    QVariant seenValue;
    QVariant seenKey;
    std::string seenWatch;
};

struct Act
{
    const char *name;
    std::function<void(World &)> run;
};

std::vector<Act> acts()
{
    return {
        {"set", [](World &) { title.set(text(7)); }},
        {"set of a property", [](World &w) { w.object.set_title(shownText(7)); }},
        {"set of an adapter", [](World &w) { w.adapter.setValue(shownText(7)); }},
        {"set of a key", [](World &w) { w.key.setValue(shownText(7)); }},
        {"setKey", [](World &w) { w.map.setKey(1, text(7)); }},
        {"setKey, new", [](World &w) { w.map.setKey(17, text(7)); }},
        {"removeKey", [](World &w) { w.map.removeKey(1); }},
        {"set of a map",
         [](World &w) {
             w.map.set({{3, text(7)}, {1, text(8)}, {9, text(9)}});
         }},
        {"setData of the map",
         [](World &w) { w.mapModel->setData(w.mapModel->index(1, 0), shownText(7), StoreModel::ValueRole); }},
        {"setData of the list",
         [](World &w) { w.listModel->setData(w.listModel->index(1, 0), shownText(7), StoreModel::ValueRole); }},
        {"notify", [](World &w) { w.map.notify(); }},
        {"batch",
         [](World &w) {
             batch([&] {
                 for (int i = 0; i < 12; ++i) {
                     w.map.setKey(i, text(i + 1));
                 }
                 w.map.removeKey(2);
             });
         }},
        {"set of a list",
         [](World &w) {
             w.list.set({text(3), text(7), text(1), text(8)});
         }},
        {"key of an adapter",
         [](World &w) {
             w.key.setKey(2);
             w.key.setKey(1);
         }},
        {"read of the models",
         [](World &w) {
             batch([&] {
                 w.map.setKey(1, text(7));
                 w.mapModel->index(1, 0).data(StoreModel::ValueRole);
                 w.listModel->index(1, 0).data(StoreModel::ValueRole);
                 w.map.setKey(1, text(1));
             });
         }},
        {"new model",
         [](World &w) {
             const MapModel other(w.map);
             const Rows rows(&other);
             const ListModel list(w.list);
             const Rows listRows(&list);
         }},
        {"new adapter",
         [](World &w) {
             const StoreAdapter one(title);
             const KeyAdapter two(w.map, 1);
             QObject::connect(&one, &StoreAdapter::valueChanged, &w.object, [] {});
             QObject::connect(&two, &KeyAdapter::valueChanged, &w.object, [] {});
         }},
        {"watch",
         [](World &w) { w.watch = watchKey(w.map, 1, [&w](const std::string *value) { w.seenWatch = *value; }); }},
    };
}

} // namespace

class tst_QtOutOfMemory : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { Failing::isExempt = isInQt; }
    void init()
    {
        setErrorHandler([](const std::exception_ptr &) {});
    }
    void cleanup() { setErrorHandler({}); }
    void allocation_fails_data();
    void allocation_fails();
};

void tst_QtOutOfMemory::allocation_fails_data()
{
    QTest::addColumn<int>("act");
    int i = 0;
    for (const auto &act : acts()) {
        QTest::addRow("%s", act.name) << i++;
    }
}

void tst_QtOutOfMemory::allocation_fails()
{
    QFETCH(int, act);
    const auto chosen = acts()[std::size_t(act)];
    bool failed = true;
    for (long n = 1; failed && !QTest::currentTestFailed(); ++n) {
        World world;
        {
            Failing failing(Failing::Allocation, n);
            try {
                chosen.run(world);
            } catch (...) { // what leaves it is of no interest here
            }
            failed = failing.hasFailed();
        }
        const QStringList wrong =
            world.afterWriting(100, false) + world.afterWriting(200, true) + world.afterWriting(300, false);
        QVERIFY2(wrong.isEmpty(),
                 qPrintable(QStringLiteral("number %1: %2").arg(n).arg(wrong.join(QStringLiteral(", ")))));
    }
}

QTEST_GUILESS_MAIN(tst_QtOutOfMemory)
#include "tst_qtoutofmemory.moc"
