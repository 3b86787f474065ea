// SPDX-License-Identifier: MIT

// A bit of everything, so that the templates of all headers are compiled.
#include <nanostores/core.h>
#include <nanostores/deeplinks.h>
#include <nanostores/i18n.h>
#include <nanostores/inspect.h>
#include <nanostores/inspector.h>
#include <nanostores/kit.h>
#include <nanostores/logger.h>
#include <nanostores/persistent.h>
#include <nanostores/persistent/testing/checkengine.h>
#include <nanostores/qml.h>
#include <nanostores/qmldeeplinks.h>
#include <nanostores/qmlhistory.h>
#include <nanostores/qmli18n.h>
#include <nanostores/qmllogger.h>
#include <nanostores/qmlpersistent.h>
#include <nanostores/qmlquery.h>
#include <nanostores/qmlrouter.h>
#include <nanostores/qmltestkit.h>
#include <nanostores/qt.h>
#include <nanostores/qtscope.h>
#include <nanostores/qttestkit.h>
#include <nanostores/query.h>
#include <nanostores/recorder.h>
#include <nanostores/redis.h>
#include <nanostores/rest.h>
#include <nanostores/router.h>
#include <nanostores/routerwidgets.h>
#include <nanostores/script.h>
#include <nanostores/scripttestkit.h>
#include <nanostores/surroundings.h>
#include <nanostores/undo.h>
#include <nanostores/widgets.h>

#include <QtCore/QRegularExpression>
#include <QtQml/QJSEngine>
#include <QtWidgets/QApplication>
#include <QtWidgets/QLabel>
#include <QtWidgets/QLineEdit>
#include <QtWidgets/QSlider>
#include <QtWidgets/QSpinBox>
#include <QtWidgets/QStackedWidget>
#include <QtWidgets/QTabWidget>

#include <map>
#include <string>
#include <vector>

using namespace nanostores;

struct Item
{
    Q_GADGET
    Q_PROPERTY(QString name MEMBER name)
    Q_PROPERTY(float price MEMBER price)
    Q_PROPERTY(qint64 sold MEMBER sold)

public:
    QString name;
    float price = 0;
    qint64 sold = 0;
    friend bool operator==(const Item &, const Item &) = default;
};

/// Names that a program may have, and that are likely in a library, too.
struct Items
{
};
struct Key
{
};
struct Member
{
};

struct Lobby
{
    friend bool operator==(const Lobby &, const Lobby &) = default;
};

#define PROFILE(FIELD) \
    FIELD(QString, name) \
    FIELD(int, age) \
    FIELD(float, height)

struct Profile
{
    Q_GADGET
    NANOSTORES_STRUCT(Profile, PROFILE)
};

#define PRODUCT(FIELD) \
    FIELD(QString, kind) \
    FIELD(std::optional<int>, page)

struct Product
{
    Q_GADGET
    NANOSTORES_STRUCT(Product, PRODUCT)
};

/// Stores have the names that an application gives them, in its own namespace.
namespace shop {

static const auto isOpen = atom(false);
static const auto volume = atom(0.5F);
static const auto big = atom(quint64(1));
static const auto items = map<int, Item>();
static const auto rows = atom(QList<Item>());
static const auto numbers = atom(std::vector<int>{3, 1, 2});
static const auto profile = nanostores::map(Profile{});
static const auto tasks = list(QList<Item>{{}, {}});
static const auto counts = list<float>({3, 1, 2});
static const auto edits = history({.limit = 10}, isOpen, volume, items, rows, numbers, profile);
static const auto cheap = filtered(items, [](const Item &item) { return item.price < 10; });
static const auto byName = sorted(items, &Item::name);
static const auto byPrice = grouped(items, &Item::price);
static const auto small = filtered(numbers, [](int number) { return number < 3; });
static const auto cheapTasks = sorted(filtered(tasks, [](const Item &item) { return item.price < 10; }), &Item::name);
static const auto tasksByPrice = grouped(tasks, &Item::price);
static const auto highCounts = sorted(counts, descending([](float count) { return count; }));
static const auto inOrder = sorted(numbers, [](int left, int right) { return left < right; });
static const auto total = computed(items, [](const Dictionary<int, Item> &all) {
    double sum = 0;
    for (const auto &[id, item] : all) {
        sum += item.price;
    }
    return sum;
});
static const auto lazy = computed([] { return total() + (isOpen() ? 1 : 0); });

} // namespace shop

