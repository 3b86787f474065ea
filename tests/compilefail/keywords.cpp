// SPDX-License-Identifier: MIT

// Users keep Qt's keywords: no header of ours may use `signals`, `slots`, `emit` or `foreach` as a name.
#include <QtCore/QObject>

#include <nanostores/core.h>
#include <nanostores/kit.h>
#include <nanostores/qt.h>

#ifndef slots
#error "this file is meant to be compiled with Qt's keywords"
#endif
