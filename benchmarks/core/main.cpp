// SPDX-License-Identifier: MIT
#include "harness.h"

void addStoreCases();
void addNanoGraphs();
void addQPropertyGraphs();
void addMapCases();
void addMemoryCases();
void addLoggerCases();
void addGuardCases();
void addScopeCases();

void addCases()
{
    addStoreCases();
    addNanoGraphs();
    addQPropertyGraphs();
    addMapCases();
    addMemoryCases();
    addLoggerCases();
    addGuardCases();
    addScopeCases();
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
