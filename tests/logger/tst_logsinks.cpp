// SPDX-License-Identifier: MIT

// Where a logger writes to: logging categories, files of JSON lines, traces.

#include <nanostores/core.h>
#include <nanostores/logger.h>
#include <nanostores/qt.h>

#include "support/handlers.h"
#include "support/timedtest.h"

#include <QDir>
#include <QDirIterator>
#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLoggingCategory>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <random>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

struct Message
{
    QtMsgType type;
    QString category;
    QString text;
    QString file;
    int line;
    QString function;
};
QList<Message> messages;
QtMessageHandler previous = nullptr;

void keep(QtMsgType type, const QMessageLogContext &context, const QString &text)
{
    const QString category = QString::fromUtf8(context.category);
    if (category.startsWith(QLatin1String("nanostores."))) {
        messages.append(
            {type, category, text, QString::fromUtf8(context.file), context.line, QString::fromUtf8(context.function)});
    } else {
        previous(type, context, text);
    }
}

QList<QJsonObject> objectsIn(const QString &path)
{
    QFile file(path);
    QList<QJsonObject> made;
    if (!file.open(QIODevice::ReadOnly)) {
        return made;
    }
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (!line.isEmpty()) {
            QJsonParseError error;
            made.append(QJsonDocument::fromJson(line, &error).object());
            if (error.error != QJsonParseError::NoError) {
                qWarning() << error.errorString() << line;
                return {};
            }
        }
    }
    return made;
}

} // namespace

class tst_LogSinks : public support::TimedTest
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void category_ofTheLogger();
    void category_fileAndLineOfTheWrite();
    void category_failuresAreWarnings();
    void category_off();
    void category_nameThatIsNone();
    void categories_areAllInTheirFile();
    void json_events();
    void json_filesAreContinued();
    void json_fileThatCannotBeOpened();
    void json_fullDisk();
    void json_valuesComeBack();
    void trace_isJson();
    void trace_slicesAreInsideOneAnother();
    void trace_isThereBeforeItsEnd();
    void line_hasItsTurn();

private:
    QString path(const char *name) const { return m_folder.filePath(QLatin1String(name)); }

    QTemporaryDir m_folder;
};

void tst_LogSinks::init()
{
    support::TimedTest::init();
    messages.clear();
    previous = qInstallMessageHandler(keep);
}

void tst_LogSinks::cleanup()
{
    qInstallMessageHandler(previous);
    QLoggingCategory::setFilterRules(QString());
    support::TimedTest::cleanup();
}

void tst_LogSinks::category_ofTheLogger()
{
    const auto a = atom(1);
    const auto b = atom(QStringLiteral("größe %s"));
    LoggerOptions options;
    options.origins = false;
    options.category = "cart";
    const Logger log = logger({{"a", a}, {"b", b}}, options);
    a.set(2);
    b.set(QStringLiteral("100 %d\n"));
    QCOMPARE(messages.size(), 2);
    QCOMPARE(messages[0].category, QStringLiteral("nanostores.cart"));
    QCOMPARE(messages[0].type, QtDebugMsg);
    QVERIFY2(messages[0].text.endsWith(QStringLiteral("] a: 1 -> 2")), qPrintable(messages[0].text));
    QVERIFY2(messages[1].text.endsWith(QStringLiteral("b: \"größe %s\" -> \"100 %d\\n\"")),
             qPrintable(messages[1].text));
}

void tst_LogSinks::category_fileAndLineOfTheWrite()
{
    const auto a = atom(1);
    const Logger log = logger({{"a", a}});
    a.set(2);
    const int line = __LINE__ - 1;
    QCOMPARE(messages.size(), 1);
    if (messages[0].file.isEmpty()) {
        QSKIP("functions of C++ are found in ELF files alone, and this system has others");
    }
    QVERIFY2(messages[0].file.endsWith(QStringLiteral("tst_logsinks.cpp")), qPrintable(messages[0].file));
    QCOMPARE(messages[0].line, line);
    QVERIFY(messages[0].function.contains(QStringLiteral("category_fileAndLineOfTheWrite")));
}

void tst_LogSinks::category_failuresAreWarnings()
{
    const auto a = atom(1);
    const auto listener = a.listen([](int) { support::fail("bad"); });
    const Logger log = logger({{"a", a}});
    QVERIFY_EXCEPTION_THROWN(a.set(2), std::runtime_error);
    QCOMPARE(messages.size(), 1);
    QCOMPARE(messages[0].type, QtWarningMsg);
}

