// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/inspect.h>

#include <memory>
#include <optional>
#include <string>

/// What a Trace costs a write of an atom that a listener and a computed store observe: with its origin, without, and
/// without a Trace.

void addTraceCases()
{
    struct Stores
    {
        nanostores::Atom<int> count = nanostores::atom(0);
        nanostores::Computed<int> twice = nanostores::computed(count, [](int n) { return 2 * n; });
        nanostores::Subscription counting;
        nanostores::Subscription doubling;
        std::optional<nanostores::Trace> trace;
        long sum = 0;
        int next = 0;
    };
    for (const char *which : {"bare", "values", "origins"}) {
        const std::string name(which);
        addCase("trace_" + name + "/nanostores", 100, [name] {
            auto stores = std::make_shared<Stores>();
            stores->counting = stores->count.listen([s = stores.get()](int n) { s->sum += n; });
            stores->doubling = stores->twice.listen([s = stores.get()](int n) { s->sum += n; });
            if (name != "bare") {
                stores->trace.emplace(nanostores::Trace::Options{.origins = name == "origins"});
            }
            return Program{[stores](std::size_t times) {
                for (std::size_t i = 0; i < times; ++i) {
                    stores->count.set(++stores->next);
                }
            }};
        });
    }
}
