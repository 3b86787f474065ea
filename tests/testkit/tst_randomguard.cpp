// SPDX-License-Identifier: MIT

// Random programs with a guard around them: all stores have their values then, nothing of the program is left, and
// neither the guard nor its end changes what runs and in which order.

#include <nanostores/core.h>
#include <nanostores/testkit.h>

#include "core/graphworld.h"
#include "support/property.h"

#include <QTest>

using namespace nanostores;
using support::Step;

namespace {

/// Stores of an application, with what observes them.
struct App
{
    App()
    {
        for (int i = 0; i < 4; ++i) {
            numbers.push_back(atom(i));
        }
        items = map<int, int>({{0, 0}, {1, 1}});
        text = atom(std::string("a"));
        sum = computed([this] { return numbers[0]() + numbers[1](); });
        listed = computed(*sum, numbers[2], [](int a, int b) { return a * 10 + b; });
        keep(sum->listen([this](int value) { log.push_back(100 + value); }));
        keep(listed->listen([this](int value) { log.push_back(200 + value); }));
        keep(effect([this] { log.push_back(300 + (numbers[3]() % 2 ? numbers[0]() : (*listed)())); }));
        keep(items->listen([this](const auto &now) { log.push_back(400 + static_cast<int>(now.size())); }));
        keep(numbers[1].listen([this](int value) { numbers[2].set(value % 3); }));
        keep(text->listen([this] { log.push_back(500); }));
    }
    void keep(Subscription subscription) { sinks.push_back(std::move(subscription)); }

    std::vector<int> values() const
    {
        std::vector<int> all;
        for (const auto &number : numbers) {
            all.push_back(number.peek());
        }
        for (const auto &[key, value] : items->peek()) {
            all.push_back(key);
            all.push_back(value);
        }
        all.push_back(static_cast<int>(text->peek().size()));
        all.push_back(sum->peek());
        all.push_back(listed->peek());
        return all;
    }

    std::vector<Atom<int>> numbers;
    std::optional<Map<int, int>> items;
    std::optional<Atom<std::string>> text;
    std::optional<Computed<int>> sum;
    std::optional<Computed<int>> listed;
    std::vector<int> log;
    std::vector<Subscription> sinks;
};

/// A test of the application, which leaves much behind.
class Program
{
public:
    explicit Program(App &app)
        : m_app(app)
    {
    }

    void run(const std::vector<Step> &steps)
    {
        for (const Step &step : steps) {
            perform(step);
        }
        m_batch.reset();
    }

private:
    void perform(const Step &step)
    {
        const auto &number = m_app.numbers[static_cast<std::size_t>(step.a % 4)];
        switch (step.what) {
        case 0:
        case 1:
            number.set(step.b % 5);
            break;
        case 2:
            m_app.items->setKey(step.a % 4, step.b % 5);
            break;
        case 3:
            m_app.text->set(std::string(static_cast<std::size_t>(step.b % 4), 'x'));
            break;
        case 4:
            m_sinks.push_back(number.listen([this](int value) { m_app.numbers[3].set(value); }));
            break;
        case 5:
            m_sinks.push_back(effect([this] { m_app.items->setKey(7, (*m_app.sum)() % 4); }));
            break;
        case 6:
            if (m_sinks.size() > 1) {
                m_sinks.erase(m_sinks.begin() + step.a % static_cast<int>(m_sinks.size()));
            }
            break;
        case 7:
            m_batch ? m_batch.reset() : static_cast<void>(m_batch.emplace());
            break;
        case 8:
            scheduler()->after(std::chrono::milliseconds(step.b), [number, step] { number.set(step.c % 5); });
            break;
        case 9:
            m_pins.push_back(pin(step.a % 2 ? *m_app.sum : *m_app.listed, step.b % 5));
            break;
        case 10:
            if (!m_pins.empty()) {
                m_pins.erase(m_pins.begin() + step.a % static_cast<int>(m_pins.size()));
            }
            break;
        case 11:
            onSet(number, [](auto &event) { event.newValue() == 3 ? event.abort() : void(); });
            break;
        case 12:
            if (TestGuard *const guard = TestGuard::current(); guard && !m_batch) {
                guard->advance(std::chrono::milliseconds(step.b));
            }
            break;
        case 13:
            m_stores.push_back(computed([&store = *m_app.sum, step] { return store() + step.a; }));
            m_sinks.push_back(m_stores.back().listen([] {}));
            break;
        default:
            if (!m_batch) {
                TestGuard inner([](const Report &) {});
                number.set(step.c % 5);
                m_app.items->setKey(step.a, step.b);
            }
        }
    }

    App &m_app;
    std::vector<Subscription> m_sinks;
    std::vector<Computed<int>> m_stores;
    std::vector<Pin> m_pins;
    std::optional<Batch> m_batch;
};

constexpr int Kinds = 15;

} // namespace

class tst_RandomGuard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void order_isThatWithoutAGuard();
    void after_everyStoreHasItsValue();
};

void tst_RandomGuard::order_isThatWithoutAGuard()
{
    support::holds([] {
        const auto program = *support::genProgram(13);
        std::vector<int> bare;
        {
            graphworld::World world;
            world.run(program);
            bare = world.log;
        }
        TestGuard guard;
        std::vector<int> guarded;
        {
            graphworld::World world;
            world.run(program);
            guarded = world.log;
        }
        const Report report = guard.finish();
        RC_ASSERT(bare == guarded);
        RC_ASSERT(report.text() == "" || report.ok());
    });
}

void tst_RandomGuard::after_everyStoreHasItsValue()
{
    support::holds([] {
        const auto before = *support::genProgram(4);
        const auto program = *support::genProgram(Kinds);
        const auto after = *support::genProgram(4);
        App app;
        App twin; // lives the same life, without the test in the middle
        Program(app).run(before);
        Program(twin).run(before);
        const std::vector<int> values = app.values();
        std::size_t left = 0;
        {
            TestGuard guard([](const Report &) {});
            Program test(app);
            test.run(program);
            const Report report = guard.finish();
            RC_ASSERT(report.notRestored.empty());
            RC_ASSERT(report.misuse.empty());
            left = report.leaks.size();
            RC_ASSERT(app.values() == values);
        }
        RC_CLASSIFY(left > 0, "leaves something behind");
        RC_ASSERT(app.values() == values);
        app.log.clear();
        twin.log.clear();
        Program(app).run(after);
        Program(twin).run(after);
        RC_ASSERT(app.log == twin.log);
        RC_ASSERT(app.values() == twin.values());
    });
}

SUPPORT_PROPERTY_MAIN(tst_RandomGuard)
#include "tst_randomguard.moc"
