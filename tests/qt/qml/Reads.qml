import QtQml
import AdapterTest

QtObject {
    property int volume: Settings.volume
    property string title: Settings.title
    property bool loud: Settings.loud
    property int either: Settings.shown ? Settings.volume : -1

    function write(newVolume: int): void {
        Settings.volume = newVolume
    }
}
