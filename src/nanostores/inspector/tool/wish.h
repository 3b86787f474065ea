// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

/// What was asked for on the command line.
struct Wish
{
    QString command;
    QStringList arguments;
    QString program; ///< Which one.
    QString kind; ///< list: of stores.
    QString key; ///< set: of a map.
    QString output; ///< record, export, run: a file; empty: standard output.
    QString form; ///< export
    QString name; ///< export: of the test.
    QString allow; ///< run
    QStringList ignored; ///< replay, test: stores that may differ.
    bool isRemoval = false; ///< set: of the key.
    bool isJson = false;
    bool isUnobserved = false; ///< list
    bool isWasted = false; ///< list
    bool isDot = false; ///< graph
    bool isOfValues = false; ///< replay, test: all writes are made.
    int steps = -2; ///< graph; -2: as many as usual.
    int count = 0; ///< watch, record: ends after so many events; 0: never.
    int turns = 50; ///< export: for Redux DevTools; 0: all.
    int seconds = 30; ///< test: how long the program may take to begin.
    int width = 80;
};

/// How commands end.
namespace exitcode {
constexpr int Good = 0;
constexpr int Bad = 1; ///< The program is not there or says no; replay and test: a difference.
constexpr int Usage = 2;
constexpr int Untested = 3; ///< replay, test: whether there is a difference is not known.
} // namespace exitcode
