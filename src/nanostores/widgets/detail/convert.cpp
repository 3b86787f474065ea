// SPDX-License-Identifier: MIT
#include <nanostores/widgets/detail/convert.h>

#include <nanostores/widgets/detail/control.h>

namespace nanostores::detail {

void warnUnlessConvertible(QMetaType from, QMetaType to)
{
    if (!QMetaType::canConvert(from, to)) {
        qCWarning(lcWidgets,
                  "useStore(): a %s cannot be shown as a %s. Give a function that makes one of it, or specialise "
                  "nanostores::Convert.",
                  from.name(), to.name());
    }
}

} // namespace nanostores::detail
