// Test functions are interpreted; what they test, in parts/, is compiled.
// qmllint disable compiler
import QtQuick
import QtTest
import NanoStoresTest

TestCase {
    id: test
    name: "Bind"
    when: windowShown
    visible: true
    width: 400
    height: 400

    property Controls controls

    Component {
        id: controlsComponent
        Controls {}
    }

    function valueOf(store) {
        return store.value;
    }

    function init() {
        wait(0); // what the last test left goes
        Clock.advance(1000);
        Settings.reset();
        controls = createTemporaryObject(controlsComponent, test);
        waitForRendering(controls);
    }

    function test_slider() {
        const slider = controls.volume;
        compare(slider.value, 20);
        slider.value = 30; // an assignment breaks nothing
        compare(Settings.volume, 30);
        Settings.volume = 40;
        compare(slider.value, 40);
        mousePress(slider, slider.width / 2, slider.height / 2);
        mouseRelease(slider, slider.width / 2, slider.height / 2);
        compare(Settings.volume, 50);
        Settings.volume = 60;
        compare(slider.value, 60);

        mouseClick(slider, slider.width - 1, slider.height / 2);
        compare(Settings.volume, 80);
        compare(slider.value, 80);
        verify(controls.volumeBind.rejected);
        slider.value = 10;
        verify(!controls.volumeBind.rejected);
    }

    function test_slider_delayed() {
        const slider = controls.volume;
        controls.volumeBind.delayed = true;
        mousePress(slider, slider.width / 2, slider.height / 2);
        mouseMove(slider, slider.width / 2 + 20, slider.height / 2);
        verify(slider.value > 40);
        compare(Settings.volume, 20);
        verify(controls.volumeBind.pending);
        mouseRelease(slider, slider.width / 2 + 20, slider.height / 2);
        compare(Settings.volume, slider.value);
        verify(!controls.volumeBind.pending);
    }

    function test_slider_doesNotWriteWhatItClamps() {
        const slider = controls.clamped;
        compare(slider.value, 100);
        compare(controls.high.value, 150);
        controls.high.value = 160;
        compare(slider.value, 100);
        compare(controls.high.value, 160);
        slider.value = 50;
        compare(controls.high.value, 50);
    }

    function test_textField() {
        const field = controls.name;
        compare(field.text, "Anna");
        field.forceActiveFocus();
        field.cursorPosition = 2;
        keyClick("x");
        compare(Settings.name, "Anxna");
        compare(field.cursorPosition, 3);
        field.text = "Berta";
        compare(Settings.name, "Berta");
        Settings.name = "Carla";
        compare(field.text, "Carla");
    }

    function test_textField_fallsBack() {
        const field = controls.name;
        field.forceActiveFocus();
        field.cursorPosition = 4;
        keyClick(" "); // cut off again
        compare(field.text, "Anna");
        compare(field.cursorPosition, 4);
        verify(controls.nameBind.rejected);
        field.text = "bad";
        compare(field.text, "Anna");
        compare(Settings.name, "Anna");
        field.cursorPosition = 0;
        keyClick(" ");
        compare(field.cursorPosition, 0);
    }

    function test_textField_delayed() {
        const field = controls.name;
        controls.nameBind.delayed = true;
        field.forceActiveFocus();
        field.selectAll();
        keyClick("B");
        keyClick("o");
        compare(Settings.name, "Anna");
        verify(controls.nameBind.pending);
        Settings.name = "Carla";
        compare(field.text, "Bo");
        keyClick(Qt.Key_Return);
        compare(Settings.name, "Bo");
        verify(!controls.nameBind.pending);
        keyClick("x");
        controls.nameBind.revert();
        compare(field.text, "Bo");
        verify(!controls.nameBind.pending);
        keyClick("y");
        controls.nameBind.commit();
        compare(Settings.name, "Boy");
    }

    function test_textField_ofANumber() {
        const field = controls.number;
        compare(field.text, "7");
        field.forceActiveFocus();
        field.selectAll();
        keyClick("-");
        verify(controls.numberBind.pending);
        verify(controls.numberBind.rejected);
        compare(controls.seven.value, 7);
        keyClick("1");
        keyClick(".");
        verify(controls.seven.value === -1);
        compare(field.text, "-1.");
        verify(!controls.numberBind.pending);
        keyClick(Qt.Key_Return);
        compare(field.text, "-1");
    }

    function test_checkBox() {
        const box = controls.dark;
        compare(box.checked, false);
        mouseClick(box);
        compare(Settings.dark, true);
        Settings.dark = false;
        compare(box.checked, false);
        Settings.locked = true;
        mouseClick(box);
        compare(Settings.dark, false);
        compare(box.checked, false);
        Settings.locked = false;
        box.checked = true;
        compare(Settings.dark, true);
    }

    function test_spinBox() {
        const box = controls.quality;
        compare(box.value, 1);
        box.increase();
        compare(Settings.quality, 2);
        box.increase(); // 3 is refused
        compare(Settings.quality, 2);
        compare(box.value, 2);
        Settings.quality = 5;
        compare(box.value, 5);
        box.decrease();
        compare(Settings.quality, 4);
    }

    function test_comboBox() {
        const box = controls.choice;
        compare(box.currentIndex, 1);
        box.incrementCurrentIndex();
        compare(Settings.quality, 2);
        box.incrementCurrentIndex();
        compare(Settings.quality, 2);
        compare(box.currentIndex, 2);
        Settings.quality = 0;
        compare(box.currentIndex, 0);
    }

    function test_key_ofAMap() {
        const box = controls.score;
        compare(box.value, 0);
        verify(!controls.scores.hasKey("anna"));
        box.increase();
        compare(controls.scores.getKey("anna"), 1);
        controls.scores.setKey("berta", 5);
        controls.scoreBind.key = "berta";
        compare(box.value, 5);
        box.increase();
        compare(controls.scores.value, { anna: 1, berta: 6 });
        controls.scoreBind.store = null;
        box.increase();
        compare(controls.scores.value, { anna: 1, berta: 6 });
    }

    function test_key_ofAMapInCpp() {
        const box = controls.points;
        compare(box.value, 0);
        box.increase();
        compare(valueOf(Settings.points), { anna: 1 });
        box.value = 500;
        compare(box.value, 100);
        compare(valueOf(Settings.points), { anna: 100 });
    }

    function test_textArea() {
        controls.area.forceActiveFocus();
        controls.area.cursorPosition = 3;
        keyClick("x");
        compare(controls.text.value, "onex");
        controls.areaBind.delayed = true;
        keyClick("y");
        compare(controls.text.value, "onex");
        controls.name.forceActiveFocus();
        compare(controls.text.value, "onexy");
    }

    function test_store_isMountedByIt() {
        verify(Settings.isVolumeMounted());
        controls.destroy();
        wait(0);
        Clock.advance(1000);
        verify(!Settings.isVolumeMounted());
    }
}
