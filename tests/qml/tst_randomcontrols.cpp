#include <QCoreApplication>
#include <QQmlComponent>
#include <QQmlEngine>
#include <QQuickItem>
#include <QQuickWindow>
#include <QTest>

#include <memory>
#include <random>

namespace {

/// A control bound to an Atom, in QML. The functions get a random number.
struct Control
{
    const char *name;
    const char *initial; ///< The store's value.
    const char *body; ///< The control c, with its Bind b.
    const char *limit; ///< What limits it changes.
    const char *assign; ///< The program sets the property.
    const char *write; ///< A value for the store.
    const char *shows; ///< Whether it shows the store's value v, or as much of it as it can.
};

constexpr const char *Document = R"(
import QtQuick
import QtQuick.Controls
import QtQuick.Layouts
import NanoStores

Item {
    id: root
    width: 220
    height: 220
    property Atom store: Atom { value: %1 }
    property int initialLimit: 0
    function page() { return pageComponent.createObject(null) }
    function tab() { return tabComponent.createObject(null) }
    Component { id: pageComponent; Item {} }
    Component { id: tabComponent; TabButton { text: "tab"; width: 40 } }
    ListModel { id: rows }
    function changeRows(n) {
        if (n % 4 < 2)
            rows.insert(n % (rows.count + 1), { name: "row" });
        else if (n % 4 == 2 && rows.count > 0)
            rows.remove(n % rows.count);
        else if (rows.count > 1)
            rows.move(n % rows.count, (n * 7) % rows.count, 1);
    }
    function word(n) { return ["", "a", "Anna", "hello world", "x\ud83d\ude00y", "x\ud83d\ude01y"][n % 6]; }
    %2
    property Item control: c
    property bool pending: b.pending
    property bool rejected: b.rejected
    readonly property var stored: store.value
    function limit(n) { %3 }
    function assign(n) { %4 }
    function write(n) { store.value = %5; }
    function shows() { const v = store.value; return %6; }
    function commit() { b.commit(); }
    function revert() { b.revert(); }
    function describe() { return JSON.stringify([store.value, c.value, c.currentIndex, c.text, c.checked, c.count, b.pending]); }
}
)";

constexpr const char *Range = "c.from = n % 50; c.to = c.from + (n * 7) % 90;";
constexpr const char *InRange = "Math.abs(c.value - Math.max(c.from, Math.min(c.to, v))) < 1e-9";
constexpr const char *Index = "c.currentIndex === v || v >= c.count";
constexpr const char *AssignIndex = "if (c.count > 0) c.currentIndex = n % c.count;";

