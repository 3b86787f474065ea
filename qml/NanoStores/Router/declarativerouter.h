// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Router/export.h>
#include <NanoStores/Router/routerobject.h>
#include <nanostores/router/routeroptions.h>

#include <QJSValue>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <optional>
#include <vector>

namespace nanostores {

namespace detail {
struct RouteSpec;
}

/// A router that is declared in QML:
///
///     Router {
///         id: nav
///         routes: ({
///             home: "/",
///             post: { path: "/posts/:category/:id/:tab?", params: { id: "int" } },
///             files: "/files/*"
///         })
///     }
///     Button { text: "Read"; onClicked: nav.open("post", { category: "news", id: 7 }) }
///     Label { text: nav.params.id ?? "" }
///
/// The first route that matches counts. Parameters are texts, or of the type that `params` names: "int", "real",
/// "bool" or "string"; a text that is no value of its type is no match.
class NANOSTORES_QMLROUTER_EXPORT DeclarativeRouter : public nanostores::RouterObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Router)
    Q_INTERFACES(QQmlParserStatus)
    /// The patterns by the names of the routes: a text, a regular expression, or { path, params }. Other routes keep
    /// what they match of the history.
    Q_PROPERTY(QJSValue routes READ routes WRITE setRoutes NOTIFY routesChanged FINAL)
    /// Where the router starts; read once.
    Q_PROPERTY(QString initial READ initial WRITE setInitial NOTIFY optionsChanged FINAL)
    /// Stands before all paths: with "/app" the route "/posts" is /app/posts. Read once.
    Q_PROPERTY(QString basePath READ basePath WRITE setBasePath NOTIFY optionsChanged FINAL)
    /// Whether the fixed parts of a pattern match only as they are spelled. Read once.
    Q_PROPERTY(bool caseSensitive READ isCaseSensitive WRITE setCaseSensitive NOTIFY optionsChanged FINAL)
    /// The history forgets its oldest entries beyond these. Read once.
    Q_PROPERTY(int maxEntries READ maxEntries WRITE setMaxEntries NOTIFY optionsChanged FINAL)
    /// The hosts of each scheme that openUrl() takes: ({ shop: [], https: ["shop.example"] }). Read once.
    Q_PROPERTY(QJSValue links READ links WRITE setLinks NOTIFY optionsChanged FINAL)

public:
    explicit DeclarativeRouter(QObject *parent = nullptr);
    ~DeclarativeRouter() override;

    QJSValue routes() const { return m_routes; }
    void setRoutes(const QJSValue &newRoutes);
    QString initial() const { return m_options.initial; }
    void setInitial(const QString &newInitial) { setOption(m_options.initial, newInitial); }
    QString basePath() const { return m_options.basePath; }
    void setBasePath(const QString &newBasePath) { setOption(m_options.basePath, newBasePath); }
    bool isCaseSensitive() const { return m_options.caseSensitive; }
    void setCaseSensitive(bool newCaseSensitive) { setOption(m_options.caseSensitive, newCaseSensitive); }
    int maxEntries() const { return static_cast<int>(m_options.maxEntries); }
    void setMaxEntries(int newMaxEntries) { setOption(m_options.maxEntries, qsizetype(newMaxEntries)); }
    QJSValue links() const { return m_links; }
    void setLinks(const QJSValue &newLinks);

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void routesChanged();
    void optionsChanged();

private:
    template<typename T>
    void setOption(T &place, const T &newValue)
    {
        if (place == newValue || isSetTooLate()) {
            return;
        }
        place = newValue;
        Q_EMIT optionsChanged();
    }
    bool isSetTooLate() const;
    void build();
    std::optional<detail::RouteSpec> specOf(const QString &name, const QJSValue &value) const;
    bool giveTypes(detail::RouteSpec &spec, const QJSValue &types) const;
    void readLinks();

    QJSValue m_routes;
    QJSValue m_links;
    RouterOptions m_options;
    bool m_isComplete = false;
};

} // namespace nanostores
