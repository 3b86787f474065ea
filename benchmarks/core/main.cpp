// SPDX-License-Identifier: MIT
#include "harness.h"

void addStoreCases();
void addNanoGraphs();
void addQPropertyGraphs();
void addMapCases();
void addMemoryCases();
void addLoggerCases();
void addGuardCases();
void addRecorderCases();
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
    addRecorderCases();
    addScopeCases();
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
