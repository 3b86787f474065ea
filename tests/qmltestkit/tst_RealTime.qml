// qmllint disable compiler
import QtQml
import NanoStores
import NanoStores.Test

StoreTestCase {
    id: test
    name: "RealTime"
    realTime: true

    Atom {
        id: count
        value: 1
    }
    Timer {
        id: timer
        interval: 1
        onTriggered: count.value = 2
    }

    function test_timers_ofQtRun() {
        timer.start();
        tryCompare(count, "value", 2);
        settle();
    }

    function test_values_comeBack() {
        compare(count.value, 1);
    }
}
