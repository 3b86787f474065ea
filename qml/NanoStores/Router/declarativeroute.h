// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routeobject.h>

#include <QObject>
#include <QQmlComponent>
#include <QQmlParserStatus>
#include <QString>
#include <QUrl>
#include <QVariantMap>
#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

/// What a view shows for a route: `Route { name: "home"; HomePage {} }`, `Route { name: "post"; source: "Post.qml" }`.
///
/// Parameters of the route go into properties of those names, `required property int id`; others are in Route.params.
/// The page of a route named "*" is shown for all routes that have none, and for what is not found.
class NANOSTORES_QMLROUTER_EXPORT DeclarativeRoute : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Route)
    QML_ATTACHED(nanostores::RouteObject)
    Q_INTERFACES(QQmlParserStatus)
    Q_CLASSINFO("DefaultProperty", "component")
    Q_PROPERTY(QString name READ name WRITE setName NOTIFY nameChanged FINAL)
    Q_PROPERTY(QQmlComponent *component READ component WRITE setComponent NOTIFY componentChanged FINAL)
    /// A file in place of the component; it is compiled when it is needed first.
    Q_PROPERTY(QUrl source READ source WRITE setSource NOTIFY sourceChanged FINAL)
    /// The parameters that a RouteSwipeView opens the page with before it was shown, and whose page alone it shows.
    Q_PROPERTY(QVariantMap params READ params WRITE setParams NOTIFY paramsChanged FINAL)
    /// Compiles the file beforehand, in the background, and has views make the page itself once a link to it is about
    /// to be followed: see RouterObject::preload(). Until it is shown such a page is not Route.active.
    Q_PROPERTY(bool preload READ isPreloaded WRITE setPreloaded NOTIFY preloadChanged FINAL)
    /// Keeps the page when it is replaced by one of the same route, and sets its parameters anew. Where no more than
    /// search and hash differ, that is always so.
    Q_PROPERTY(bool reuse READ isReused WRITE setReused NOTIFY reuseChanged FINAL)

public:
    explicit DeclarativeRoute(QObject *parent = nullptr);

    QString name() const { return m_name; }
    void setName(const QString &newName);
    QQmlComponent *component() const { return m_component; }
    void setComponent(QQmlComponent *newComponent);
    QUrl source() const { return m_source; }
    void setSource(const QUrl &newSource);
    QVariantMap params() const { return m_params; }
    void setParams(const QVariantMap &newParams);
    bool isPreloaded() const { return m_isPreloaded; }
    void setPreloaded(bool newPreloaded);
    bool isReused() const { return m_isReused; }
    void setReused(bool newReused);

    /// For the library: what makes the pages, loaded or on its way; null, after a warning, if there is nothing.
    QQmlComponent *load(QQmlComponent::CompilationMode mode);

    void classBegin() override;
    void componentComplete() override;

    static RouteObject *qmlAttachedProperties(QObject *page) { return new RouteObject(page); }

Q_SIGNALS:
    void nameChanged();
    void componentChanged();
    void sourceChanged();
    void paramsChanged();
    void preloadChanged();
    void reuseChanged();

private:
    QString m_name;
    QPointer<QQmlComponent> m_component;
    QUrl m_source;
    QVariantMap m_params;
    QPointer<QQmlComponent> m_loaded; ///< Of the source.
    bool m_isPreloaded = false;
    bool m_isReused = false;
    bool m_isComplete = false;
};

} // namespace nanostores
