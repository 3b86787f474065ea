// SPDX-License-Identifier: MIT
#include <nanostores/scripttestkit/install.h>

#ifdef QT_STATICPLUGIN
#include <NanoStores/staticplugin.h>
#endif

#include <QObject>
#include <QtQml/qqmlengine.h>
#include <QtQml/qqmlextensionplugin.h>

void qml_register_types_NanoStores_Test();

/// For programs that find the module on the import path.
class NanoStores_TestPlugin : public QQmlEngineExtensionPlugin
{
    Q_OBJECT
    Q_PLUGIN_METADATA(IID QQmlEngineExtensionInterface_iid)

public:
    explicit NanoStores_TestPlugin(QObject *parent = nullptr)
        : QQmlEngineExtensionPlugin(parent)
    {
        volatile auto registration = &qml_register_types_NanoStores_Test;
        Q_UNUSED(registration)
    }
    void initializeEngine(QQmlEngine *engine, const char *) override
    {
        nanostores::detail::installTestModuleWhileLoading(engine);
    }
};

#ifdef QT_STATICPLUGIN
// made by moc
extern const QStaticPlugin qt_static_plugin_NanoStores_TestPlugin();

static void registerPluginTwin()
{
    registerTwin<qt_static_plugin_NanoStores_TestPlugin>();
}
Q_CONSTRUCTOR_FUNCTION(registerPluginTwin)
#endif

#include "plugin.moc"
