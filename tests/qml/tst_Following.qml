// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

/// What a function of a Computed or a StoreEffect reads is followed, as a binding follows it: stores of all kinds,
/// properties that are bound to them, and plain properties.
TestCase {
    id: test
    name: "Following"

    property Followed followed: null
    property var sources: [] // that the function reads
    property int seed: 1

    Component {
        id: followedComponent
        Followed {}
    }

    Component {
        id: effectComponent
        StoreEffect {
            id: effect
            readonly property Counter passes: Counter {}
            property int seen: 0
            property int total: 0
            run: () => {
                effect.seen = effect.passes.pass(test.readAll());
            }

            function runsSoFar(): int {
                total += passes.take();
                return total;
            }
        }
    }

    Component {
        id: computedComponent
        Computed {
            id: computed
            readonly property Counter passes: Counter {}
            property int total: 0
            property int seen: computed.value
            compute: () => computed.passes.pass(test.readAll())

            function runsSoFar(): int {
                total += passes.take();
                return total;
            }
        }
    }

    function init() {
        Settings.reset();
        followed = createTemporaryObject(followedComponent, test);
    }

    /// The first one says which of the others are read: a branch.
    function readAll(): int {
        if (!followed) {
            return 0;
        }
        const first = followed.read(test.sources[0]);
        const others = first % 4 === 0 ? [] : test.sources.slice(1);
        return others.reduce((sum, source) => sum * 3 + followed.read(source), first);
    }

    function random(below: int): int {
        test.seed = (test.seed * 16807) % 2147483647;
        return test.seed % below;
    }

    function test_oneWrite_runsItOnce_data() {
        const rows = [];
        const names = ["a", "b", "map", "sum", "listed", "nested", "key", "aBound", "sumBound", "widthBound", "quality",
                       "width"];
        const writes = [0, 1, 2, 0, 0, 1, 3, 0, 0, 5, 4, 5];
        names.forEach((name, i) => rows.push({ tag: name, sources: [i], write: writes[i] }));
        rows.push({ tag: "a and aBound", sources: [0, 7], write: 0 });
        rows.push({ tag: "aBound and a", sources: [7, 0], write: 0 });
        rows.push({ tag: "a and sum", sources: [0, 3], write: 0 });
        rows.push({ tag: "sum and a", sources: [3, 0], write: 0 });
        rows.push({ tag: "sum and listed and nested", sources: [3, 4, 5], write: 0 });
        rows.push({ tag: "map and key", sources: [2, 6], write: 2 });
        rows.push({ tag: "sum and aBound", sources: [3, 7], write: 0 });
        rows.push({ tag: "width and widthBound", sources: [9, 11], write: 4 });
        return rows;
    }

    function test_oneWrite_runsItOnce(row) {
        followed.write(0, 5);
        test.sources = row.sources;
        const effect = createTemporaryObject(effectComponent, test);
        const computed = createTemporaryObject(computedComponent, test);
        for (let value = 21; value < 42; value += 4) {
            const effectRuns = effect.runsSoFar();
            const computedRuns = computed.runsSoFar();
            followed.write(row.write, value);
            compare(effect.seen, test.readAll());
            compare(computed.seen, test.readAll());
            compare(effect.runsSoFar(), effectRuns + 1);
            compare(computed.runsSoFar(), computedRuns + 1);
        }
    }

    function test_aComputedAndWhatIsBoundToIt() {
        test.sources = [3, 8];
        const effect = createTemporaryObject(effectComponent, test);
        followed.write(0, 21);
        compare(effect.seen, test.readAll());
        verify(effect.runsSoFar() <= 3); // of the first one, too
    }

    function test_random_data() {
        return Array.from({ length: 60 }, (_, i) => ({ tag: `seed ${i + 1}`, seed: i + 1 }));
    }

    function test_random(row) {
        test.seed = row.seed * 7919;
        test.sources = Array.from({ length: 1 + random(5) }, () => random(12));
        const effect = createTemporaryObject(effectComponent, test);
        const computed = createTemporaryObject(computedComponent, test);
        for (let step = 0; step < 60; ++step) {
            const effectRuns = effect.runsSoFar();
            const target = random(6);
            const value = 4 + random(9); // 3 is refused, which signals as a change does
            followed.write(target, value);
            compare(effect.seen, test.readAll(), `${test.sources} after ${step} writes`);
            compare(computed.seen, test.readAll(), `${test.sources} after ${step} writes`);
            verify(effect.runsSoFar() <= effectRuns + 3);
            followed.write(target, value); // the same again
            const after = effect.runsSoFar();
            followed.write(target, value);
            compare(effect.runsSoFar(), after, `${test.sources} after ${step} writes, of ${value} to ${target}`);
        }
    }
}
