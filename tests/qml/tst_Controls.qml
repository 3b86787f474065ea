// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQuick
import QtTest
import NanoStoresTest

TestCase {
    id: test
    name: "Controls"
    when: windowShown
    visible: true
    width: 400
    height: 400

    Gated {
        id: gated
    }
    Component {
        id: gateComponent
        Gate {}
    }

    Component {
        id: radiosComponent
        Radios {}
    }

    /// Each kind: what it shows at first, after the user's step, and what may be stored instead of that.
    readonly property var kinds: {
        const type = control => {
            control.forceActiveFocus();
            control.cursorPosition = control.length;
            keyClick("x");
        };
        const press = key => control => {
            control.forceActiveFocus();
            keyClick(key);
        };
        const click = control => mouseClick(control);
        const drag = control => { // holds it
            mousePress(control, control.width / 2, control.height / 2);
            mouseMove(control, control.width / 2 + 10, control.height / 2 - 30);
        };
        const release = control => mouseRelease(control, control.width / 2 + 10, control.height / 2 - 30);
        return [
            { tag: "Slider", property: "value", component: gated.slider, values: [20, 40, 80], step: press(Qt.Key_Right),
              hold: drag, finish: release },
            { tag: "Dial", property: "value", component: gated.dial, values: [20, 40, 80], step: press(Qt.Key_Right),
              hold: drag, finish: release },
            { tag: "TextField", property: "text", component: gated.textField, values: ["a", "ax", "z"], step: type,
              hold: type, finish: () => keyClick(Qt.Key_Return) },
            { tag: "TextArea", property: "text", component: gated.textArea, values: ["a", "ax", "z"], step: type,
              hold: type, finish: () => test.forceActiveFocus() },
            { tag: "CheckBox", property: "checked", component: gated.checkBox, values: [false, true, false], step: click },
            { tag: "CheckBox, three states", property: "checkState", component: gated.triState,
              values: [Qt.Unchecked, Qt.PartiallyChecked, Qt.Checked], step: click },
            { tag: "Switch", property: "checked", component: gated.toggle, values: [false, true, false], step: click },
            { tag: "SpinBox", property: "value", component: gated.spinBox, values: [1, 2, 7], step: press(Qt.Key_Up) },
            { tag: "ComboBox", property: "currentIndex", component: gated.comboBox, values: [0, 1, 2],
              step: press(Qt.Key_Down) },
            { tag: "TabBar", property: "currentIndex", component: gated.tabBar, values: [0, 1, 2],
              step: control => mouseClick(control.itemAt(1)) }
        ];
    }

    function init() {
        failOnWarning(/.*/); // binding loops
    }

    function make(data: var): var {
        const gate = createTemporaryObject(gateComponent, test, { value: data.values[0], instead: data.values[2] });
        const control = createTemporaryObject(data.component, test, { gate: gate });
        waitForRendering(control);
        compare(control[data.property], data.values[0]);
        return control;
    }

    function test_step_writesTheStore_data() { return kinds; }
    function test_step_writesTheStore(data: var) {
        const control = make(data);
        data.step(control);
        compare(control[data.property], data.values[1]);
        compare(control.gate.value, data.values[1]);
        verify(!control.bind.rejected);
        verify(!control.bind.pending);
    }

    function test_change_isShown_data() { return kinds; }
    function test_change_isShown(data: var) {
        const control = make(data);
        data.step(control); // breaks nothing
        control.gate.value = data.values[2];
        compare(control[data.property], data.values[2]);
        control[data.property] = data.values[1]; // nor does an assignment
        compare(control.gate.value, data.values[1]);
        control.gate.value = data.values[0];
        compare(control[data.property], data.values[0]);
    }

    function test_refused_fallsBack_data() { return kinds; }
    function test_refused_fallsBack(data: var) {
        const control = make(data);
        control.gate.mode = "closed";
        data.step(control);
        compare(control[data.property], data.values[0]);
        compare(control.gate.value, data.values[0]);
        verify(control.bind.rejected);
        verify(!control.bind.pending);
        control.gate.mode = "open";
        data.step(control);
        compare(control.gate.value, data.values[1]);
        verify(!control.bind.rejected);
    }

    function test_changed_showsWhatIsStored_data() { return kinds; }
    function test_changed_showsWhatIsStored(data: var) {
        const control = make(data);
        control.gate.mode = "turned";
        data.step(control);
        compare(control.gate.value, data.values[2]);
        compare(control[data.property], data.values[2]);
        verify(control.bind.rejected);
    }

    function test_delayed_waitsForTheEnd_data() { return kinds; }
    function test_delayed_waitsForTheEnd(data: var) {
        const control = make(data);
        control.bind.delayed = true;
        if (!data.hold) { // one step is all of an edit
            data.step(control);
            compare(control.gate.value, data.values[1]);
            verify(!control.bind.pending);
            return;
        }
        data.hold(control);
        verify(control[data.property] !== data.values[0]);
        verify(control.bind.pending);
        compare(control.gate.value, data.values[0]);
        control.gate.value = data.values[2]; // the user's edit is not taken away
        verify(control[data.property] !== data.values[2]);
        const entered = control[data.property];
        data.finish(control);
        compare(control.gate.value, entered);
        verify(!control.bind.pending);
        verify(!control.bind.rejected);
    }

    function test_delayed_refused_data() { return kinds.filter(kind => kind.hold); }
    function test_delayed_refused(data: var) {
        const control = make(data);
        control.bind.delayed = true;
        control.gate.mode = "closed";
        data.hold(control);
        verify(!control.bind.rejected);
        data.finish(control);
        compare(control[data.property], data.values[0]);
        verify(control.bind.rejected);
        verify(!control.bind.pending);
    }

    // As docs/binding.md says for properties that are read-only.
    function test_comboBox_byValue() {
        const gate = createTemporaryObject(gateComponent, test, { value: "fr", instead: "de" });
        const box = createTemporaryObject(gated.comboBoxByValue, test, { gate: gate });
        tryCompare(box, "currentIndex", 1);
        box.forceActiveFocus();
        keyClick(Qt.Key_Down);
        compare(gate.value, "it");
        gate.value = "de";
        compare(box.currentIndex, 0);
        gate.mode = "closed";
        keyClick(Qt.Key_Down);
        compare(gate.value, "de");
        compare(box.currentIndex, 0);
        gate.mode = "open";
        keyClick(Qt.Key_Down);
        compare(gate.value, "fr");
        gate.mode = "turned";
        keyClick(Qt.Key_Down);
        compare(gate.value, "de");
        compare(box.currentIndex, 0);
    }

    function test_radioButtons() {
        const gate = createTemporaryObject(gateComponent, test, { value: "light", instead: "blue" });
        const group = createTemporaryObject(radiosComponent, test, { gate: gate });
        waitForRendering(group);
        const checked = () => [0, 1, 2].map(i => group.children[i].checked);
        compare(checked(), [true, false, false]);
        mouseClick(group.children[1]);
        compare(gate.value, "dark");
        compare(checked(), [false, true, false]);
        mouseClick(group.children[1]);
        compare(gate.value, "dark");
        gate.value = "light";
        compare(checked(), [true, false, false]);
        gate.mode = "closed";
        mouseClick(group.children[2]);
        compare(gate.value, "light");
        compare(checked(), [true, false, false]);
        gate.mode = "turned";
        mouseClick(group.children[1]);
        compare(gate.value, "blue");
        compare(checked(), [false, false, true]);
    }

    function test_store_isMountedByTheControl_data() { return kinds; }
    function test_store_isMountedByTheControl(data: var) {
        const control = make(data);
        const gate = control.gate;
        verify(gate.isMounted);
        control.visible = false;
        control.bind.active = Qt.binding(() => control.visible);
        Clock.advance(1000);
        verify(!gate.isMounted);
        gate.value = data.values[1];
        control.visible = true;
        verify(gate.isMounted);
        compare(control[data.property], data.values[1]);
    }
}
