// SPDX-License-Identifier: MIT

// Stores that stay. Start it twice, in two terminals, with a file of your choice: each sees what the other one sets.
//
//   example_persistent /tmp/notes.db                    shows what is there, and follows it
//   example_persistent /tmp/notes.db milk "two litres"  sets a note, and ends
//   example_persistent /tmp/notes.db milk               removes it

#include <nanostores/persistent.h>

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include <iostream>

using namespace nanostores;

int main(int argc, char *argv[])
{
    const QCoreApplication app(argc, argv);
    const QStringList arguments = app.arguments();
    if (arguments.size() < 2) {
        std::cout << "usage: example_persistent FILE [NAME [NOTE]]\n";
        return 2;
    }

    const auto file = StorageEngine::sqlite(arguments.at(1).toStdString());
    const auto starts = persistentAtom(file, "starts", 0);
    const auto notes = persistentMap<QString, QString>(file, "notes/");

    starts.update([](int count) { return count + 1; });
    if (arguments.size() > 2) {
        if (arguments.size() > 3) {
            notes.setKey(arguments.at(2), arguments.at(3));
        } else {
            notes.removeKey(arguments.at(2));
        }
        return 0; // what waits is written at the end of the program
    }

    const auto shown = notes.subscribe([&](const Dictionary<QString, QString> &all) {
        std::cout << "started " << starts.get() << " times, " << all.size() << " note(s)\n";
        for (const auto &[name, note] : all) {
            std::cout << "  " << name.toStdString() << ": " << note.toStdString() << std::endl;
        }
    });
    const auto said = file.status().subscribe([](const EngineStatus &status) {
        if (status.state != EngineState::Live && !status.lastError.empty()) {
            std::cout << nameOf(status.state) << ": " << status.lastError << std::endl;
        }
    });
    return QCoreApplication::exec();
}
