// SPDX-License-Identifier: MIT
#include <nanostores/deeplinks/deeplinks.h>

#include <nanostores/deeplinks/detail/firstinstance.h>
#include <nanostores/deeplinks/detail/schemes.h>

#include <QCoreApplication>
#include <QDesktopServices>
#include <QFileOpenEvent>
#include <QLoggingCategory>

#include <algorithm>
#include <exception>
#include <utility>

namespace nanostores {

namespace {

const QLoggingCategory &category()
{
    static const QLoggingCategory deepLinks("nanostores.deeplinks");
    return deepLinks;
}

QString keyOfApplication()
{
    return QCoreApplication::organizationName() + QLatin1Char('/') + QCoreApplication::applicationName();
}

} // namespace

DeepLinks::DeepLinks(AnyRouter router, DeepLinksOptions options, QObject *parent)
    : QObject(parent)
    , m_router(std::move(router))
    , m_options(std::move(options))
{
    if (m_options.key.isEmpty()) {
        m_options.key = keyOfApplication();
    }
    handleSchemes();
    QCoreApplication::instance()->installEventFilter(this);
}

DeepLinks::~DeepLinks()
{
    unhandleSchemes();
}

void DeepLinks::handleSchemes()
{
    for (const LinkRule &rule : m_router.core()->options().links) {
        const QString scheme = rule.scheme.toLower();
        if (rule.hosts.isEmpty() && !m_handled.contains(scheme)) {
            QDesktopServices::setUrlHandler(scheme, this, "openLink");
            m_handled.append(scheme);
        }
    }
}

void DeepLinks::unhandleSchemes()
{
    for (const QString &scheme : std::as_const(m_handled)) {
        QDesktopServices::unsetUrlHandler(scheme);
    }
    m_handled.clear();
}

void DeepLinks::setRouter(AnyRouter router)
{
    unhandleSchemes();
    m_router = std::move(router);
    handleSchemes();
}

InstanceRole DeepLinks::enter(const QStringList &arguments, QString *link)
{
    *link = linkIn(arguments);
    if (m_instance) {
        return InstanceRole::First;
    }
    const qsizetype most = m_router.core()->options().maxLength;
    if (link->size() > most) { // not worth a way to another instance
        report(*link, {Navigated::Refused, QStringLiteral("it has more characters than RouterOptions::maxLength")});
        link->clear();
    }
    auto instance = std::make_unique<detail::FirstInstance>(m_options.key, most, m_options.timeout);
    connect(instance.get(), &detail::FirstInstance::received, this, [this](const QString &text) {
        if (text.isEmpty()) {
            Q_EMIT activated();
        } else {
            openLink(text);
        }
    });
    const InstanceRole role = instance->enter(*link);
    if (role == InstanceRole::First) {
        m_instance = std::move(instance);
    } else if (role == InstanceRole::Second) {
        link->clear();
    }
    return role;
}

InstanceRole DeepLinks::start(const QStringList &arguments)
{
    QString link;
    const InstanceRole role = enter(arguments, &link);
    if (role == InstanceRole::First && !link.isEmpty()) {
        openLink(link);
    }
    return role;
}

bool DeepLinks::registerSchemes(QString *reason)
{
    QString unused;
    return detail::registerSchemes(m_handled, detail::linkHandler(m_options.command), reason ? reason : &unused);
}

bool DeepLinks::unregisterSchemes(QString *reason)
{
    QString unused;
    return detail::unregisterSchemes(m_handled, detail::linkHandler(m_options.command), reason ? reason : &unused);
}

bool DeepLinks::areSchemesRegistered() const
{
    return detail::areRegistered(m_handled, detail::linkHandler(m_options.command));
}

void DeepLinks::openLink(const QUrl &url)
{
    try {
        report(url.toString(), m_router.openUrl(url));
    } catch (...) { // Qt calls it, and no exception goes through Qt
        detail::reportError(std::current_exception());
    }
}

Navigation DeepLinks::openLink(const QString &text)
{
    const qsizetype most = m_router.core()->options().maxLength;
    if (text.size() > most) {
        return report(text, {Navigated::Refused,
                             QStringLiteral("it has %1 characters, and %2 are taken: RouterOptions::maxLength")
                                 .arg(text.size())
                                 .arg(most)});
    }
    // In strict mode, since the tolerant one makes something else of what is malformed.
    return report(text, m_router.openUrl(QUrl(text, QUrl::StrictMode)));
}

Navigation DeepLinks::report(const QString &link, Navigation answer)
{
    if (answer == Navigated::Refused) {
        constexpr qsizetype most = 100;
        const QString shown = link.left(most);
        qCWarning(category) << "a link was refused:" << shown << answer.reason();
        Q_EMIT refused(shown, answer.reason());
    } else {
        Q_EMIT activated();
    }
    return answer;
}

bool DeepLinks::eventFilter(QObject *watched, QEvent *event)
{
    if (event->type() == QEvent::FileOpen) {
        const QUrl url = static_cast<QFileOpenEvent *>(event)->url();
        if (isListed(url.scheme())) { // all else is a file, and the program's
            openLink(url);
            return true;
        }
    }
    return QObject::eventFilter(watched, event);
}

bool DeepLinks::isListed(const QString &scheme) const
{
    const auto &rules = m_router.core()->options().links;
    return std::any_of(rules.begin(), rules.end(),
                       [&](const LinkRule &rule) { return rule.scheme.compare(scheme, Qt::CaseInsensitive) == 0; });
}

/// The program itself is the first argument.
QString DeepLinks::linkIn(const QStringList &arguments) const
{
    for (const QString &argument : arguments.mid(1)) {
        const qsizetype colon = argument.indexOf(u':');
        if (colon > 0 && isListed(argument.left(colon))) {
            return argument;
        }
    }
    return {};
}

} // namespace nanostores
