// SPDX-License-Identifier: MIT
#include "engines.h"
#include "graphs.h"

void addQPropertyGraphs()
{
    addGraphs<PropertyEngine>("qproperty", false);
}
