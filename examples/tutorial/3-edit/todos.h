// SPDX-License-Identifier: MIT

#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QList>
#include <QString>

#include <algorithm>

#define TODO_FIELDS(FIELD) FIELD(int, number) FIELD(QString, title) FIELD(bool, done)

struct Todo
{
    Q_GADGET
    NANOSTORES_STRUCT(Todo, TODO_FIELDS)
};

inline const auto todos = nanostores::list(QList<Todo>()).named("todos");
inline const auto openCount = nanostores::computed(todos, [](const QList<Todo> &all) {
    return static_cast<int>(std::count_if(all.begin(), all.end(), [](const Todo &todo) { return !todo.done; }));
});

inline void addTodo(const QString &title)
{
    const QList<Todo> &all = todos.peek();
    todos.append({all.isEmpty() ? 1 : all.last().number + 1, title.trimmed(), false});
}

inline void setDone(int number, bool done)
{
    const QList<Todo> &all = todos.peek();
    const auto found = std::find_if(all.begin(), all.end(), [=](const Todo &todo) { return todo.number == number; });
    if (found != all.end()) {
        todos.update(static_cast<std::size_t>(found - all.begin()), [=](Todo &todo) { todo.done = done; });
    }
}

inline void removeDone()
{
    todos.removeIf(&Todo::done);
}
