// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#ifdef QT_STATICPLUGIN
#include "staticplugin.h"
#endif

#include <QObject>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlextensionplugin.h>

void qml_register_types_NanoStores();

/// For programs that find the module on the import path.
class NanoStoresPlugin : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)

public:
    explicit NanoStoresPlugin(QObject *parent = nullptr)
        : QQmlEngineExtensionPlugin(parent)
    {
        volatile auto registration = &qml_register_types_NanoStores;
        Q_UNUSED(registration)
    }
    void initializeEngine(QQmlEngine *engine, const char *) override
    {
        nanostores::detail::installModulesWhileLoading(engine);
    }
};

#ifdef QT_STATICPLUGIN
// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStoresPlugin();

static void registerPluginTwin()
{
    registerTwin<qt_static_plugin_NanoStoresPlugin>();
}
Q_CONSTRUCTOR_FUNCTION(registerPluginTwin)
#endif

#include "plugin.moc"
