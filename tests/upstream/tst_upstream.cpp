// SPDX-License-Identifier: MIT

// Random programs, run by the packages of npm in Node.js, by C++ stores and by the JavaScript modules: all call the
// same listeners and effects, in the same order, with the same values.

#include <nanostores/core.h>
#include <nanostores/kit.h>

#include "script/scriptengine.h"
#include "support/property.h"

#include <QCoreApplication>
#include <QJSValue>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QStringList>

#include <algorithm>
#include <functional>
#include <memory>
#include <type_traits>
#include <variant>
#include <vector>

using namespace nanostores;
using support::Step;

namespace {

constexpr int Kinds = 11; ///< Of steps: three set, then batch, two listen, end, two computed, a source, a read.
constexpr int CallingKinds = 13; ///< Two more listeners, which perform steps when they are called.
constexpr int EffectKinds = 15; ///< And two effects that do.
constexpr std::size_t MaxStores = 14;

using Program = std::vector<Step>;

/// The same as flavoured() in programs.mjs.
int flavoured(int flavour, int first, int second)
{
    switch (flavour % 4) {
    case 0:
        return (first + second) % 5;
    case 1:
        return std::max(first, second);
    case 2:
        return (first + second) / 4 - ((first + second) % 4 < 0 ? 1 : 0);
    default:
        return second - first;
    }
}

/// Whether a step is performed in a batch: it writes or reads. A listener that comes in a batch hears of what was
/// written before it came from nanostores, but not here.
bool isPartOfABatch(const Step &step)
{
    return step.what < 3 || step.what == 10;
}

/// The same as perform() in programs.mjs.
template<typename F>
void performAll(const Program &program, F perform)
{
    for (std::size_t i = 0; i < program.size(); ++i) {
        if (program[i].what != 3) {
            perform(program[i]);
            continue;
        }
        Batch batch;
        const std::size_t end = std::min(program.size() - 1, i + static_cast<std::size_t>(program[i].a) % 5);
        while (i < end) {
            if (isPartOfABatch(program[++i])) {
                perform(program[i]);
            }
        }
        batch.end();
    }
}

/// What both faces have in common: the stores, what observes them, and what was called.
template<typename Source, typename Derived>
class Face
{
public:
    QString run(const Program &program)
    {
        performAll(program, [this](const Step &step) { perform(step); });
        return m_log.join(QLatin1Char(' '));
    }

protected:
    using Store = std::variant<Source, Computed<int>>;

    Face() = default;

    const Store &at(int number) const { return m_stores[static_cast<std::size_t>(number) % m_stores.size()]; }
    Store any(int number) const { return at(number); }
    static int call(const Store &store)
    {
        return std::visit([](const auto &s) { return s(); }, store);
    }
    void add(Store store)
    {
        if (m_stores.size() < MaxStores) {
            m_stores.push_back(std::move(store));
        }
    }
    void perform(const Step &step)
    {
        switch (step.what) {
        case 0:
        case 1:
        case 2:
            if (const auto *source = std::get_if<Source>(&at(step.a))) {
                const Source written = *source;
                written.set(step.b % 4);
            }
            break;
        case 4:
        case 5:
            self().observe(step, m_number++);
            break;
        case 6:
            if (!m_observers.empty()) {
                const auto ended = m_observers.begin() + step.a % static_cast<int>(m_observers.size());
                const Subscription kept = std::move(*ended);
                m_observers.erase(ended);
            }
            break;
        case 7:
        case 8:
            if (m_stores.size() < MaxStores) {
                self().compute(step);
            }
            break;
        case 9:
            add(self().source(step.a % 4));
            break;
        default:
            m_log += QStringLiteral("get %1").arg(self().read(at(step.a)));
        }
    }
    Derived &self() { return static_cast<Derived &>(*this); }

    std::vector<Store> m_stores;
    std::vector<Subscription> m_observers;
    QStringList m_log;
    int m_number = 0;
};

/// What runNanostores() in programs.mjs does, without the effects.
class Nanostores : public Face<Atom<int>, Nanostores>
{
public:
    explicit Nanostores(const Program &program)
        : m_readsOneAtom(!program.empty() && program.front().c % 2 == 1)
    {
        m_stores = {atom(0), atom(1)};
        m_isSource.resize(MaxStores);
        performSteps(program);
    }

    QString log() const { return m_log.join(QLatin1Char(' ')); }

    static Atom<int> source(int value) { return atom(value); }
    static int read(const Store &store)
    {
        return std::visit([](const auto &s) { return s.get(); }, store);
    }
    void compute(const Step &step)
    {
        if (m_depth > 0 || (m_readsOneAtom && !std::holds_alternative<Atom<int>>(at(step.a)))) {
            return;
        }
        const auto function = [flavour = step.c](int first, int second) { return flavoured(flavour, first, second); };
        m_isSource[indexOf(step.a)] = true;
        if (m_readsOneAtom) {
            add(std::visit([&](const auto &a) { return computed(a, [=](int v) { return function(v, 1); }); },
                           any(step.a)));
            return;
        }
        m_isSource[indexOf(step.b)] = true;
        add(std::visit([&](const auto &a, const auto &b) { return computed(a, b, function); }, any(step.a),
                       any(step.b)));
    }

