// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/jsvalue.h>
#include <nanostores/query/querykey.h>
#include <nanostores/query/queryoptions.h>

#include <QJSEngine>
#include <QJSValue>
#include <QJsonArray>
#include <QPointer>
#include <QString>

#include <functional>
#include <optional>

/// Keys of a query client as QML writes them: ["users", 7].
namespace nanostores::detail {

/// A key, or none where there is nothing to fetch; or what is wrong with it.
struct JsKey
{
    CacheKey<JsValue> key;
    QString problem;
};

/// Whether the value is one that JSON has, null and what is inside of lists and objects left aside.
bool isJson(const QJSValue &value, QJSEngine *engine);
/// A text is a key of that name alone. undefined and null, for the whole or for a part, are no key.
JsKey keyOf(const QJSValue &value, QJSEngine *engine);
/// What follows the name in a key that keyOf() has made.
QJsonArray paramsOf(const AnyCacheKey &key);
/// ["users", 7]; also of keys of C++.
QJSValue listOf(const AnyCacheKey &key, QJSEngine *engine);

/// All keys that begin with the parts of a key, or for which a function returns true. None: see `problem`.
std::optional<KeySelector> selectorOf(const QJSValue &value, QJSEngine *engine, QString *problem);
/// All keys of a name whose results are QML's.
ResultSelector<JsValue> shardOf(const QString &name);

/// What `retry` says: undefined is no policy. A function is called with { error, key, attempt }, and returns
/// milliseconds.
RetryPolicy retryOf(const QJSValue &value, const std::function<JsCaller *()> &caller, QPointer<QJSEngine> engine,
                    QString *problem);

} // namespace nanostores::detail
