// SPDX-License-Identifier: MIT
#pragma once

#include <QtPlugin>

/// Registers the static plugin that the function gives once more, by another address. The qmldir in the resources names
/// two plugins, and by that this one is made known to each engine: see nanostores_write_qmldir().
template<const QStaticPlugin (*plugin)()>
void registerTwin()
{
    QStaticPlugin twin = plugin();
    twin.instance = [] { return plugin().instance(); };
    qRegisterStaticPluginFunction(twin);
}