class Adapter : public StoreObject
{
    Q_OBJECT
    NANOSTORES_PROPERTY(bool, isOpen, shop::isOpen)
    NANOSTORES_PROPERTY(double, volume, shop::volume)
    NANOSTORES_PROPERTY(int, big, shop::big)
    NANOSTORES_READONLY(double, total, shop::total)
    NANOSTORES_MODEL(items, shop::items)
    NANOSTORES_MODEL(list, shop::rows, &Item::name)
    NANOSTORES_MODEL(cheap, shop::cheap)
    NANOSTORES_MODEL(tasks, shop::tasks, &Item::name)
    NANOSTORES_MODEL(cheapTasks, shop::cheapTasks, &Item::name)
    NANOSTORES_STORE(raw, shop::items)
};

class ProfileAdapter : public StoreObject
{
    Q_OBJECT
    NANOSTORES_RECORD(PROFILE, shop::profile)
};

static int ofTheKit()
{
    const auto users = signal(std::map<std::string, int>{{"a", 1}});
    const auto first = child(users, std::string("a"));
    first(std::optional(2));
    const auto letters = signal(std::vector<std::string>{"a"});
    push(letters, std::string("b"));
    const auto isChosen = selector(first);
    int runs = 0;
    const auto ended = effect([&] {
        users();
        ++runs;
    });
    const auto scope = effectScope([&] { static_cast<void>(effect(letters, [&](const auto &) { ++runs; })); });
    batch([&] { first(std::optional(3)); });
    return runs;
}

static bool ofLists()
{
    using namespace shop;
    float sum = 0;
    const Subscription all = counts.listen([&](const std::vector<float> &values, const ListChange<float> &change) {
        sum += values.empty() || change.steps.empty() ? 0 : values.front();
    });
    counts.append(4);
    counts.update(0, [](float &count) { count += 1; });
    counts.sort(descending([](float count) { return count; }));
    tasks.move(0, 1);
    tasks.sort(&Item::price);
    return sum > 0 && cheapTasks.get().size() + tasksByPrice.get().size() > 0 && highCounts.get().size() == 4
           && tasks.removeIf([](const Item &item) { return item.sold > 0; }) == 0;
}

static bool ofTheRecorder()
{
    using namespace nanostores;
    editable(shop::volume, shop::items);
    const Recorder recorder({.redact = {"token"}});
    TimeTravel travel;
    shop::volume.set(shop::volume.get());
    const Session session = Session::parse(recorder.toJsonLines());
    return !toChromeTrace(session).empty() && !toReduxDevTools(session).empty()
           && replay(session, {.mode = ReplayOptions::Values}).difference.empty() && !travel.isTravelling();
}

static bool ofTheLogger()
{
    static const auto add =
        action(shop::volume, "add", [](auto volume, float more) { volume.set(volume.get() + more); });
    int changes = 0;
    const Logger one = buildLogger(shop::volume, "volume", {.change = [&](const LogChangeEvent &) { ++changes; }});
    const Logger all = logger({shop::volume, shop::items, {"lists", shop::tasks}}, {.origins = false});
    add(0.25F);
    return changes > 0;
}

static bool ofTheInspector()
{
    allowEdits(shop::volume, shop::items, shop::tasks);
    const auto none = Inspector::fromEnvironment({.redact = {"password"}, .except = {"mouse/*"}});
    InspectorClient client({.edits = true, .follows = false});
    client.watch({QStringLiteral("*")}, [](const QList<InspectedEvent> &) {});
    return !none && client.state().get() == InspectorState::Idle && client.stores().get().isEmpty()
           && inspectedText(QJsonValue(1)) == QStringLiteral("1");
}

static bool ofPersistentStores()
{
    const auto engine = StorageEngine::memory();
    const auto text = persistentAtom(engine, "text", std::string("a"),
                                     {.schema = schema(2, from<1>([](const std::string &old) { return old; }))});
    const auto prices = persistentMap<std::string, double>(engine, "price.");
    const auto open = persistentBoolean(engine, "open");
    const auto kept =
        persist(shop::volume, "volume",
                {.engine = engine,
                 .onConflict = merge([](float base, float mine, float theirs) { return mine + theirs - base; })});
    text.set("b");
    prices.setKey("tea", 1.5);
    open.set(true);
    kept.set(0.5F);
    return engine.flushNow(std::chrono::seconds(5)) && engine.get("text").has_value();
}

static bool ofTheTestKit()
{
    StoreGuard guard([](const Report &) {});
    StoreSpy numbers(shop::inOrder);
    StoreSpy all(shop::items);
    const auto pinned = pin(shop::total, 5);
    const auto quiet = withoutMounts(shop::items);
    auto snapshot = snapshotStores();
    shop::items.setKey(7, {});
    expectRuns(shop::total, 0, [] { shop::items.setKey(8, {}); });
    guard.settle();
    qDebug() << numbers.values() << all.timeline() << all.keys() << snapshot.diff().size();
    return snapshot.restore().empty() && guard.finish().failures.empty();
}

static const auto draft = scoped([] { return atom(std::string()); });
static const auto letters = computed(draft, [](const std::string &text) { return text.size(); });
static const auto zoom = scoped(atom(100));

