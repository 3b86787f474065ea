// SPDX-License-Identifier: MIT
#include <nanostores/qt.h>

#include <QtTest/QTest>

#include "documentedits.h"

#include "support/failing.h"

#include <optional>
#include <vector>

using namespace nanostores;

using support::Failing;

SUPPORT_FAILING_NEW

namespace {

QString q(const char *text)
{
    return QString::fromUtf8(text);
}

bool isSame(const QVariant &a, const QVariant &b)
{
    return detail::sameVariant(a, b);
}

/// What each kind of observer has seen since it was asked the last time.
struct Seen
{
    int calls = 0;
    std::optional<QVariantMap> old;
};

/// A store, a plain document that is changed in the same way, and observers that are compared with it.
class World
{
public:
    explicit World(unsigned seed, bool hasHook)
        : edits(seed)
    {
        for (int i = 0; i < 6; ++i) {
            watched.push_back(edits.path());
        }
        watchedCalls.resize(watched.size());
        observers.push_back(store.listen([this](const QVariantMap &, const QVariantMap &old) {
            ++listener.calls;
            listener.old = old;
        }));
        observers.push_back(store.listen([this](const QVariantMap &, const DocumentChange &change) {
            ++follower.calls;
            whole = change.whole();
            paths = change.paths();
            parts.clear();
            for (const QString &path : asked) {
                parts.push_back(change.oldValue(path));
            }
        }));
        for (std::size_t i = 0; i < watched.size(); ++i) {
            observers.push_back(listenKeys(store, {VariantPath(watched[i])}, [this, i] { ++watchedCalls[i]; }));
        }
        observers.push_back(effect([this] {
            ++runs;
            store();
        }));
        if (hasHook) {
            onNotify(store, [this](NotifyEvent<VariantDeepMap> &event) { hooked = *event.oldValue(); });
        }
    }

    /// As the store does it; whether it is a change.
    bool setInModel(const QString &path, const QVariant &value)
    {
        const QVariantMap next = setPath(model, path, value).toMap();
        const bool isChanged = !isSame(next, model);
        model = isChanged ? next : model;
        return isChanged;
    }
    /// Some changes in one batch, or one without; how many they were.
    int change(int count, std::vector<QString> &changedPaths)
    {
        int changes = 0;
        const auto one = [&] {
            if (edits.any(12) == 0) {
                const QVariantMap whole = edits.any(2) ? QVariantMap{{q("a"), edits.value()}} : model;
                changes += isSame(whole, model) ? 0 : 1;
                isReplaced = isReplaced || !isSame(whole, model);
                model = whole;
                store.set(whole);
                return;
            }
            const QString path = edits.path();
            const QVariant value = edits.value();
            if (setInModel(path, value)) {
                ++changes;
                changedPaths.push_back(path);
            }
            store.setKey(path, value);
        };
        if (count == 0) {
            one();
        } else {
            batch([&] {
                for (int i = 0; i < count; ++i) {
                    one();
                }
            });
        }
        return changes;
    }

    DocumentEdits edits;
    VariantDeepMap store = deepMap({});
    QVariantMap model;
    bool isReplaced = false;
    Seen listener;
    Seen follower;
    bool whole = false;
    std::vector<VariantPath> paths;
    std::vector<QString> asked;
    std::vector<QVariant> parts;
    std::vector<QString> watched;
    std::vector<int> watchedCalls;
    int runs = 0;
    std::optional<QVariantMap> hooked;

private:
    std::vector<Subscription> observers;
};

} // namespace

/// Old values of documents are made from what each step has replaced; they are those of a plain copy.
class tst_DocumentValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_messages = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {});
    }
    void cleanup() { qInstallMessageHandler(m_messages); }
    void oldValues_areThoseOfACopy_data();
    void oldValues_areThoseOfACopy();
    void oldValues_afterMoreStepsThanAreKept();
    void oldValues_ofWritesInListeners();
    void oldValues_outliveTheirStore();
    void change_ofOnePath();
    void change_ofAReplacedDocument();
    void change_isWholeWithoutAnOldValue();
    void allocation_fails();

private:
    QtMessageHandler m_messages = nullptr;
};

void tst_DocumentValues::oldValues_areThoseOfACopy_data()
{
    QTest::addColumn<int>("batched");
    QTest::addColumn<bool>("hook");
    QTest::newRow("one by one") << 0 << false;
    QTest::newRow("one by one, hook") << 0 << true;
    QTest::newRow("small batches") << 3 << false;
    QTest::newRow("batches") << 12 << true;
    QTest::newRow("large batches") << 40 << false;
}

