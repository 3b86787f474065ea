// SPDX-License-Identifier: MIT
#include "profile.h"

#include <QtCore/QDate>
#include <QtCore/QDebug>
#include <QtCore/QHash>
#include <QtCore/QSet>
#include <QtCore/QUrl>
#include <QtCore/QVariant>
#include <QtTest/QTest>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Unknown
{
    int number = 0;
};

template<typename... T>
QString debugged(const T &...values)
{
    QString text;
    {
        QDebug debug(&text);
        (debug << ... << values);
    }
    return text.trimmed();
}

} // namespace

class tst_Debug : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void store_showsNameAndValue();
    void value_ofEachKind_data();
    void value_ofEachKind();
    void neighbours_areSpacedAndQuotedAsBefore();
    void qCompare_printsStores();
    void qHash_tellsStoresApart();
    void dump_showsValuesOfQt();
};

void tst_Debug::store_showsNameAndValue()
{
    QCOMPARE(debugged(atom(5)), QStringLiteral("Store(5)"));
    QCOMPARE(debugged(atom(5).named("count")), QStringLiteral("Store(\"count\", 5)"));
    const auto broken = computed(atom(1), [](int) -> int { throw std::runtime_error("no luck"); });
    QCOMPARE(debugged(broken), QStringLiteral("Store(error: no luck)"));
}

void tst_Debug::value_ofEachKind_data()
{
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const auto &store, const char *expected) {
        QTest::newRow(name) << debugged(store) << QStringLiteral("Store(%1)").arg(QLatin1String(expected));
    };
    row("bool", atom(true), "true");
    row("text", atom("Ada"), "\"Ada\"");
    row("text of Qt", atom(QStringLiteral("Ada")), "\"Ada\"");
    row("optional", atom(std::optional(QStringLiteral("Ada"))), "\"Ada\"");
    row("empty optional", atom(std::optional<QString>()), "none");
    row("list", atom(QList<int>{1, 2}), "QList(1, 2)");
    row("standard list", atom(std::vector<Profile>{Profile{QStringLiteral("Ada"), 36, {}}}),
        "[{name: \"Ada\", age: 36, theme: \"\"}]");
    row("map", map(Dictionary<QString, std::string>{{QStringLiteral("b"), "x"}}), "{\"b\": \"x\"}");
    row("with fields", map(Profile{QStringLiteral("Ada"), 36, {}}), "{name: \"Ada\", age: 36, theme: \"\"}");
    row("anything else", atom(Unknown{1}), "?");
}

void tst_Debug::value_ofEachKind()
{
    QFETCH(const QString, shown);
    QFETCH(const QString, expected);
    QCOMPARE(shown, expected);
}

void tst_Debug::neighbours_areSpacedAndQuotedAsBefore()
{
    QCOMPARE(debugged(QStringLiteral("a"), atom(1), QStringLiteral("b"), 2), QStringLiteral("\"a\" Store(1) \"b\" 2"));
    QCOMPARE(debugged(Dictionary<int, int>{{1, 2}}, QStringLiteral("b")), QStringLiteral("{1: 2} \"b\""));
    QString text;
    QDebug(&text).nospace().noquote() << QStringLiteral("a") << atom("x") << QStringLiteral("b");
    QCOMPARE(text, QStringLiteral("aStore(\"x\")b"));
}

void tst_Debug::qCompare_printsStores()
{
    const std::unique_ptr<char[]> store(QTest::toString(atom(5)));
    QCOMPARE(store.get(), "Store(5)");
    const std::unique_ptr<char[]> dictionary(QTest::toString(Dictionary<int, int>{{1, 2}}));
    QCOMPARE(dictionary.get(), "{1: 2}");
}

void tst_Debug::qHash_tellsStoresApart()
{
    const auto first = atom(1);
    const auto second = atom(1);
    QSet<Atom<int>> stores{first, second, first};
    QCOMPARE(stores.size(), 2);
    QVERIFY(stores.contains(second));
    stores.remove(second);
    QVERIFY(!stores.contains(second));
}

void tst_Debug::dump_showsValuesOfQt()
{
    const auto shown = [](const auto &value) {
        const auto store = atom(value).named("shown");
        const QString all = QString::fromStdString(dump());
        const QString text = all.mid(all.indexOf(QLatin1String("\"shown\"")));
        const auto from = text.indexOf(QLatin1String(" = ")) + 3;
        return text.mid(from, text.indexOf(QLatin1String(", 0 observers")) - from);
    };
    QCOMPARE(shown(QStringLiteral("a\"b")), QStringLiteral("\"a\\\"b\""));
    QCOMPARE(shown(QByteArray("bytes")), QStringLiteral("\"bytes\""));
    QCOMPARE(shown(QUrl(QStringLiteral("https://example.org/a"))), QStringLiteral("\"https://example.org/a\""));
    QCOMPARE(shown(QDate(2026, 3, 10)), QStringLiteral("\"2026-03-10\""));
    QCOMPARE(shown(QVariant(5)), QStringLiteral("5"));
    QCOMPARE(shown(QVariant(qint64(-5000000000))), QStringLiteral("-5000000000"));
    QCOMPARE(shown(QVariant(0.5)), QStringLiteral("0.5"));
    QCOMPARE(shown(QVariant()), QStringLiteral("none"));
    QCOMPARE(shown(QVariant(QVariantMap{{QStringLiteral("a"), QVariantList{1, true, QStringLiteral("c")}}})),
             QStringLiteral("{\"a\": [1, true, \"c\"]}"));
    QCOMPARE(shown(QVariantMap{{QStringLiteral("a"), 1}}), QStringLiteral("{\"a\": 1}"));
    QCOMPARE(shown(QStringList{QStringLiteral("a"), QStringLiteral("b")}), QStringLiteral("[\"a\", \"b\"]"));
    QCOMPARE(shown(QSet<int>{1}), QStringLiteral("[1]"));
    QCOMPARE(shown(QHash<int, QString>{{1, QStringLiteral("a")}}), QStringLiteral("{1: \"a\"}"));
}

QTEST_APPLESS_MAIN(tst_Debug)
#include "tst_debug.moc"
