// SPDX-License-Identifier: MIT
#include <nanostores/router/routerhistory.h>

namespace nanostores {

qsizetype RouterHistory::indexOf(quint64 id) const noexcept
{
    for (qsizetype i = 0; i < entries.size(); ++i) {
        if (entries.at(i).id == id) {
            return i;
        }
    }
    return -1;
}

} // namespace nanostores
