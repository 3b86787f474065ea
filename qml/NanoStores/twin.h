#pragma once

#include <QtPlugin>

/// Registers the static plugin that the function gives once more, by another address. The qmldir names two, and by that the
/// plugin hears of each engine: see nanostores_add_qml_module().
template<const QStaticPlugin (*plugin)()>
void registerTwin()
{
    QStaticPlugin twin = plugin();
    twin.instance = [] { return plugin().instance(); };
    qRegisterStaticPluginFunction(twin);
}
