// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

void addCases()
{
    addProcessCases();
    addClientCases();
}

int main(int argc, char *argv[])
{
    int result = 0;
    return isOtherProcess(argc, argv, result) ? result : runBenchmark(argc, argv);
}