void tst_DocumentValues::oldValues_areThoseOfACopy()
{
    QFETCH(int, batched);
    QFETCH(bool, hook);
    for (unsigned seed = 1; seed <= 40; ++seed) {
        World w(seed, hook);
        for (int i = 0; i < 30; ++i) {
            const QVariantMap before = w.model;
            w.asked.assign(8, QString());
            for (QString &path : w.asked) {
                path = w.edits.path();
            }
            w.listener = w.follower = {};
            w.watchedCalls.assign(w.watched.size(), 0);
            w.runs = 0;
            w.isReplaced = false;
            w.hooked.reset();
            std::vector<QString> changedPaths;
            const int changes = w.change(batched == 0 ? 0 : 1 + w.edits.any(batched), changedPaths);
            const QByteArray where = QStringLiteral("seed %1, step %2").arg(seed).arg(i).toUtf8();
            QVERIFY2(isSame(w.store.get(), w.model), where);
            const int calls = changes > 0 ? 1 : 0;
            QVERIFY2(w.listener.calls == calls && w.follower.calls == calls, where);
            QVERIFY2(w.runs == (isSame(before, w.model) ? 0 : 1), where);
            for (std::size_t p = 0; p < w.watched.size(); ++p) {
                const bool differs = !isSame(getPath(before, w.watched[p]), getPath(w.model, w.watched[p]));
                QVERIFY2(w.watchedCalls[p] == (differs ? 1 : 0), where + ": " + w.watched[p].toUtf8());
            }
            if (calls == 0) {
                continue;
            }
            QVERIFY2(isSame(*w.listener.old, before), where);
            QVERIFY2(w.whole == w.isReplaced, where);
            QVERIFY2(w.whole || w.paths == std::vector<VariantPath>(changedPaths.begin(), changedPaths.end()), where);
            for (std::size_t p = 0; p < w.asked.size(); ++p) {
                QVERIFY2(isSame(w.parts[p], getPath(before, w.asked[p])), where + ": " + w.asked[p].toUtf8());
            }
            QVERIFY2(!hook || batched != 0 || isSame(*w.hooked, before), where);
        }
    }
}

void tst_DocumentValues::oldValues_afterMoreStepsThanAreKept()
{
    const auto store = deepMap({{q("list"), QVariantList{0}}, {q("other"), 1}});
    std::optional<QVariantMap> old;
    QVariant part;
    int runs = 0;
    const auto listener = store.listen([&](const QVariantMap &, const QVariantMap &before) { old = before; });
    const auto follower =
        store.listen([&](const QVariantMap &, const DocumentChange &change) { part = change.oldValue("list[0]"); });
    const Subscription reader = effect([&] {
        ++runs;
        store();
    });
    batch([&] {
        for (int i = 1; i <= 5000; ++i) {
            store.setKey(QStringLiteral("list[%1]").arg(i % 7), i);
        }
    });
    QVERIFY(isSame(*old, QVariantMap{{q("list"), QVariantList{0}}, {q("other"), 1}}));
    QCOMPARE(part, QVariant(0));
    QCOMPARE(runs, 2);
    batch([&] {
        for (int i = 1; i <= 5000; ++i) {
            store.setKey("other", i);
        }
        store.setKey("other", 1);
    });
    QCOMPARE(runs, 2);
}

void tst_DocumentValues::oldValues_ofWritesInListeners()
{
    const auto store = deepMap({{q("list"), QVariantList{1, 2, 3}}});
    const auto writer = store.listen([&] {
        if (store.getKey("list").toList().size() == 3) {
            store.removeKey("list[0]");
        }
    });
    QList<QVariantList> olds;
    QVariantList parts;
    const auto listener = store.listen(
        [&](const QVariantMap &, const QVariantMap &before) { olds.append(before.value(q("list")).toList()); });
    const auto follower = store.listen(
        [&](const QVariantMap &, const DocumentChange &change) { parts.append(change.oldValue("list[1]")); });
    store.setKey("list[1]", 20);
    QCOMPARE(olds, (QList<QVariantList>{{1, 2, 3}, {1, 20, 3}}));
    QCOMPARE(parts, (QVariantList{2, 20}));
    QCOMPARE(store.getKey("list"), QVariant(QVariantList{20, 3}));
}

