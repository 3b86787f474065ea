// SPDX-License-Identifier: MIT

// Paths lead into gadgets, and write them: a member takes what fits its type, and all else stays.

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/qt/detail/values.h>
#include <nanostores/qt/detail/variantequal.h>

#include <QtCore/QRegularExpression>
#include <QtTest/QTest>

#include <random>
#include <utility>
#include <vector>

using namespace nanostores;

#define ARTIST(FIELD) \
    FIELD(QString, name) \
    FIELD(int, born)

struct Artist
{
    Q_GADGET
    NANOSTORES_STRUCT(Artist, ARTIST)
};

#define SONG(FIELD) \
    FIELD(QString, title) \
    FIELD(int, stars) \
    FIELD(QStringList, tags) \
    FIELD(Artist, artist) \
    FIELD(QVariant, note)

struct Song
{
    Q_GADGET
    NANOSTORES_STRUCT(Song, SONG)
};

/// Without operator==, with a member that limits what it is set to and one that cannot be set.
class Dial
{
    Q_GADGET
    Q_PROPERTY(int value READ value WRITE setValue)
    Q_PROPERTY(int most READ most CONSTANT)

public:
    int value() const { return m_value; }
    void setValue(int newValue) { m_value = qBound(0, newValue, most()); }
    static int most() { return 10; }

private:
    int m_value = 5;
};

namespace {

QString q(const char *text)
{
    return QString::fromUtf8(text);
}

bool isSame(const QVariant &a, const QVariant &b)
{
    return detail::sameVariant(a, b);
}

Song song()
{
    Song song;
    song.title = q("Respect");
    song.stars = 5;
    song.tags = {q("soul"), q("1967")};
    song.artist.name = q("Aretha");
    song.artist.born = 1942;
    song.note = QVariantMap{{q("side"), q("A")}};
    return song;
}

void ignoreWarnings()
{
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(q("the value is kept")));
}

const QStringList leaves{q("title"),       q("stars"),       q("tags[0]"),   q("tags[1]"),
                         q("artist.name"), q("artist.born"), q("note.side"), q("note.other")};

} // namespace

class tst_GadgetPaths : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void members_areReadAndWritten();
    void whatDoesNotFit_isRefused_data();
    void whatDoesNotFit_isRefused();
    void mapOfStructs_isWrittenByPath();
    void document_isToldOfTheMember();
    void withoutEquality_sameMemberIsSilent();
    void randomWrites_changeOnePart();
};

void tst_GadgetPaths::members_areReadAndWritten()
{
    const QVariant before = QVariant::fromValue(song());
    QCOMPARE(getPath(before, q("artist.name")), QVariant(q("Aretha")));
    QCOMPARE(getPath(before, q("tags[1]")), QVariant(q("1967")));
    QVERIFY(!getPath(before, q("artist.name.first")).isValid());
    QVERIFY(!getPath(before, q("label")).isValid());

    Song expected = song();
    expected.artist.born = 1943;
    QCOMPARE(setPath(before, q("artist.born"), 1943), QVariant::fromValue(expected));
    QCOMPARE(setPath(before, q("artist.born"), 1943.0), QVariant::fromValue(expected)); // JavaScript's numbers
    expected = song();
    expected.tags[0] = q("R&B");
    QCOMPARE(setPath(before, q("tags[0]"), q("R&B")), QVariant::fromValue(expected));
    expected = song();
    expected.note = QVariantMap{};
    QCOMPARE(setPath(before, q("note.side"), {}), QVariant::fromValue(expected));
    QCOMPARE(before, QVariant::fromValue(song()));

    const QVariant within = QVariantList{before, before};
    expected = song();
    expected.title = q("Think");
    QCOMPARE(setPath(within, q("1.title"), q("Think")), (QVariantList{before, QVariant::fromValue(expected)}));
}

void tst_GadgetPaths::whatDoesNotFit_isRefused_data()
{
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("path");
    QTest::addColumn<QVariant>("part");
    QTest::addColumn<QString>("reason");
    const QVariant s = QVariant::fromValue(song());
    QTest::newRow("type") << s << q("stars") << QVariant(q("many"))
                          << q("\"stars\" of the value takes values of the type int alone");
    QTest::newRow("fraction") << s << q("stars") << QVariant(1.5) << q("takes values of the type int alone");
    QTest::newRow("deeper") << s << q("artist.born") << QVariant(QVariantList{1})
                            << q("\"born\" of \"artist\" takes values of the type int alone");
    QTest::newRow("item") << s << q("tags[0]") << QVariant(QVariantMap{})
                          << q("\"tags\" of the value takes values of the type QStringList");
    QTest::newRow("gap") << s << q("tags[5]") << QVariant(q("x"))
                         << q("\"tags\" of the value takes values of the type QStringList");
    QTest::newRow("gone") << s << q("artist") << QVariant()
                          << q("\"artist\" of the value takes values of the type Artist alone");
    QTest::newRow("unknown") << s << q("label") << QVariant(1)
                             << q("neither a map nor a list, and has no part \"label\"");
    QTest::newRow("text") << s << q("title.size") << QVariant(1) << q("\"title\" is neither a map nor a list");
    QTest::newRow("read-only") << QVariant::fromValue(Dial()) << q("most") << QVariant(11)
                               << q("\"most\" of the value is read-only");
}

