// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayList>

#include <initializer_list>
#include <vector>

/// A control bound to an Atom, in QML. What is given as code gets a random number n.
struct Control
{
    QByteArray name;
    QByteArray initial; ///< The store's value.
    QByteArray body; ///< The control c, with its Bind b.
    QByteArray limit; ///< What limits it changes.
    QByteArray assign; ///< The program sets the property.
    QByteArray write; ///< A value for the store.
    QByteArray shows; ///< Whether it shows the store's value v, or as much of it as it can.
    QByteArray item = "c"; ///< What takes keys and mouse.
    bool moves = false; ///< It goes on moving after an edit: what it comes to is part of the edit.
    bool follows = false; ///< What is assigned is announced when it starts to move.
};

namespace randomcontrols {

inline const QByteArray Document = R"(
import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import NanoStores

Item {
    id: root
    width: 220
    height: 220
    property bool refuses: false
    property Atom store: Atom {
        value: %1
        onSetting: change => {
            if (root.refuses)
                change.abort();
        }
    }
    function page() { return pageComponent.createObject(null) }
    function tab() { return tabComponent.createObject(null) }
    Component { id: pageComponent; Item {} }
    Component { id: tabComponent; TabButton { text: "tab"; width: 40 } }
    ListModel { id: rows }
    function changeRows(n) {
        if (n % 5 == 4 && rows.count > 1)
            rows.move(n % rows.count, (n * 7) % rows.count, 1);
        else if (n % 5 == 3 && rows.count > 0)
            n % 4 ? rows.remove(n % rows.count) : rows.clear();
        else
            rows.insert(n % (rows.count + 1), { name: "row" });
    }
    function changeItems(n, make) {
        if (n % 5 < 3)
            c.insertItem(n % (c.count + 1), make());
        else if (c.count > 0 && n % 5 == 3)
            c.removeItem(c.itemAt(n % c.count));
        else if (c.count > 1)
            c.moveItem(n % c.count, (n * 7) % c.count);
    }
    function word(n) { return ["", "a", "Anna", "hello world", "x\ud83d\ude00y", "x\ud83d\ude01y"][n % 6]; }
    function clamp(v, low, high) { return Math.max(Math.min(low, high), Math.min(Math.max(low, high), v)); }
    function isNear(a, b) { return Math.abs(a - b) < 1e-9; }
    %2
    property Item item: %7
    property bool pending: b.pending
    readonly property var stored: store.value
    function limit(n) {
        if (n % 12 == 10 && item) {
            item.width = 60 + n;
            item.height = 50 + (n * 7) % 100;
        } else if (n % 12 == 11 && item) {
            item.visible = false;
            item.visible = true;
        } else {
            %3
        }
    }
    function assign(n) { %4 }
    function write(n) { store.value = %5; }
    function shows() { const v = store.value; return %6; }
    function revert() { b.revert(); }
    function describe() {
        return JSON.stringify([store.value, c.value, c.currentIndex, c.text ?? c.editText, c.checked, c.count, c.visible, b.pending]);
    }
    Component.onCompleted: if (item && item.wheelEnabled !== undefined) item.wheelEnabled = true
}
)";

inline const QByteArray Range = "c.from = n % 50; c.to = c.from + (n * 7) % 90;";
inline const QByteArray InRange = "isNear(c.value, clamp(v, c.from, c.to))";
inline const QByteArray AnyNumber = "n * 2 - 60";
inline const QByteArray Index = "c.currentIndex === v || v >= c.count";
inline const QByteArray AssignIndex = "if (c.count > 0) c.currentIndex = n % c.count;";
inline const QByteArray AnyIndex = "n % 5";

inline QByteArray bound(const QByteArray &property, const QByteArray &options = {})
{
    return " Bind on " + property + " { id: b; store: root.store; " + options + " } ";
}

/// `Slider`, with what else it is told.
inline QByteArray made(const QByteArray &type, const QByteArray &more, const QByteArray &property,
                       const QByteArray &options = {})
{
    return type + " { id: c; " + more + "\n" + bound(property, options) + "}";
}

