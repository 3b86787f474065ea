// SPDX-License-Identifier: MIT

// Rows need a key, and a struct without == and std::hash is none.
#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>

struct Todo
{
    int id = 0;
};
inline const auto todos = nanostores::atom(QList<Todo>());

class Todos : public nanostores::StoreObject
{
    Q_OBJECT
#ifdef MUST_NOT_COMPILE
    NANOSTORES_MODEL(todos, ::todos)
#else
    NANOSTORES_MODEL(todos, ::todos, &Todo::id)
#endif
};
