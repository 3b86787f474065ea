// SPDX-License-Identifier: MIT

// Stores of JavaScript as a probe and dump() see them.

#include "scriptengine.h"

#include <nanostores/core.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/graph/probe.h>
#include <nanostores/script.h>

#include <QTest>

#include <optional>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

/// Notes what it is called with.
class Recorder final : public detail::Probe
{
public:
    Recorder() { detail::attachProbe(*this); }
    ~Recorder() override { detail::detachProbe(*this); }

    void created(detail::Node &) noexcept override { text += "created "; }
    void writeBegan(detail::Node &node) noexcept override { text += node.label() + '('; }
    void writeEnded(detail::Node &, detail::Outcome outcome) noexcept override
    {
        switch (outcome) {
        case detail::Outcome::Changed:
            text += "changed) ";
            break;
        case detail::Outcome::Equal:
            text += "equal) ";
            break;
        case detail::Outcome::Aborted:
            text += "aborted) ";
            break;
        default:
            text += "?) ";
        }
    }
    void runEnded(detail::Sink &, detail::RunEnd end) noexcept override
    {
        text += end == detail::RunEnd::Changed ? "ran " : "same ";
    }
    void notifying(detail::Node &) noexcept override { text += "notifying "; }
    void mounted(detail::Node &) noexcept override { text += "mounted "; }

    QString take() { return QString::fromStdString(std::exchange(text, {})).trimmed(); }

    std::string text;
};

/// Notes which functions of JavaScript run while a store is written.
class FrameRecorder final : public detail::Probe
{
public:
    FrameRecorder() { detail::attachProbe(*this); }
    ~FrameRecorder() override { detail::detachProbe(*this); }

    void writeBegan(detail::Node &) noexcept override
    {
        detail::forEachNamer([this](const detail::Namer &namer) { namer.appendRunning(frames); });
    }

    std::vector<Frame> frames;
};

} // namespace

class tst_ScriptProbe : public QObject, support::ScriptEngine
{
    Q_OBJECT

private Q_SLOTS:
    void init() { startEngine(); }
    void cleanup() { m_engine.reset(); }

    void stores_haveANodeFromTheStart();
    void stores_thatAreOlderHaveOneFromTheirNextWrite();
    void engine_thatIsMadeLater();
    void writes_ofEachOutcome();
    void programs_giveTheSameResults();
    void dump_showsValues();
    void running_leavesTheLibraryOut();

private:
    static QStringList lines() { return QString::fromStdString(dump()).split(QLatin1Char('\n'), Qt::SkipEmptyParts); }
};

void tst_ScriptProbe::stores_haveANodeFromTheStart()
{
    Recorder recorder;
    run("a = N.atom(1)");
    QCOMPARE(recorder.take(), QStringLiteral("created"));
    run("m = N.map({ x: 1 }); d = N.deepMap({ x: { y: 1 } }); s = K.signal(1)");
    QCOMPARE(recorder.take(), QStringLiteral("created created created"));
    run("c = N.computed(a, n => n + 1); k = K.computed(() => s() + 1)");
    QCOMPARE(recorder.take(), QStringLiteral("created created"));
    run("b = N.batched([a, c], (x, y) => x + y)");
    QCOMPARE(recorder.take(), QStringLiteral("created"));
}

void tst_ScriptProbe::stores_thatAreOlderHaveOneFromTheirNextWrite()
{
    run("a = N.atom(1); s = K.signal(1)");
    std::optional<Recorder> recorder(std::in_place);
    run("a.set(2); s(2)");
    QCOMPARE(recorder->take(), QStringLiteral("created unnamed store(changed) created unnamed store(changed)"));
    recorder.reset();
    const auto nodes = lines().size();
    run("b = N.atom(1); b.set(2)"); // no probe: no node
    QCOMPARE(lines().size(), nodes);
}

void tst_ScriptProbe::engine_thatIsMadeLater()
{
    m_engine.reset();
    Recorder recorder;
    startEngine();
    recorder.take();
    run("a = N.atom(1)");
    QCOMPARE(recorder.take(), QStringLiteral("created"));
}

