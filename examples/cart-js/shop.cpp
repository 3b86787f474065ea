// SPDX-License-Identifier: MIT
#include "shop.h"

#include <nanostores/script.h>

#include <QQmlComponent>
#include <QtQml/qqmlextensionplugin.h>

Q_IMPORT_QML_PLUGIN(ShopPlugin)

Shop::Shop()
{
    qputenv("QML_XHR_ALLOW_FILE_READ", "1"); // the catalogue is a resource
    nanostores::installModules(&m_engine); // what cartStore.mjs imports; `import NanoStores` in QML does the same
    m_engine.addImportPath(QStringLiteral("qrc:/qt/qml"));
    QQmlComponent component(&m_engine, QStringLiteral("qrc:/qt/qml/Shop/ShopWindow.qml"));
    m_window.reset(qobject_cast<QQuickWindow *>(component.create()));
    if (!m_window) {
        qFatal("%s", qPrintable(component.errorString()));
    }
    // The instance that the QML files have loaded; before them it would be another one.
    m_stores = m_engine.importModule(QStringLiteral(":/qt/qml/Shop/cartStore.mjs"));
    if (m_engine.hasError()) {
        qFatal("%s", qPrintable(m_engine.catchError().toString()));
    }
}

Shop::~Shop() = default;

QJSValue Shop::get(const QString &store) const
{
    const QJSValue object = m_stores.property(store);
    return object.property(QStringLiteral("get")).callWithInstance(object);
}

void Shop::set(const QString &store, const QJSValue &newValue) const
{
    const QJSValue object = m_stores.property(store);
    object.property(QStringLiteral("set")).callWithInstance(object, {newValue});
}

QJSValue Shop::call(const QString &function, const QJSValueList &arguments) const
{
    return m_stores.property(function).call(arguments);
}
