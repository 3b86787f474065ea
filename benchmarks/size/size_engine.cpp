// SPDX-License-Identifier: MIT
#include <QCoreApplication>
#include <QQmlComponent>
#include <QQmlEngine>

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <vector>

/// size_engine <module> <count>: makes engines, each of which imports the module, and prints for the first of them and
/// for each of the others: milliseconds of processor time, kilobytes on the heap.

namespace {

double milliseconds()
{
    timespec time{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double kilobytes()
{
    const auto info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd) / 1024;
}

struct Engine
{
    explicit Engine(const QByteArray &module)
        : component(&engine)
    {
        component.setData("import " + module + "\nimport QtQml\nQtObject {}\n", QUrl());
        object.reset(component.create());
        if (!object) {
            std::fprintf(stderr, "%s\n", qPrintable(component.errorString()));
            std::exit(1);
        }
    }

    QQmlEngine engine;
    QQmlComponent component;
    std::unique_ptr<QObject> object;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    const int count = argc > 2 ? std::atoi(argv[2]) : 0;
    if (count < 2) {
        return 2;
    }
    std::vector<std::unique_ptr<Engine>> engines;
    const double startTime = milliseconds();
    const double startMemory = kilobytes();
    engines.push_back(std::make_unique<Engine>(argv[1]));
    const double time = milliseconds();
    const double memory = kilobytes();
    for (int i = 1; i < count; ++i) {
        engines.push_back(std::make_unique<Engine>(argv[1]));
    }
    std::printf("%.2f %.0f %.2f %.0f\n", time - startTime, memory - startMemory, (milliseconds() - time) / (count - 1),
                (kilobytes() - memory) / (count - 1));
    return 0;
}
