// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/export.h>

#include <QJSValue>

class QJSEngine;

namespace nanostores::detail {

/// What the source is, evaluated once for each engine: a function of our own. The slot is a property of the engine that
/// keeps it.
NANOSTORES_QML_EXPORT QJSValue helperOf(QJSEngine *engine, const char *slot, const char *source);

} // namespace nanostores::detail
