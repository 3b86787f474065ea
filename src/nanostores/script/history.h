// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/history/history.h>
#include <nanostores/script/export.h>

#include <QJSValue>
#include <QString>

class QJSEngine;

namespace nanostores {

/// Has the history record a store of the module nanostores, or a signal of nano_kit, from now on. Empty; or why it
/// cannot be recorded. In JavaScript there is history() of the module nanostores/history.
///
/// The store is not kept: while nothing in JavaScript refers to it, its steps cannot be undone.
NANOSTORES_SCRIPT_EXPORT QString trackScriptStore(const History &history, QJSEngine *engine, const QJSValue &store);

} // namespace nanostores
