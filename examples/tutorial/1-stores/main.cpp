// SPDX-License-Identifier: MIT

#include "todos.h"

int main()
{
    const auto shown = openCount.subscribe([](int count) { qInfo("%d to do", count); });
    addTodo("Water the plants");
    addTodo("Write a letter");
}
