// SPDX-License-Identifier: MIT

// Every value through every face of C++ and Qt, and back: what comes back is the same, or it was refused with a message
// and the store keeps what it had. Run in several time zones.

#include "support/faces.h"
#include "support/property.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QTimeZone>
#include <QtTest/QTest>

#include <map>

using namespace nanostores;
using support::count;
using support::Face;
using support::goesThere;
using support::means;
using support::random;
using support::same;
using support::takesOnlyWhatFits;
using support::warnings;

struct Holder
{
    Q_GADGET
    Q_PROPERTY(int whole MEMBER whole FINAL)
    Q_PROPERTY(quint64 large MEMBER large FINAL)
    Q_PROPERTY(float single MEMBER single FINAL)
    Q_PROPERTY(double real MEMBER real FINAL)
    Q_PROPERTY(QString text MEMBER text FINAL)
    Q_PROPERTY(std::string bytes MEMBER bytes FINAL)
    Q_PROPERTY(QDate day MEMBER day FINAL)
    Q_PROPERTY(std::optional<double> zoom MEMBER zoom FINAL)
    Q_PROPERTY(std::vector<std::string> names MEMBER names FINAL)

public:
    int id = 0;
    int whole = 1;
    quint64 large = 2;
    float single = 0.5F;
    double real = std::numeric_limits<double>::quiet_NaN();
    QString text = QStringLiteral("text");
    std::string bytes = "bytes";
    QDate day = QDate(2026, 3, 10);
    std::optional<double> zoom;
    std::vector<std::string> names;

    friend bool operator==(const Holder &, const Holder &) = default;
};

namespace {

template<typename T>
struct Faces
{
    Atom<T> alone = atom(T());
    StoreAdapter adapter{alone};
    Map<QString, T> entries = map<QString, T>();
    KeyAdapter key{entries, QStringLiteral("__proto__")};

    std::vector<Face<T>> all()
    {
        const auto present = [this] { return *entries.getKey(QStringLiteral("__proto__")); };
        const auto put = [this](const T &value) { entries.set({{QStringLiteral("__proto__"), value}}); };
        return {
            {"StoreAdapter", [this](const T &v) { alone.set(v); }, [this] { return alone.get(); },
             [this] { return adapter.value(); }, [this](const QVariant &v) { adapter.setValue(v); }},
            {"KeyAdapter", put, present, [this] { return key.value(); },
             [this](const QVariant &v) {
                 if (v.isValid()) { // which removes the key
                     key.setValue(v);
                 }
             }},
        };
    }
};

struct Zero
{
    template<typename T>
    int operator()(const T &) const
    {
        return 0;
    }
};

/// Of types for which it is worth what the models take to compile.
template<typename T>
struct Rows
{
    Map<QString, T> entries = map<QString, T>();
    MapModel<QString, T> rows{entries};
    Atom<QList<T>> list = atom(QList<T>{T()});
    ListModel<Atom<QList<T>>, Zero> items{list, Zero()};

    std::vector<Face<T>> all()
    {
        const auto present = [this] { return *entries.getKey(QString()); };
        const auto put = [this](const T &value) { entries.set({{QString(), value}}); };
        return {
            {"MapModel", put, present, [this] { return rows.index(0).data(StoreModel::ValueRole); },
             [this](const QVariant &v) { rows.setData(rows.index(0), v, StoreModel::ValueRole); }},
            {"ListModel", [this](const T &v) { list.set({v}); }, [this] { return list.get().first(); },
             [this] { return items.index(0).data(StoreModel::ValueRole); },
             [this](const QVariant &v) { items.setData(items.index(0), v, StoreModel::ValueRole); }, true},
        };
    }
};

template<typename T>
void both()
{
    goesThere<T, Faces>();
    takesOnlyWhatFits<T, Faces>();
}
template<typename T>
void throughRows()
{
    goesThere<T, Rows>();
    takesOnlyWhatFits<T, Rows>();
}

} // namespace

