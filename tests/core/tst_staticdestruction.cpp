// SPDX-License-Identifier: MIT

// Stores at namespace scope, destroyed after main() in whatever order the linker chose. Run under AddressSanitizer.
#include "tst_staticdestruction.h"

#include <optional>

using namespace nanostores;

namespace {

/// Made before all stores of this unit, and destroyed after them; what it was given is alive until then.
struct Early
{
    ~Early()
    {
        int heard = 0;
        const auto listener = twice->listen([&](int value) { heard = value; });
        count->set(7);
        require(heard == 14);
        require(atom(1).get() == 1);
        // kept goes with it
    }
    std::optional<Atom<int>> count;
    std::optional<Computed<int>> twice;
    Subscription kept;
} early;

/// Writes to stores of both units when it is destroyed: first, as it was made last.
struct Late
{
    ~Late()
    {
        sharedCount.set(99);
        nameOfOther().set("late");
        require(twiceOfOther().get() == 198);
    }
};

int calls = 0;
const auto own = atom(std::string("own"));
const auto length = computed(own, sharedCount, [](const std::string &text, int n) { return int(text.size()) + n; });
const auto tracked = computed([] { return sharedCount() + twiceOfOther()(); });
const auto things = map<int, std::string>();
const Subscription listener = length.listen([] { ++calls; });
const Subscription running = effect([] {
    tracked();
    ++calls;
    return [] { ++calls; };
});
const Unbind mounted = onMount(own, [] {
    ++calls;
    return [] { own.peek(); };
});
const Subscription ofThings = things.listen([](const auto &value, const auto &) { calls += int(value.size()); });
std::optional<Subscription> leftOpen;

} // namespace

int main()
{
    static const auto local = computed(sharedCount, [](int value) { return value * 100; });
    static const Subscription ofLocal = local.listen([] { ++calls; });
    const int before = calls;
    sharedCount.set(2);
    own.set("longer");
    things.setKey(1, "one");
    require(length.get() == 8);
    require(tracked.get() == 6);
    require(local.get() == 200);
    require(calls > before);
    require(atom(1).get() == 1);
    length.listen([] { ++calls; }).detach();
    effect([] { things(); }).detach();
    leftOpen = own.listen([] { ++calls; });
    own.get(); // mounted for a delay that nobody waits out: there is no scheduler
    early.count = atom(1);
    early.twice = computed(*early.count, [](int value) { return value * 2; });
    early.kept = early.twice->listen([] { ++calls; });
    static const Late late;
    return 0;
}
