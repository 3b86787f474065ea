// SPDX-License-Identifier: MIT

// Random programs over engines, windows in windows, and objects of QML in them, which end in any order.

#include <nanostores/kit.h>
#include <nanostores/qml.h>
#include <nanostores/qtscope.h>

#include "support/property.h"

#include <QByteArray>
#include <QCoreApplication>
#include <QEvent>
#include <QPointer>
#include <QQmlComponent>
#include <QQmlContext>
#include <QQmlEngine>
#include <QtTest/QTest>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

const auto text = scoped([] { return atom(QStringLiteral("empty")); });
const auto size = computed(text, [](const QString &value) { return int(value.size()); });

/// With `Reader {`, as Qt 6.8 does not find an inline component of a document of data.
const char *const parts = R"(
import QtQml
import NanoStores
QtObject {
    id: root
    readonly property QtObject outside: Reader {}
    readonly property QtObject first: Reader {
        Scope.provides: [cppText]
        readonly property QtObject inner: Reader { Scope.provides: [cppText] }
    }
})";

const char *const reader = R"(QtObject {
    readonly property StoreKey text: StoreKey { store: cppText }
    readonly property StoreKey size: StoreKey { store: cppSize }
)";

struct World
{
    explicit World(bool hasScope)
    {
        engine.rootContext()->setContextProperty(QStringLiteral("cppText"), new ScopedAdapter(text, &engine));
        engine.rootContext()->setContextProperty(QStringLiteral("cppSize"), new ScopedAdapter(size, &engine));
        if (hasScope) {
            giveScope(&engine, {provide(text)});
        }
        component.setData(QByteArray(parts).replace("Reader {", reader), QUrl(QStringLiteral("parts.qml")));
    }

    QQmlEngine engine;
    QQmlComponent component{&engine};
};

/// The engine may be gone; what it has made is deleted later all the same.
struct Made
{
    QPointer<QObject> object;
    int world = 0;
    int window = -1;
    int number = 0;
};

struct Window
{
    QPointer<QObject> object;
    int parent = -1;
    bool provides = false;
};

class Program
{
public:
    Program() { Scope::resetGlobal(); }
    Program(const Program &) = delete;
    Program &operator=(const Program &) = delete;
    ~Program()
    {
        while (!m_made.empty()) {
            endMade(0);
        }
        m_worlds.clear();
        for (auto &[number, window] : m_windows) {
            delete window.object.data();
        }
        flush();
    }