inline void addNumbers(std::vector<Control> &all)
{
    const auto add = [&all](const QByteArray &name, const QByteArray &body, const QByteArray &limit = Range,
                            const QByteArray &assign = "c.value = n;") {
        all.push_back({name, "40", body, limit, assign, AnyNumber, InRange});
    };
    add("Slider", made("Slider", "width: 200; to: 100", "value"));
    add("Slider, delayed", made("Slider", "width: 200; to: 100", "value", "delayed: true"), Range, "");
    add("Slider, steps", made("Slider", "width: 200; to: 100; stepSize: 10; snapMode: Slider.SnapAlways", "value"),
        "if (n % 3) { " + Range + " } else c.stepSize = n % 7;");
    add("Slider, at release", made("Slider", "orientation: Qt.Vertical; to: 100; live: false", "value"));
    add("Dial", made("Dial", "to: 100", "value"));
    add("Dial, wraps", made("Dial", "to: 100; wrap: true; stepSize: 7; snapMode: Dial.SnapAlways", "value"));
    add("Dial, delayed", made("Dial", "to: 100", "value", "delayed: true"), Range, "");
    add("SpinBox", made("SpinBox", "to: 100; editable: true", "value"));
    add("SpinBox, wraps", made("SpinBox", "to: 100; wrap: true; stepSize: 3", "value"));
    add("ProgressBar", made("ProgressBar", "to: 100", "value"));
    const QByteArray rangeLimits = "if (n % 2) { c.from = n % 20; c.to = c.from + 30 + (n * 7) % 90; }";
    all.push_back({"RangeSlider", "40",
                   made("RangeSlider", "width: 200; to: 100; first.value: 0; second.value: 80", "first.value"),
                   rangeLimits + " else c.second.value = c.to - n % 30;", "c.first.value = n;", AnyNumber,
                   "isNear(c.first.value, Math.max(c.from, Math.min(c.second.value, v)))"});
    all.push_back({"RangeSlider, second", "40",
                   made("RangeSlider", "width: 200; to: 100; first.value: 10", "second.value"),
                   rangeLimits + " else c.first.value = c.from + n % 30;", "c.second.value = n;", AnyNumber,
                   "isNear(c.second.value, Math.max(c.first.value, Math.min(c.to, v)))"});
    all.push_back({"ScrollBar", "0.25", made("ScrollBar", "height: 100; size: 0.2; stepSize: 0.1", "position"),
                   "c.size = n / 120;", "c.position = n / 200;", "n / 200", "isNear(c.position, v)"});
    all.push_back({"SplitView", "60",
                   "SplitView { id: split; width: 200; height: 100\n"
                   "Item { id: c; SplitView.minimumWidth: 10\n"
                       + bound("SplitView.preferredWidth") + "}\n Item { SplitView.fillWidth: true } }",
                   "if (n % 2) split.width = 120 + n; else c.SplitView.minimumWidth = n % 40;",
                   "c.SplitView.preferredWidth = n % 120;", "n % 150", "isNear(c.SplitView.preferredWidth, v)",
                   "split"});
    all.push_back(
        {"Behavior", "40",
         made("Slider", "width: 200; to: 100; Behavior on value { NumberAnimation { duration: 60 } }", "value"), "",
         "c.value = n;", "n", "isNear(c.value, v)", "c", true, true});
}

inline void addChoices(std::vector<Control> &all)
{
    const QByteArray names = "property var names: []; ";
    const QByteArray changeNames =
        "const list = []; for (let i = 0; i < n % 6; ++i) list.push('item' + i); root.names = list;";
    all.push_back({"ComboBox", "1", names + made("ComboBox", "model: root.names", "currentIndex"), changeNames,
                   AssignIndex, AnyIndex, "c.currentIndex === v"});
    all.push_back({"ComboBox, rows", "1", made("ComboBox", "textRole: 'name'; model: rows", "currentIndex"),
                   "changeRows(n);", AssignIndex, AnyIndex, "c.currentIndex === v"});
    all.push_back({"ComboBox, text", "'item1'",
                   names + made("ComboBox", "editable: true; model: root.names", "editText"), changeNames,
                   "c.editText = word(n);", "n % 2 ? word(n) : 'item' + n % 5", "c.editText === v"});
    all.push_back({"TabBar", "1", made("TabBar", "width: 200", "currentIndex"), "changeItems(n, root.tab);",
                   AssignIndex, AnyIndex, Index});
    all.push_back({"StackLayout", "1", made("StackLayout", "Repeater { model: rows; Item {} }", "currentIndex"),
                   "changeRows(n);", AssignIndex, AnyIndex, Index});
    all.push_back({"PageIndicator", "1", made("PageIndicator", "interactive: true; count: 3", "currentIndex"),
                   "c.count = n % 6;", AssignIndex, AnyIndex, "c.currentIndex === v"});
}

