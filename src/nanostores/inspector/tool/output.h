// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/inspector/inspected.h>

#include <QList>
#include <QString>
#include <QStringList>

/// What the command line prints: lines that no value can steer a terminal with.

/// As wide as the terminal; 80 without one.
int widthOfTerminal();

/// Without characters that steer a terminal, and with `\n` for the end of a line.
QString printable(const QString &text);
/// Ends in `…` where it is longer.
QString shortened(const QString &text, int width);
/// The end of it, as of a name whose end says most.
QString endOf(const QString &text, int width);

/// In lines of at most so many characters, those after the first with two spaces before them. A longer word has a line
/// of its own.
QStringList wrapped(const QString &text, int width);

/// A value of JSON in one line, of which a terminal shows each character.
QString printableJson(const QByteArray &json);

void printLine(const QString &line);
/// Whether a line could not be printed, as when its reader has ended. What is wrong then was said, but for that.
bool hasFailedToPrint();
void printError(const QString &line);

/// Name, value, observers, runs and time, each store in a line.
QStringList storeTable(const QList<nanostores::InspectedStore> &stores, int width);
/// An event in a line, or none.
QString eventLine(const nanostores::InspectedEvent &event, int depth, int width);
