// SPDX-License-Identifier: MIT
#include <nanostores/scriptpersistent/install.h>

#ifdef QT_STATICPLUGIN
#include <NanoStores/staticplugin.h>
#endif

#include <QObject>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlextensionplugin.h>

void qml_register_types_NanoStores_Persistent();

/// For programs that find the module on the import path.
class NanoStores_PersistentPlugin : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)

public:
    explicit NanoStores_PersistentPlugin(QObject *parent = nullptr)
        : QQmlEngineExtensionPlugin(parent)
    {
        volatile auto registration = &qml_register_types_NanoStores_Persistent;
        Q_UNUSED(registration)
    }
    void initializeEngine(QQmlEngine *engine, const char *) override
    {
        nanostores::detail::installPersistentModuleWhileLoading(engine);
    }
};

#ifdef QT_STATICPLUGIN
// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStores_PersistentPlugin();

static void registerPluginTwin()
{
    registerTwin<qt_static_plugin_NanoStores_PersistentPlugin>();
}
Q_CONSTRUCTOR_FUNCTION(registerPluginTwin)
#endif

#include "plugin.moc"
