// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

int main()
{
    return 0;
}
