// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/jstasks.h>
#include <nanostores/query/queryerror.h>

/// What queries add to the tasks and promises of the module NanoStores.
namespace nanostores::detail {

/// A promise of what the task ends with.
QJSValue promiseOf(const Task<JsValue> &task, QJSEngine *engine);

/// The value that was thrown; of another engine, or of C++, an Error with the message. Undefined without an error.
QJSValue errorIn(QJSEngine *engine, const QueryError &error);
/// Its message, without the place.
QString errorText(const QueryError &error);

} // namespace nanostores::detail
