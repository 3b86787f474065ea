// SPDX-License-Identifier: MIT
// A program that writes, and that its test kills: redisprocess <url> <cache> <first> <last> [quit]. It says "loaded",
// sets the keys "p/<n>", and each time that all it has set is on the server, it says the number of the last one. With
// "quit" it ends after that.
#include <nanostores/redis.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QTimer>

#include <cstdio>
#include <string>

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    if (argc < 5) {
        return 2;
    }
    nanostores::EngineOptions options;
    options.longestRetry = std::chrono::milliseconds(50);
    options.exitDeadline = std::chrono::hours(1);
    const auto engine = nanostores::redis(QString::fromLocal8Bit(argv[1]), QString::fromLocal8Bit(argv[2]), options);
    const bool quits = argc > 5;
    engine.load(quits ? std::chrono::seconds(0) : std::chrono::seconds(10));
    std::printf("loaded\n");
    std::fflush(stdout);
    const int last = std::stoi(argv[4]);
    int next = std::stoi(argv[3]);
    int end = next + 100; // so many at a time, so that all of them are on the server now and then
    int said = -1;
    QTimer often; // and not so fast that others get no time
    often.start(1);
    for (;;) {
        if (next <= last && next < end) {
            engine.set("p/" + std::to_string(next), std::to_string(next));
            ++next;
        }
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
        if (engine.pending().get() == 0 && engine.isLoaded()) {
            if (said != next - 1) {
                said = next - 1;
                std::printf("%d\n", said);
                std::fflush(stdout);
            }
            end = next + 100;
        }
        if (quits && next > last) {
            return 0;
        }
    }
}