    void run(const std::vector<support::Step> &steps)
    {
        for (const auto &step : steps) {
            act(step);
            flush();
            compare();
        }
    }

private:
    static void flush() { QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); }

    void act(const support::Step &step)
    {
        switch (step.what) {
        case 0:
        case 1:
            write(step);
            break;
        case 2:
        case 3:
            make(step);
            break;
        case 4:
            addWindow(step);
            break;
        case 5:
            m_worlds[m_next++] = std::make_unique<World>(step.a % 2 == 0);
            m_engineScopes[m_next - 1] = step.a % 2 == 0;
            break;
        case 6:
            if (!m_made.empty()) {
                endMade(step.a % m_made.size());
            }
            break;
        case 7:
            endWindow(pick(m_windows, step.a));
            break;
        default:
            if (!m_worlds.empty()) {
                m_worlds.erase(pick(m_worlds, step.a));
            }
        }
    }

    template<typename Map>
    static typename Map::iterator pick(Map &map, int number)
    {
        return map.empty() ? map.end() : std::next(map.begin(), number % int(map.size()));
    }

    void addWindow(const support::Step &step)
    {
        const auto parent = step.b % 3 == 0 ? m_windows.end() : pick(m_windows, step.a);
        auto *const object = new QObject(parent == m_windows.end() ? nullptr : parent->second.object.data());
        const bool provides = step.c % 2 == 0;
        giveScope(object, provides ? std::vector<InjectionProvider>{provide(text)} : std::vector<InjectionProvider>());
        m_windows[m_next++] = {object, parent == m_windows.end() ? -1 : parent->first, provides};
    }

    void make(const support::Step &step)
    {
        const auto world = pick(m_worlds, step.a);
        if (world == m_worlds.end()) {
            return;
        }
        const auto window = step.b % 3 == 0 ? m_windows.end() : pick(m_windows, step.b);
        QQmlComponent &component = world->second->component;
        QObject *const object = component.beginCreate(world->second->engine.rootContext());
        RC_ASSERT(object != nullptr);
        if (window != m_windows.end()) {
            object->setParent(window->second.object);
        }
        component.completeCreate();
        m_made.push_back({object, world->first, window == m_windows.end() ? -1 : window->first, m_next++});
    }

    void endMade(std::size_t index)
    {
        delete m_made[index].object.data();
        m_made.erase(m_made.begin() + std::ptrdiff_t(index));
    }

    void endWindow(std::map<int, Window>::iterator at)
    {
        if (at != m_windows.end()) {
            delete at->second.object.data(); // with those in it
            std::erase_if(m_windows, [](const auto &entry) { return !entry.second.object; });
            std::erase_if(m_made, [](const Made &made) { return !made.object; });
        }
    }

    /// What the rules say: of the nearest that provides one.
    std::string ownerOf(const Made &made, int part) const
    {
        if (part > 0) {
            return "made" + std::to_string(made.number) + '/' + std::to_string(part);
        }
        for (int window = made.window; window >= 0; window = m_windows.at(window).parent) {
            if (m_windows.at(window).provides) {
                return "window" + std::to_string(window);
            }
        }
        return made.window < 0 && m_engineScopes.at(made.world) ? "world" + std::to_string(made.world) : "global";
    }

    static QObject *partOf(const Made &made, int part)
    {
        auto *const first = made.object->property(part == 0 ? "outside" : "first").value<QObject *>();
        return part == 2 ? first->property("inner").value<QObject *>() : first;
    }
    static QObject *keyOf(const Made &made, int part, const char *key)
    {
        return partOf(made, part)->property(key).value<QObject *>();
    }

    void write(const support::Step &step)
    {
        if (m_made.empty()) {
            return;
        }
        const Made &made = m_made[std::size_t(step.a) % m_made.size()];
        const int part = step.b % 3;
        const QString value(step.c, QLatin1Char('x'));
        if (step.c % 2 == 0 || !m_worlds.contains(made.world)) {
            if (m_worlds.contains(made.world)) {
                text.in(scopeOf(partOf(made, part))).set(value);
                m_values[ownerOf(made, part)] = value;
            }
        } else {
            keyOf(made, part, "text")->setProperty("value", QVariant::fromValue(QJSValue(value)));
            m_values[ownerOf(made, part)] = value;
        }
    }

    void compare()
    {
        for (const Made &made : m_made) {
            if (!m_worlds.contains(made.world)) {
                continue;
            }
            for (int part = 0; part < 3; ++part) {
                const auto known = m_values.find(ownerOf(made, part));
                const QString expected = known == m_values.end() ? QStringLiteral("empty") : known->second;
                const auto shown = keyOf(made, part, "text")->property("value").value<QJSValue>();
                RC_ASSERT(shown.toString().toStdString() == expected.toStdString());
                const auto length = keyOf(made, part, "size")->property("value").value<QJSValue>();
                RC_ASSERT(length.toInt() == int(expected.size()));
            }
        }
    }

    std::map<int, std::unique_ptr<World>> m_worlds;
    std::map<int, bool> m_engineScopes;
    std::map<int, Window> m_windows;
    std::vector<Made> m_made;
    std::map<std::string, QString> m_values;
    int m_next = 0;
};

} // namespace

class tst_RandomQmlScopes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void endsInAnyOrder()
    {
        support::holds([] {
            const auto steps = *support::genProgram(9);
            Program program;
            program.run(steps);
        });
    }
};

SUPPORT_PROPERTY_MAIN_OF(tst_RandomQmlScopes, "100", QCoreApplication app(argc, argv))
#include "tst_randomqmlscopes.moc"
