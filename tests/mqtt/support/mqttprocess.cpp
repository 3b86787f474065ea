// SPDX-License-Identifier: MIT
// A program among others on a broker: mqttprocess <url> <name> <count>. It sets keys of its own, "<name>/<n>", and with
// each "shared", says "written" when the broker has all of it, waits until "stop" is set, and says what it sees.
#include <nanostores/mqtt.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <cstdio>
#include <string>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc < 4) {
        return 2;
    }
    const auto engine = nanostores::mqtt(QString::fromLocal8Bit(argv[1]));
    const std::string name = argv[2];
    engine.load(std::chrono::seconds(10));
    const int count = std::stoi(argv[3]);
    int next = 0;
    bool hasSaid = false;
    QTimer often;
    often.start(1);
    while (!hasSaid || !engine.get("stop")) {
        if (next < count) {
            engine.set(name + '/' + std::to_string(next), std::to_string(next));
            engine.set("shared", name + ' ' + std::to_string(next));
            ++next;
        } else if (!hasSaid && engine.pending().get() == 0 && engine.isLoaded()) {
            hasSaid = true;
            std::printf("written\n");
            std::fflush(stdout);
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    for (const auto &[key, value] : engine.entries()) {
        std::printf("%s = %s\n", key.c_str(), value.c_str());
    }
    return 0;
}
