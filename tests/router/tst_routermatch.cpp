// SPDX-License-Identifier: MIT

// Which route a path belongs to: patterns against a plain chain of regular expressions.

#include "routes.h"

#include "support/handlers.h"

#include <nanostores/router.h>
#include <nanostores/router/detail/matcher.h>

#include <QMetaEnum>
#include <QRandomGenerator>
#include <QTest>
#include <QUuid>

using namespace nanostores;
using namespace routes;
using namespace Qt::StringLiterals;

class tst_RouterMatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void firstRouteWins();
    void fixedPartsIgnoreCase();
    void fixedPartsAreLiteral();
    void typesConvertBothWays();
    void pattern_faultsHaveReasons_data();
    void pattern_faultsHaveReasons();
    void pathOf_takesNamesAndVariants();
    void pathOf_faultsHaveReasons();
    void valuesOf_haveTheirTypes();
    void expression_unknownGroupIsMisuse();
    void randomPatterns_matchAsExpressionsDo();
    void manyBranches_takeFewSteps();
};

namespace {

/// The number of the first pattern that matches, and its parameters as text.
QString found(const detail::Matcher &matcher, const QString &path)
{
    QString reason;
    const auto parsed = detail::parsePath(path, 10000, &reason);
    if (!parsed) {
        return reason;
    }
    QString result;
    const int route = matcher.match(parsed->segments, parsed->path, [&](int, detail::ParamTexts &&params) {
        result.clear();
        for (const detail::ParamText &param : params) {
            if (param.isPresent) {
                result += u' ' + param.name + u'=' + param.text();
            }
        }
        return true;
    });
    return QString::number(route) + (route < 0 ? QString() : result);
}

detail::Matcher matcherOf(const QStringList &patterns)
{
    detail::Matcher matcher(false);
    for (const QString &text : patterns) {
        QString reason;
        const auto pattern = detail::Pattern::of(text, &reason);
        if (!pattern) {
            qFatal("%s", qPrintable(reason));
        }
        matcher.add(*pattern);
    }
    return matcher;
}

/// What @nanostores/router makes of a pattern, with a rest.
QRegularExpression expressionOf(const QString &pattern)
{
    QString source = pattern == u"/" ? QString() : pattern;
    source.replace(QRegularExpression(u"/:(\\w+)\\?"_s), u"(?:/(?<\\1>[^/]+))?"_s);
    source.replace(QRegularExpression(u"/:(\\w+)\\*"_s), u"(?:/(?<\\1>.+))?"_s);
    source.replace(QRegularExpression(u"/:(\\w+)"_s), u"/(?<\\1>[^/]+)"_s);
    return QRegularExpression(u'^' + (source.isEmpty() ? u"/"_s : source) + u'$',
                              QRegularExpression::CaseInsensitiveOption);
}

QString foundByExpressions(const QList<QRegularExpression> &expressions, const QString &path)
{
    for (qsizetype i = 0; i < expressions.size(); ++i) {
        // A pattern of optional parts alone matches "/", too.
        auto match = expressions.at(i).match(path);
        if (!match.hasMatch() && path == u"/") {
            match = expressions.at(i).match(QString());
        }
        if (match.hasMatch()) {
            QString result = QString::number(i);
            for (const QString &name : expressions.at(i).namedCaptureGroups()) {
                if (!name.isEmpty() && !match.captured(name).isEmpty()) {
                    result += u' ' + name + u'=' + match.captured(name);
                }
            }
            return result;
        }
    }
    return u"-1"_s;
}

} // namespace

void tst_RouterMatch::firstRouteWins()
{
    const auto matcher = matcherOf({u"/:a/x"_s, u"/b/:c"_s, u"/b/x"_s, u"/*"_s});
    QCOMPARE(found(matcher, u"/b/x"_s), u"0 a=b"_s);
    QCOMPARE(found(matcher, u"/b/y"_s), u"1 c=y"_s);
    QCOMPARE(found(matcher, u"/c/y"_s), u"3 splat=c/y"_s);
    QCOMPARE(found(matcher, u"/"_s), u"3"_s);
}

void tst_RouterMatch::fixedPartsIgnoreCase()
{
    QVERIFY(makeRouter().open("/POSTS/a/1"));
    const auto router = makeRouter({.caseSensitive = true});
    QVERIFY(router.open("/POSTS/a/1"));
    QVERIFY(!router.page().get());
    QVERIFY(router.open("/posts/a/1"));
    QVERIFY(router.page().get());
    const auto german = matcherOf({u"/straße/ä"_s});
    QCOMPARE(found(german, u"/STRAßE/%C3%84"_s), u"0"_s);
}

