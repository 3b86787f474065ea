// SPDX-License-Identifier: MIT

// Links that are damaged at random, as URLs, as texts, as arguments and as bytes at the socket of the first instance.
// One that is taken shows a page whose address gives the same page; one that is not moves nothing, and has a reason.

#include <nanostores/core.h>
#include <nanostores/deeplinks.h>
#include <nanostores/qt.h>
#include <nanostores/router.h>

#include <QDir>
#include <QGuiApplication>
#include <QLocalSocket>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

#include <deque>
#include <memory>

using namespace nanostores;
using namespace Qt::StringLiterals;

namespace {

#define RANDOM_POST(FIELD) FIELD(QString, category) FIELD(int, id) FIELD(std::optional<QString>, tab)
#define RANDOM_FILES(FIELD) FIELD(QStringList, path)

struct Home
{
};
struct Post
{
    Q_GADGET
    NANOSTORES_STRUCT(Post, RANDOM_POST)
};
struct Files
{
    Q_GADGET
    NANOSTORES_STRUCT(Files, RANDOM_FILES)
};

auto makeRouter()
{
    return createRouter(
        {.maxLength = 2000, .links = {{u"shop"_s, {}}, {u"https"_s, {u"shop.example"_s, u"[::1]:81"_s}}}},
        route<Home>("home", "/"), route<Post>("post", "/posts/:category/:id/:tab?"),
        route<Files>("files", "/files/:path*"));
}
using Shop = decltype(makeRouter());

/// Links that are taken, damaged.
class Damage
{
public:
    explicit Damage(quint32 seed)
        : m_random(seed)
    {
    }
    int below(int most) { return m_random.bounded(most); }

