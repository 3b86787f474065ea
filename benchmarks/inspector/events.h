// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

/// A program that is looked at: 400 stores, and turns in which a write sets off some runs and effects. Values are
/// numbers, texts, and maps that change in parts.

/// What the window has saved of so many events.
void writeOwnSession(const QString &path, int events);
/// What a Recorder has written of as many.
void writeRecordedSession(const QString &path, int events);
/// A turn of so many events.
void writeOneTurn(const QString &path, int events);

/// The program itself: it writes so many turns of two events each, and then a store "end". The other process.
int runProgram(int turns);
