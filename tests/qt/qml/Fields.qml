import QtQml
import AdapterTest

QtObject {
    id: fields

    readonly property Evaluations counted: Evaluations {}
    property string name: fields.counted.text("name", Person.name)
    property int age: fields.counted.number("age", Person.age)
    property string theme: fields.counted.text("theme", Person.theme)
    property string themeAgain: fields.counted.text("again", Person.theme)
}