void tst_LogSinks::category_off()
{
    const auto a = atom(1);
    QLoggingCategory::setFilterRules(QStringLiteral("nanostores.*=false"));
    const Logger log = logger({{"a", a}});
    a.set(2);
    QCOMPARE(messages.size(), 0);
    QLoggingCategory::setFilterRules(QStringLiteral("nanostores.log=true"));
    a.set(3);
    QCOMPARE(messages.size(), 1);
    QVERIFY(messages[0].text.contains(QStringLiteral("a: 2 -> 3")));
}

void tst_LogSinks::category_nameThatIsNone()
{
    for (const char *name : {"", "a b", "x=true"}) {
        const QString message = support::thrownBy([&] { static_cast<void>(categorySink(name)); });
        QVERIFY2(message.contains(QStringLiteral("is no name of a category")), qPrintable(message));
    }
}

/// The file that kdebugsettings reads has each category of the sources, and no other.
void tst_LogSinks::categories_areAllInTheirFile()
{
    QSet<QString> used;
    for (const char *folder : {"/src", "/qml"}) {
        QDirIterator file(QStringLiteral(SOURCES) + QLatin1String(folder), {QStringLiteral("*.cpp")}, QDir::Files,
                          QDirIterator::Subdirectories);
        static const QRegularExpression category(
            QStringLiteral(R"re((?:Q_LOGGING_CATEGORY\(\w+,\s*|QLoggingCategory \w+\()"([^"]+)")re"));
        while (file.hasNext()) {
            QFile source(file.next());
            QVERIFY(source.open(QIODevice::ReadOnly));
            auto found = category.globalMatch(QString::fromUtf8(source.readAll()));
            while (found.hasNext()) {
                used.insert(found.next().captured(1));
            }
        }
    }
    QVERIFY(used.contains(QStringLiteral("nanostores.log")));
    QFile list(QStringLiteral(SOURCES "/src/nanostores/logger/nanostores.categories"));
    QVERIFY(list.open(QIODevice::ReadOnly));
    QSet<QString> listed;
    for (const QByteArray &line : list.readAll().split('\n')) {
        if (!line.isEmpty() && !line.startsWith('#')) {
            listed.insert(QString::fromUtf8(line.left(line.indexOf(' '))));
        }
    }
    QCOMPARE(listed, used);
}

void tst_LogSinks::json_events()
{
    const QString file = path("events.jsonl");
    const auto cart = map<std::string, int>();
    const auto total = computed(cart, [](const auto &items) { return int(items.size()); });
    const auto listener = total.listen([](int) {});
    const auto add = action(cart, "add", [](auto store, std::string id) { store.setKey(id, 1); });
    LoggerOptions options;
    options.origins = false;
    options.sinks = {jsonLines(file.toStdString())};
    const Logger log = logger({{"cart", cart}, {"total", total}}, options);
    add("mug");
    const QList<QJsonObject> events = objectsIn(file); // there at once
    QCOMPARE(events.size(), 4);
    QCOMPARE(events[0].value(QStringLiteral("kind")).toString(), QStringLiteral("action"));
    QCOMPARE(events[0].value(QStringLiteral("args")).toArray(), QJsonArray({QStringLiteral("mug")}));
    const QJsonObject write = events[1];
    QCOMPARE(write.value(QStringLiteral("in")), events[0].value(QStringLiteral("e")));
    QCOMPARE(write.value(QStringLiteral("store")).toString(), QStringLiteral("cart"));
    QCOMPARE(write.value(QStringLiteral("outcome")).toString(), QStringLiteral("changed"));
    QCOMPARE(write.value(QStringLiteral("changes")).toArray(),
             QJsonArray({QJsonObject{{QStringLiteral("at"), QJsonArray({QStringLiteral("mug")})},
                                     {QStringLiteral("new"), 1}}}));
    QCOMPARE(write.value(QStringLiteral("action")), events[0].value(QStringLiteral("action")));
    QVERIFY(write.value(QStringLiteral("turn")).toInt() > 0);
    QCOMPARE(events[2].value(QStringLiteral("kind")).toString(), QStringLiteral("run"));
    QCOMPARE(events[2].value(QStringLiteral("old")).toInt(), 0);
    QCOMPARE(events[2].value(QStringLiteral("new")).toInt(), 1);
    QCOMPARE(events[3].value(QStringLiteral("kind")).toString(), QStringLiteral("actionEnd"));
}

void tst_LogSinks::json_filesAreContinued()
{
    const std::string file = path("more.jsonl").toStdString();
    const auto a = atom(1);
    for (const bool append : {false, true, false}) {
        LoggerOptions options;
        options.sinks = {jsonLines(file, append)};
        const Logger log = logger({{"a", a}}, options);
        a.set(a.get() + 1);
        QCOMPARE(objectsIn(path("more.jsonl")).size(), append ? 2 : 1);
    }
}

void tst_LogSinks::json_fileThatCannotBeOpened()
{
    for (const bool trace : {false, true}) {
        const QString message = support::thrownBy(
            [&] { static_cast<void>(trace ? traceFile("/nowhere/at/all.json") : jsonLines("/nowhere/at/all.jsonl")); });
        QVERIFY2(message.contains(QStringLiteral("\"/nowhere/at/all.json")), qPrintable(message));
        QVERIFY(message.contains(QStringLiteral("cannot be opened")));
    }
}

void tst_LogSinks::json_fullDisk()
{
    if (!QFile::exists(QStringLiteral("/dev/full"))) {
        QSKIP("only Linux has /dev/full, a disk that is full");
    }
    support::ErrorLog errors;
    const auto a = atom(1);
    LoggerOptions options;
    options.sinks = {jsonLines("/dev/full")};
    const Logger log = logger({{"a", a}}, options);
    a.set(2);
    a.set(3);
    const QList<QString> all = errors.take();
    QCOMPARE(all.size(), 1);
    QVERIFY2(all[0].contains(QStringLiteral("cannot be written")), qPrintable(all[0]));
}

/// A reader has each value of each text from the lines alone.
void tst_LogSinks::json_valuesComeBack()
{
    const QString file = path("values.jsonl");
    const auto text = atom(QString());
    std::mt19937 random(3);
    QStringList expected;
    {
        LoggerOptions options;
        options.origins = false;
        options.sinks = {jsonLines(file.toStdString())};
        const Logger log = logger({{"a\"\n\xff", text}}, options);
        for (int i = 0; i < 500; ++i) {
            QString next(1 + int(random() % 6), QLatin1Char(' '));
            for (QChar &unit : next) {
                unit = QChar(char16_t(random() % 2 ? random() % 0x80 : random() % 0x10000));
            }
            if (next != text.get()) {
                expected.append(next);
                text.set(next);
            }
        }
    }
    QStringList read;
    for (const QJsonObject &event : objectsIn(file)) {
        read.append(event.value(QStringLiteral("new")).toString());
        QCOMPARE(event.value(QStringLiteral("store")).toString(), QString::fromUtf8("a\"\n\xef\xbf\xbd"));
    }
    QCOMPARE(read, expected);
}

namespace {

QJsonArray traceIn(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("%s", qPrintable(file.errorString()));
        return {};
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(file.readAll(), &error);
    if (error.error != QJsonParseError::NoError) {
        qWarning() << error.errorString();
    }
    return document.object().value(QStringLiteral("traceEvents")).toArray();
}

} // namespace

void tst_LogSinks::trace_isJson()
{
    const QString file = path("trace.json");
    const auto a = atom(1);
    const auto hostile = atom(std::string());
    {
        LoggerOptions options;
        options.sinks = {traceFile(file.toStdString())};
        const Logger log = logger({{"a", a}, {"\"\n\\\xff</script>", hostile}}, options);
        a.set(2);
        hostile.set("\x01\"\xed\xa0\x80\xff\n");
    }
    const QJsonArray events = traceIn(file);
    QList<QString> phases;
    bool hasCounter = false;
    for (const QJsonValue &event : events) {
        const QJsonObject object = event.toObject();
        phases.append(object.value(QStringLiteral("ph")).toString());
        if (phases.last() == QStringLiteral("C")) {
            hasCounter = true;
            QCOMPARE(object.value(QStringLiteral("name")).toString(), QStringLiteral("a"));
            QCOMPARE(object.value(QStringLiteral("args")).toObject().value(QStringLiteral("value")).toInt(), 2);
        }
    }
    QVERIFY(hasCounter);
    QCOMPARE(phases, QList<QString>({QStringLiteral("M"), QStringLiteral("M"), QStringLiteral("B"), QStringLiteral("E"),
                                     QStringLiteral("C"), QStringLiteral("B"), QStringLiteral("E")}));
}

/// Random programs, with a clock that stands still, and one that goes back.
void tst_LogSinks::trace_slicesAreInsideOneAnother()
{
    const QString file = path("nested.json");
    std::mt19937 random(1);
    {
        std::vector<Atom<int>> stores;
        for (int i = 0; i < 4; ++i) {
            stores.push_back(atom(0).named("s" + std::to_string(i)));
        }
        const auto sum = computed(stores[0], stores[1], [](int a, int b) { return a + b; }).named("sum");
        std::vector<Subscription> subs;
        subs.push_back(sum.listen([&](int value) { stores[2].set(value); }));
        subs.push_back(effect([&] { stores[3].set(stores[2]() / 2); }));
        const auto go = action(stores[0], "go", [&](auto store, int to) {
            stores[1].set(to / 2);
            store.set(to);
        });
        LoggerOptions options;
        options.clock = [&random, now = std::int64_t{0}]() mutable {
            now += std::int64_t(random() % 2000) - 400;
            return std::chrono::nanoseconds(std::max<std::int64_t>(now, 0));
        };
        options.origins = false;
        options.sinks = {traceFile(file.toStdString())};
        const Logger log = logAll(options);
        for (int i = 0; i < 300; ++i) {
            const int value = int(random() % 20);
            if (random() % 3 == 0) {
                batch([&] {
                    stores[0].set(value);
                    go(value + 1);
                });
            } else if (random() % 2 == 0) {
                go(value);
            } else {
                stores[random() % 4].set(value);
            }
        }
    }
    const QJsonArray events = traceIn(file);
    QVERIFY(events.size() > 500);
    QHash<int, QList<double>> open;
    QHash<int, double> last;
    for (const QJsonValue &event : events) {
        const QJsonObject object = event.toObject();
        const QString phase = object.value(QStringLiteral("ph")).toString();
        if (phase == QStringLiteral("M")) {
            continue;
        }
        const int thread = object.value(QStringLiteral("tid")).toInt();
        const double time = object.value(QStringLiteral("ts")).toDouble();
        QVERIFY(time >= last[thread]);
        last[thread] = time;
        if (phase == QStringLiteral("B")) {
            open[thread].append(time);
        } else if (phase == QStringLiteral("E")) {
            QVERIFY(!open[thread].isEmpty());
            open[thread].removeLast();
        }
    }
    for (const QList<double> &left : open) {
        QVERIFY(left.isEmpty());
    }
}

void tst_LogSinks::trace_isThereBeforeItsEnd()
{
    const QString file = path("early.json");
    const auto a = atom(1);
    LoggerOptions options;
    options.sinks = {traceFile(file.toStdString())};
    const Logger log = logger({{"a", a}}, options);
    a.set(2);
    options.sinks.clear();
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray text = written.readAll();
    QVERIFY(!QJsonDocument::fromJson(text + "]}").isNull()); // as viewers read it
    QVERIFY(text.contains("set a"));
}

void tst_LogSinks::line_hasItsTurn()
{
    const auto a = atom(1);
    const auto b = atom(1);
    const auto hook = onMount(b, [](auto &) {});
    const auto listener = a.listen([&](int value) { b.set(value); });
    QList<QByteArray> lines;
    LoggerOptions options;
    options.origins = false;
    options.sinks = {lineSink([&](const std::string &line) { lines.append(QByteArray::fromStdString(line)); })};
    const Logger log = logger({{"a", a}, {"b", b}}, options);
    a.set(2);
    const QByteArray turn = '[' + QByteArray::number(qulonglong(detail::turn())) + "] ";
    QCOMPARE(lines, QList<QByteArray>({turn + "a: 1 -> 2", turn + "  b: 1 -> 2"}));
    lines.clear();
    const auto other = b.listen([](int) {});
    QCOMPARE(lines, QList<QByteArray>({"b: mounted"}));
}

QTEST_GUILESS_MAIN(tst_LogSinks)
#include "tst_logsinks.moc"
