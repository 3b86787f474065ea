// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/history.h>

#include <memory>
#include <string>
#include <utility>

/// What a history costs the stores that it records, and those that it does not. Each write is a step.

namespace {

struct Stores
{
    nanostores::Atom<int> count = nanostores::atom(0);
    nanostores::Map<int, int> map;
    nanostores::History edits;
    nanostores::Subscription counting;
    nanostores::Subscription mapping;
    long sum = 0;
    int next = 0;

    Stores()
    {
        for (int i = 0; i < 1000; ++i) {
            map.setKey(i, i);
        }
        counting = count.listen([this](int n) { sum += n; });
        mapping =
            map.listen([this](const nanostores::Dictionary<int, int> &, const nanostores::MapChange<int, int> &change) {
                sum += static_cast<long>(change.keys.size());
            });
    }
};

template<typename F>
void add(const std::string &name, bool isRecorded, F f)
{
    addCase(name + "/nanostores", 100, [isRecorded, f] {
        auto stores = std::make_shared<Stores>();
        if (isRecorded) {
            stores->edits.track(stores->count);
            stores->edits.track(stores->map);
        }
        return Program{[stores, f](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                f(*stores);
            }
        }};
    });
}

void setAtom(Stores &stores)
{
    stores.count.set(++stores.next);
}
void setKey(Stores &stores)
{
    ++stores.next;
    stores.map.setKey(stores.next * 7919 % 1000, -stores.next);
}

} // namespace

void addTraceCases();

void addCases()
{
    addTraceCases();
    add("atom", false, setAtom);
    add("atom_recorded", true, setAtom);
    add("key", false, setKey);
    add("key_recorded", true, setKey);
    add("atom_undo_redo", true, [](Stores &stores) {
        if (!stores.edits.undo()) {
            stores.count.set(1);
            return;
        }
        stores.edits.redo();
    });
    add("batch_of_100_recorded", true, [](Stores &stores) {
        const nanostores::Batch batch;
        for (int i = 0; i < 100; ++i) {
            setKey(stores);
        }
    });
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
