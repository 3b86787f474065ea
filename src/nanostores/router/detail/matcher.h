// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/router/detail/path.h>
#include <nanostores/router/export.h>
#include <nanostores/router/pattern.h>

#include <QHash>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QVarLengthArray>

#include <array>
#include <functional>
#include <optional>
#include <vector>

/// Which route a path belongs to.
///
/// Patterns are in a tree with a level for each part of a path: the fixed parts of a level are in a hash table, and
/// below them is one branch for a parameter. A pattern with optional parameters is in it once for each shape. So a look
/// takes a step for each part of the path, whatever the number of routes; and as no branch is taken twice, the worst
/// path of an attacker takes as many steps as the tree has nodes. Regular expressions are tried one after another, only
/// those that are declared before the first pattern that matches.
namespace nanostores::detail {

/// What a route's parameter stands for in a path.
struct ParamText
{
    QString name;
    PartKind kind = PartKind::Param;
    bool isPresent = false;
    QStringList parts; ///< Decoded: one, or of a Rest any number.

    QString text() const { return parts.size() == 1 ? parts.first() : parts.join(QLatin1Char('/')); }
};
using ParamTexts = std::vector<ParamText>;

/// A pattern taken apart.
struct Pattern
{
    struct Part
    {
        PartKind kind;
        QString text;
    };
    std::vector<Part> parts;
    QRegularExpression expression; ///< Instead of parts, if it has a pattern.

    bool isExpression() const { return !expression.pattern().isEmpty(); }
    /// None, with the reason, if the text is no pattern.
    static NANOSTORES_ROUTER_EXPORT std::optional<Pattern> of(const QString &text, QString *reason);
    static NANOSTORES_ROUTER_EXPORT Pattern of(const QRegularExpression &expression);
    /// The path of these parameters, in the order of the pattern; none, with the reason, if one is missing or cannot be
    /// a part of a path.
    NANOSTORES_ROUTER_EXPORT std::optional<QString> build(const ParamTexts &params, QString *reason) const;
    /// The parameters, with nothing in them, in the order of the pattern.
    NANOSTORES_ROUTER_EXPORT ParamTexts params() const;
};

class NANOSTORES_ROUTER_EXPORT Matcher
{
public:
    explicit Matcher(bool caseSensitive);

    /// The route with the next number.
    void add(const Pattern &pattern);
    /// The number of the first route that matches and whose parameters `accept` takes, or -1. The path is that of a
    /// ParsedPath without its base.
    int match(const QStringList &segments, const QString &path,
              const std::function<bool(int route, ParamTexts &&params)> &accept) const;

private:
    /// The end of a shape of a pattern: where in the path each parameter stands.
    struct End
    {
        int route;
        std::vector<int> positions; ///< -1: not in this shape.
    };
    struct Node
    {
        QHash<QString, int> literals;
        int param = -1;
        std::vector<End> ends;
        std::vector<End> rests;
    };
    struct Expression
    {
        int route;
        QRegularExpression expression;
        QStringList names;
    };

    QString key(const QString &literal) const { return m_caseSensitive ? literal : literal.toCaseFolded(); }
    int literalBelow(int node, const QString &key);
    int paramBelow(int node);
    void addShape(const Pattern &pattern, unsigned left, int route);
    using Ends = QVarLengthArray<const End *, 16>;
    void collect(int node, qsizetype depth, const QStringList &segments, Ends &found) const;
    ParamTexts paramsOf(const End &end, const QStringList &segments) const;
    static std::optional<ParamTexts> match(const Expression &expression, const QString &path);

    bool m_caseSensitive;
    std::vector<Node> m_nodes;
    std::vector<ParamTexts> m_params; ///< Of each route.
    std::vector<Expression> m_expressions;
};

} // namespace nanostores::detail
