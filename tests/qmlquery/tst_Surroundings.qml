// Test functions are interpreted.
// qmllint disable compiler
// The clock is set by tst_qmlquery.cpp.
// qmllint disable unqualified
import QtQml
import QtTest
import NanoStores.Query

TestCase {
    id: test

    property int calls: 0
    property bool isOnline: Surroundings.online
    property bool isActive: Surroundings.appActive

    name: "Surroundings"

    function settle(milliseconds) {
        wait(0);
        clock.advance(milliseconds ?? 0);
        wait(0);
    }
    function cleanup() {
        clock.followSystem();
        clock.setActive(true);
    }

    QueryClient {
        id: api
        dedupeTime: 0
    }
    Component {
        id: timeComponent
        QtObject {
            property var shown: query.data
            property Query query: Query {
                client: api
                key: "time"
                revalidateOnReconnect: true
                enabled: Surroundings.online
                fetcher: () => ++test.calls
            }
        }
    }

    function test_bindingsFollow() {
        clock.setOnline(false);
        compare(test.isOnline, false);
        compare(test.isActive, true);
        clock.setOnline(true);
        compare(test.isOnline, true);
        clock.followSystem();
        clock.setActive(false);
        compare(test.isActive, false);
        compare(Surroundings.appVisible, true);
        compare(Surroundings.metered, false);
    }

    function test_queryWaitsForTheNetwork() {
        clock.setOnline(false);
        const view = createTemporaryObject(timeComponent, test);
        settle();
        compare(calls, 0);
        compare(view.shown, undefined);
        clock.setOnline(true);
        settle();
        compare(view.shown, 1);
        clock.setOnline(false);
        clock.setOnline(true);
        settle(1);
        compare(view.shown, 2);
    }
}
