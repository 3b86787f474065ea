// SPDX-License-Identifier: MIT

#pragma once

#include "todos.h"

#include <QtQml/qqml.h>

class Todos : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(items, ::todos, &Todo::number)
    NANOSTORES_READONLY(int, openCount, ::openCount)

public:
    Q_INVOKABLE void add(const QString &title) { addTodo(title); }
};
