// SPDX-License-Identifier: MIT

#include "support/callrecorder.h"
#include "support/handlers.h"
#include "support/timedtest.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QRandomGenerator>
#include <QTest>

#include <map>

using namespace nanostores;
using namespace nanostores::message;
using namespace support;
using namespace Qt::StringLiterals;

namespace {

/// A loader that answers by hand.
struct Server
{
    struct Request
    {
        TranslationRequest request;
        TaskSource<QByteArray> source;
    };
    using Requests = std::shared_ptr<std::vector<Request>>;

    Requests waiting = std::make_shared<std::vector<Request>>();
    std::shared_ptr<QStringList> asked = std::make_shared<QStringList>();

    TranslationLoader loader() const
    {
        return [waiting = waiting, asked = asked](const TranslationRequest &request) {
            asked->append(request.locale + u':' + request.components.join(u','));
            return waiting->emplace_back(Request{request, {}}).source.task();
        };
    }
    /// What was asked for since the last call.
    QString take() const { return std::exchange(*asked, {}).join(u' '); }
    Request next() const
    {
        const Request first = waiting->front();
        waiting->erase(waiting->begin());
        return first;
    }
    /// Each component's title is "<locale> <component>".
    static QByteArray answerOf(const QString &locale, const QStringList &components)
    {
        QByteArray json;
        for (const QString &name : components) {
            json += (json.isEmpty() ? "{\"" : ", \"") + name.toUtf8() + "\": {\"title\": \"" + locale.toUtf8() + ' '
                    + name.toUtf8() + "\"}";
        }
        return json.isEmpty() ? QByteArray("{}") : json + '}';
    }
    void answer() const
    {
        const Request request = next();
        request.source.resolve(answerOf(request.request.locale, request.request.components));
    }
    void answer(const QStringList &components) const
    {
        const Request request = next();
        request.source.resolve(answerOf(request.request.locale, components));
    }
    void refuse() const { next().source.reject(std::make_exception_ptr(std::runtime_error("refused"))); }
};

auto titleOf(const auto &component)
{
    return component.peek()["title"_t];
}

} // namespace

class tst_I18nLoading : public TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void load_isForWhatIsShownInATurn();
    void load_isOnceForAPrefix();
    void load_isMadeAgainForWhatAPrefixHadNot();
    void load_bringsMoreThanWasAskedFor();
    void load_oldLanguageStaysMeanwhile();
    void load_lateIsForTheCache();
    void load_isNotMadeTwiceForALocale();
    void load_endsWithItsI18n();
    void load_countsAsATask();
    void loading_isOfTheLocale();
    void answer_withoutTheComponentIsNone();
    void error_isAState();
    void error_thrownIsAState();
    void error_isRetried();
    void error_goesWithAnotherLocale();
    void error_isForgottenWhenItIsShownAnew();
    void failure_isOverWhenAnotherLoadBringsIt();
    void error_ofBrokenJsonNamesTheLine();
    void random_showsWhatAPlainModelDoes();
};

void tst_I18nLoading::load_isForWhatIsShownInATurn()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const auto b = messages<"b">(i18n, text<"title", "B">);
    const auto c = messages<"c">(i18n, text<"title", "C">);
    const Subscription observers[] = {a.listen([] {}), b.listen([] {}), b.listen([] {})};
    QCOMPARE(server.take(), QString());
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a,b"_s);
    server.answer();
    QCOMPARE(titleOf(a) + titleOf(b) + titleOf(c), u"fr afr bC"_s);
    const Subscription observer = c.listen([] {});
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:c"_s);
}

void tst_I18nLoading::load_isOnceForAPrefix()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto cart = messages<"shop/cart">(i18n, text<"title", "Cart">);
    const auto till = messages<"shop/till">(i18n, text<"title", "Till">);
    const Subscription first = cart.listen([] {});
    m_time->advance(0);
    const Subscription second = till.listen([] {});
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:shop/cart"_s);
    server.answer({u"shop/cart"_s, u"shop/till"_s});
    m_time->advance(0);
    QCOMPARE(server.take(), QString());
    QCOMPARE(titleOf(till), u"fr shop/till"_s);
}

void tst_I18nLoading::load_isMadeAgainForWhatAPrefixHadNot()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto cart = messages<"shop/cart">(i18n, text<"title", "Cart">);
    const auto till = messages<"shop/till">(i18n, text<"title", "Till">);
    const Subscription first = cart.listen([] {});
    m_time->advance(0);
    const Subscription second = till.listen([] {});
    server.answer();
    QVERIFY(i18n.loading().get());
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:shop/cart fr:shop/till"_s);
    server.answer();
    QCOMPARE(titleOf(till), u"fr shop/till"_s);
    QVERIFY(!i18n.loading().get());
}

void tst_I18nLoading::load_bringsMoreThanWasAskedFor()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription first = a.listen([] {});
    m_time->advance(0);
    server.answer({u"a"_s, u"b"_s});
    const auto b = messages<"b">(i18n, text<"title", "B">);
    QCOMPARE(titleOf(b), u"fr b"_s);
    const Subscription second = b.listen([] {});
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a"_s);
}

