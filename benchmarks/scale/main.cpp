// SPDX-License-Identifier: MIT
#include "harness.h"

void addStoreCases();
void addMapCases();

void addCases()
{
    addStoreCases();
    addMapCases();
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
