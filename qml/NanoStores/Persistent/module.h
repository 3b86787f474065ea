// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// Importing NanoStores.Persistent in QML makes the module @nanostores/persistent known to the engine.

#include <nanostores/scriptpersistent/install.h>

#include <QObject>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlextensionplugin.h>

/// For programs that link the library, which load no plugin: registered in it as a static one.
class NanoStores_PersistentModule : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)

public:
    void initializeEngine(QQmlEngine *engine, const char *) override
    {
        nanostores::detail::installPersistentModuleWhileLoading(engine);
    }
};
