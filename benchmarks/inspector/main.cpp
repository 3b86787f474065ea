// SPDX-License-Identifier: MIT
#include "events.h"
#include "harness.h"

#include <QCoreApplication>
#include <QtQml/QQmlExtensionPlugin>

#include <cstdlib>
#include <string_view>

Q_IMPORT_QML_PLUGIN(LensAppPlugin)

void addWindowCases();

void addCases()
{
    addWindowCases();
}

int main(int argc, char *argv[])
{
    if (argc > 2 && std::string_view(argv[1]) == "program") {
        const QCoreApplication app(argc, argv);
        return runProgram(std::atoi(argv[2]));
    }
    return runBenchmark(argc, argv);
}