void tst_RouterMatch::fixedPartsAreLiteral()
{
    const auto matcher = matcherOf({u"/[b]/$.+(a)|^"_s, u"/a b"_s});
    QCOMPARE(found(matcher, u"/[b]/$.+(a)|^"_s), u"0"_s);
    QCOMPARE(found(matcher, u"/b/x"_s), u"-1"_s);
    QCOMPARE(found(matcher, u"/a%20b"_s), u"1"_s);
    QCOMPARE(found(matcher, u"/a+b"_s), u"-1"_s);
}

void tst_RouterMatch::typesConvertBothWays()
{
    const auto router = createRouter(route<Kinds>("kinds", "/:flag/:real/:tone/:text/:id/:small?"));
    Kinds kinds;
    kinds.flag = true;
    kinds.real = -1.5e-7;
    kinds.tone = Qt::Vertical;
    kinds.text = "ä/b";
    kinds.id = QUuid::createUuid();
    kinds.small = 255;
    const QString path = router.path(kinds);
    QVERIFY2(path.startsWith(u"/true/-1.5e-7/Vertical/%C3%A4%2Fb/"_s), qPrintable(path));
    QVERIFY(router.open(path));
    QCOMPARE(*router.page().get().as<Kinds>(), kinds);
    for (const char *wrong : {"/yes/1/Vertical/a/%1/1", "/true/nan/Vertical/a/%1/1", "/true/1/Loud/a/%1/1",
                              "/true/1/Vertical/a/x/1", "/true/1/Vertical/a/%1/256"}) {
        const QString text = QString::fromLatin1(wrong).replace(u"%1"_s, kinds.id.toString(QUuid::WithoutBraces));
        QVERIFY(router.open(text));
        QVERIFY2(!router.page().get(), wrong);
    }
    kinds.real = std::numeric_limits<double>::quiet_NaN();
    const Navigation answer = router.open(kinds);
    QVERIFY(answer == Navigated::Refused);
    QVERIFY2(answer.reason().contains(u"cannot be read back"_s), qPrintable(answer.reason()));
}

void tst_RouterMatch::pattern_faultsHaveReasons_data()
{
    QTest::addColumn<QString>("pattern");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << QString() << u"begins with /"_s;
    QTest::newRow("no slash") << u"a"_s << u"begins with /"_s;
    QTest::newRow("two slashes") << u"/a//b"_s << u"between two slashes"_s;
    QTest::newRow("two slashes alone") << u"//"_s << u"between two slashes"_s;
    QTest::newRow("no name") << u"/:"_s << u"letters, digits"_s;
    QTest::newRow("optional without name") << u"/:?"_s << u"letters, digits"_s;
    QTest::newRow("dash") << u"/:a-b"_s << u"letters, digits"_s;
    QTest::newRow("letters beyond ASCII") << u"/:ä"_s << u"letters, digits"_s;
    QTest::newRow("rest in the middle") << u"/*/a"_s << u"nothing follows"_s;
    QTest::newRow("part of a part") << u"/a:b"_s << u"a whole part"_s;
    QTest::newRow("question mark") << u"/a?"_s << u"a whole part"_s;
    QTest::newRow("percent") << u"/a%20b"_s << u"a whole part"_s;
    QTest::newRow("dots") << u"/a/.."_s << u". or .."_s;
    QTest::newRow("twice") << u"/:a/:a"_s << u"named once"_s;
    QTest::newRow("optional") << u"/:a?/:b?/:c?/:d?/:e?/:f?/:g?"_s << u"six"_s;
}

void tst_RouterMatch::pattern_faultsHaveReasons()
{
    QFETCH(QString, pattern);
    QFETCH(QString, reason);
    QString given;
    QVERIFY(!detail::Pattern::of(pattern, &given));
    QVERIFY2(given.contains(reason), qPrintable(given));
}

void tst_RouterMatch::expression_unknownGroupIsMisuse()
{
    support::MisuseLog misuse;
    const auto unknown = route<Archive>("archive", QRegularExpression(u"^/(?<yaer>\\d+)$"_s));
    QCOMPARE(
        misuse.take().value(0),
        u"nanostores: the route \"archive\" has a parameter \"yaer\", and its struct no member of that name; name a "
        u"member of its NANOSTORES_STRUCT"_s);
    const auto broken = route<Archive>("archive", QRegularExpression(u"^/(?<year>"_s));
    QVERIFY(misuse.take().value(0).contains(u"is not valid"_s));
    QVERIFY(createRouter(unknown).open("/5"));
    QVERIFY(createRouter(broken).open("/5"));
}

