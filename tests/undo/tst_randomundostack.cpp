// SPDX-License-Identifier: MIT
#include <nanostores/core.h>
#include <nanostores/undo.h>

#include "addcommand.h"
#include "support/property.h"

#include <QTest>
#include <QUndoStack>

#include <utility>
#include <vector>

using namespace nanostores;
using support::Step;

namespace {

using State = std::pair<int, int>;

/// Writes of a store and commands of the application, beside a list of the states that there were.
void run(const std::vector<Step> &program)
{
    QUndoStack stack;
    int sum = 0;
    bool isLocked = false;
    const auto count = atom(0);
    const auto unbind = onSet(count, [&](auto &event) {
        if (isLocked) {
            event.abort();
        }
    });
    const auto edits = history({.limit = 0}, count);
    pushTo(edits, &stack);
    std::vector<State> states{{0, 0}};
    std::size_t at = 0;
    const auto push = [&] {
        const State present{count.get(), sum};
        if (present != states[at]) {
            states.resize(at + 1);
            states.push_back(present);
            ++at;
        }
    };
    for (const Step &step : program) {
        switch (step.what) {
        case 0:
        case 1:
            count.set(step.a);
            push();
            break;
        case 2:
            stack.push(new Add(&sum, step.a + 1));
            push();
            break;
        case 3:
            stack.undo();
            at -= at > 0 ? 1 : 0;
            break;
        case 4:
            stack.redo();
            at += at + 1 < states.size() ? 1 : 0;
            break;
        case 5: {
            const auto to = static_cast<std::size_t>(step.a) % states.size();
            stack.setIndex(static_cast<int>(to));
            at = to;
            break;
        }
        case 6: { // a hook refuses: what is another value of the store cannot be passed
            const auto to = static_cast<std::size_t>(step.a) % states.size();
            isLocked = true;
            stack.setIndex(static_cast<int>(to));
            isLocked = false;
            while (at != to) {
                const std::size_t next = to < at ? at - 1 : at + 1;
                if (states[next].first != states[at].first) {
                    break;
                }
                at = next;
            }
            break;
        }
        default: { // by the history, where its step is the next one
            const bool isStep = at > 0 && states[at].first != states[at - 1].first;
            RC_ASSERT(edits.undo() == isStep);
            at -= isStep ? 1 : 0;
        }
        }
        RC_ASSERT(stack.index() == static_cast<int>(at));
        RC_ASSERT(stack.count() == static_cast<int>(states.size()) - 1);
        RC_ASSERT((State{count.get(), sum} == states[at]));
    }
}

} // namespace

class tst_RandomUndoStack : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void stack_isAListOfStates()
    {
        support::holds([] {
            const auto program = *support::genProgram(8);
            run(program);
        });
    }
};

SUPPORT_PROPERTY_MAIN_OF(tst_RandomUndoStack, "2000", QCoreApplication app(argc, argv))

#include "tst_randomundostack.moc"
