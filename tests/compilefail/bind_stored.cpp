// SPDX-License-Identifier: MIT

// What stored() makes is no store; what it gives as one is taken by all.
#include <nanostores/core.h>
#include <nanostores/kit.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

#include <QList>
#include <QSpinBox>

void f(QSpinBox *box)
{
    using namespace nanostores;
    const auto count = kit::stored(kit::MemoryStorage<int>(), "count", 1);
    const auto rows = kit::stored(kit::MemoryStorage<QList<int>>(), "rows", QList<int>());
#ifdef MUST_NOT_COMPILE
    bind(count, box);
#else
    bind(count.toStore(), box);
    useStore(count.toStore(), box, &QSpinBox::setValue);
    new StoreAdapter(count.toStore(), box);
    const ListModel model(rows.toStore());
#endif
}
