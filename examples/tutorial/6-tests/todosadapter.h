// SPDX-License-Identifier: MIT

#pragma once

#include "todos.h"

#include <QtQml/qqml.h>

class Todos : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(items, ::shownTodos, &Todo::number)
    NANOSTORES_READONLY(int, openCount, ::openCount)
    NANOSTORES_STORE(onlyOpenStore, ::onlyOpen)

public:
    Q_INVOKABLE void add(const QString &title) { addTodo(title); }
    Q_INVOKABLE void setDone(int number, bool done) { ::setDone(number, done); }
    Q_INVOKABLE void removeDone() { ::removeDone(); }
};