const Control controls[] = {
    {"Slider", "40", "Slider { id: c; width: 200; to: 100; Bind on value { id: b; store: root.store } }", Range,
     "c.value = n;", "n * 2 - 60", InRange},
    {"Slider, delayed", "40",
     "Slider { id: c; width: 200; to: 100; Bind on value { id: b; store: root.store; delayed: true } }", Range, "",
     "n * 2 - 60", InRange},
    {"Dial", "40", "Dial { id: c; to: 100; Bind on value { id: b; store: root.store } }", Range, "c.value = n;",
     "n * 2 - 60", InRange},
    {"SpinBox", "40", "SpinBox { id: c; to: 100; editable: true; Bind on value { id: b; store: root.store } }", Range,
     "c.value = n;", "n * 2 - 60", InRange},
    {"RangeSlider", "40",
     "RangeSlider { id: c; width: 200; to: 100; property real value: first.value; first.value: 0; second.value: 80;"
     " Bind on first.value { id: b; store: root.store } }",
     "if (n % 2) { c.from = n % 20; c.to = c.from + 30 + (n * 7) % 90; } else c.second.value = c.to - n % 30;",
     "c.first.value = n;", "n * 2 - 60",
     "Math.abs(c.first.value - Math.max(c.from, Math.min(c.second.value, v))) < 1e-9"},
    {"ComboBox", "1",
     "property var names: []; ComboBox { id: c; model: root.names; Bind on currentIndex { id: b; store: root.store } }",
     "const list = []; for (let i = 0; i < n % 6; ++i) list.push('item' + i); root.names = list;", AssignIndex, "n % 5",
     "c.currentIndex === v"},
    {"ComboBox, rows", "1",
     "ComboBox { id: c; textRole: 'name'; model: rows; Bind on currentIndex { id: b; store: root.store } }",
     "changeRows(n);", AssignIndex, "n % 5", "c.currentIndex === v"},
    {"Tumbler", "1", "Tumbler { id: c; model: rows; Bind on currentIndex { id: b; store: root.store } }",
     "changeRows(n);", AssignIndex, "n % 5", Index},
    {"TabBar", "1", "TabBar { id: c; width: 200; Bind on currentIndex { id: b; store: root.store } }",
     "if (n % 5 < 3) c.insertItem(n % (c.count + 1), tab()); else if (c.count > 0 && n % 5 == 3)"
     " c.removeItem(c.itemAt(n % c.count)); else if (c.count > 1) c.moveItem(n % c.count, (n * 7) % c.count);",
     AssignIndex, "n % 5", Index},
    {"SwipeView", "1",
     "SwipeView { id: c; width: 200; height: 100; Bind on currentIndex { id: b; store: root.store } }",
     "if (n % 5 < 3) c.insertItem(n % (c.count + 1), page()); else if (c.count > 0 && n % 5 == 3)"
     " c.removeItem(c.itemAt(n % c.count)); else if (c.count > 1) c.moveItem(n % c.count, (n * 7) % c.count);",
     AssignIndex, "n % 5", Index},
    {"StackLayout", "1",
     "StackLayout { id: c; Repeater { model: rows; Item {} } Bind on currentIndex { id: b; store: root.store } }",
     "changeRows(n);", AssignIndex, "n % 5", Index},
    {"ListView", "1",
     "ListView { id: c; width: 100; height: 200; focus: true; model: rows; delegate: Item { width: 100; height: 20 }"
     " Bind on currentIndex { id: b; store: root.store } }",
     "changeRows(n);", AssignIndex, "n % 5", Index},
    {"GridView", "1",
     "GridView { id: c; width: 100; height: 200; cellWidth: 50; cellHeight: 20; focus: true; model: rows;"
     " delegate: Item { width: 50; height: 20 } Bind on currentIndex { id: b; store: root.store } }",
     "changeRows(n);", AssignIndex, "n % 5", Index},
    {"CheckBox", "true", "CheckBox { id: c; text: 'x'; Bind on checked { id: b; store: root.store } }", "",
     "c.checked = n % 2 == 0;", "n % 2 == 0", "c.checked === v"},
    {"CheckBox, states", "Qt.Checked",
     "CheckBox { id: c; tristate: true; Bind on checkState { id: b; store: root.store } }", "",
     "c.checkState = [Qt.Checked, Qt.Unchecked, Qt.PartiallyChecked][n % 3];",
     "[Qt.Checked, Qt.Unchecked, Qt.PartiallyChecked][n % 3]", "c.checkState === v"},
    {"Switch", "true", "Switch { id: c; Bind on checked { id: b; store: root.store } }", "", "c.checked = n % 2 == 0;",
     "n % 2 == 0", "c.checked === v"},
    {"RadioButton", "true", "RadioButton { id: c; Bind on checked { id: b; store: root.store } }", "",
     "c.checked = n % 2 == 0;", "n % 2 == 0", "c.checked === v"},
    {"Button", "true", "Button { id: c; checkable: true; text: 'x'; Bind on checked { id: b; store: root.store } }", "",
     "c.checked = n % 2 == 0;", "n % 2 == 0", "c.checked === v"},
    {"DelayButton", "false", "DelayButton { id: c; delay: 0; Bind on checked { id: b; store: root.store } }", "",
     "c.checked = n % 2 == 0;", "n % 2 == 0", "c.checked === v"},
    {"TextField", "'start'", "TextField { id: c; focus: true; Bind on text { id: b; store: root.store } }",
     "c.maximumLength = [1, 3, 20, 32767][n % 4];", "c.text = word(n);", "word(n)",
     "c.text === v.substring(0, c.maximumLength)"},
    {"TextField, delayed", "'start'",
     "TextField { id: c; focus: true; Bind on text { id: b; store: root.store; delayed: true } }",
     "c.maximumLength = [1, 3, 20, 32767][n % 4];", "", "word(n)", "c.text === v.substring(0, c.maximumLength)"},
    {"TextInput", "'start'", "TextInput { id: c; width: 100; focus: true; Bind on text { id: b; store: root.store } }",
     "c.maximumLength = [1, 3, 20, 32767][n % 4];", "c.text = word(n);", "word(n)",
     "c.text === v.substring(0, c.maximumLength)"},
    {"TextField, number", "7.5", "TextField { id: c; focus: true; Bind on text { id: b; store: root.store } }", "", "",
     "(n - 50) * Math.pow(10, n % 12) / 8", "Number(c.text) === v"},
    {"TextArea", "'start'", "TextArea { id: c; focus: true; Bind on text { id: b; store: root.store } }", "",
     "c.text = word(n);", "word(n)", "c.text === v"},
    {"TextEdit", "'start'", "TextEdit { id: c; width: 100; focus: true; Bind on text { id: b; store: root.store } }",
     "", "c.text = word(n);", "word(n)", "c.text === v"},
    {"ScrollBar", "0.25", "ScrollBar { id: c; height: 100; size: 0.2; Bind on position { id: b; store: root.store } }",
     "", "c.position = n / 200;", "n / 200", "Math.abs(c.position - v) < 1e-9"},
    {"Behavior", "40",
     "Slider { id: c; width: 200; to: 100; Behavior on value { NumberAnimation { duration: 0 } }"
     " Bind on value { id: b; store: root.store } }",
     "", "c.value = n;", "n", "Math.abs(c.value - v) < 1e-9"},
};

