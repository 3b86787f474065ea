// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/serverurl.h>

#include <nanostores/persistent/engineerror.h>

#include <QtCore/QCoreApplication>
#include <QtCore/QRegularExpression>
#include <QtCore/QUrlQuery>

namespace nanostores::detail {

bool ServerAddress::isLoopback() const
{
    static const QRegularExpression number(QStringLiteral("\\A(::ffff:)?127(\\.[0-9]{1,3}){3}\\z"));
    return host == QLatin1String("localhost") || host == QLatin1String("::1") || number.match(host).hasMatch();
}

std::string ServerAddress::shownAs(const QString &scheme, const QString &path) const
{
    QUrl url;
    url.setScheme(scheme);
    if (host.isEmpty()) {
        url.setHost(QStringLiteral("")); // so that the three slashes are shown
    } else {
        url.setHost(host);
        url.setPort(port);
    }
    url.setPath(path);
    if (!user.isEmpty()) { // later Qt shows an @ for an empty one
        url.setUserName(user);
    }
    QUrlQuery query;
    query.addQueryItem(QStringLiteral("name"), name);
    url.setQuery(query);
    return url.toString().toStdString();
}

ServerUrl::ServerUrl(const QString &url, const ServerKind &kind)
    : m_given(url)
    , m_url(url, QUrl::StrictMode)
    , m_kind(kind)
{
    if (!m_url.isValid()) {
        refuse(QStringLiteral("is not valid"));
    }
}

void ServerUrl::refuse(const QString &what) const
{
    QUrl shown(m_given);
    shown.setPassword(QString());
    if (shown.userName().isEmpty()) {
        shown.setUserInfo(QString()); // and no @
    }
    const bool isSplit = (shown.path() + shown.query() + shown.fragment()).contains(QLatin1Char('@')); // a password
    const QString reason = isSplit ? QStringLiteral("has an @ that is not before a host (in a password / is %2F, ? is "
                                                    "%3F, and # is %23)")
                                   : what;
    throw EngineError(EngineErrorKind::Misuse,
                      QStringLiteral("the URL of the %1 %2: write %3, with ?name=shop to say whose values they are")
                          .arg(QLatin1String(m_kind.server), reason, QLatin1String(m_kind.written))
                          .toStdString(),
                      shown.isValid() && !isSplit ? shown.toString().toStdString() : std::string());
}

void ServerUrl::refuseScheme() const
{
    refuse(QStringLiteral("begins with \"%1:\"").arg(scheme()));
}

void ServerUrl::readHost(ServerAddress &address, std::uint16_t usualPort) const
{
    if (!hasHost()) {
        refuse(QStringLiteral("names no host"));
    }
    address.host = m_url.host();
    address.port = static_cast<std::uint16_t>(m_url.port(usualPort));
}

void ServerUrl::readUser(ServerAddress &address) const
{
    address.user = m_url.userName(QUrl::FullyDecoded);
    address.password = m_url.password(QUrl::FullyDecoded);
}

void ServerUrl::readName(ServerAddress &address, const QString &ofOptions) const
{
    address.name = ofOptions;
    const QUrlQuery query(m_url);
    for (const auto &[key, value] : query.queryItems(QUrl::FullyDecoded)) {
        if (key != QLatin1String("name")) {
            refuse(QStringLiteral("has \"%1\", which is not known,").arg(key));
        }
        if (address.name.isEmpty()) {
            address.name = value;
        }
    }
    if (address.name.isEmpty()) {
        address.name = QCoreApplication::applicationName();
    }
}

void ServerUrl::requireSafePassword(const ServerAddress &address, const std::string &place) const
{
    if (!address.password.isEmpty() && !address.isLoopback()) {
        throw EngineError(EngineErrorKind::Misuse,
                          std::string("a password would be sent to another machine without TLS: use ") + m_kind.tls
                              + "://, or set " + m_kind.options + "::allowPlainPassword",
                          place);
    }
}

} // namespace nanostores::detail