class tst_Conversions : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qInstallMessageHandler(count); }
    void cleanupTestCase() { qInstallMessageHandler(nullptr); }

    void integers()
    {
        both<quint8>();
        both<int>();
        both<qint64>();
        both<quint64>();
    }
    void otherScalars()
    {
        both<bool>();
        both<float>();
        both<double>();
        both<support::Tone>();
        goesThere<support::Sides, Faces>();
    }
    void texts()
    {
        both<QString>();
        both<std::string>();
        both<QByteArray>();
        both<QUrl>();
        goesThere<QUuid, Faces>();
    }
    void datesAndTimes()
    {
        both<QDate>();
        both<QTime>();
        both<QDateTime>();
        goesThere<std::chrono::sys_time<std::chrono::milliseconds>, Faces>();
        goesThere<std::chrono::sys_time<std::chrono::microseconds>, Faces>();
    }
    void optionals()
    {
        goesThere<std::optional<int>, Faces>();
        goesThere<std::optional<double>, Faces>();
        goesThere<std::optional<std::string>, Faces>();
        goesThere<std::optional<QDate>, Faces>();
    }
    void containers()
    {
        both<QList<int>>();
        goesThere<std::vector<std::vector<std::string>>, Faces>();
        goesThere<QList<std::optional<int>>, Faces>();
        goesThere<std::set<int>, Faces>();
        goesThere<QList<QList<double>>, Faces>();
        both<QMap<QString, int>>();
        goesThere<Dictionary<int, bool>, Faces>();
        goesThere<QMap<QUuid, QString>, Faces>();
        goesThere<std::map<QDate, std::string>, Faces>();
        goesThere<std::map<support::Tone, double>, Faces>();
        goesThere<Dictionary<double, int>, Faces>();
    }
    void rows()
    {
        throughRows<qint64>();
        throughRows<float>();
        throughRows<std::optional<std::string>>();
    }
    void json() { goesThere<QJsonValue, Faces>(); }
    void fieldsOfGadgets();
    void texts_comeBack();
    void theirEdges();
    void date_isEitherMidnight();
    void emptyOptional_isNoValue();
    void keysWithoutText_areRefused();
    void setData_ofWhatDoesNotFitIsFalse_data();
    void setData_ofWhatDoesNotFitIsFalse();
};

void tst_Conversions::fieldsOfGadgets()
{
    support::holds([] {
        const auto entries = map<QString, Holder>();
        entries.setKey(QStringLiteral("x"), Holder());
        MapModel<QString, Holder> model(entries);
        const auto names = model.roleNames();
        const auto list = atom(QList<Holder>{Holder()});
        ListModel items(list, &Holder::id);
        for (QAbstractItemModel *each :
             {static_cast<QAbstractItemModel *>(&model), static_cast<QAbstractItemModel *>(&items)}) {
            const int role =
                *rc::gen::inRange(int(StoreModel::FirstFieldRole),
                                  int(StoreModel::FirstFieldRole) + Holder::staticMetaObject.propertyCount());
            const QVariant asked = random<QVariant>();
            const QVariant before = each->index(0, 0).data(role);
            warnings = 0;
            const bool taken = each->setData(each->index(0, 0), asked, role);
            const QVariant now = each->index(0, 0).data(role);
            QString what;
            QDebug(&what) << names[role] << asked << "over" << before << "gave" << now << taken << warnings;
            RC_LOG() << what.toStdString() << "\n";
            const bool empties = names[role] == "zoom" && asked.isNull() && !now.isValid();
            RC_ASSERT((taken ? empties || means(asked, now) : detail::sameVariant(before, now) && warnings > 0));
        }
    });
}

void tst_Conversions::texts_comeBack()
{
    support::holds([] {
        const double real = random<double>();
        const auto back = detail::valueOf<double>(detail::textOf(real));
        RC_ASSERT((std::isfinite(real) ? back && same(*back, real) : !back));
        const float single = random<float>();
        const auto near = detail::valueOf<float>(detail::textOf(single));
        RC_ASSERT((std::isfinite(single) ? near && same(*near, single) : !near));
        const qint64 whole = random<qint64>();
        RC_ASSERT(detail::valueOf<qint64>(detail::textOf(QVariant(whole))) == whole);
        const auto tone = random<support::Tone>();
        RC_ASSERT(detail::valueOf<support::Tone>(detail::textOf(QVariant::fromValue(tone))) == tone);
    });
}

void tst_Conversions::theirEdges()
{
    QCOMPARE(detail::textOf(1e10), QStringLiteral("10000000000"));
    QCOMPARE(detail::textOf(1e21), QStringLiteral("1e+21"));
    QCOMPARE(detail::textOf(1e-6), QStringLiteral("0.000001"));
    QCOMPARE(detail::textOf(1.5e-7), QStringLiteral("1.5e-7"));
    QCOMPARE(detail::textOf(123.25), QStringLiteral("123.25"));
    QCOMPARE(detail::textOf(0.3F), QStringLiteral("0.3"));
    QVERIFY(!detail::valueOf<int>(QVariant(2.5)));
    QVERIFY(!detail::valueOf<double>(QVariant(QStringLiteral("inf"))));
    QVERIFY(!detail::valueOf<int>(QVariant::fromValue(nullptr)));
    const QDate day(2026, 3, 10);
    QCOMPARE(detail::valueOf<QDate>(QVariant(day.startOfDay())), day);
    QCOMPARE(detail::valueOf<QDate>(QVariant(QDateTime(day, QTime(0, 0), QTimeZone::utc()).toUTC())), day);
    QVERIFY(!detail::valueOf<QDate>(QVariant(QDateTime(day, QTime(5, 1)))));
}

