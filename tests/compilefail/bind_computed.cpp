// SPDX-License-Identifier: MIT

// What is computed cannot be edited.
#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QSpinBox>

void f(QSpinBox *box)
{
    const auto count = nanostores::atom(1);
    const auto twice = nanostores::computed(count, [](int value) { return 2 * value; });
#ifdef MUST_NOT_COMPILE
    bind(twice, box);
#else
    useStore(twice, box, &QSpinBox::setValue);
    bind(count, box);
#endif
}
