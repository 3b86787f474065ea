// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

void addCases()
{
    addStoreCases();
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
