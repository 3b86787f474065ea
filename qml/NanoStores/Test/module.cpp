// SPDX-License-Identifier: MIT
#include "module.h"

#include <NanoStores/staticplugin.h>

#include <QtPlugin>

// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStores_TestModule();

void nanostores_register_test_module()
{
    static const bool once = [] {
        qRegisterStaticPluginFunction(qt_static_plugin_NanoStores_TestModule());
        registerTwin<qt_static_plugin_NanoStores_TestModule>();
        return true;
    }();
    Q_UNUSED(once)
}

Q_CONSTRUCTOR_FUNCTION(nanostores_register_test_module)
