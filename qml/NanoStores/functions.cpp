// SPDX-License-Identifier: MIT
#include <NanoStores/functions.h>

#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/batch.h>
#include <nanostores/core/tracking.h>

#include <QQmlEngine>

namespace nanostores {

DeclarativeFunctions::DeclarativeFunctions(QObject *parent)
    : QObject(parent)
{
}

QJSValue DeclarativeFunctions::batch(const QJSValue &function)
{
    return detail::callAround(qjsEngine(this), function, "batch", [](auto run) { nanostores::batch(run); });
}

QJSValue DeclarativeFunctions::untracked(const QJSValue &function)
{
    return detail::callAround(qjsEngine(this), function, "untracked", [](auto run) { nanostores::untracked(run); });
}

} // namespace nanostores