inline void addViews(std::vector<Control> &all)
{
    const auto add = [&all](const QByteArray &name, const QByteArray &body, const QByteArray &limit) {
        all.push_back({name, "1", body, limit, AssignIndex, AnyIndex, Index, "c", true});
    };
    const QByteArray view = "width: 100; height: 200; focus: true; model: rows; ";
    const QByteArray enforced = "snapMode: ListView.SnapOneItem; preferredHighlightBegin: 0; preferredHighlightEnd: 20;"
                                " highlightRangeMode: ListView.StrictlyEnforceRange; highlightMoveDuration: 60; ";
    const QByteArray item = "delegate: Item { width: 50; height: 20 }";
    add("Tumbler", made("Tumbler", "model: rows", "currentIndex"), "changeRows(n);");
    add("Tumbler, other sizes", made("Tumbler", "model: rows", "currentIndex"),
        "if (n % 3) changeRows(n); else if (n % 2) c.visibleItemCount = 1 + n % 7; else c.padding = n % 30;");
    add("Tumbler, wraps", made("Tumbler", "model: rows; wrap: true; visibleItemCount: 3", "currentIndex"),
        "changeRows(n);");
    add("SwipeView", made("SwipeView", "width: 200; height: 100", "currentIndex"), "changeItems(n, root.page);");
    add("SwipeView, vertical",
        made("SwipeView", "width: 200; height: 100; orientation: Qt.Vertical; Repeater { model: rows; Item {} }",
             "currentIndex"),
        "changeRows(n);");
    add("ListView", made("ListView", view + item, "currentIndex"), "changeRows(n);");
    add("ListView, enforced", made("ListView", view + enforced + item, "currentIndex"), "changeRows(n);");
    add("GridView", made("GridView", view + "cellWidth: 50; cellHeight: 20; " + item, "currentIndex"),
        "changeRows(n);");
    QByteArray grid = enforced;
    grid.replace("SnapOneItem", "SnapToRow").replace("ListView", "GridView");
    add("GridView, enforced", made("GridView", view + "cellWidth: 50; cellHeight: 20; " + grid + item, "currentIndex"),
        "changeRows(n);");
    const QByteArray path = "path: Path { startX: 50; PathLine { x: 50; y: 200 } } ";
    add("PathView", made("PathView", view + path + item, "currentIndex"), "changeRows(n);");
    add("PathView, snaps",
        made("PathView",
             view + path
                 + "pathItemCount: 3; snapMode: PathView.SnapOneItem; preferredHighlightBegin: 0.5;"
                   " preferredHighlightEnd: 0.5; highlightRangeMode: PathView.StrictlyEnforceRange; "
                 + item,
             "currentIndex"),
        "changeRows(n);");
}

inline void addButtons(std::vector<Control> &all)
{
    const auto add = [&all](const QByteArray &name, const QByteArray &body, const QByteArray &item = "c") {
        const QByteArray limit = "n % 3 ? c.checkable = n % 2 == 0 : c.enabled = n % 2 == 0;";
        all.push_back({name, "true", body, limit, "c.checked = n % 2 == 0;", "n % 2 == 0", "c.checked === v", item});
    };
    for (const char *type :
         {"AbstractButton", "Button", "CheckBox", "CheckDelegate", "ItemDelegate", "MenuItem", "RadioButton",
          "RadioDelegate", "RoundButton", "SwipeDelegate", "Switch", "SwitchDelegate", "TabButton", "ToolButton"}) {
        add(type, made(type, "checkable: true; implicitWidth: 80; implicitHeight: 40", "checked"));
    }
    add("DelayButton", made("DelayButton", "delay: 0", "checked"));
    add("DelayButton, held", made("DelayButton", "delay: 300", "checked"));
    add("Action",
        made("Action", "checkable: true; shortcut: 'a'", "checked") + " Button { id: button; action: c; focus: true }",
        "button");
    const QByteArray states = "[Qt.Checked, Qt.Unchecked, Qt.PartiallyChecked][n % 3]";
    all.push_back({"CheckBox, states", "Qt.Checked", made("CheckBox", "tristate: true", "checkState"), "",
                   "c.checkState = " + states + ";", states, "c.checkState === v"});
    all.push_back({"CheckDelegate, states", "Qt.Checked", made("CheckDelegate", "tristate: true", "checkState"), "",
                   "c.checkState = " + states + ";", states, "c.checkState === v"});
    all.push_back({"ButtonGroup", "Qt.Checked",
                   made("ButtonGroup", "exclusive: false; buttons: column.children", "checkState")
                       + " Column { id: column; CheckBox {} CheckBox {} CheckBox {} }",
                   "", "c.checkState = n % 2 ? Qt.Checked : Qt.Unchecked;", "n % 2 ? Qt.Checked : Qt.Unchecked",
                   "c.checkState === v || v === Qt.PartiallyChecked", "column"});
}

