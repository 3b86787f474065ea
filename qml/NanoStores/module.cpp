// SPDX-License-Identifier: MIT
#include "module.h"
#include "staticplugin.h"

#include <QtPlugin>

// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStoresModule();

void nanostores_register_module()
{
    static const bool once = [] {
        qRegisterStaticPluginFunction(qt_static_plugin_NanoStoresModule());
        registerTwin<qt_static_plugin_NanoStoresModule>();
        return true;
    }();
    Q_UNUSED(once)
}

Q_CONSTRUCTOR_FUNCTION(nanostores_register_module)