void tst_RouterMatch::randomPatterns_matchAsExpressionsDo()
{
    QRandomGenerator random(20261129);
    const auto below = [&](int end) { return random.bounded(end); };
    const QStringList words{u"a"_s, u"b"_s, u"A"_s, u"c.d"_s};
    for (int round = 0; round < 400; ++round) {
        QStringList patterns;
        QList<QRegularExpression> expressions;
        for (int i = below(8) + 1; i > 0; --i) {
            QString pattern;
            const int parts = below(5);
            for (int part = 0; part < parts; ++part) {
                const QString name = u"/:p"_s + QString::number(part);
                const int kind = below(10);
                pattern += kind < 4            ? u'/' + words.at(below(4))
                           : kind < 7          ? name
                           : kind < 9          ? name + u'?'
                           : part == parts - 1 ? name + u'*'
                                               : name;
            }
            pattern = pattern.isEmpty() ? u"/"_s : pattern;
            patterns.append(pattern);
            QString source = pattern;
            expressions.append(expressionOf(source.replace(u"."_s, u"\\."_s)));
        }
        const auto matcher = matcherOf(patterns);
        for (int i = 0; i < 60; ++i) {
            QString path;
            for (int part = below(6); part > 0; --part) {
                path += u'/' + (below(4) == 0 ? QString::number(below(3)) : words.at(below(4)));
            }
            path = path.isEmpty() ? u"/"_s : path;
            const QString expected = foundByExpressions(expressions, path);
            const QString actual = found(matcher, path);
            QVERIFY2(actual == expected,
                     qPrintable(u"%1 in %2: %3, not %4"_s.arg(path, patterns.join(u", "_s), actual, expected)));
        }
    }
}

void tst_RouterMatch::pathOf_takesNamesAndVariants()
{
    const auto router = makeRouter({.basePath = u"/app"_s});
    QCOMPARE(router.pathOf(u"home"_s), u"/app"_s);
    QCOMPARE(router.pathOf(u"post"_s, {{u"category"_s, u"a/b"_s}, {u"id"_s, 7.0}, {u"tab"_s, QVariant()}}),
             u"/app/posts/a%2Fb/7"_s);
    QCOMPARE(router.pathOf(u"files"_s, {{u"splat"_s, QStringList{u"a"_s, u"b c"_s}}}, {{u"q"_s, u"1"_s}}, u"end"_s),
             u"/app/files/a/b%20c?q=1#end"_s);
    QCOMPARE(router.pathOf(u"files"_s, {{u"splat"_s, u"a/b"_s}}), u"/app/files/a/b"_s);
    QCOMPARE(router.pathOf(u"files"_s), u"/app/files"_s);
}

void tst_RouterMatch::pathOf_faultsHaveReasons()
{
    const auto router = makeRouter();
    const auto reasonOf = [&](const QString &route, const QVariantMap &params) {
        QString reason;
        return router.pathOf(route, params, {}, {}, &reason) ? QString() : reason;
    };
    QCOMPARE(reasonOf(u"pst"_s, {}), u"there is no route \"pst\""_s);
    QCOMPARE(reasonOf(u"post"_s, {{u"id"_s, 1}}), u"the parameter \"category\" is missing"_s);
    QCOMPARE(reasonOf(u"home"_s, {{u"x"_s, 1}}), u"the route \"home\" has no parameter \"x\""_s);
    QVERIFY(reasonOf(u"post"_s, {{u"category"_s, u"a"_s}, {u"id"_s, u"b"_s}}).contains(u"is of another type"));
    QVERIFY(reasonOf(u"post"_s, {{u"category"_s, QVariantMap()}, {u"id"_s, 1}}).contains(u"a value that is no text"));
    QVERIFY(!reasonOf(u"post"_s, {{u"category"_s, u".."_s}, {u"id"_s, 1}}).isEmpty());
    QVERIFY(!reasonOf(u"post"_s, {{u"category"_s, u""_s}, {u"id"_s, 1}}).isEmpty());
}

void tst_RouterMatch::valuesOf_haveTheirTypes()
{
    const auto router = makeRouter();
    const QVariantMap values = router.core()->valuesOf(router.match(u"/posts/a%20b/7"_s).value());
    QCOMPARE(values.keys(), (QStringList{u"category"_s, u"id"_s}));
    QCOMPARE(values.value(u"id"_s).metaType(), QMetaType::fromType<int>());
    QCOMPARE(router.core()->valuesOf(Page()), QVariantMap());
}

/// Each part may be fixed or a parameter: the patterns have 2^10 branches in all, and a path comes by no branch twice.
void tst_RouterMatch::manyBranches_takeFewSteps()
{
    QStringList patterns;
    for (int shape = 0; shape < 1024; ++shape) {
        QString pattern;
        for (int part = 0; part < 10; ++part) {
            pattern += shape & (1 << part) ? u"/a"_s : u"/:p%1"_s.arg(part);
        }
        patterns.append(pattern + u"/end"_s);
    }
    const auto matcher = matcherOf(patterns);
    QCOMPARE(found(matcher, u"/a"_s.repeated(10) + u"/other"_s), u"-1"_s);
    QVERIFY(found(matcher, u"/a"_s.repeated(10) + u"/end"_s).startsWith(u"0 "_s));
    QCOMPARE(found(matcher, u"/a"_s.repeated(4000)), u"-1"_s);
}

QTEST_GUILESS_MAIN(tst_RouterMatch)

#include "tst_routermatch.moc"
