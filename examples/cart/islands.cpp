// SPDX-License-Identifier: MIT
#include "islands.h"

#include "widgets/till.h"

#include "catalogue.h"

#include <nanostores/qmlrouter.h>

#include <QQmlComponent>
#include <QQmlEngine>
#include <QtQml/qqmlextensionplugin.h>

Q_IMPORT_QML_PLUGIN(ShopPlugin)

QmlIsland::QmlIsland(const QString &type, QObject *parent)
    : QObject(parent)
    , m_engine(std::make_unique<QQmlEngine>())
{
    m_engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    QQmlComponent component(m_engine.get(), QStringLiteral("qrc:/qt/qml/Shop/%1.qml").arg(type));
    m_window.reset(qobject_cast<QQuickWindow *>(component.create()));
    if (!m_window) {
        qFatal("%s", qPrintable(component.errorString()));
    }
    connect(m_window.get(), &QWindow::visibleChanged, this, [this](bool isVisible) {
        if (!isVisible) {
            deleteLater();
        }
    });
}

QmlIsland::~QmlIsland()
{
    m_window->disconnect(this);
    m_window.reset(); // before its engine
}

namespace {

QmlIsland *openPages(const QString &type, QObject *parent)
{
    auto *island = new QmlIsland(type, parent);
    auto *keys = new nanostores::BackKeys(island->window());
    keys->setRouter(new nanostores::RouterObject(shop::router, keys));
    keys->setTarget(island->window()->contentItem());
    return island;
}

} // namespace

QmlIsland *openShop(QObject *parent)
{
    return openPages(QStringLiteral("ShopWindow"), parent);
}

QmlIsland *openServedShop(QObject *parent)
{
    return openPages(QStringLiteral("ServedShopWindow"), parent);
}

QmlIsland *openSyncedShop(QObject *parent)
{
    return openPages(QStringLiteral("SyncedShopWindow"), parent);
}

QmlIsland *openFlyout(QObject *parent)
{
    return new QmlIsland(QStringLiteral("FlyoutWindow"), parent);
}

QWidget *openTill()
{
    auto *till = new Till;
    till->setAttribute(Qt::WA_DeleteOnClose);
    return till;
}