/// Fills the places of the document; QString::arg() would look for more of them in what it has put in.
QByteArray filled(const Control &control)
{
    QByteArray document(Document);
    int place = 1;
    for (const char *text :
         {control.initial, control.body, control.limit, control.assign, control.write, control.shows}) {
        document.replace("%" + QByteArray::number(place++), text);
    }
    return document;
}

} // namespace

/// Keys, mouse, changes of what limits a control, and writes, in any order.
class tst_RandomControls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void store_isChangedByEditsAndWritesAlone_data();
    void store_isChangedByEditsAndWritesAlone();

private:
    void run(QQuickWindow *window, QObject *root, std::mt19937 &random);
    static void edit(QQuickWindow *window, QQuickItem *control, std::mt19937 &random);

    QQmlEngine m_engine;
};

void tst_RandomControls::store_isChangedByEditsAndWritesAlone_data()
{
    QTest::addColumn<int>("number");
    int number = 0;
    for (const Control &control : controls) {
        QTest::newRow(control.name) << number++;
    }
}

void tst_RandomControls::store_isChangedByEditsAndWritesAlone()
{
    QFETCH(const int, number);
    bool isSet = false;
    const int given = qEnvironmentVariableIntValue("NANOSTORES_RANDOM_CASES", &isSet);
    const int cases = isSet ? given : 10;
    QQmlComponent component(&m_engine);
    component.setData(filled(controls[number]), QUrl(QStringLiteral("qrc:/random.qml")));
    QVERIFY2(component.isReady(), qPrintable(component.errorString()));
    for (int seed = 0; seed < cases; ++seed) {
        std::mt19937 random(static_cast<unsigned>(seed));
        QQuickWindow window;
        window.resize(220, 220);
        const std::unique_ptr<QObject> root(component.create());
        qobject_cast<QQuickItem *>(root.get())->setParentItem(window.contentItem());
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.requestActivate();
        run(&window, root.get(), random);
        if (QTest::currentTestFailed()) {
            qWarning("seed %d", seed);
            return;
        }
    }
}

