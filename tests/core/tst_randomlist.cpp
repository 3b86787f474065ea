// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "listworld.h"

#include <QtCore/QList>

#include <deque>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using namespace listworld;
using support::genProgram;
using support::Step;

namespace {

template<typename C>
void run(const std::vector<Step> &program)
{
    using T = Of<C>;
    const List<T, C> store;
    Editor<C> editor(store);
    Replay<C> first;
    Replay<C> last;
    std::optional<Step> plan; // what a listener between the two does
    std::vector<T> oldSeen;
    std::vector<T> effectSeen;
    const auto sum = computed(store, [](const C &items) { return std::vector<T>(items.begin(), items.end()); });
    const auto sums = sum.listen([] {});
    const auto one = store.listen([&](const C &now, const ListChange<T, C> &change) { first(now, change); });
    const auto writer = store.listen([&] {
        if (const auto planned = std::exchange(plan, std::nullopt)) {
            editor.edit(*planned);
        }
    });
    const auto two = store.listen([&](const C &now, const ListChange<T, C> &change) { last(now, change); });
    const auto old = store.listen([&](const C &, const C &before) { oldSeen.assign(before.begin(), before.end()); });
    const auto watching = effect([&] { effectSeen.assign(store().begin(), store().end()); });
    for (std::size_t i = 0; i < program.size(); ++i) {
        const Step &step = program[i];
        const auto before = editor.stored();
        const int calls = last.calls;
        if (step.what == 11) {
            plan = i + 1 < program.size() ? std::optional(program[i + 1]) : std::nullopt;
            continue;
        }
        bool planned = plan.has_value();
        if (step.what == 12) {
            batch([&] {
                for (int n = 0; n < step.a % 50; ++n) {
                    editor.edit(program[(i + static_cast<std::size_t>(n)) % program.size()]);
                    if (n % 7 == 6) {
                        static_cast<void>(sum.get());
                    }
                }
            });
        } else {
            batch([&] { editor.edit(step); });
        }
        planned = planned && !plan;
        RC_ASSERT(editor.stored() == editor.plain());
        RC_ASSERT(effectSeen == editor.plain());
        RC_ASSERT(sum.get() == editor.plain());
        for (const auto *replay : {&first, &last}) {
            RC_ASSERT(replay->items.size() == editor.plain().size());
        }
        if (last.calls != calls && !planned) {
            RC_ASSERT(oldSeen == before);
        }
    }
}

} // namespace

/// Random edits of lists against a plain vector: the value, and what listeners are called with.
class tst_RandomList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void list_agreesWithAVector();
};

void tst_RandomList::list_agreesWithAVector()
{
    const bool holds = rc::check("a list agrees with a vector, and its changes lead from one value to the next", [] {
        const auto program = *genProgram(13);
        run<std::vector<std::string>>(program);
        run<std::vector<int>>(program);
        run<std::deque<int>>(program);
        run<QList<int>>(program);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomList)
#include "tst_randomlist.moc"
