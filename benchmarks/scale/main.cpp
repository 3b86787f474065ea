// SPDX-License-Identifier: MIT
#include "harness.h"

void addListCases();
void addStoreCases();
void addMapCases();

void addCases()
{
    addStoreCases();
    addListCases();
    addMapCases();
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
