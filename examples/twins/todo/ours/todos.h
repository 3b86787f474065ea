// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QtQml/qqml.h>

#include <algorithm>

#define TODO_FIELDS(FIELD) FIELD(int, number) FIELD(QString, title) FIELD(bool, done)

struct Todo
{
    Q_GADGET
    NANOSTORES_STRUCT(Todo, TODO_FIELDS)
};

enum Filter { All, Open, Done };

inline const auto todos = nanostores::list(QList<Todo>());
inline const auto filter = nanostores::atom<int>(All);
inline const auto shownTodos = nanostores::filtered(
    todos, filter, [](const Todo &todo, int wanted) { return wanted == All || todo.done == (wanted == Done); });
inline const auto openCount = nanostores::computed(todos, [](const QList<Todo> &all) {
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const Todo &todo) { return !todo.done; }));
});

class Todos : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_MODEL(items, ::shownTodos, &Todo::number)
    NANOSTORES_PROPERTY(int, filter, ::filter)
    NANOSTORES_READONLY(int, openCount, ::openCount)

public:
    Q_INVOKABLE void add(const QString &title)
    {
        const QList<Todo> &all = todos.peek();
        todos.append({all.isEmpty() ? 1 : all.last().number + 1, title.trimmed(), false});
    }
    Q_INVOKABLE void removeDone() { todos.removeIf(&Todo::done); }
};
