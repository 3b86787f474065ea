// SPDX-License-Identifier: MIT
#include "module.h"

#include <NanoStores/staticplugin.h>

#include <QtPlugin>

// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStores_PersistentModule();

void nanostores_register_persistent_module()
{
    static const bool once = [] {
        qRegisterStaticPluginFunction(qt_static_plugin_NanoStores_PersistentModule());
        registerTwin<qt_static_plugin_NanoStores_PersistentModule>();
        return true;
    }();
    Q_UNUSED(once)
}

Q_CONSTRUCTOR_FUNCTION(nanostores_register_persistent_module)