    void observe(const Step &step, int number, const Program &body = {})
    {
        const Store store = any(step.a);
        const auto heard = [this, body, number, count = 0](int value, int old) mutable {
            m_log += QStringLiteral("L%1(%2,%3)").arg(number).arg(value).arg(old);
            if (body.empty() || count++ >= 2 || m_calls <= 0) {
                return;
            }
            const int name = number; // the listener may end itself
            --m_calls;
            ++m_depth;
            performSteps(Program(body));
            --m_depth;
            m_log += QStringLiteral("/L%1").arg(name);
        };
        if (m_depth > 0) {
            read(store);
        }
        m_observers.push_back(std::visit([&](const auto &s) { return s.listen(heard); }, store));
    }

private:
    std::size_t indexOf(int number) const { return static_cast<std::size_t>(number) % m_stores.size(); }

    void performSteps(const Program &steps)
    {
        for (std::size_t i = 0; i < steps.size(); ++i) {
            const Step step = steps[i];
            const int wanted = step.what == 3 ? step.a % 5 : step.what >= Kinds ? step.c % 4 : 0;
            const std::size_t taken = std::min(static_cast<std::size_t>(wanted), steps.size() - 1 - i);
            const auto first = steps.begin() + static_cast<std::ptrdiff_t>(i) + 1;
            const Program inner(first, first + static_cast<std::ptrdiff_t>(taken));
            if (m_depth == 0) {
                m_writes = step.what == 3 ? 0 : 1;
            }
            if (step.what != 3) {
                performStep(step, inner);
            } else if (m_depth == 0) {
                Batch batch;
                for (const Step &each : inner) {
                    if (isPartOfABatch(each)) {
                        performStep(each, {});
                    }
                }
                batch.end();
            }
            i += taken;
        }
    }
    void performStep(const Step &step, const Program &body)
    {
        if (step.what == 4 || step.what == 5 || step.what >= Kinds) {
            observe(step, m_number++, body);
        } else if (step.what > 2 || m_depth == 0 || !m_isSource[indexOf(step.a)] || mayWriteSource(step)) {
            perform(step);
        }
    }
    bool mayWriteSource(const Step &step)
    {
        return std::holds_alternative<Atom<int>>(at(step.a)) && m_readsOneAtom && m_writes-- > 0;
    }
    bool m_readsOneAtom;
    std::vector<bool> m_isSource; ///< Of which stores a computed one is.
    int m_depth = 0; ///< Of calls.
    int m_calls = 60; ///< That perform steps.
    int m_writes = 0; ///< In calls, to what computed stores read.
};

class Signals : public Face<Signal<int>, Signals>
{
public:
    Signals() { m_stores = {signal(0), signal(1)}; }

    static Signal<int> source(int value) { return signal(value); }
    static int read(const Store &store) { return call(store); }
    void compute(const Step &step)
    {
        add(computed([flavour = step.c, first = any(step.a), left = any(step.b), right = any(step.c)] {
            const int one = call(first);
            return flavoured(flavour, one, call(one % 2 != 0 ? left : right));
        }));
    }
    void observe(const Step &step, int number)
    {
        const auto says = [this](QString text) { m_log += text; };
        m_observers.push_back(effect([=, first = any(step.a), second = any(step.b)] {
            const int one = call(first);
            says(one % 2 != 0 ? QStringLiteral("E%1(%2)").arg(number).arg(one)
                              : QStringLiteral("E%1(%2,%3)").arg(number).arg(one).arg(call(second)));
        }));
    }
};

/// What runMaps() in programs.mjs does. A batch's listeners get no key.
QString runMaps(const Program &program)
{
    using Value = Dictionary<std::string, int>;
    const auto store = map<std::string, int>({{"a", 0}});
    const auto first = computed(store, [](const Value &value) { return value.value("a", -1); });
    std::vector<Subscription> listeners;
    QStringList log;
    int numbers = 0;
    const std::vector<std::string> keys{"a", "b", "c", "d"};
    const auto chosen = [&](int number) {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < keys.size(); ++i) {
            if ((number >> i & 1) != 0) {
                all.push_back(keys[i]);
            }
        }
        return all;
    };
    const auto text = [&](const Value &value) {
        QString all;
        for (const std::string &key : keys) {
            if (const int *present = value.find(key)) {
                all += QString::fromStdString(key) + QString::number(*present);
            }
        }
        return QStringLiteral("{%1}").arg(all);
    };
    performAll(program, [&](const Step &step) {
        switch (step.what) {
        case 0:
        case 1:
            if (step.b % 4 == 3) {
                store.removeKey(keys[static_cast<std::size_t>(step.a) % 4]);
            } else {
                store.setKey(keys[static_cast<std::size_t>(step.a) % 4], step.b % 4);
            }
            break;
        case 2: {
            Value all;
            int i = 0;
            for (const std::string &key : chosen(step.a)) {
                all.insert(key, (step.b + i++ * step.c) % 3);
            }
            store.set(all);
            break;
        }
        case 4:
            listeners.push_back(
                store.listen([&, number = numbers++](const Value &value, const Value &old, const std::string *key) {
                    const QString changed = key ? QString::fromStdString(*key) : QString();
                    log += QStringLiteral("L%1(%2,%3,%4)").arg(number).arg(text(value), text(old), changed);
                }));
            break;
        case 5:
        case 7:
            listeners.push_back(listenKeys(store, chosen(step.a), [&, number = numbers++](const Value &value) {
                log += QStringLiteral("K%1%2").arg(number).arg(text(value));
            }));
            break;
        case 6:
            if (!listeners.empty()) {
                listeners.erase(listeners.begin() + step.a % static_cast<int>(listeners.size()));
            }
            break;
        case 8:
            listeners.push_back(first.listen([&, number = numbers++](int value, int old) {
                log += QStringLiteral("C%1(%2,%3)").arg(number).arg(value).arg(old);
            }));
            break;
        default:
            log += QStringLiteral("get %1 %2").arg(text(store.get())).arg(first.get());
        }
    });
    return log.join(QLatin1Char(' '));
}

