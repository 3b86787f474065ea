// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQuick
import QtTest
import NanoStores // qmllint disable unused-imports
import NanoStoresTest

TestCase {
    id: test

    name: "Scopes"

    Component {
        id: scopes

        Scopes {}
    }

    function make(): Scopes {
        return createTemporaryObject(scopes, test);
    }

    function test_scopeHasAValueOfItsOwn() {
        const all = make();
        all.first.text.value = "first";
        all.outside.text.value = "outside";
        compare(all.first.text.value, "first");
        compare(all.inFirst.text.value, "first");
        compare(all.narrow.text.value, "first");
        compare(all.second.text.value, "empty");
        compare(all.outside.text.value, "outside");
        compare(all.made, 3);
    }

    function test_computedFollowsItsStores() {
        const all = make();
        all.first.text.value = "1234567";
        compare(all.first.size.value, 7);
        compare(all.narrow.size.value, 7);
        compare(all.second.size.value, 5);
        compare(all.inFirst.twice.value, 14);
        compare(all.first.length, 7);
        compare(all.second.length, 5);
        compare(all.size.of(all.first), all.size.of(all.narrow));
        verify(all.size.of(all.first) !== all.size.of(all.second));
        compare(all.inFirst.loud(), "1234567");
        all.first.text.value = "abc";
        compare(all.inFirst.loud(), "ABC");
        compare(all.second.loud(), "EMPTY");
    }

    function test_keysAreThoseOfTheScope() {
        const all = make();
        all.narrow.zoom.value = 50;
        compare(all.narrow.zoom.value, 50);
        compare(all.first.zoom.value, 100);
        all.second.zoom.value = 70;
        compare(all.first.zoom.value, 70);
        compare(all.outside.zoom.value, 70);
    }

    function test_bindIsThatOfTheScope() {
        const all = make();
        all.inFirst.bound = "typed";
        compare(all.first.text.value, "typed");
        compare(all.first.bound, "typed");
        compare(all.second.bound, "empty");
        all.second.text.value = "other";
        compare(all.second.bound, "other");
        compare(all.outside.bound, "empty");
    }

    function test_servicesAreInjected() {
        const all = make();
        compare(all.first.send(), "sent empty");
        compare(all.narrow.send(), "would send empty");
        compare(all.mailer.of(all.first), all.mailer.of(all.outside));
        verify(all.mailer.of(all.second) !== all.mailer.of(all.first));
        compare(all.mailer.of(all.narrow), all.fake);
    }

    function test_keysOfStoragesHaveNames() {
        const all = make();
        compare(all.outside.storeKey(), "zoom");
        compare(all.inFirst.storeKey(), "first/zoom");
        compare(all.narrow.storeKey(), "first/narrow/zoom");
        compare(all.second.storeKey(), "zoom");
        compare(all.narrow.Scope.key("a"), "first/narrow/a");
    }

    function test_scopesOfDelegates() {
        const all = make();
        all.pages.model = 3;
        const page = index => all.pages.itemAt(index); // of any type, for qmllint
        page(1).text.value = "second page";
        compare(all.pages.itemAt(0).text.value, "empty");
        compare(all.pages.itemAt(1).bound, "second page");
        compare(all.pages.itemAt(1).length, 11);
        all.pages.model = 0;
        compare(all.outside.text.value, "empty");
    }

    function test_mistakesAreNamed() {
        const all = make();
        compare(all.first.text.value, "empty");
        ignoreWarning(/Scope\.name stays as it is/);
        all.first.Scope.name = "late";
        compare(all.first.Scope.name, "first");
        ignoreWarning(/Scope\.inject\(\) takes/);
        compare(all.first.Scope.inject(null), undefined);
        const empty = createTemporaryQmlObject("import NanoStores; Scoped {}", test);
        ignoreWarning(/there is nothing in this Scoped/);
        compare(empty.of(all), null);
        ignoreWarning(/Scope\.provides takes what is declared/);
        const wrong = createTemporaryQmlObject("import QtQuick; import NanoStores; Item { id: me; Scope.provides: [me] }", test);
        verify(all.text.of(wrong));
        ignoreWarning(/this Provide does not say what of/);
        const half = createTemporaryQmlObject("import QtQuick; import NanoStores; Item { Scope.provides: [Provide {}] }", test);
        verify(all.text.of(half));
    }
}