/// In Havana the 1st of November 2026 has two midnights, an hour apart, and Qt gives either for its start.
void tst_Conversions::date_isEitherMidnight()
{
    const QDate day(2026, 11, 1);
    for (const qint64 hour : {4, 5}) {
        const QDateTime moment = QDateTime(day, QTime(int(hour), 0), QTimeZone::utc()).toLocalTime();
        const bool isMidnight = moment.date() == day && moment.time() == QTime(0, 0);
        QCOMPARE(detail::valueOf<QDate>(QVariant(moment)), isMidnight ? std::optional(day) : std::nullopt);
    }
    for (const QDate each : {day, QDate(2018, 11, 4), QDate(2026, 3, 8), QDate(1890, 6, 1)}) {
        const auto moment = detail::valueOf<QDateTime>(QVariant(each));
        QVERIFY(moment);
        QCOMPARE(detail::valueOf<QDate>(QVariant(*moment)), each);
    }
}

void tst_Conversions::emptyOptional_isNoValue()
{
    const auto store = atom(std::optional<int>(5));
    StoreAdapter adapter(store);
    QCOMPARE(adapter.value(), QVariant(5));
    adapter.setValue(QVariant());
    QVERIFY(!store.get());
    QVERIFY(!adapter.value().isValid());
    adapter.setValue(9);
    QCOMPARE(store.get(), std::optional(9));
    adapter.setValue(QVariant::fromValue(nullptr));
    QVERIFY(!store.get());
    adapter.setValue(QStringLiteral("x"));
    QVERIFY(!store.get());
}

struct Place
{
    int x = 0;
    friend bool operator==(const Place &, const Place &) = default;
};
template<>
struct std::hash<Place>
{
    std::size_t operator()(const Place &place) const { return std::hash<int>{}(place.x); }
};

void tst_Conversions::keysWithoutText_areRefused()
{
    const auto store = map<Place, int>();
    store.setKey({1}, 1);
    store.setKey({2}, 2);
    StoreAdapter adapter(store);
    warnings = 0;
    QVERIFY(!adapter.value().isValid());
    QCOMPARE(warnings, 1);
    adapter.setValue(QVariantMap{{QStringLiteral("a"), 1}});
    QCOMPARE(warnings, 2);
    QCOMPARE(store.get().size(), std::size_t(2));
}

void tst_Conversions::setData_ofWhatDoesNotFitIsFalse_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::newRow("undefined") << QVariant();
    QTest::newRow("null") << QVariant::fromValue(nullptr);
    QTest::newRow("text") << QVariant(QStringLiteral("abc"));
    QTest::newRow("empty text") << QVariant(QString());
    QTest::newRow("not a number") << QVariant(std::numeric_limits<double>::quiet_NaN());
    QTest::newRow("a fraction") << QVariant(2.5);
    QTest::newRow("too large") << QVariant(4294967297.0);
    QTest::newRow("a list") << QVariant(QVariantList{7});
}

void tst_Conversions::setData_ofWhatDoesNotFitIsFalse()
{
    QFETCH(QVariant, value);
    const auto entries = map<QString, int>();
    entries.setKey(QStringLiteral("a"), 5);
    MapModel<QString, int> rows(entries);
    const auto list = atom(QList<int>{5});
    ListModel<Atom<QList<int>>, Zero> items(list, Zero());
    Holder five;
    five.whole = 5;
    const auto holders = map<QString, Holder>();
    holders.setKey(QStringLiteral("a"), five);
    MapModel<QString, Holder> fields(holders);
    TableModel cells(&fields, {TableColumn{QStringLiteral("Whole"), "whole", {}, Qt::AlignLeft, true}});
    const int whole = fields.roleNames().key("whole");
    const auto refuses = [&](QAbstractItemModel &model, int role, int shownRole) {
        warnings = 0;
        const bool taken = model.setData(model.index(0, 0), value, role);
        return !taken && warnings == 1 && model.index(0, 0).data(shownRole) == QVariant(5);
    };
    QVERIFY(refuses(rows, StoreModel::ValueRole, StoreModel::ValueRole));
    QVERIFY(refuses(rows, Qt::EditRole, StoreModel::ValueRole));
    QVERIFY(refuses(items, StoreModel::ValueRole, StoreModel::ValueRole));
    QVERIFY(refuses(items, Qt::EditRole, StoreModel::ValueRole));
    QVERIFY(refuses(fields, whole, whole));
    QVERIFY(refuses(fields, StoreModel::ValueRole, whole));
    QVERIFY(refuses(cells, Qt::EditRole, Qt::EditRole));
    QVERIFY(refuses(cells, whole, Qt::EditRole));
    QCOMPARE(*entries.getKey(QStringLiteral("a")), 5);
    QCOMPARE(list.get(), QList<int>{5});
    QCOMPARE(holders.getKey(QStringLiteral("a"))->whole, 5);
}

SUPPORT_PROPERTY_MAIN(tst_Conversions)
#include "tst_conversions.moc"
