// Test functions are interpreted.
// qmllint disable compiler
import QtQuick
import QtQuick.Controls
import QtTest
import NanoStores

/// What a control does by itself is not written, and the store's value is shown as soon as it can be.
TestCase {
    id: test
    name: "BindLimits"
    when: windowShown
    visible: true
    width: 400
    height: 400

    Atom {
        id: number
    }
    Atom {
        id: other
    }
    Atom {
        id: words
    }
    MapStore {
        id: people
    }
    SignalSpy {
        id: changes
        target: number
        signalName: "valueChanged"
    }

    Component {
        id: sliderComponent
        Slider {
            id: slider
            required property Atom store
            Bind on value {
                store: slider.store
            }
        }
    }
    Component {
        id: animatedComponent
        Slider {
            id: animated
            required property Atom store
            to: 100
            Behavior on value {
                NumberAnimation {
                    duration: 60
                }
            }
            Bind on value {
                store: animated.store
            }
        }
    }
    Component {
        id: rangeComponent
        RangeSlider {
            id: range
            required property Atom low
            required property Atom high
            to: 100
            Bind on first.value {
                store: range.low
            }
            Bind on second.value {
                store: range.high
            }
        }
    }
    Component {
        id: comboComponent
        ComboBox {
            id: combo
            required property Atom store
            Bind on currentIndex {
                store: combo.store
            }
        }
    }
    Component {
        id: tabsComponent
        TabBar {
            id: tabs
            required property Atom store
            Bind on currentIndex {
                store: tabs.store
            }
        }
    }
    Component {
        id: tabComponent
        TabButton {
            text: "tab"
        }
    }
    Component {
        id: fieldComponent
        TextField {
            id: field
            required property Atom store
            property QtObject bind: null
            Bind on text {
                id: fieldBind
                store: field.store
            }
            Component.onCompleted: bind = fieldBind
        }
    }
    Component {
        id: areaComponent
        TextArea {
            id: area
            required property Atom store
            Bind on text {
                store: area.store
            }
        }
    }
    Component {
        id: personComponent
        TextField {
            id: person
            required property MapStore store
            Bind on text {
                store: person.store
                key: "anna"
                delayed: true
            }
        }
    }

    function make(component, properties) {
        return createTemporaryObject(component, test, properties);
    }

    function test_range_shrinksAndGrows() {
        number.value = 80;
        const slider = make(sliderComponent, { store: number, to: 100 });
        slider.to = 50;
        compare(slider.value, 50);
        compare(number.value, 80);
        slider.from = 90; // the wrong way round
        compare(number.value, 80);
        slider.from = 0;
        slider.to = 100;
        compare(slider.value, 80);
        slider.to = 50;
        slider.value = 30;
        compare(number.value, 30);
    }

    function test_range_comesLater() {
        number.value = 30;
        const slider = make(sliderComponent, { store: number, to: 0 });
        slider.to = 100;
        compare(slider.value, 30);
        compare(number.value, 30);
    }

    function test_behavior_isSentBackInMidFlight() {
        number.value = 10;
        const slider = make(animatedComponent, { store: number });
        number.value = 85;
        compare(slider.value, 10); // it is about to move
        slider.value = 10; // what it shows: it announces nothing
        tryCompare(number, "value", 10);
        compare(slider.value, 10);
    }

    function test_rangeSlider_endsLimitEachOther() {
        number.value = 60;
        other.value = 40;
        const slider = make(rangeComponent, { low: number, high: other });
        compare(number.value, 60);
        compare(other.value, 40);
        other.value = 70;
        compare(slider.second.value, 70);
        compare(slider.first.value, 60);
        other.value = 20;
        compare(slider.second.value, 60);
        number.value = 10;
        compare(slider.first.value, 10);
        compare(slider.second.value, 20);
        compare(other.value, 20);
    }

    function test_model_comesLater() {
        number.value = 1;
        const box = make(comboComponent, { store: number });
        box.model = ["a", "b", "c"];
        compare(number.value, 1);
        compare(box.currentIndex, 1);
        compare(box.currentText, "b");
        box.model = [];
        box.model = ["d", "e"];
        compare(number.value, 1);
        compare(box.currentText, "e");
        box.currentIndex = 0;
        compare(number.value, 0);
    }

    function test_pages_comeAndGo() {
        number.value = 1;
        const tabs = make(tabsComponent, { store: number, width: 200 });
        const add = index => tabs.insertItem(index, tabComponent.createObject(null));
        add(0);
        add(1);
        compare(number.value, 1);
        compare(tabs.currentIndex, 1);
        add(0);
        tabs.removeItem(tabs.itemAt(1));
        compare(number.value, 1);
        tryCompare(tabs, "currentIndex", 1);
        tabs.removeItem(tabs.itemAt(1));
        compare(number.value, 1);
        wait(0);
        compare(number.value, 1);
        add(0);
        tryCompare(tabs, "currentIndex", 1);
        tabs.currentIndex = 0;
        compare(number.value, 0);
    }

    function test_length_shrinksAndGrows() {
        words.value = "hello";
        const field = make(fieldComponent, { store: words });
        field.maximumLength = 3;
        compare(field.text, "hel");
        compare(words.value, "hello");
        field.maximumLength = 100;
        compare(field.text, "hello");
    }

    function test_return_withoutEdit() {
        words.value = "hello";
        const field = make(fieldComponent, { store: words, maximumLength: 3 });
        field.forceActiveFocus();
        keyClick(Qt.Key_Return);
        compare(words.value, "hello");
        verify(!field.bind.pending);
    }

    function test_behavior_animatesTheControlAlone() {
        number.value = 80;
        const slider = make(animatedComponent, { store: number });
        changes.clear();
        number.value = 20;
        tryCompare(slider, "value", 20);
        compare(changes.count, 1);
        compare(number.value, 20);
        slider.value = 50;
        tryCompare(slider, "value", 50);
        compare(number.value, 50);
        compare(changes.count, 2);
    }

    function test_text_keepsCursorSelectionAndUndo() {
        words.value = "hello";
        const field = make(fieldComponent, { store: words });
        field.cursorPosition = 2;
        words.value = "hello world";
        compare(field.cursorPosition, 2);
        field.select(1, 3);
        words.value = "say: hello world";
        compare(field.selectedText, "el");
        field.select(8, 6);
        words.value = "say: hello world!";
        compare(field.selectedText, "el");
        compare(field.cursorPosition, 6);

        const area = make(areaComponent, { store: words });
        area.forceActiveFocus();
        area.cursorPosition = 4;
        keyClick("x");
        compare(words.value, "say:x hello world!");
        words.value = "say:x hello world!?";
        compare(area.cursorPosition, 5);
        verify(area.canUndo);
        words.value = "\ud83d\ude00";
        words.value = "\ud83d\ude01";
        compare(area.text, "\ud83d\ude01");
        compare(field.text, "\ud83d\ude01");
    }

    function test_numbers_asPeopleWriteThem() {
        words.value = 10000000000;
        const field = make(fieldComponent, { store: words });
        compare(field.text, "10000000000");
        field.forceActiveFocus();
        for (const typed of ["nan", "inf", "-", ""]) {
            field.selectAll();
            keyClick(Qt.Key_Backspace);
            for (const letter of typed)
                keyClick(letter);
            compare(words.value, 10000000000);
            verify(field.bind.pending);
        }
        keyClick(Qt.Key_Return);
        verify(!field.bind.pending);
        compare(field.text, "10000000000");
        words.value = 0.5;
        compare(field.text, "0.5");
    }

    function test_edit_ofARemovedKey() {
        people.value = { anna: "Anna" };
        const field = make(personComponent, { store: people });
        field.forceActiveFocus();
        keyClick("x");
        people.removeKey("anna");
        keyClick(Qt.Key_Return);
        compare(people.value, {});
        compare(field.text, "");
        keyClick("y");
        keyClick(Qt.Key_Return);
        compare(people.value, { anna: "y" });
    }
}
