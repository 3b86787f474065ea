// SPDX-License-Identifier: MIT

#pragma once

#include "todos.h"

#include <nanostores/undo.h>

#include <QtQml/qqml.h>

inline const auto todoEdits = nanostores::history(todos);

class Edits : public nanostores::HistoryObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    explicit Edits(QObject *parent = nullptr)
        : HistoryObject(todoEdits, parent)
    {
    }
};