void tst_RandomControls::edit(QQuickWindow *window, QQuickItem *control, std::mt19937 &random)
{
    const auto below = [&random](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
    const auto at = [&] {
        const QPointF inside(below(std::max(1, qRound(control->width()))),
                             below(std::max(1, qRound(control->height()))));
        return control->mapToScene(inside).toPoint();
    };
    static const Qt::Key keys[]{Qt::Key_Up,  Qt::Key_Down,  Qt::Key_Left,      Qt::Key_Right, Qt::Key_Home,
                                Qt::Key_End, Qt::Key_Space, Qt::Key_Return,    Qt::Key_1,     Qt::Key_7,
                                Qt::Key_A,   Qt::Key_N,     Qt::Key_Backspace, Qt::Key_Minus, Qt::Key_Delete};
    switch (below(4)) {
    case 0:
        control->forceActiveFocus();
        QTest::mouseClick(window, Qt::LeftButton, {}, at());
        break;
    case 1: {
        const bool flicks = control->inherits("QQuickFlickable") || control->inherits("QQuickSwipeView")
                            || control->inherits("QQuickTumbler");
        if (!flicks) { // comes to rest in time
            QTest::mousePress(window, Qt::LeftButton, {}, at());
            QTest::mouseMove(window, at());
            QTest::mouseMove(window, at());
            QTest::mouseRelease(window, Qt::LeftButton, {}, at());
        }
        break;
    }
    default:
        control->forceActiveFocus();
        QTest::keyClick(window, keys[below(int(std::size(keys)))], below(5) == 0 ? Qt::ShiftModifier : Qt::NoModifier);
    }
}

void tst_RandomControls::run(QQuickWindow *window, QObject *root, std::mt19937 &random)
{
    auto *control = root->property("control").value<QQuickItem *>();
    const auto call = [root](const char *function, int number) {
        QMetaObject::invokeMethod(root, function, Q_ARG(QVariant, number));
    };
    const auto settle = [window] {
        QCoreApplication::processEvents();
        window->grabWindow(); // lays out
        QCoreApplication::processEvents();
        QCoreApplication::processEvents();
    };
    settle();
    for (int step = 0; step < 40; ++step) {
        const QVariant before = root->property("stored");
        const bool wasPending = root->property("pending").toBool();
        const int number = static_cast<int>(random() % 100U);
        const char *what = "";
        switch (random() % 8U) {
        case 0:
        case 1:
            what = "limit";
            call("limit", number);
            QCOMPARE(root->property("stored"), before);
            settle();
            QCOMPARE(root->property("stored"), before);
            break;
        case 2:
            what = "write";
            call("write", number);
            break;
        case 3:
            what = "assign";
            if (!wasPending) {
                call("assign", number);
            }
            break;
        case 4:
            what = "revert";
            QMetaObject::invokeMethod(root, "revert");
            break;
        default:
            what = "edit";
            edit(window, control, random);
        }
        const QVariant then = root->property("stored");
        settle();
        QVariant shows;
        QVariant description;
        QMetaObject::invokeMethod(root, "shows", Q_RETURN_ARG(QVariant, shows));
        QMetaObject::invokeMethod(root, "describe", Q_RETURN_ARG(QVariant, description));
        const bool isWrong =
            root->property("stored") != then || (!root->property("pending").toBool() && !shows.toBool());
        if (isWrong) {
            qWarning() << "step" << step << what << number << "before" << before << "then" << then << description;
        }
        QCOMPARE(root->property("stored"), then);
        if (!root->property("pending").toBool()) {
            QVERIFY(shows.toBool());
        }
    }
}

QTEST_MAIN(tst_RandomControls)
#include "tst_randomcontrols.moc"
