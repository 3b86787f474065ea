// SPDX-License-Identifier: MIT
#pragma once

#include <QPalette>
#include <QString>

/// The colours of the shop for widgets.
QPalette tillPalette(bool isDark);
QString tillStyleSheet(bool isDark);
