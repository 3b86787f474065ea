// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Importing NanoStores.Test in QML makes the module nanostores/test known to the engine.

#include <nanostores/scripttestkit/install.h>

#include <QObject>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlextensionplugin.h>

/// For programs that link the library, which load no plugin: registered in it as a static one.
class NanoStores_TestModule : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)

public:
    void initializeEngine(QQmlEngine *engine, const char *) override
    {
        nanostores::detail::installTestModuleWhileLoading(engine);
    }
};
