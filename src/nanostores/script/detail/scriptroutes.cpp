// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptroutes.h>

#include <QByteArray>
#include <QRegularExpressionMatch>
#include <QStringList>

#include <cstddef>

namespace nanostores::detail {

ScriptRoutes::ScriptRoutes(QJSEngine *engine)
    : m_engine(engine)
{
}

QString ScriptRoutes::add(const QString &source, const QString &flags)
{
    QRegularExpression::PatternOptions options;
    options.setFlag(QRegularExpression::CaseInsensitiveOption, flags.contains(u'i'));
    options.setFlag(QRegularExpression::MultilineOption, flags.contains(u'm'));
    options.setFlag(QRegularExpression::DotMatchesEverythingOption, flags.contains(u's'));
    QRegularExpression expression(source, options);
    if (!expression.isValid()) {
        return expression.errorString();
    }
    expression.optimize();
    m_expressions.push_back(std::move(expression));
    return {};
}

QJSValue ScriptRoutes::names(int expression) const
{
    const QStringList names = m_expressions.at(static_cast<std::size_t>(expression)).namedCaptureGroups();
    QJSValue list = m_engine->newArray(static_cast<uint>(names.size()));
    for (qsizetype i = 0; i < names.size(); ++i) {
        if (!names.at(i).isEmpty()) {
            list.setProperty(static_cast<quint32>(i), names.at(i));
        }
    }
    return list;
}

QJSValue ScriptRoutes::match(const QString &path) const
{
    for (std::size_t i = 0; i < m_expressions.size(); ++i) {
        const QRegularExpressionMatch match = m_expressions[i].match(path);
        if (!match.hasMatch()) {
            continue;
        }
        const int count = m_expressions[i].captureCount();
        QJSValue groups = m_engine->newArray(static_cast<uint>(count));
        for (int group = 1; group <= count; ++group) {
            if (match.capturedStart(group) >= 0) {
                groups.setProperty(static_cast<quint32>(group - 1), match.captured(group));
            }
        }
        QJSValue found = m_engine->newArray(2);
        found.setProperty(0, static_cast<int>(i));
        found.setProperty(1, groups);
        return found;
    }
    return {};
}

QString ScriptRoutes::decoded(const QString &text) const
{
    const auto digit = [](char c) {
        return c >= '0' && c <= '9'   ? c - '0'
               : c >= 'a' && c <= 'f' ? c - 'a' + 10
               : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                      : -1;
    };
    const QByteArray utf8 = text.toUtf8();
    QByteArray bytes;
    bytes.reserve(utf8.size());
    for (qsizetype i = 0; i < utf8.size(); ++i) {
        const int high = utf8.at(i) == '%' && i + 2 < utf8.size() ? digit(utf8.at(i + 1)) : -1;
        const int low = high >= 0 ? digit(utf8.at(i + 2)) : -1;
        if (low >= 0) {
            bytes.append(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            bytes.append(utf8.at(i));
        }
    }
    return QString::fromUtf8(bytes);
}

} // namespace nanostores::detail
