// SPDX-License-Identifier: MIT
#pragma once

#include <QUndoCommand>

/// A command of the application, which is on the stack beside those of a history.
class Add final : public QUndoCommand
{
public:
    Add(int *sum, int number)
        : m_sum(sum)
        , m_number(number)
    {
    }
    void undo() override { *m_sum -= m_number; }
    void redo() override { *m_sum += m_number; }

private:
    int *m_sum;
    int m_number;
};
