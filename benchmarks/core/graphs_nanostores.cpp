// SPDX-License-Identifier: MIT
#include "engines.h"
#include "graphs.h"

void addNanoGraphs()
{
    addGraphs<NanoEngine>("nanostores", true);
}