    QString link()
    {
        static const QStringList taken{
            u"shop:/"_s,
            u"shop://posts/news/7"_s,
            u"shop:///posts/a%20b/7/comments?sort=name#top"_s,
            u"https://shop.example/files/a/b%2Fc/d"_s,
            u"https://[::1]:81/posts/%C3%A4/9?x=1&x=2"_s,
            u"SHOP://files/%F0%9F%98%80?q=%26+%3D#%23"_s,
        };
        static const QStringList tokens{
            u"/"_s,      u"//"_s,     u"\\"_s,     u"%"_s,       u"%2"_s,
            u"%2f"_s,    u"%2E%2e"_s, u".."_s,     u"/../"_s,    u"."_s,
            u"%00"_s,    u"%0a"_s,    u"%c3"_s,    u"%ff"_s,     u"%ed%a0"_s,
            u"ä"_s,      u"😀"_s,     u"?"_s,      u"#"_s,       u"&"_s,
            u"="_s,      u"+"_s,      u"@"_s,      u":"_s,       u":80"_s,
            u"["_s,      u"]"_s,      u"::"_s,     u"xn--"_s,    u" "_s,
            u"\n"_s,     u"\t"_s,     u"shop:"_s,  u"https"_s,   u"file:"_s,
            u"-"_s,      u"7"_s,      u"1e3"_s,    u"０"_s,      u"\u202e"_s,
            u"\uFFFD"_s, u"%25"_s,    u"%u0041"_s, u"user:p@"_s, u"evil.example"_s,
        };
        QString text = below(12) == 0 ? QString() : taken.at(below(static_cast<int>(taken.size())));
        for (int times = below(6); times > 0; --times) {
            const int at = below(static_cast<int>(text.size()) + 1);
            const QString token = tokens.at(below(static_cast<int>(tokens.size())));
            switch (below(7)) {
            case 0:
            case 1:
                text.insert(at, token);
                break;
            case 2:
                text.remove(at, 1 + below(6));
                break;
            case 3:
                text.insert(at, QChar(static_cast<char16_t>(below(0x10000))));
                break;
            case 4:
                text.insert(at, text.mid(below(at + 1), below(12)));
                break;
            case 5:
                if (at < text.size()) {
                    text[at] = QChar(static_cast<char16_t>(below(3) == 0 ? below(0x10000) : below(128)));
                }
                break;
            case 6:
                text.insert(at, token.repeated(below(40) == 0 ? below(3000) : below(5)));
                break;
            }
        }
        return text;
    }
    QUrl url()
    {
        switch (below(5)) {
        case 0:
            return QUrl(link(), QUrl::StrictMode);
        case 1:
            return QUrl::fromEncoded(link().toUtf8(), QUrl::TolerantMode);
        case 2: {
            QUrl url(u"shop:/"_s); // as a program puts one together
            url.setPath(u"/"_s + link(), QUrl::DecodedMode);
            url.setQuery(link());
            url.setFragment(link());
            return url;
        }
        default:
            return QUrl(link());
        }
    }
    QByteArray message()
    {
        const QByteArray body = link().toUtf8();
        QByteArray bytes = "nanostores-link 1\n" + QByteArray::number(body.size()) + '\n' + body;
        for (int times = below(3) == 0 ? 1 + below(4) : 0; times > 0; --times) {
            const int at = below(static_cast<int>(bytes.size()) + 1);
            switch (below(4)) {
            case 0:
                bytes.insert(at, static_cast<char>(below(256)));
                break;
            case 1:
                bytes.remove(at, 1 + below(4));
                break;
            case 2:
                bytes.insert(at, QByteArray::number(below(2) == 0 ? -1 : below(1 << 30)));
                break;
            case 3:
                bytes.insert(at, QByteArray(below(20) == 0 ? below(100'000) : below(8), '\n'));
                break;
            }
        }
        return bytes;
    }

private:
    QRandomGenerator m_random;
};

/// Empty if the page is one that a link may show.
QString faultOf(const Shop &router)
{
    const Page page = router.page().get();
    if (!page.isFound()) {
        return u"a page that no route matches"_s;
    }
    const auto again = router.match(page.url());
    if (!again || *again != page || again->params() != page.params() || again->searchItems() != page.searchItems()
        || again->hash() != page.hash()) {
        return u"its address gives another page"_s;
    }
    for (const QString &value : page.params()) {
        for (const QString &part : value.split(u'/')) {
            if (part == u".." || part == u"."
                || std::any_of(part.begin(), part.end(), [](QChar c) { return c < u' ' || c == u'\x7f'; })) {
                return u"a parameter that no path should give"_s;
            }
        }
    }
    return {};
}

} // namespace

class tst_RandomLinks : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void urls_areTakenOrMoveNothing();
    void texts_areTakenOrMoveNothing();
    void arguments_areTakenOrMoveNothing();
    void socket_staysOpenForOthers();

private:
    static constexpr auto Where = "seed %1, case %2: %3";
    int m_cases = 0;
    quint32 m_seed = 0;
    QTemporaryDir m_folder;
};

void tst_RandomLinks::initTestCase()
{
    bool isSet = false;
    const int asked = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    m_cases = isSet ? asked : 5000;
    m_seed = qEnvironmentVariableIsSet("NANOSTORES_RANDOM_SEED")
                 ? static_cast<quint32>(qEnvironmentVariableIntValue("NANOSTORES_RANDOM_SEED"))
                 : QRandomGenerator::global()->generate();
    QLoggingCategory::setFilterRules(u"nanostores.deeplinks=false"_s); // each refused link is a warning
    qputenv("XDG_RUNTIME_DIR", m_folder.path().toUtf8()); // where the sockets are
}

void tst_RandomLinks::urls_areTakenOrMoveNothing()
{
    Damage damage(m_seed);
    const Shop router = makeRouter();
    int taken = 0;
    for (int i = 0; i < m_cases; ++i) {
        const QUrl url = damage.url();
        const auto where = [&] { return QString::fromLatin1(Where).arg(m_seed).arg(i).arg(url.toString()).toUtf8(); };
        const RouterHistory before = router.history().get();
        const Navigation answer = router.openUrl(url);
        if (answer == Navigated::Refused) {
            QVERIFY2(router.history().get() == before, where());
            QVERIFY2(!answer.reason().isEmpty() && answer.reason().size() < 1000, where());
        } else {
            ++taken;
            const QString fault = faultOf(router);
            QVERIFY2(fault.isEmpty(), fault.toUtf8() + ' ' + where());
        }
    }
    QVERIFY(taken > m_cases / 20);
}

void tst_RandomLinks::texts_areTakenOrMoveNothing()
{
    Damage damage(m_seed + 1);
    const Shop router = makeRouter();
    DeepLinks links(router);
    int refusals = 0;
    connect(&links, &DeepLinks::refused, this, [&](const QString &link) {
        ++refusals;
        QVERIFY(link.size() <= 100);
    });
    int refused = 0;
    for (int i = 0; i < m_cases; ++i) {
        const QString text = damage.link();
        const auto where = [&] { return QString::fromLatin1(Where).arg(m_seed).arg(i).arg(text).toUtf8(); };
        const RouterHistory before = router.history().get();
        if (links.openLink(text) == Navigated::Refused) {
            ++refused;
            QVERIFY2(router.history().get() == before, where());
        } else {
            const QString fault = faultOf(router);
            QVERIFY2(fault.isEmpty(), fault.toUtf8() + ' ' + where());
        }
    }
    QCOMPARE(refusals, refused);
    QVERIFY(refused < m_cases - m_cases / 20);
}

void tst_RandomLinks::arguments_areTakenOrMoveNothing()
{
    Damage damage(m_seed + 2);
    const Shop router = makeRouter();
    DeepLinks links(router);
    for (int i = 0; i < m_cases; ++i) {
        QStringList arguments{u"program"_s};
        for (int n = damage.below(3); n > 0; --n) {
            arguments.append(damage.link());
        }
        QVERIFY(links.start(arguments) == InstanceRole::First);
        const QString fault = faultOf(router);
        QVERIFY2(fault.isEmpty(),
                 fault.toUtf8() + QString::fromLatin1(Where).arg(m_seed).arg(i).arg(arguments.join(u' ')).toUtf8());
    }
}

/// Up to six connections at a time, whose bytes come in pieces; in between one that is as it should be.
void tst_RandomLinks::socket_staysOpenForOthers()
{
    Damage damage(m_seed + 3);
    const Shop router = makeRouter();
    DeepLinks links(router, {.key = u"tst_randomlinks"_s});
    QVERIFY(links.start({u"program"_s}) == InstanceRole::First);
    const QStringList sockets = QDir(m_folder.path()).entryList({u"nanostores-*"_s}, QDir::System);
    QCOMPARE(sockets.size(), 1);
    const QString path = m_folder.filePath(sockets.first());
    int activations = 0;
    connect(&links, &DeepLinks::activated, this, [&] { ++activations; });

    struct Client
    {
        QLocalSocket socket;
        QByteArray left;
    };
    std::deque<std::unique_ptr<Client>> clients;
    for (int i = 0; i < m_cases; ++i) {
        auto &client = clients.emplace_back(std::make_unique<Client>());
        client->socket.connectToServer(path);
        client->left = damage.message();
        for (const auto &writing : clients) {
            const QByteArray piece = writing->left.left(damage.below(3) == 0 ? 1 + damage.below(20) : 200'000);
            writing->left.remove(0, piece.size());
            writing->socket.write(piece);
            writing->socket.flush();
        }
        QCoreApplication::processEvents();
        const QString fault = faultOf(router);
        QVERIFY2(fault.isEmpty(),
                 fault.toUtf8() + QString::fromLatin1(Where).arg(m_seed).arg(i).arg(u"socket"_s).toUtf8());
        if (clients.size() > 5) {
            clients.pop_front();
        }
        if (i % 100 == 99) {
            clients.clear();
            QCoreApplication::processEvents();
            router.open("/");
            QLocalSocket socket;
            socket.connectToServer(path);
            socket.write("nanostores-link 1\n17\nshop:/posts/a/123");
            QTRY_COMPARE(router.page().get().url(), u"/posts/a/123"_s);
        }
    }
    QVERIFY(activations > m_cases / 20);
}

QTEST_MAIN(tst_RandomLinks)

#include "tst_randomlinks.moc"
