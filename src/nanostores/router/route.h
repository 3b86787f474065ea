// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/qt/fields.h> // IWYU pragma: export: NANOSTORES_STRUCT
#include <nanostores/router/detail/matcher.h>
#include <nanostores/router/detail/routetext.h>
#include <nanostores/router/pattern.h>

#include <QRegularExpression>
#include <QString>
#include <QVariantMap>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <typeindex>
#include <typeinfo>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// A route as the router knows it.
struct RouteSpec
{
    QString name;
    Pattern pattern;
    std::type_index type = typeid(void);
    /// The struct of these parameters; null if one does not convert.
    std::function<std::shared_ptr<const void>(const ParamTexts &params)> make;
    /// The path of a struct; none, with the reason, if it has none.
    std::function<std::optional<QString>(const void *values, QString *reason)> build;
    /// The members of a struct by their names, those that hold nothing left out.
    std::function<QVariantMap(const void *values)> toMap = {};
};

template<typename T>
struct RouteField
{
    std::function<bool(T &values, const ParamText &param)> take;
    std::function<bool(const T &values, ParamText &param)> give;
};

/// The member of the parameter's name, without functions if there is none.
template<typename T>
RouteField<T> fieldOf(const QString &name)
{
    RouteField<T> field;
    if constexpr (hasFields<T>) {
        T::visitFields([&](const char *own, auto member) {
            if (name == QLatin1String(own)) {
                field.take = [member](T &values, const ParamText &param) { return takeParam(values.*member, param); };
                field.give = [member](const T &values, ParamText &param) { return giveParam(values.*member, param); };
            }
        });
    }
    return field;
}

template<typename T>
void connectFields(RouteSpec &spec)
{
    spec.type = typeid(T);
    const ParamTexts params = spec.pattern.params();
    std::vector<RouteField<T>> fields;
    for (const ParamText &param : params) {
        fields.push_back(fieldOf<T>(param.name));
        if (!fields.back().take) {
            reportMisuse("nanostores: the route \"" + spec.name.toStdString() + "\" has a parameter \""
                         + param.name.toStdString()
                         + "\", and its struct no member of that name; name a member of its NANOSTORES_STRUCT");
            fields.pop_back();
            fields.push_back(
                {[](T &, const ParamText &) { return true; }, [](const T &, ParamText &) { return true; }});
        }
    }
    spec.make = [fields](const ParamTexts &texts) -> std::shared_ptr<const void> {
        auto values = std::make_shared<T>();
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!fields[i].take(*values, texts[i])) {
                return nullptr;
            }
        }
        return values;
    };
    spec.toMap = [](const void *values) {
        QVariantMap map;
        if constexpr (hasFields<T>) {
            T::visitFields([&](const char *name, auto member) {
                const QVariant value = convertTo<QVariant>(static_cast<const T *>(values)->*member);
                if (value.isValid()) {
                    map.insert(QString::fromUtf8(name), value);
                }
            });
        } else {
            Q_UNUSED(values)
        }
        return map;
    };
    if (spec.build) {
        return;
    }
    spec.build = [name = spec.name, pattern = spec.pattern, params, fields](const void *values,
                                                                            QString *reason) -> std::optional<QString> {
        if (pattern.isExpression()) {
            *reason = QStringLiteral("it is by a regular expression: give route() a function that makes the path");
            return std::nullopt;
        }
        ParamTexts texts = params;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            if (!fields[i].give(*static_cast<const T *>(values), texts[i])) {
                *reason = QStringLiteral("the parameter \"%1\" has a value that cannot be read back from a text")
                              .arg(texts[i].name);
                return std::nullopt;
            }
        }
        return pattern.build(texts, reason);
    };
}

} // namespace detail

/// A route whose pages are Ts. See route().
template<typename T>
class Route
{
public:
    explicit Route(detail::RouteSpec spec)
        : m_spec(std::move(spec))
    {
        static_assert(std::is_default_constructible_v<T>, "the struct of a route is made before it is filled");
        static_assert(detail::hasFields<T> || std::is_empty_v<T>,
                      "the struct of a route with parameters has its members declared by NANOSTORES_STRUCT");
        detail::connectFields<T>(m_spec);
    }

    const detail::RouteSpec &spec() const noexcept { return m_spec; }

private:
    detail::RouteSpec m_spec;
};

/// route<Post>("post", "/posts/:category/:id/:tab?"): the pages of this pattern are Posts.
///
/// The compiler checks the names in the pattern against the members of the struct. A text that does not convert to its
/// member's type, as docs/conversions.md says, is no match. See RoutePattern.
template<typename T>
[[nodiscard]] Route<T> route(const char *name, std::type_identity_t<RoutePattern<T>> pattern)
{
    QString reason;
    const std::string_view text = pattern.text();
    auto parts = detail::Pattern::of(QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size())), &reason);
    return Route<T>({QString::fromUtf8(name), *std::move(parts), typeid(T), {}, {}});
}

/// route<Archive>("archive", QRegularExpression("^/archive/(?<year>\\d{4})$")): the pages whose path, with its base
/// taken off and encoded as it is, matches. Named groups are members of the struct, and what is not one is reported as
/// a misuse when the route is made, as an expression that is not valid is. `toPath` gives the path of a struct, without
/// the base; without it path() and open() refuse the struct.
template<typename T>
[[nodiscard]] Route<T> route(const char *name, const QRegularExpression &expression,
                             std::function<QString(const T &)> toPath = {})
{
    if (!expression.isValid() || expression.pattern().isEmpty()) {
        detail::reportMisuse(
            std::string("nanostores: the regular expression of the route \"") + name + "\" is not valid: "
            + (expression.isValid() ? std::string("it is empty") : expression.errorString().toStdString()));
    }
    detail::RouteSpec spec{QString::fromUtf8(name), detail::Pattern::of(expression), typeid(T), {}, {}};
    if (toPath) {
        spec.build = [toPath](const void *values, QString *) -> std::optional<QString> {
            return toPath(*static_cast<const T *>(values));
        };
    }
    return Route<T>(std::move(spec));
}

} // namespace nanostores
