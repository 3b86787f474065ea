// SPDX-License-Identifier: MIT
#include "trade.h"

#include <nanostores/core.h>

#include "support/handlers.h"
#include "support/manualtime.h"

#include <QLibrary>
#include <QtTest/QTest>

#include <dlfcn.h>

using namespace nanostores;
using namespace trade;

namespace {

/// In the host's own unnamed namespace; the stranger has another one.
struct Local
{
    int number = 0;
    friend bool operator==(const Local &, const Local &) = default;
};

bool isLoaded(const char *file)
{
    void *const handle = dlopen(file, RTLD_LAZY | RTLD_NOLOAD);
    if (handle) {
        dlclose(handle);
    }
    return handle != nullptr;
}

class Plugin
{
public:
    explicit Plugin(const char *file)
        : m_library(QString::fromLocal8Bit(file))
    {
        if (!m_library.load()) { // RTLD_LOCAL: nothing asks for the other
            qFatal("%s", qPrintable(m_library.errorString()));
        }
    }
    Plugin(const Plugin &) = delete;
    Plugin &operator=(const Plugin &) = delete;
    ~Plugin()
    {
        if (m_isMine) {
            m_library.unload(); // Qt counts: as long as one has not, none unloads
        }
    }
    void start(int *heard) { call<Start>("start")(heard); }
    void act() { call<Act>("act")(); }
    void stop() { call<Act>("stop")(); }
    void forget() { call<Act>("forget")(); }
    QString ask(const char *name) { return QString::fromUtf8(call<Ask>(name)()); }
    bool unload()
    {
        m_isMine = false;
        return m_library.unload();
    }

private:
    template<typename F>
    F call(const char *name)
    {
        return reinterpret_cast<F>(m_library.resolve(name));
    }

    QLibrary m_library;
    bool m_isMine = true;
};

} // namespace

class tst_Plugins : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void plugins_shareByName();
    void first_mayBeAPlugin();
    void unload_endsListenersWithTheirObjects();
    void unload_ofACarelessPlugin();
    void unload_ofOneThatSharesNothing();
    void reload_findsTheSameStores();
    void clash_namesBothDeclarations();
    void clash_ofKinds();
    void clash_ofUnnamedTypes();

private:
    support::ManualTime m_time;
};

void tst_Plugins::plugins_shareByName()
{
    const auto offers = shared<Map<QString, Offer>>("trade/offers");
    int buyerHeard = 0;
    int sellerHeard = 0;
    Plugin buyer(PLUGIN_BUYER);
    Plugin seller(PLUGIN_SELLER);
    buyer.start(&buyerHeard);
    seller.start(&sellerHeard);
    seller.act();
    QCOMPARE(offers.get().value(QStringLiteral("mug")).price, 12);
    QCOMPARE(buyerHeard, 2); // the map, and the sum of it
    QCOMPARE(sellerHeard, 1);
    offers.setKey(QStringLiteral("map"), {QStringLiteral("Star map"), 20});
    QCOMPARE(buyerHeard, 4);
    QCOMPARE(sellerHeard, 2);
    buyer.stop();
    seller.stop();
}

void tst_Plugins::first_mayBeAPlugin()
{
    int heard = 0;
    Plugin buyer(PLUGIN_BUYER);
    buyer.start(&heard);
    buyer.act();
    const auto isOpen = shared<Atom<bool>>("trade/isOpen", true);
    QCOMPARE(isOpen.name(), std::string("trade/isOpen"));
    QCOMPARE(isOpen.get(), false);
    const auto terms = shared<DeepMap<Terms>>("trade/terms", Terms{});
    QCOMPARE(terms.get().days, 14);
    const auto sum = shared<Computed<int>>("trade/sum", [] { return computed([] { return -1; }); });
    QVERIFY(sum.get() >= 90);
    terms.setKey(&Terms::express, true);
    QCOMPARE(shared<DeepMap<Terms>>("trade/terms", Terms{}).get().express, true);
    buyer.stop();
}