inline void addTexts(std::vector<Control> &all)
{
    const auto add = [&all](const QByteArray &name, const QByteArray &body, const QByteArray &limit = {},
                            const QByteArray &assign = "c.text = word(n);", const QByteArray &shows = "c.text === v") {
        all.push_back({name, "'start'", body, limit, assign, "word(n)", shows});
    };
    const QByteArray length = "c.maximumLength = [1, 3, 20, 32767][n % 4];";
    const QByteArray cut = "c.text === v.substring(0, c.maximumLength)";
    const QByteArray focused = "focus: true; width: 100";
    add("TextField", made("TextField", focused, "text"), length, "c.text = word(n);", cut);
    add("TextField, delayed", made("TextField", focused, "text", "delayed: true"), length, "", cut);
    add("TextField, validated",
        made("TextField", focused + "; validator: RegularExpressionValidator { regularExpression: /[a-z7]*/ }",
             "text"));
    add("TextField, password", made("TextField", focused + "; echoMode: TextInput.Password", "text"));
    add("TextInput", made("TextInput", focused, "text"), length, "c.text = word(n);", cut);
    add("TextInput, delayed", made("TextInput", focused, "text", "delayed: true"), length, "", cut);
    add("TextArea", made("TextArea", focused, "text"));
    add("TextArea, delayed", made("TextArea", focused, "text", "delayed: true"), "", "");
    add("TextEdit", made("TextEdit", focused, "text"));
    add("TextEdit, delayed", made("TextEdit", focused, "text", "delayed: true"), "", "");
    all.push_back({"TextField, number", "7.5", made("TextField", focused, "text"), "", "",
                   "(n - 50) * Math.pow(10, n % 12) / 8", "Number(c.text) === v"});
    all.push_back({"TextField, mask", "'12-34'", made("TextField", focused + "; inputMask: '99-99'", "text"),
                   "c.inputMask = n % 2 ? '99-99' : '';", "", "10 + n % 90 + '-' + (10 + n % 80)", "c.text === v"});
}

inline void addPopups(std::vector<Control> &all)
{
    const QByteArray closes = "; width: 60; height: 60; x: 100; closePolicy: Popup.CloseOnEscape |"
                              " Popup.CloseOnPressOutside; focus: true";
    const QByteArray fades = "; enter: Transition { NumberAnimation { property: 'opacity'; from: 0; to: 1; duration:"
                             " 90 } } exit: Transition { NumberAnimation { property: 'opacity'; from: 1; to: 0;"
                             " duration: 90 } }";
    const auto add = [&all](const QByteArray &name, const QByteArray &body) {
        all.push_back(
            {name, "true", body, "", "c.visible = n % 2 == 0;", "n % 2 == 0", "c.visible === v", "c.parent", true});
    };
    add("Popup", made("Popup", "modal: false" + closes, "visible"));
    add("Popup, fades", made("Popup", "modal: false" + closes + fades, "visible"));
    add("Dialog", made("Dialog", "modal: true; standardButtons: Dialog.Ok" + closes + fades, "visible"));
    add("Menu", made("Menu", "MenuItem { text: 'a' } MenuItem { text: 'n' }", "visible"));
}

} // namespace randomcontrols

inline const std::vector<Control> &controls()
{
    static const std::vector<Control> all = [] {
        std::vector<Control> made;
        randomcontrols::addNumbers(made);
        randomcontrols::addChoices(made);
        randomcontrols::addViews(made);
        randomcontrols::addButtons(made);
        randomcontrols::addTexts(made);
        randomcontrols::addPopups(made);
        return made;
    }();
    return all;
}