static bool ofScopes()
{
    QObject window;
    const ObjectScope scope(&window,
                            {provide(draft), provide(zoom, atom(50)), provide<QString>(QStringLiteral("text"))});
    const Scope test = Scope::isolated({provide(draft, [] { return atom(std::string("mock")); })});
    const TestScope whole;
    ScopedAdapter adapter(draft, &window);
    scope.run([] { effect(draft, [](const std::string &) {}).detach(); });
    scope.scope().onEnd([] {});
    return letters.in(test).get() == 4 && zoom.in(scopeOf(&window)).get() == 50 && zoom().get() == 100
           && inject<QString>(scope.scope()) == u"text" && adapter.objectOf(&window) && scopedKey("a") == "a";
}

static int ofTheRouter()
{
    const auto router = createRouter({.basePath = QStringLiteral("/app"), .links = {{QStringLiteral("shop"), {}}}},
                                     route<Product>("product", "/products/:kind/:page?"),
                                     route<Lobby>("lobby", QRegularExpression(QStringLiteral("^/lobby$"))));
    DeepLinks links(router);
    const RouterGuard ask = guard(router, [](Page next, Page) -> Task<bool> { co_return next.isFound(); });
    const auto page = param(router, &Product::page);
    const auto sort = searchParam<QString>(router, "sort", QStringLiteral("name"));
    const auto frozen = forRoute<Product>(router, page);
    onSet(router.page(), [](auto &event) { static_cast<void>(event.newValue()); });
    Product product;
    product.kind = QStringLiteral("mugs");
    qDebug() << router.open(product).reason() << router.path(product) << frozen.get().has_value() << sort.get();
    QStackedWidget stack;
    auto *const pages = new RoutePages(router, &stack);
    pages->add<Product>(QStringLiteral("product"), [](const Product &shown) { return new QLabel(shown.kind); });
    QTabWidget tabs;
    bindRoutes(router, &tabs, {{QStringLiteral("lobby")}});
    bindBackKeys(router, &stack);
    return router.visit(
        router.page().get(), [](const Product &) { return 1; }, [](const auto &) { return 0; });
}

static bool ofLanguages()
{
    const auto locale = localeFrom(atom(std::optional<QString>()), atom(QStringLiteral("ru")));
    const auto direction = layoutDirection(locale);
    const PluralRules rules(locale.get());
    const I18n i18n(locale, {.load = jsonFiles(QStringLiteral(":/%1.json"))});
    const auto texts = messages<"shop">(
        i18n, message::text<"title", "Shop">, message::params<"open", "Open from {from} to {to}">,
        message::count<"items", "one: {count} item", "other: {count} items", "0: none">,
        message::ordinal<"place", "one: {count}st", "other: {count}th">,
        message::match<"state", "full: Full", "other: Empty">, message::rich<"terms", "<b>Read</b> <a>them</a>">);
    const Subscription observer = texts.listen([] {});
    const auto now = texts.get();
    qDebug() << now["title"_t] << now["open"_t]("from"_t = 8, "to"_t = u"20") << now["items"_t](1.5)
             << now["place"_t](3) << now["state"_t](QStringLiteral("full")) << now["terms"_t]("a"_t = QUrl())
             << i18n.loading().get() << i18n.error().get().message() << i18n.problems().get().size();
    const Subscription language = useTranslator(locale, QStringLiteral("shop"), QStringLiteral(":/i18n"));
    qDebug() << translate("shop", "Till", nullptr, 2) << languageChanges().get()
             << format(locale).number(PluralNumber(1.5, 2)) << Format(QStringLiteral("de")).range(1, 2.5)
             << format(locale).relativeTime(-1, TimeUnit::Day) << format(locale).list({}, ListKind::Or);
    return direction.get() == Qt::LeftToRight && rules.cardinal(PluralNumber(1.0, 1)) == PluralForm::Other
           && rules.ordinal(2L) == PluralForm::Other && rules.cardinal(1U) == PluralForm::One;
}