void tst_GadgetPaths::whatDoesNotFit_isRefused()
{
    QFETCH(QVariant, value);
    QFETCH(QString, path);
    QFETCH(QVariant, part);
    QFETCH(QString, reason);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(QRegularExpression::escape(reason)));
    const QVariant after = setPath(value, path, part);
    QCOMPARE(after.metaType(), value.metaType());
    QVERIFY(isSame(getPath(after, path), getPath(value, path)));

    const auto store = deepMap({{q("it"), value}});
    int calls = 0;
    const auto subscription = store.listen([&] { ++calls; });
    ignoreWarnings();
    store.setKey(q("it.") + path, part);
    QCOMPARE(calls, 0);
}

void tst_GadgetPaths::mapOfStructs_isWrittenByPath()
{
    const auto songs = map<int, Song>({{1, song()}, {2, Song()}});
    StoreAdapter adapter(songs);
    const std::unique_ptr<KeyAdapter> first = adapter.atKey(1);
    QVERIFY(first);
    first->setProperty("value", setPath(first->property("value"), q("artist.name"), q("Otis")));
    QCOMPARE(songs.getKey(1)->artist.name, q("Otis"));
    QCOMPARE(songs.getKey(1)->title, q("Respect"));
}

void tst_GadgetPaths::document_isToldOfTheMember()
{
    const auto store = deepMap({{q("songs"), QVariantList{QVariant::fromValue(song()), QVariant::fromValue(Song())}}});
    std::vector<std::pair<QVariant, QVariant>> heard;
    const auto subscription = store.listen([&](const QVariantMap &, const DocumentChange &change) {
        heard.emplace_back(change.oldValue(q("songs[0].stars")), change.oldValue(q("songs[0].title")));
    });
    int stars = 0;
    int others = 0;
    const auto watched = listenKeys(store, {VariantPath(q("songs[0].stars"))}, [&] { ++stars; });
    const auto unwatched = listenKeys(store, {VariantPath(q("songs[1].stars"))}, [&] { ++others; });
    store.setKey(q("songs[0].stars"), 5); // as it is
    QVERIFY(heard.empty());
    store.setKey(q("songs[0].stars"), 4);
    QCOMPARE(heard.size(), std::size_t(1));
    QCOMPARE(heard[0].first, QVariant(5));
    QCOMPARE(heard[0].second, QVariant(q("Respect")));
    QCOMPARE(store.getKey(q("songs[0].stars")), QVariant(4));
    QVERIFY(store.getKey(q("songs[0]")).metaType() == QMetaType::fromType<Song>());
    QCOMPARE(stars, 1);
    QCOMPARE(others, 0);
}

void tst_GadgetPaths::withoutEquality_sameMemberIsSilent()
{
    const auto store = deepMap({{q("dial"), QVariant::fromValue(Dial())}});
    int calls = 0;
    const auto subscription = store.listen([&] { ++calls; });
    store.setKey(q("dial.value"), 5);
    QCOMPARE(calls, 0);
    store.setKey(q("dial.value"), 7);
    QCOMPARE(calls, 1);
    store.setKey(q("dial.value"), 99); // limited to 10
    QCOMPARE(store.getKey(q("dial.value")), QVariant(10));
    QCOMPARE(calls, 2);
    store.setKey(q("dial.value"), 99);
    QCOMPARE(calls, 2);
}

/// A write changes what its path leads to and nothing else, or nothing at all; a document does what setPath() does, and
/// tells of a change if there is one.
void tst_GadgetPaths::randomWrites_changeOnePart()
{
    std::mt19937 random(20261130);
    const auto pick = [&](int most) { return std::uniform_int_distribution<int>(0, most - 1)(random); };
    const QList<QVariant> parts{1, 2, 3.0, 2.5, q("a"), q("7"), true, QVariant(), QStringList{q("x")}, QVariantMap{}};
    const QStringList paths = leaves + QStringList{q("artist"), q("note"), q("tags"), q("tags[2]"), q("note.list[1]")};
    const auto former = qInstallMessageHandler([](QtMsgType, const QMessageLogContext &, const QString &) {});
    QVariant value = QVariant::fromValue(song());
    const auto store = deepMap({{q("song"), value}});
    int calls = 0;
    const auto subscription = store.listen([&] { ++calls; });
    int changes = 0;
    for (int round = 0; round < 5000; ++round) {
        const QString path = paths[pick(static_cast<int>(paths.size()))];
        const QVariant part = parts[pick(static_cast<int>(parts.size()))];
        const QVariant after = setPath(value, path, part);
        const bool hasChanged = after != value;
        const QByteArray at =
            path.toUtf8() + " = " + QByteArray(part.typeName()) + " in round " + QByteArray::number(round);
        QVERIFY2(after.metaType() == value.metaType(), at.constData());
        for (const QString &leaf : leaves) {
            const bool isBelow = leaf.startsWith(path) || path.startsWith(leaf.section(u'[', 0, 0));
            QVERIFY2(isBelow || isSame(getPath(after, leaf), getPath(value, leaf)),
                     (leaf.toUtf8() + " by " + at).constData());
        }
        if (hasChanged && part.isValid()) {
            const QVariant got = getPath(after, path);
            const auto fitting = detail::fit(part, got.metaType()); // a number in a list of texts is a text
            QVERIFY2(fitting && isSame(*fitting, got), at.constData());
        }
        calls = 0;
        store.setKey(q("song.") + path, part);
        QVERIFY2(isSame(store.getKey(q("song")), after), at.constData());
        QVERIFY2(calls == (hasChanged ? 1 : 0), at.constData());
        changes += hasChanged ? 1 : 0;
        value = after;
    }
    qInstallMessageHandler(former);
    QVERIFY(changes > 500);
}

QTEST_GUILESS_MAIN(tst_GadgetPaths)
#include "tst_gadgetpaths.moc"