QJsonArray asJson(const Program &program)
{
    QJsonArray steps;
    for (const Step &step : program) {
        steps += QJsonArray{step.what, step.a, step.b, step.c};
    }
    return steps;
}

/// The packages of npm, in a process of Node.js that answers line by line.
class Oracle
{
public:
    Oracle()
    {
        m_node.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_node.start(QStringLiteral(NODE_PROGRAM), {QStringLiteral(UPSTREAM_DIR "/oracle.mjs")});
    }
    ~Oracle()
    {
        m_node.closeWriteChannel();
        m_node.waitForFinished();
    }
    Oracle(const Oracle &) = delete;
    Oracle &operator=(const Oracle &) = delete;

    QString run(const QString &face, const Program &program)
    {
        const QJsonObject asked{{QStringLiteral("face"), face}, {QStringLiteral("steps"), asJson(program)}};
        m_node.write(QJsonDocument(asked).toJson(QJsonDocument::Compact) + '\n');
        while (!m_node.canReadLine()) {
            if (!m_node.waitForReadyRead(60000)) {
                return QStringLiteral("Node.js does not answer: ") + m_node.errorString();
            }
        }
        return QString::fromUtf8(m_node.readLine()).chopped(1);
    }

private:
    QProcess m_node;
};

} // namespace

class tst_Upstream : public QObject, private support::ScriptEngine
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void listeners_runInTheOrderOfNanostores();
    void effects_runInTheOrderOfNanostores();
    void maps_tellWhatNanostoresTells();
    void effects_runInTheOrderOfAlienSignals();

private:
    template<typename F>
    void agree(int kinds, const char *face, const char *function, const char *module, F native);
    QString runScript(const char *function, const char *module, const Program &program);

    QJSValue m_programs;
    std::unique_ptr<Oracle> m_oracle;
};

void tst_Upstream::initTestCase()
{
    startEngine();
    m_programs = m_engine->importModule(QStringLiteral(UPSTREAM_DIR "/programs.mjs"));
    QVERIFY2(!m_programs.isError(), qPrintable(m_programs.toString()));
    m_oracle = std::make_unique<Oracle>();
    QCOMPARE(m_oracle->run(QStringLiteral("nanostores"), {{10, 1, 0, 0}}), QStringLiteral("get 1"));
}

QString tst_Upstream::runScript(const char *function, const char *module, const Program &program)
{
    const QJSValue steps = m_engine->toScriptValue(asJson(program));
    return m_programs.property(QLatin1String(function)).call({steps, run(module)}).toString();
}

template<typename F>
void tst_Upstream::agree(int kinds, const char *face, const char *function, const char *module, F native)
{
    support::holds([&] {
        const Program program = *support::genProgram(kinds);
        const std::string expected = m_oracle->run(QLatin1String(face), program).toStdString();
        if constexpr (!std::is_null_pointer_v<F>) {
            RC_ASSERT(native(program).toStdString() == expected);
        }
        RC_ASSERT(runScript(function, module, program).toStdString() == expected);
    });
}

void tst_Upstream::listeners_runInTheOrderOfNanostores()
{
    agree(CallingKinds, "nanostores", "runNanostores", "N",
          [](const Program &program) { return Nanostores(program).log(); });
}

/// An effect of C++ is one sink, which runs once for all of its stores.
void tst_Upstream::effects_runInTheOrderOfNanostores()
{
    agree(EffectKinds, "nanostores", "runNanostores", "N", nullptr);
}

void tst_Upstream::maps_tellWhatNanostoresTells()
{
    agree(Kinds, "maps", "runMaps", "N", runMaps);
}

void tst_Upstream::effects_runInTheOrderOfAlienSignals()
{
    agree(Kinds, "signals", "runSignals", "K", [](const Program &program) { return Signals().run(program); });
}

SUPPORT_PROPERTY_MAIN_OF(tst_Upstream, "2000", QCoreApplication application(argc, argv))
#include "tst_upstream.moc"
