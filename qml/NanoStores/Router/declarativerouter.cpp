// SPDX-License-Identifier: MIT
#include <NanoStores/Router/declarativerouter.h>

#include <NanoStores/detail/jscaller.h>
#include <nanostores/core/batch.h>
#include <nanostores/router/detail/routetext.h>
#include <nanostores/router/route.h>

#include <QJSValueIterator>
#include <QJsonObject>
#include <QQmlEngine>
#include <QQmlInfo>
#include <QRegularExpression>

#include <algorithm>
#include <map>
#include <memory>
#include <typeinfo>
#include <utility>

namespace nanostores {

namespace {

using FromText = std::optional<QVariant> (*)(const QString &text);

template<typename T>
std::optional<QVariant> valueFrom(const QString &text)
{
    const std::optional<T> value = detail::memberOfText<T>(text);
    return value ? std::optional(QVariant::fromValue(*value)) : std::nullopt;
}

/// Null for a name of no type.
FromText conversionTo(const QString &type)
{
    static const std::map<QString, FromText> known{
        {QStringLiteral("int"), valueFrom<int>},        {QStringLiteral("real"), valueFrom<double>},
        {QStringLiteral("bool"), valueFrom<bool>},      {QStringLiteral("double"), valueFrom<double>},
        {QStringLiteral("string"), valueFrom<QString>},
    };
    const auto found = known.find(type);
    return found == known.end() ? nullptr : found->second;
}

} // namespace

DeclarativeRouter::DeclarativeRouter(QObject *parent)
    : RouterObject(parent)
{
}

DeclarativeRouter::~DeclarativeRouter() = default;

bool DeclarativeRouter::isSetTooLate() const
{
    if (m_isComplete) {
        qmlWarning(this) << "initial, basePath, caseSensitive, maxEntries and links are read once, when the router is "
                            "complete: set them where it is declared.";
    }
    return m_isComplete;
}

void DeclarativeRouter::setRoutes(const QJSValue &newRoutes)
{
    m_routes = newRoutes;
    const QPointer<DeclarativeRouter> alive(this);
    if (m_isComplete) {
        build();
    }
    if (alive) {
        Q_EMIT routesChanged();
    }
}

void DeclarativeRouter::setLinks(const QJSValue &newLinks)
{
    if (!isSetTooLate()) {
        m_links = newLinks;
        Q_EMIT optionsChanged();
    }
}

void DeclarativeRouter::classBegin() {}

void DeclarativeRouter::componentComplete()
{
    m_isComplete = true;
    readLinks();
    build();
}

void DeclarativeRouter::readLinks()
{
    const QJSValue links = detail::withArrays(m_links, qmlEngine(this));
    if (links.isUndefined() || links.isNull()) {
        return;
    }
    if (!links.isObject() || links.isArray()) {
        qmlWarning(this) << "links is an object of hosts by their schemes, such as ({ shop: [], https: "
                            "[\"shop.example\"] }).";
        return;
    }
    for (QJSValueIterator link(links); link.hasNext();) {
        link.next();
        m_options.links.append({link.name(), link.value().toVariant().toStringList()});
    }
}

void DeclarativeRouter::build()
{
    std::vector<detail::RouteSpec> specs;
    const QJSValue routes = detail::withoutWrapper(m_routes, qmlEngine(this));
    if (routes.isObject() && !routes.isArray()) {
        for (QJSValueIterator route(routes); route.hasNext();) {
            route.next();
            if (auto spec = specOf(route.name(), route.value())) {
                specs.push_back(*std::move(spec));
            }
        }
    } else if (!routes.isUndefined() && !routes.isNull()) {
        qmlWarning(this) << "routes is an object of patterns by the names of the routes, such as ({ home: \"/\", post: "
                            "\"/posts/:id\" }).";
    }
    if (specs.empty()) {
        setRouter(std::nullopt);
        return;
    }
    const AnyRouter next(detail::RouterCore::make(m_options, std::move(specs)));
    if (const std::optional<AnyRouter> before = router()) {
        next.restoreState(before->saveState()); // refused if no route matches a page of it: then it starts anew
    }
    setRouter(next);
}

std::optional<detail::RouteSpec> DeclarativeRouter::specOf(const QString &name, const QJSValue &value) const
{
    const bool isRecord = value.isObject() && !value.isRegExp() && !value.isArray();
    const QJSValue path = isRecord ? value.property(QStringLiteral("path")) : value;
    detail::RouteSpec spec{name, {}, typeid(QVariantMap), {}, {}, {}};
    QString reason;
    if (path.isRegExp()) {
        const QRegularExpression expression = path.toVariant().toRegularExpression();
        if (expression.isValid() && !expression.pattern().isEmpty()) {
            spec.pattern = detail::Pattern::of(expression);
        } else {
            reason = expression.errorString();
        }
    } else if (path.isString()) {
        if (auto pattern = detail::Pattern::of(path.toString(), &reason)) {
            spec.pattern = *std::move(pattern);
        }
    } else {
        reason = QStringLiteral("its path is a text, such as \"/posts/:id\", or a regular expression");
    }
    if (!reason.isEmpty()) {
        qmlWarning(this) << "the route \"" << name << "\" is left out: " << reason;
        return std::nullopt;
    }
    return giveTypes(spec, isRecord ? value.property(QStringLiteral("params")) : QJSValue())
               ? std::optional(std::move(spec))
               : std::nullopt;
}

bool DeclarativeRouter::giveTypes(detail::RouteSpec &spec, const QJSValue &types) const
{
    const detail::ParamTexts params = spec.pattern.params();
    std::vector<FromText> conversions(params.size(), valueFrom<QString>);
    for (QJSValueIterator type(types); type.hasNext();) {
        type.next();
        const auto param = std::find_if(params.begin(), params.end(), [&](const detail::ParamText &candidate) {
            return candidate.name == type.name();
        });
        const FromText conversion = conversionTo(type.value().toString());
        if (param == params.end() || !conversion) {
            QQmlInfo warning = qmlWarning(this);
            warning << "the route \"" << spec.name << "\" is left out: ";
            if (conversion) {
                warning << "its path has no parameter \"" << type.name() << "\"";
            } else {
                warning << "\"" << type.value().toString() << "\" is no type of a parameter; int, real, bool and "
                        << "string are";
            }
            return false;
        }
        conversions[static_cast<std::size_t>(param - params.begin())] = conversion;
    }
    spec.make = [conversions](const detail::ParamTexts &texts) -> std::shared_ptr<const void> {
        auto values = std::make_shared<QVariantMap>();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!texts[i].isPresent) {
                continue;
            }
            const auto value = conversions[i](texts[i].text());
            if (!value) {
                return nullptr;
            }
            values->insert(texts[i].name, *value);
        }
        return values;
    };
    spec.build = [](const void *, QString *reason) -> std::optional<QString> {
        *reason = QStringLiteral("a route of QML is opened by its name");
        return std::nullopt;
    };
    spec.toMap = [](const void *values) { return *static_cast<const QVariantMap *>(values); };
    return true;
}

} // namespace nanostores
