// SPDX-License-Identifier: MIT
#include <nanostores/inspect/symbols.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/inspect/detail/modules.h>

namespace nanostores::detail {

bool useSymbols() noexcept
{
    setFindVariables(&findVariablesInModules);
    return true;
}

} // namespace nanostores::detail
