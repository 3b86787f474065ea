// SPDX-License-Identifier: MIT
#include "harness.h"

#include <QGuiApplication>

void addBindingCases();
void addListCases();
void addMemoryCases();
void addRowCases();
void addThreadCases();

void addCases()
{
    addBindingCases();
    addListCases();
    addMemoryCases();
    addRowCases();
    addThreadCases();
}

int main(int argc, char *argv[])
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    qputenv("QT_QUICK_BACKEND", "software");
    const QGuiApplication application(argc, argv);
    return runBenchmark(argc, argv);
}