void tst_I18nLoading::load_oldLanguageStaysMeanwhile()
{
    const Server server;
    const Atom<QString> locale(u"fr"_s);
    const I18n i18n(locale, {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    QStringList seen;
    const Subscription observer = a.subscribe([&](const auto &texts) { seen.append(texts["title"_t]); });
    m_time->advance(0);
    server.answer();
    locale.set(u"de"_s);
    m_time->advance(0);
    QCOMPARE(titleOf(a), u"fr a"_s);
    server.answer();
    QCOMPARE(seen, QStringList({u"A"_s, u"fr a"_s, u"de a"_s}));
}

void tst_I18nLoading::load_lateIsForTheCache()
{
    const Server server;
    const Atom<QString> locale(u"fr"_s);
    const I18n i18n(locale, {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    locale.set(u"de"_s);
    m_time->advance(0);
    server.answer(); // of fr
    QCOMPARE(titleOf(a), u"A"_s);
    QVERIFY(i18n.loading().get());
    server.answer();
    QCOMPARE(titleOf(a), u"de a"_s);
    locale.set(u"fr"_s);
    QCOMPARE(titleOf(a), u"fr a"_s);
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a de:a"_s);
}

void tst_I18nLoading::load_isNotMadeTwiceForALocale()
{
    const Server server;
    const Atom<QString> locale(u"fr"_s);
    const I18n i18n(locale, {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    locale.set(u"en"_s);
    QVERIFY(!i18n.loading().get());
    locale.set(u"fr"_s);
    QVERIFY(i18n.loading().get());
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a"_s);
    server.answer();
    QCOMPARE(titleOf(a), u"fr a"_s);
}

void tst_I18nLoading::load_endsWithItsI18n()
{
    const Server server;
    {
        const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
        const auto a = messages<"a">(i18n, text<"title", "A">);
        const Subscription observer = a.listen([] {});
        m_time->advance(0);
    }
    m_time->advance(2000);
    server.answer();
    QVERIFY(allTasks().done());
}

void tst_I18nLoading::load_countsAsATask()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    const Task<void> all = allTasks();
    QVERIFY(!all.done());
    server.answer();
    QVERIFY(all.done());
}

void tst_I18nLoading::loading_isOfTheLocale()
{
    const Server server;
    const Atom<QString> locale(u"fr"_s);
    const I18n i18n(locale, {.load = server.loader()});
    CallRecorder<bool> calls;
    const Subscription watch = i18n.loading().subscribe(calls);
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    QCOMPARE(calls.take(), QList<bool>({false, true}));
    m_time->advance(0);
    server.answer();
    QCOMPARE(calls.take(), QList<bool>{false});
    locale.set(u"de"_s);
    locale.set(u"fr"_s);
    QCOMPARE(calls.take(), QList<bool>({true, false}));
}

void tst_I18nLoading::answer_withoutTheComponentIsNone()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    server.answer({u"b"_s});
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a"_s);
    QCOMPARE(titleOf(a), u"A"_s);
    QVERIFY(!i18n.loading().get());
    QVERIFY(!i18n.error().get());
    QCOMPARE(i18n.problems().get().size(), 1);
    QCOMPARE(i18n.problems().get().front().message(), u"fr: a: it is not translated"_s);
}

void tst_I18nLoading::error_isAState()
{
    const Server server;
    const Atom<QString> locale(u"de"_s);
    const I18n i18n(locale, {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    server.answer();
    locale.set(u"fr"_s);
    m_time->advance(0);
    server.refuse();
    QCOMPARE(i18n.error().get().message(), u"refused"_s);
    QCOMPARE(i18n.error().get().locale, u"fr"_s);
    QCOMPARE(i18n.error().get().components, QStringList{u"a"_s});
    QVERIFY(!i18n.loading().get());
    QCOMPARE(titleOf(a), u"de a"_s);
    m_time->advance(0);
    QCOMPARE(server.take(), u"de:a fr:a"_s); // not by itself
}

void tst_I18nLoading::error_thrownIsAState()
{
    const I18n i18n(atom(u"fr"_s),
                    {.load = [](const TranslationRequest &) -> QByteArray { throw std::runtime_error("broken"); }});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    QCOMPARE(i18n.error().get().message(), u"broken"_s);
    QVERIFY(!i18n.loading().get());
    QVERIFY(allTasks().done());
}

void tst_I18nLoading::error_isRetried()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    server.refuse();
    i18n.retry();
    i18n.retry();
    QVERIFY(!i18n.error().get());
    QVERIFY(i18n.loading().get());
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a fr:a"_s);
    server.answer();
    QCOMPARE(titleOf(a), u"fr a"_s);
}

void tst_I18nLoading::error_goesWithAnotherLocale()
{
    const Server server;
    const Atom<QString> locale(u"fr"_s);
    const I18n i18n(locale, {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    server.refuse();
    locale.set(u"en"_s);
    QVERIFY(!i18n.error().get());
    locale.set(u"fr"_s);
    QVERIFY(!i18n.error().get());
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a fr:a"_s);
}

void tst_I18nLoading::error_isForgottenWhenItIsShownAnew()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const auto b = messages<"b">(i18n, text<"title", "B">);
    const Subscription other = b.listen([] {});
    {
        const Subscription observer = a.listen([] {});
        m_time->advance(0);
        server.refuse();
    }
    m_time->advance(2000);
    QCOMPARE(i18n.error().get().components, QStringList({u"a"_s, u"b"_s}));
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    QCOMPARE(server.take(), u"fr:a,b fr:a"_s);
    QCOMPARE(i18n.error().get().components, QStringList{u"b"_s});
    server.answer();
    QCOMPARE(titleOf(a) + titleOf(b), u"fr aB"_s);
}

/// A loader of whole files brings what was not asked for, too.
void tst_I18nLoading::failure_isOverWhenAnotherLoadBringsIt()
{
    const Server server;
    const I18n i18n(atom(u"fr"_s), {.load = server.loader()});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const auto b = messages<"b">(i18n, text<"title", "B">);
    const Subscription one = a.listen([] {});
    m_time->advance(0);
    server.refuse();
    QCOMPARE(i18n.error().get().message(), u"refused"_s);
    const Subscription other = b.listen([] {});
    m_time->advance(0);
    server.answer({u"a"_s, u"b"_s});
    QCOMPARE(titleOf(a) + titleOf(b), u"fr afr b"_s);
    QVERIFY(!i18n.error().get());
}

void tst_I18nLoading::error_ofBrokenJsonNamesTheLine()
{
    const I18n i18n(atom(u"fr"_s), {.load = [](const TranslationRequest &) {
                        return TranslationFile{"{\n  \"a\": {\n    \"title\": 'A'\n  }\n}", u"fr.json"_s};
                    }});
    const auto a = messages<"a">(i18n, text<"title", "A">);
    const Subscription observer = a.listen([] {});
    m_time->advance(0);
    QVERIFY2(i18n.error().get().message().startsWith(u"fr.json:3: it is no JSON"_s),
             qPrintable(i18n.error().get().message()));
}

/// Locales, observers, answers, refusals and retries in any order: each component shows the translation of the last
/// locale that it had one of, and nothing is asked for that is known, or that is being asked for.
void tst_I18nLoading::random_showsWhatAPlainModelDoes()
{
    const QStringList locales{u"en"_s, u"fr"_s, u"de"_s, u"ru"_s};
    for (quint32 seed = 1; seed <= 200; ++seed) {
        QRandomGenerator random(seed);
        const Server server;
        const Atom<QString> locale(u"en"_s);
        const I18n i18n(locale, {.load = server.loader()});
        const auto a = messages<"a">(i18n, text<"title", "a">);
        const auto b = messages<"b">(i18n, text<"title", "b">);
        std::map<QString, QSet<QString>> known; // components by locale
        QString shown[2] = {u"a"_s, u"b"_s};
        Subscription observers[2];
        const QString names[2] = {u"a"_s, u"b"_s};
        for (int step = 0; step < 60; ++step) {
            const auto which = random.bounded(2U);
            switch (random.bounded(8)) {
            case 0:
            case 1:
                locale.set(locales[random.bounded(4)]);
                break;
            case 2:
                observers[which] = which == 0 ? a.listen([] {}) : b.listen([] {});
                break;
            case 3:
                observers[which] = {};
                m_time->advance(1500);
                break;
            case 4:
            case 5:
                if (!server.waiting->empty()) {
                    const auto &request = server.waiting->front().request;
                    known[request.locale].unite(QSet<QString>(request.components.begin(), request.components.end()));
                    server.answer();
                }
                break;
            case 6:
                if (!server.waiting->empty()) {
                    server.refuse();
                }
                break;
            default:
                i18n.retry();
                break;
            }
            m_time->advance(0);
            const QString now = locale.get();
            for (std::size_t i = 0; i < 2; ++i) {
                if (now == u"en") {
                    shown[i] = names[i];
                } else if (known[now].contains(names[i])) {
                    shown[i] = now + u' ' + names[i];
                }
                QCOMPARE(i == 0 ? titleOf(a) : titleOf(b), shown[i]);
            }
            QSet<QString> asked;
            for (const auto &request : *server.waiting) {
                for (const QString &name : request.request.components) {
                    QVERIFY(!known[request.request.locale].contains(name));
                    QVERIFY(!asked.contains(request.request.locale + name));
                    asked.insert(request.request.locale + name);
                }
            }
            QCOMPARE(i18n.loading().get(), std::any_of(server.waiting->begin(), server.waiting->end(),
                                                       [&](const auto &one) { return one.request.locale == now; }));
        }
        while (!server.waiting->empty()) {
            server.refuse();
        }
    }
}

QTEST_GUILESS_MAIN(tst_I18nLoading)

#include "tst_i18nloading.moc"