void tst_Plugins::unload_endsListenersWithTheirObjects()
{
    const auto offers = shared<Map<QString, Offer>>("trade/offers");
    int heard = 0;
    Plugin buyer(PLUGIN_BUYER);
    buyer.start(&heard);
    buyer.act();
    buyer.stop();
    const int before = heard;
    QVERIFY(buyer.unload());
    offers.setKey(QStringLiteral("fig"), {QStringLiteral("Fig"), 2});
    QCOMPARE(heard, before);
    // What it made lives on, and works.
    const auto sum = shared<Computed<int>>("trade/sum", [] { return computed([] { return -1; }); });
    QVERIFY(sum.get() >= 92);
    m_time.advance(2000);
    QCOMPARE(shared<Atom<QString>>("trade/motto", QString()).get().isEmpty(), false);
    QVERIFY(isLoaded(PLUGIN_BUYER)); // its code is part of the stores
}

void tst_Plugins::unload_ofACarelessPlugin()
{
    const auto offers = shared<Map<QString, Offer>>("trade/offers");
    const auto motto = shared<Atom<QString>>("trade/motto", QString());
    int buyerHeard = 0;
    static int sellerHeard = 0; // the listener that is left behind counts on
    Plugin buyer(PLUGIN_BUYER);
    Plugin seller(PLUGIN_SELLER);
    buyer.start(&buyerHeard);
    seller.start(&sellerHeard);
    buyer.forget();
    seller.act();
    buyer.stop();
    QVERIFY(buyer.unload());
    QVERIFY(seller.unload()); // without stop(): its listener stays, and so does the code of it
    const int before = sellerHeard;
    offers.setKey(QStringLiteral("kite"), {QStringLiteral("Kite"), 7});
    QCOMPARE(sellerHeard, before + 1);
    QCOMPARE(motto.get(), QStringLiteral("sell high!")); // a constant of the plugin's, but for the hook
    motto.set(QStringLiteral("hold"));
    QCOMPARE(motto.get(), QStringLiteral("hold!"));
}

void tst_Plugins::unload_ofOneThatSharesNothing()
{
    Plugin loner(PLUGIN_LONER);
    loner.act();
    QVERIFY(isLoaded(PLUGIN_LONER));
    QVERIFY(loner.unload());
    QVERIFY(!isLoaded(PLUGIN_LONER));
}

void tst_Plugins::reload_findsTheSameStores()
{
    int heard = 0;
    {
        Plugin buyer(PLUGIN_BUYER);
        buyer.start(&heard);
        buyer.act();
        buyer.stop();
        QVERIFY(buyer.unload());
    }
    shared<Map<QString, Offer>>("trade/offers").setKey(QStringLiteral("lamp"), {QStringLiteral("Lamp"), 1});
    Plugin buyer(PLUGIN_BUYER);
    heard = 0;
    buyer.start(&heard);
    QCOMPARE(heard, 0);
    buyer.act();
    const auto offers = shared<Map<QString, Offer>>("trade/offers");
    QCOMPARE(offers.get().value(QStringLiteral("lamp")).price, 90);
    QVERIFY(heard > 0);
    buyer.stop();
}

void tst_Plugins::clash_namesBothDeclarations()
{
    const auto isOpen = shared<Atom<bool>>("trade/isOpen", true);
    Plugin stranger(PLUGIN_STRANGER);
    const QString error = stranger.ask("anotherType");
    QVERIFY2(error.contains(QStringLiteral("\"trade/isOpen\"")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("nanostores::Atom<int>")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("stranger.cpp:")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("nanostores::Atom<bool>")), qPrintable(error));
    QVERIFY2(error.contains(QRegularExpression(QStringLiteral("(buyer|tst_plugins)\\.cpp:\\d+"))), qPrintable(error));
    isOpen.set(!isOpen.get()); // as good as before
}

void tst_Plugins::clash_ofKinds()
{
    static_cast<void>(shared<DeepMap<Terms>>("trade/terms", Terms{}));
    Plugin stranger(PLUGIN_STRANGER);
    const QString error = stranger.ask("anotherKind");
    QVERIFY2(error.contains(QStringLiteral("nanostores::Atom<trade::Terms>")), qPrintable(error));
    QVERIFY2(error.contains(QStringLiteral("nanostores::DeepMap<trade::Terms>")), qPrintable(error));
}

void tst_Plugins::clash_ofUnnamedTypes()
{
    const auto local = shared<Atom<Local>>("trade/local", Local{});
    Plugin stranger(PLUGIN_STRANGER);
    const QString error = stranger.ask("localType");
    QVERIFY2(error.contains(QStringLiteral("unnamed namespace")), qPrintable(error));
    QCOMPARE(local.get(), Local{});
}

QTEST_GUILESS_MAIN(tst_Plugins)
#include "tst_plugins.moc"
