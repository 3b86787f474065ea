// SPDX-License-Identifier: MIT
#include "harness.h"

#include <QCoreApplication>

void addListCases();
void addStoreCases();
void addMapCases();
void addVariantCases();
void addScriptCases();

void addCases()
{
    addStoreCases();
    addListCases();
    addMapCases();
    addVariantCases();
    addScriptCases();
}

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    return runBenchmark(argc, argv);
}
