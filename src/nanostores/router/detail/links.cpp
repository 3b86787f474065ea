// SPDX-License-Identifier: MIT
#include <nanostores/router/detail/links.h>

namespace nanostores::detail {

namespace {

QString shownPart(const QString &text)
{
    constexpr qsizetype most = 60;
    return QLatin1Char('"') + text.left(most) + (text.size() > most ? QStringLiteral("...\"") : QStringLiteral("\""));
}

const LinkRule *ruleOf(const QString &scheme, const QList<LinkRule> &rules)
{
    for (const LinkRule &rule : rules) {
        if (rule.scheme.compare(scheme, Qt::CaseInsensitive) == 0) {
            return &rule;
        }
    }
    return nullptr;
}

/// As rules have it: with the port, if the URL has one.
QString hostOf(const QUrl &url)
{
    QString host = url.host(QUrl::FullyEncoded);
    if (host.contains(u':')) {
        host = QLatin1Char('[') + host + QLatin1Char(']'); // an address of IPv6
    }
    return url.port() < 0 ? host : host + QLatin1Char(':') + QString::number(url.port());
}

/// In the form that hostOf() has: names beyond ASCII are encoded.
QString encodedHost(const QString &host)
{
    const qsizetype colon = host.lastIndexOf(u':');
    const bool hasPort = colon >= 0 && !host.endsWith(u']'); // an address of IPv6 has colons, too
    const QString name = hasPort ? host.left(colon) : host;
    const QByteArray ace = QUrl::toAce(name);
    return (ace.isEmpty() ? name : QString::fromLatin1(ace)) + (hasPort ? host.mid(colon) : QString());
}

bool takesHost(const QUrl &url, const QList<LinkRule> &rules)
{
    const QString host = hostOf(url);
    for (const LinkRule &rule : rules) {
        if (rule.scheme.compare(url.scheme(), Qt::CaseInsensitive) != 0) {
            continue;
        }
        for (const QString &listed : rule.hosts) {
            if (encodedHost(listed).compare(host, Qt::CaseInsensitive) == 0) {
                return true;
            }
        }
    }
    return false;
}

QString schemesOf(const QList<LinkRule> &rules)
{
    QStringList schemes;
    for (const LinkRule &rule : rules) {
        if (!schemes.contains(rule.scheme)) {
            schemes.append(rule.scheme);
        }
    }
    return schemes.isEmpty() ? QStringLiteral("none") : schemes.join(QStringLiteral(", "));
}

} // namespace

std::optional<QString> pathOfLink(const QUrl &url, const QList<LinkRule> &rules, qsizetype maxLength, QString *reason)
{
    if (!url.isValid()) {
        *reason = QStringLiteral("the link is no URL: ") + shownPart(url.errorString());
        return std::nullopt;
    }
    const qsizetype length = url.toEncoded().size();
    if (length > maxLength) {
        *reason = QStringLiteral("the link has %1 characters, and %2 are taken: RouterOptions::maxLength")
                      .arg(length)
                      .arg(maxLength);
        return std::nullopt;
    }
    const LinkRule *rule = ruleOf(url.scheme(), rules);
    if (!rule) {
        *reason = QStringLiteral("links of the scheme %1 are not taken; those in RouterOptions::links are: %2")
                      .arg(shownPart(url.scheme()), schemesOf(rules));
        return std::nullopt;
    }
    if (!url.userInfo().isEmpty()) {
        *reason = QStringLiteral("the link has a user name or a password in it, which none that is taken has");
        return std::nullopt;
    }
    QString path = url.path(QUrl::FullyEncoded);
    const QString host = hostOf(url);
    if (!rule->hosts.isEmpty()) {
        if (!takesHost(url, rules)) {
            *reason = QStringLiteral("links to the host %1 are not taken; those in RouterOptions::links are: %2")
                          .arg(shownPart(host), rule->hosts.join(QStringLiteral(", ")));
            return std::nullopt;
        }
    } else {
        if (url.port() >= 0) {
            *reason =
                QStringLiteral("the link has a port, and the scheme %1 has no hosts").arg(shownPart(url.scheme()));
            return std::nullopt;
        }
        if (!host.isEmpty()) {
            path.prepend(QLatin1Char('/') + host);
        }
    }
    if (path.isEmpty()) {
        path = QStringLiteral("/");
    }
    if (!path.startsWith(u'/')) {
        *reason = QStringLiteral("%1 is no path of a link: write %2://").arg(shownPart(path), url.scheme());
        return std::nullopt;
    }
    if (url.hasQuery()) {
        path += QLatin1Char('?') + url.query(QUrl::FullyEncoded);
    }
    if (url.hasFragment()) {
        path += QLatin1Char('#') + url.fragment(QUrl::FullyEncoded);
    }
    return path;
}

} // namespace nanostores::detail
