import QtTest
import NanoStores.I18n
import "texts.mjs" as Texts

TestCase {
    name: "Module"

    readonly property var known: I18n {} // the import makes JavaScript's module known

    function test_messages_followTheLocale() {
        compare(Texts.$messages.get().items(2), "2 items");
        Texts.$locale.set("ru");
        compare(Texts.$messages.get().items(2), "2 вещи");
        verify(known);
    }
}