static bool ofQueries()
{
    const auto items = entity<Item>("items", [](const Item &item) { return item.name; });
    const auto key = queryKey<QList<Item>, int, QString>(
        "shelf", [&items](EntityVisitor &visit, QList<Item> &shelf) { visit(items, shelf); });
    const QueryClient client({.retry = backoff({.attempts = 2}), .revalidateOn = {shop::isOpen}});
    const auto shelf = client.query(key, 1, atom(QString()),
                                    [](FetchContext context, int, const QString &) -> Task<QList<Item>> {
                                        co_return context.isAborted() ? QList<Item>() : QList<Item>(1);
                                    },
                                    {.keepPrevious = true});
    const auto search = client.operation(key, [](int, const QString &) { return QList<Item>(); });
    const auto sell = client.mutation([key](MutationContext &context, qint64 count) {
        context.update(key(1, QString()), [count](QList<Item> &all) { all.first().sold += count; });
        context.update(key.all(), [](QList<Item> &) {});
        context.invalidate(key);
        return 1.5F;
    });
    const MutationQueue outbox(client, StorageEngine::memory(MemoryArea()), {.maxCalls = 10, .maxBytes = 1000});
    const auto order = outbox.mutation(
        "order", [](MutationContext &, qint64, const QString &) {},
        [](SendContext send, qint64 count, const QString &) -> Task<qint64> { co_return count + send.attempt; });
    const auto note = outbox.mutation("note", [](const QString &) {});
    order(1, QString());
    note(QString());
    const auto waiting = outbox.count();
    const auto aisle = client.infinite(
        queryKey<QList<QList<Item>>, int>("aisle"), 1,
        [](const QList<Item> &page) { return page.isEmpty() ? std::nullopt : std::optional<qsizetype>(page.size()); },
        [](int, std::optional<qsizetype>) { return QList<Item>(1); });
    const auto next = aisle.next();
    ListModel rows(aisle.rows([](const QList<Item> &page) { return page; }), &Item::name);
    rows.fetchMore({});
    const Subscription observer = shelf.listen([] {});
    qDebug() << next.get().available << rows.rowCount() << aisle.fetchMore().done();
    qDebug() << sell(2).done() << search(2, QString()).done() << shelf.error().get().message();
    client.mutate(key.all(), [](QList<Item> &all) { all.clear(); });
    return client.cached(key(1, QString())).has_value() && !client.keys().empty();
}

static bool ofRest()
{
    const RestProgress progress;
    const RestClient api({.baseUrl = QUrl(QStringLiteral("http://127.0.0.1:1")), .maxRedirects = 0});
    const auto one =
        api.get<QList<int>>(restPath("items", 1), {.progress = progress, .timeout = std::chrono::seconds(1)});
    const auto two = api.post<std::optional<QString>>(QStringLiteral("items"), QMap<QString, int>());
    const auto three = api.del<void>(QStringLiteral("items"));
    const QueryClient client(
        {.retry = restRetry({.attempts = 2}), .revalidateOn = {appActive(), online()}, .enabled = {appVisible()}});
    return !one.done() && !two.done() && !three.done() && progress.upload().get().done == 0;
}

int main(int argc, char **argv)
{
    using namespace shop;
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);

    onMount(isOpen, [] { return [] {}; });
    onSet(items, [](auto &event) { static_cast<void>(event); });
    const Subscription all = items.listen([](const auto &now, const auto &before, const auto &change) {
        static_cast<void>(now);
        static_cast<void>(before);
        static_cast<void>(change);
    });
    const Subscription keys = listenKeys(items, {1}, [] {});
    items.setKey(1, {QStringLiteral("mug"), 4.5F, 2});
    post(isOpen, true);
    const auto shared = nanostores::shared<Atom<int>>("warnings/shared", 1);

    Adapter adapter;
    adapter.setProperty("volume", 0.25);
    adapter.setProperty("big", 7);
    static_cast<void>(adapter.property("items"));
    static_cast<void>(adapter.property("list"));
    static_cast<void>(adapter.property("cheap"));
    static_cast<void>(adapter.property("raw"));
    ProfileAdapter profileAdapter;
    StoreAdapter any(volume);
    KeyAdapter one(items, 1);
    MapModel model(items);
    TableModel table(&model, {{QStringLiteral("Name"), "name"}});

    QLabel label;
    QSlider slider;
    QSpinBox box;
    QLineEdit edit;
    useStore(total, &label, [&label](double sum) { label.setNum(sum); });
    useStore(lazy, &label, [](double) {});
    bind(volume, &slider);
    bind(shared, &box);
    bind(profile, &Profile::name, &edit);
    bind(items, 1, &Item::name, &edit);

    QJSEngine engine;
    installTestModule(&engine);
    engine.globalObject().setProperty(QStringLiteral("list"), toScript(&engine, rows));
    engine.globalObject().setProperty(QStringLiteral("numbers"), toScript(&engine, numbers));

    const Trace trace;
    volume.set(volume.get() + 1);
    engine.globalObject().setProperty(QStringLiteral("why"), QString::fromStdString(why(volume) + graphDot(volume)));

    return ofTheRouter() == 1 && ofLanguages() && ofQueries() && ofRest() && ofTheKit() >= 1 && ofLists() && ofScopes()
                   && ofTheLogger() && ofTheInspector() && ofTheRecorder() && ofPersistentStores() && ofTheTestKit()
                   && small.get().size() == 2 && inOrder.get().front() == 1 && byName.get().size() == 1
                   && byPrice.get().size() == 1
               ? 0
               : 1;
}

#include "main.moc"
