// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQml
import QtTest
import NanoStores
import NanoStoresTest

TestCase {
    id: test
    name: "Paths"

    property Paths paths

    Component {
        id: pathsComponent
        Paths {}
    }
    Component {
        id: keyComponent
        StoreKey {}
    }
    Component {
        id: boundComponent
        QtObject {
            id: bound
            property alias bind: bind
            property Atom store
            property int zoom
            Bind on zoom {
                id: bind
                store: bound.store
                path: "view.zoom"
            }
        }
    }
    Component {
        id: atomComponent
        Atom {}
    }

    function init() {
        wait(0); // what the last test left goes
        Clock.advance(1000);
        Settings.reset();
        paths = createTemporaryObject(pathsComponent, test);
        paths.trace.take();
    }

    function json(store: var): string {
        return JSON.stringify(store.value);
    }

    function joined(list) {
        return Array.from(list).join();
    }

    function test_path_inAMap() {
        compare(paths.push.value, true);
        paths.push.value = false;
        compare(paths.trace.take(), "pushtrue>false");
        compare(json(paths.settings), '{"notifications":{"push":false,"list":[{"name":"a"}]},"other":{"kept":1}}');
        paths.name.value = "b";
        compare(paths.name.value, "b");
        compare(paths.trace.take(), ""); // another part of the same key
        paths.settings.setKey("other", 2);
        compare(paths.trace.take(), "");
        paths.push.value = undefined;
        compare(json(paths.settings), '{"notifications":{"list":[{"name":"b"}]},"other":2}');
        compare(paths.trace.take(), "pushfalse>undefined");
        paths.settings.value = {};
        paths.push.value = 1;
        compare(json(paths.settings), '{"notifications":{"push":1}}');
    }

    function test_path_keepsWhatIsBesideIt() {
        const other = paths.settings.value.other;
        const list = paths.settings.value.notifications.list;
        paths.push.value = false;
        verify(paths.settings.value.other === other);
        verify(paths.settings.value.notifications.list === list);
    }

    function test_path_inAnAtom() {
        const before = paths.document.value;
        paths.author.value = "m";
        compare(paths.trace.take(), "authorm");
        compare(paths.document.value, { title: "t", author: { name: "m" } });
        compare(before, { title: "t", author: { name: "n" } });
        paths.document.value = Object.assign({}, paths.document.value, { title: "u" });
        compare(paths.trace.take(), ""); // another part
    }

    function test_path_thatLeadsNowhere_data() {
        return [
            { tag: "part of text", path: "title.x", kind: /"title" is neither a plain object nor a list/ },
            { tag: "name on a list", path: "list.x", kind: /"list" is a list, and "x" is no index/ },
            { tag: "too long", path: "list[200000]", kind: /would grow by more than 100000/ },
            { tag: "date", path: "date.x", kind: /"date" is neither/ },
            { tag: "object of QML", path: "object.none", kind: /"object" is neither/ }
        ];
    }

    function test_path_thatLeadsNowhere(data: var) {
        paths.document.value = { title: "t", list: [], date: new Date(1), object: test };
        const before = paths.document.value;
        const key = createTemporaryObject(keyComponent, test, { store: paths.document, path: data.path });
        compare(key.value, undefined);
        ignoreWarning(data.kind);
        key.value = 1;
        verify(paths.document.value === before);
    }

    function test_path_inADeepMap() {
        Settings.followPaths();
        Settings.takePaths();
        const key = createTemporaryObject(keyComponent, test, { store: Settings.document, path: "list[1]" });
        compare(key.value, 2);
        key.value = 5;
        compare(key.value, 5);
        compare(joined(Settings.takePaths()), "list[1]");
        key.path = "user.name";
        compare(key.value, undefined);
        key.value = "Ada";
        compare(key.value, "Ada");
        compare(joined(Settings.takePaths()), "user.name");
        key.value = undefined;
        compare(key.value, undefined);
        ignoreWarning(/kept/);
        key.path = "list.x";
        key.value = 1;
        compare(JSON.stringify(Settings.document.value), '{"list":[1,5],"user":{}}');
    }

    function test_path_inAPropertyOfCpp() {
        const key = createTemporaryObject(keyComponent, test, { store: Settings, key: "options", path: "view.zoom" });
        compare(key.value, 2);
        key.value = 3;
        compare(key.value, 3);
        compare(JSON.stringify(Settings.options), '{"view":{"zoom":3}}');
    }

    function test_bind_ofAPath() {
        const store = createTemporaryObject(atomComponent, test, { value: { view: { zoom: 4 }, kept: true } });
        const bound = createTemporaryObject(boundComponent, test, { store: store });
        compare(bound.zoom, 4);
        bound.zoom = 5;
        compare(json(store), '{"kept":true,"view":{"zoom":5}}');
        store.value = { view: { zoom: 6 } };
        compare(bound.zoom, 6);
        bound.bind.path = "other";
        bound.zoom = 7;
        compare(json(store), '{"view":{"zoom":6},"other":7}');
    }

    function test_noMount() {
        paths.watched.store = paths.quiet;
        compare(paths.trace.take(), "value1");
        paths.quiet.value = 2;
        compare(paths.trace.take(), "value2");
        verify(!paths.quiet.isMounted);
        paths.watched.noMount = false;
        compare(paths.trace.take(), "started mounted");
        verify(paths.quiet.isMounted);
        paths.quiet.value = 3;
        compare(paths.trace.take(), "value3");
    }
}
