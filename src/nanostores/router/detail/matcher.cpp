// SPDX-License-Identifier: MIT
#include <nanostores/router/detail/matcher.h>

#include <algorithm>
#include <utility>

namespace nanostores::detail {

namespace {

QString describe(PatternError error)
{
    switch (error) {
    case PatternError::None:
        return {};
    case PatternError::NoLeadingSlash:
        return QStringLiteral("it begins with /");
    case PatternError::EmptyPart:
        return QStringLiteral("there is something between two slashes");
    case PatternError::BadName:
        return QStringLiteral("the name of a parameter is of letters, digits and _");
    case PatternError::RestNotLast:
        return QStringLiteral("nothing follows its *");
    case PatternError::BadCharacter:
        return QStringLiteral("fixed parts are without ? # * : and %, and a parameter is a whole part");
    case PatternError::Dots:
        return QStringLiteral("no part is . or ..");
    case PatternError::TooManyOptional:
        return QStringLiteral("it has six optional parameters at most");
    }
    return {};
}

} // namespace

std::optional<Pattern> Pattern::of(const QString &text, QString *reason)
{
    Pattern pattern;
    const QByteArray utf8 = text.toUtf8();
    QStringList names;
    bool isTwice = false;
    const PatternError error =
        scanPattern({utf8.constData(), static_cast<std::size_t>(utf8.size())}, [&](PatternPart part) {
            QString name = QString::fromUtf8(part.text.data(), static_cast<qsizetype>(part.text.size()));
            if (part.kind != PartKind::Literal) {
                isTwice = isTwice || names.contains(name);
                names.append(name);
            }
            pattern.parts.push_back({part.kind, std::move(name)});
        });
    if (error != PatternError::None || isTwice) {
        *reason = QLatin1Char('"') + text + QStringLiteral("\" is no pattern: ")
                  + (error != PatternError::None ? describe(error) : QStringLiteral("each parameter is named once"));
        return std::nullopt;
    }
    return pattern;
}

Pattern Pattern::of(const QRegularExpression &expression)
{
    Pattern pattern;
    pattern.expression = expression;
    return pattern;
}

std::optional<QString> Pattern::build(const ParamTexts &params, QString *reason) const
{
    QString path;
    std::size_t next = 0;
    for (const Part &part : parts) {
        if (part.kind == PartKind::Literal) {
            path += QLatin1Char('/') + encodedSegment(part.text);
            continue;
        }
        const ParamText &param = params.at(next++);
        if (!param.isPresent) {
            if (part.kind == PartKind::Param) {
                *reason = QStringLiteral("the parameter \"%1\" is missing").arg(param.name);
                return std::nullopt;
            }
            continue;
        }
        for (const QString &text : param.parts) {
            const QString fault =
                text.isEmpty() ? QStringLiteral("is empty, and no part of a path is") : faultOfSegment(text);
            if (!fault.isEmpty()) {
                *reason = QStringLiteral("the parameter \"%1\" %2").arg(param.name, fault);
                return std::nullopt;
            }
            path += QLatin1Char('/') + encodedSegment(text);
        }
    }
    return path.isEmpty() ? QStringLiteral("/") : path;
}

ParamTexts Pattern::params() const
{
    ParamTexts params;
    for (const Part &part : parts) {
        if (part.kind != PartKind::Literal) {
            params.push_back({part.text, part.kind, false, {}});
        }
    }
    if (isExpression()) {
        for (const QString &name : expression.namedCaptureGroups()) {
            if (!name.isEmpty()) {
                params.push_back({name, PartKind::Optional, false, {}});
            }
        }
    }
    return params;
}

Matcher::Matcher(bool caseSensitive)
    : m_caseSensitive(caseSensitive)
    , m_nodes(1)
{
}

void Matcher::add(const Pattern &pattern)
{
    const int route = static_cast<int>(m_params.size());
    m_params.push_back(pattern.params());
    if (pattern.isExpression()) {
        if (pattern.expression.isValid()) {
            m_expressions.push_back({route, pattern.expression, pattern.expression.namedCaptureGroups()});
            m_expressions.back().expression.optimize();
        }
        return;
    }
    unsigned shapes = 1;
    for (const Pattern::Part &part : pattern.parts) {
        shapes *= part.kind == PartKind::Optional ? 2 : 1;
    }
    // The one with all of them first, then those without the last one: of shapes alike the first one counts.
    for (unsigned left = 0; left < shapes; ++left) {
        addShape(pattern, left, route);
    }
}

/// The shape that leaves optional parameters out: of a bit in `left` the one as many places from the last.
void Matcher::addShape(const Pattern &pattern, unsigned left, int route)
{
    unsigned bit = 0;
    for (const Pattern::Part &part : pattern.parts) {
        bit += part.kind == PartKind::Optional ? 1 : 0;
    }
    int node = 0;
    int depth = 0;
    End end{route, {}};
    bool hasRest = false;
    for (const Pattern::Part &part : pattern.parts) {
        switch (part.kind) {
        case PartKind::Literal:
            node = literalBelow(node, key(part.text));
            ++depth;
            break;
        case PartKind::Optional:
            if (left & (1U << --bit)) {
                end.positions.push_back(-1);
                break;
            }
            [[fallthrough]];
        case PartKind::Param:
            node = paramBelow(node);
            end.positions.push_back(depth++);
            break;
        case PartKind::Rest:
            end.positions.push_back(depth);
            hasRest = true;
            break;
        }
    }
    Node &last = m_nodes[static_cast<std::size_t>(node)];
    auto &ends = hasRest ? last.rests : last.ends;
    const bool isKnown = std::any_of(ends.begin(), ends.end(), [&](const End &other) { return other.route == route; });
    if (!isKnown) {
        ends.push_back(std::move(end));
    }
}

int Matcher::literalBelow(int node, const QString &key)
{
    const auto &literals = m_nodes[static_cast<std::size_t>(node)].literals;
    if (const auto found = literals.find(key); found != literals.end()) {
        return *found;
    }
    const int made = static_cast<int>(m_nodes.size());
    m_nodes.emplace_back();
    m_nodes[static_cast<std::size_t>(node)].literals.insert(key, made);
    return made;
}

int Matcher::paramBelow(int node)
{
    if (m_nodes[static_cast<std::size_t>(node)].param < 0) {
        const int made = static_cast<int>(m_nodes.size());
        m_nodes.emplace_back();
        m_nodes[static_cast<std::size_t>(node)].param = made;
    }
    return m_nodes[static_cast<std::size_t>(node)].param;
}

void Matcher::collect(int node, qsizetype depth, const QStringList &segments, Ends &found) const
{
    const Node &at = m_nodes[static_cast<std::size_t>(node)];
    for (const End &rest : at.rests) {
        found.append(&rest);
    }
    if (depth == segments.size()) {
        for (const End &end : at.ends) {
            found.append(&end);
        }
        return;
    }
    if (!at.literals.isEmpty()) {
        if (const auto literal = at.literals.find(key(segments.at(depth))); literal != at.literals.end()) {
            collect(*literal, depth + 1, segments, found);
        }
    }
    if (at.param >= 0) {
        collect(at.param, depth + 1, segments, found);
    }
}

ParamTexts Matcher::paramsOf(const End &end, const QStringList &segments) const
{
    ParamTexts params = m_params[static_cast<std::size_t>(end.route)];
    for (std::size_t i = 0; i < params.size(); ++i) {
        const int position = end.positions[i];
        if (params[i].kind == PartKind::Rest) {
            params[i].parts = segments.mid(position);
            params[i].isPresent = !params[i].parts.isEmpty();
        } else if (position >= 0) {
            params[i].parts = {segments.at(position)};
            params[i].isPresent = true;
        }
    }
    return params;
}

std::optional<ParamTexts> Matcher::match(const Expression &expression, const QString &path)
{
    const QRegularExpressionMatch match = expression.expression.match(path);
    if (!match.hasMatch()) {
        return std::nullopt;
    }
    ParamTexts params;
    for (qsizetype i = 0; i < expression.names.size(); ++i) {
        const QString &name = expression.names.at(i);
        if (name.isEmpty()) {
            continue;
        }
        const QString text = match.captured(static_cast<int>(i));
        const auto plain = decoded(text);
        if (!plain) {
            return std::nullopt; // the expression cut an escape in two
        }
        params.push_back({name, PartKind::Optional, !text.isEmpty(), {*plain}});
    }
    return params;
}

int Matcher::match(const QStringList &segments, const QString &path,
                   const std::function<bool(int route, ParamTexts &&params)> &accept) const
{
    Ends found;
    collect(0, 0, segments, found);
    // Of shapes of one route, all of which match, the first one that was added has the most parameters at the front.
    if (found.size() > 1) {
        std::stable_sort(found.begin(), found.end(), [](const End *a, const End *b) {
            return a->route != b->route ? a->route < b->route : a->positions > b->positions;
        });
    }
    auto expression = m_expressions.begin();
    for (const End *end : found) {
        for (; expression != m_expressions.end() && expression->route < end->route; ++expression) {
            if (auto params = match(*expression, path); params && accept(expression->route, *std::move(params))) {
                return expression->route;
            }
        }
        if (accept(end->route, paramsOf(*end, segments))) {
            return end->route;
        }
    }
    for (; expression != m_expressions.end(); ++expression) {
        if (auto params = match(*expression, path); params && accept(expression->route, *std::move(params))) {
            return expression->route;
        }
    }
    return -1;
}

} // namespace nanostores::detail
