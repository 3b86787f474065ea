// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStoresTest

TestCase {
    id: test
    name: "StoreEffect"

    property Effects effects

    Component {
        id: effectsComponent
        Effects {}
    }

    Component {
        id: plainComponent
        Plain {}
    }

    function init() {
        effects = createTemporaryObject(effectsComponent, test);
    }

    function test_listed_runsAndCleansUp() {
        effects.listed.enabled = true;
        effects.a.value = 3;
        effects.b.value = 4;
        effects.b.value = 4;
        compare(effects.trace.take(), "run12 end12 run32 end32 run34");
        effects.listed.enabled = false;
        effects.a.value = 5;
        compare(effects.trace.take(), "end34");
    }

    function test_destroyed_cleansUp() {
        effects.listed.enabled = true;
        effects.listed.destroy();
        wait(0);
        effects.a.value = 5;
        compare(effects.trace.take(), "run12 end12");
    }

    function test_tracked_runsWhenWhatItReadsChanges() {
        effects.tracked.enabled = true;
        effects.b.value = 7;
        effects.a.value = 8;
        compare(effects.trace.take(), "saw1 saw8");
    }

    function test_run_mustBeAFunction() {
        ignoreWarning(/run must be a function, not the number 7/);
        effects.tracked.run = 7;
        effects.tracked.enabled = true;
        effects.a.value = 3;
        compare(effects.trace.take(), "");
    }

    function test_run_thatReadsByGetAloneIsNamed() {
        effects.tracked.run = () => effects.a.get();
        ignoreWarning(/reads stores by get\(\) alone/);
        effects.tracked.enabled = true;
    }

    function test_tracked_followsPlainProperties() {
        const plain = createTemporaryObject(plainComponent, test);
        plain.effect.enabled = true;
        plain.width = 4;
        plain.price.value = 5;
        compare(plain.trace.take(), "2x3 end2x3 2x4 end2x4 5x4");
        plain.effect.enabled = false;
        plain.width = 6;
        compare(plain.trace.take(), "end5x4");
    }

    function test_tracked_thatDisablesItselfObservesNothing() {
        const plain = createTemporaryObject(plainComponent, test);
        plain.effect.run = () => {
            if (plain.price.value > 3) {
                plain.effect.enabled = false;
            }
            plain.trace.add(plain.price.value + "x" + plain.width);
        };
        plain.effect.enabled = true;
        verify(plain.price.isMounted);
        plain.price.value = 4;
        plain.width = 9;
        compare(plain.trace.take(), "2x3 4x3");
        wait(0);
        Clock.advance(5000);
        verify(!plain.price.isMounted);
    }

    function test_tracked_ofAQueuedStore() {
        const plain = createTemporaryObject(plainComponent, test);
        plain.price.queued = true;
        plain.effect.enabled = true;
        plain.price.value = 4;
        plain.price.value = 5;
        compare(plain.trace.take(), "2x3 end2x3 4x3 end4x3 5x3");
        wait(0);
        compare(plain.trace.take(), "");
    }

    function test_effect_mayWriteStores() {
        effects.writer.enabled = true;
        compare(effects.b.value, 10);
        effects.a.value = 2;
        compare(effects.b.value, 20);
    }

    function test_effect_mountsItsStores() {
        verify(!effects.a.isMounted);
        effects.tracked.enabled = true;
        verify(effects.a.isMounted);
        verify(!effects.b.isMounted);
        effects.tracked.enabled = false;
        Clock.advance(1000);
        verify(!effects.a.isMounted);
    }

    function test_error_isAWarning() {
        effects.failing.enabled = true;
        ignoreWarning(/Effects.qml:\d+.*unlucky/);
        effects.a.value = 13;
        effects.a.value = 14;
        compare(effects.trace.take(), "saw1 saw14");
    }
}