void tst_DocumentValues::oldValues_outliveTheirStore()
{
    std::optional<VariantDeepMap> store = deepMap({{q("a"), 1}});
    QVariantList olds;
    Subscription listener = store->listen([&](const QVariantMap &, const QVariantMap &before) {
        store.reset();
        olds.append(before.value(q("a")));
    });
    batch([&] {
        store->setKey("a", 2);
        store->setKey("a", 3);
    });
    QCOMPARE(olds, QVariantList{1});
}

void tst_DocumentValues::change_ofOnePath()
{
    const auto store = deepMap({{q("users"), QVariantList{QVariantMap{{q("name"), q("Ada")}}}}});
    QStringList paths;
    QVariant name;
    QVariant user;
    QVariant age;
    const auto listener = store.listen([&](const QVariantMap &, const DocumentChange &change) {
        QVERIFY(!change.whole());
        for (const VariantPath &path : change.paths()) {
            paths.append(path.text());
        }
        name = change.oldValue("users[0].name");
        user = change.oldValue("users[0]");
        age = change.oldValue("users[0].age");
    });
    store.setKey("users[0].age", 36);
    QCOMPARE(paths, QStringList{q("users[0].age")});
    QCOMPARE(name, QVariant(q("Ada")));
    QCOMPARE(user, QVariant(QVariantMap{{q("name"), q("Ada")}}));
    QVERIFY(!age.isValid());
}

void tst_DocumentValues::change_ofAReplacedDocument()
{
    const auto store = deepMap({{q("a"), 1}});
    bool whole = false;
    QVariant old;
    const auto listener = store.listen([&](const QVariantMap &, const DocumentChange &change) {
        whole = change.whole();
        old = change.oldValue("a");
    });
    store.set({{q("a"), 2}});
    QVERIFY(whole);
    QCOMPARE(old, QVariant(1));
    batch([&] {
        store.setKey("a", 3);
        store.set({{q("a"), 4}});
        store.setKey("a", 5);
    });
    QVERIFY(whole);
    QCOMPARE(old, QVariant(2));
}

void tst_DocumentValues::change_isWholeWithoutAnOldValue()
{
    const auto store = deepMap({{q("a"), 1}});
    int calls = 0;
    const auto listener = store.subscribe([&](const QVariantMap &, const DocumentChange &change) {
        ++calls;
        QVERIFY(change.whole());
        QVERIFY(change.paths().empty());
        QCOMPARE(change.oldValue("a"), QVariant(1));
    });
    store.notify();
    QCOMPARE(calls, 2);
}

void tst_DocumentValues::allocation_fails()
{
    Failing::isExempt = support::isInQt;
    setErrorHandler([](const std::exception_ptr &) {});
    for (unsigned seed = 1; seed <= 40; ++seed) {
        bool failed = true;
        for (long n = 1; failed; ++n) {
            DocumentEdits edits(seed);
            const auto store = deepMap({});
            QVariantMap model;
            int calls = 0;
            std::optional<QVariantMap> old;
            const auto listener = store.listen([&](const QVariantMap &, const QVariantMap &before) {
                const Failing::Pause pause;
                ++calls;
                old = before;
            });
            int runs = 0;
            const Subscription reader = effect([&] {
                ++runs;
                store();
            });
            for (int i = 0; i < 8; ++i) {
                const QString path = edits.path();
                store.setKey(path, edits.value());
            }
            model = store.get();
            model.detach();
            const QVariantMap before = model;
            const QString path = edits.path();
            const QVariant value = edits.value();
            const QVariantMap next = setPath(model, path, value).toMap();
            {
                const Failing failing(Failing::Allocation, n);
                try {
                    store.setKey(path, value);
                } catch (const std::bad_alloc &) {
                }
                failed = failing.hasFailed();
            }
            const QByteArray where = QStringLiteral("seed %1, number %2: %3").arg(seed).arg(n).arg(path).toUtf8();
            QVERIFY2(isSame(store.get(), before) || isSame(store.get(), next), where);
            model = store.get();
            model.detach();
            for (int i = 0; i < 4; ++i) { // all goes on as if nothing had happened
                const QVariantMap then = model;
                const QString later = edits.path();
                const QVariant part = edits.value();
                model = setPath(model, later, part).toMap();
                calls = runs = 0;
                store.setKey(later, part);
                QVERIFY2(isSame(store.get(), model), where);
                QVERIFY2(calls == (isSame(then, model) ? 0 : 1), where);
                QVERIFY2(calls == 0 || (runs == 1 && isSame(*old, then)), where);
            }
        }
    }
    setErrorHandler({});
    Failing::isExempt = nullptr;
}

QTEST_APPLESS_MAIN(tst_DocumentValues)
#include "tst_documentvalues.moc"