void tst_ScriptProbe::writes_ofEachOutcome()
{
    Recorder recorder;
    run("a = N.atom(1); m = N.map({ x: 1 }); d = N.deepMap({ x: { y: 1 } }); s = K.signal(1)");
    recorder.take();
    for (const char *write : {"a.set(2)", "m.set({ x: 2 })", "m.setKey('x', 3)", "d.setKey('x.y', 2)", "s(2)"}) {
        run(write);
        QCOMPARE(recorder.take(), QStringLiteral("unnamed store(changed)"));
    }
    for (const char *write : {"a.set(2)", "m.setKey('x', 3)", "d.setKey('x.y', 2)", "s(2)", "m.set(m.get())"}) {
        run(write);
        QCOMPARE(recorder.take(), QStringLiteral("unnamed store(equal)"));
    }
    run("N.onSet(a, e => e.abort()); N.onSet(m, e => e.abort())");
    recorder.take();
    for (const char *write : {"a.set(3)", "m.setKey('x', 4)", "m.set({})"}) {
        run(write);
        QCOMPARE(recorder.take(), QStringLiteral("unnamed store(aborted)"));
    }
    run("b = N.atom(1); c = N.computed(b, n => n); stop = c.listen(n => { })");
    recorder.take();
    run("b.set(3)");
    QCOMPARE(recorder.take(), QStringLiteral("unnamed store(ran notifying changed)"));
}

/// The same program, bare and followed.
void tst_ScriptProbe::programs_giveTheSameResults()
{
    const char *const program = "log.length = 0;"
                                "a = N.atom(1); m = N.map({ x: 1 }); s = K.signal(1);"
                                "c = N.computed([a, m], (n, v) => { log.push('c'); return n + v.x });"
                                "k = K.computed(() => { log.push('k'); return s() + 1 });"
                                "N.onMount(a, () => { log.push('mount'); return () => log.push('unmount') });"
                                "log.push(c.get(), k());"
                                "a.set(1); a.set(2); m.setKey('x', 1); m.setKey('x', 2); s(1); s(2);"
                                "stop = c.listen((v, old) => log.push('c is ' + v, 'was ' + old));"
                                "end = K.effect(() => { log.push('k is ' + k()) });"
                                "N.batch(() => { a.set(3); m.setKey('y', 1); a.set(4) });"
                                "s(5); s(5); stop(); end(); log.push(c.get(), k())";
    run(program);
    const QString bare = log();
    QVERIFY(bare.contains(QStringLiteral("c is")));
    Recorder recorder;
    run(program);
    QCOMPARE(log(), bare);
}

void tst_ScriptProbe::dump_showsValues()
{
    Recorder recorder;
    run("a = N.atom('text'); m = N.map({ x: 1.5, list: [true, null, 'b'] }); s = K.signal(undefined)");
    const QStringList all = lines();
    const auto has = [&](const char *line) { return all.contains(QLatin1String(line)); };
    QVERIFY2(has("unnamed store QJSValue = \"text\", 0 observers"), qPrintable(all.join(QLatin1Char('\n'))));
    QVERIFY(has("unnamed store QJSValue = {\"list\": [true, none, \"b\"], \"x\": 1.5}, 0 observers"));
    QVERIFY(has("unnamed store QJSValue = none, 0 observers"));
    run("c = N.computed(a, v => v + '!'); c.get()");
    QVERIFY2(!lines().filter(QStringLiteral("computed QJSValue = \"text!\"")).isEmpty(),
             qPrintable(lines().join(QLatin1Char('\n'))));
    run("loop = { }; loop.self = loop; a.set(loop)"); // ends
    QVERIFY(!lines().isEmpty());
}

void tst_ScriptProbe::running_leavesTheLibraryOut()
{
    give("H", importModule("steps.mjs").property(QStringLiteral("history")));
    FrameRecorder recorder;
    run("a = N.atom(1); edits = H(a)");
    const QJSValue result = m_engine->evaluate(
        QStringLiteral("(function user() { edits.group('Edit', () => { a.set(2); return 1 }); return 1 })()"),
        QStringLiteral("user.js"));
    QVERIFY2(!result.isError(), qPrintable(result.toString()));
    QVERIFY(!recorder.frames.empty());
    QStringList functions;
    for (const Frame &frame : recorder.frames) {
        QVERIFY2(!QString::fromStdString(frame.file).endsWith(QLatin1String(".mjs")), frame.file.c_str());
        functions.append(QString::fromStdString(frame.function));
    }
    QVERIFY2(functions.contains(QStringLiteral("user")), qPrintable(functions.join(QLatin1Char(' '))));
}

QTEST_GUILESS_MAIN(tst_ScriptProbe)
#include "tst_scriptprobe.moc"
