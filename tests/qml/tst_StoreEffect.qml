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

    function test_run_thatReadsNoStoreIsNamed() {
        effects.tracked.run = () => test.name;
        ignoreWarning(/has read no store/);
        effects.tracked.enabled = true;
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
