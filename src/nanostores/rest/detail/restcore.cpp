// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/rest/detail/restcore.h>

#include <QUrlQuery>

namespace nanostores::detail {

RestCore::RestCore(RestOptions options)
    : m_options(std::move(options))
    , m_network(m_options.network)
    , m_kept(m_options.maxKept)
{
}

QNetworkAccessManager *RestCore::network()
{
    if (!m_options.network && !m_own) {
        m_own = std::make_unique<QNetworkAccessManager>();
        m_network = m_own.get();
    }
    return m_network;
}

QByteArray RestCore::authorization() const
{
    return m_options.authorization ? m_options.authorization() : QByteArray();
}

QUrl RestCore::urlOf(const QString &path, const QList<QPair<QString, QString>> &query) const
{
    const QUrl whole(path, QUrl::StrictMode);
    QUrl url = whole;
    if (whole.scheme().isEmpty()) {
        QString joined = m_options.baseUrl.path(QUrl::FullyEncoded);
        while (joined.endsWith(QLatin1Char('/'))) {
            joined.chop(1);
        }
        url = QUrl(QLatin1Char('/') + path.mid(path.startsWith(QLatin1Char('/')) ? 1 : 0), QUrl::StrictMode);
        if (!url.isValid()) {
            return url;
        }
        const QString own = url.path(QUrl::FullyEncoded);
        QUrl based = m_options.baseUrl;
        based.setPath(own == QLatin1String("/") && path.isEmpty() ? joined : joined + own, QUrl::StrictMode);
        based.setQuery(url.query(QUrl::FullyEncoded));
        if (!url.hasQuery()) {
            based.setQuery(QString());
        }
        url = based;
    }
    if (!query.isEmpty()) {
        QUrlQuery parts(url);
        for (const auto &[name, value] : query) { // a + would be read as a space
            parts.addQueryItem(QString::fromLatin1(QUrl::toPercentEncoding(name)),
                               QString::fromLatin1(QUrl::toPercentEncoding(value)));
        }
        url.setQuery(parts);
    }
    return url;
}

bool RestCore::isOwn(const QUrl &url) const
{
    const QUrl &base = m_options.baseUrl;
    const int usual = base.scheme() == QLatin1String("https") ? 443 : 80;
    return url.scheme() == base.scheme() && url.host() == base.host() && url.port(usual) == base.port(usual);
}

void RestCore::renew(std::function<void(const std::exception_ptr &)> f)
{
    m_waiting.push_back(std::move(f));
    if (std::exchange(m_isRenewing, true)) {
        return;
    }
    try {
        m_options.renew().then([self = shared_from_this()] { self->renewed(nullptr); },
                               [self = shared_from_this()](const std::exception_ptr &error) { self->renewed(error); });
    } catch (...) {
        renewed(std::current_exception());
    }
}

void RestCore::renewed(const std::exception_ptr &error)
{
    m_isRenewing = false;
    for (const auto &f : std::exchange(m_waiting, {})) {
        f(error);
    }
}

} // namespace nanostores::detail
