// SPDX-License-Identifier: MIT
#include <NanoStores/DeepLinks/declarativedeeplinks.h>

#include <NanoStores/Router/followrouter.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/tracking.h>

#include <QCoreApplication>
#include <QMetaMethod>
#include <QQmlInfo>

#include <exception>
#include <optional>

namespace nanostores {

namespace {

/// What stands for a router that has gone: it takes no links.
AnyRouter noRouter()
{
    return AnyRouter(detail::RouterCore::make({}, {}));
}

} // namespace

DeclarativeDeepLinks::DeclarativeDeepLinks(QObject *parent)
    : QObject(parent)
    , m_arguments(QCoreApplication::arguments())
{
}

DeclarativeDeepLinks::~DeclarativeDeepLinks() = default;

void DeclarativeDeepLinks::setRouter(RouterObject *newRouter)
{
    detail::followRouter(this, m_router, newRouter, &DeclarativeDeepLinks::update);
}

void DeclarativeDeepLinks::setQuitting(bool newQuits)
{
    if (m_quits != newQuits) {
        m_quits = newQuits;
        Q_EMIT quitsChanged();
    }
}

bool DeclarativeDeepLinks::isSetTooLate() const
{
    if (m_links) {
        qmlWarning(this) << "key, timeout, arguments and command are read once, when the router is complete: set them "
                            "where the DeepLinks are declared.";
    }
    return m_links != nullptr;
}

void DeclarativeDeepLinks::classBegin() {}

void DeclarativeDeepLinks::componentComplete()
{
    m_isComplete = true;
    update();
}

void DeclarativeDeepLinks::update()
{
    const std::optional<AnyRouter> router = untracked([this] { return m_router ? m_router->router() : std::nullopt; });
    if (!m_isComplete) {
        return;
    }
    if (m_links) {
        const QStringList before = schemes();
        m_links->setRouter(router ? *router : noRouter());
        if (schemes() != before) {
            const QPointer<DeclarativeDeepLinks> alive(this);
            Q_EMIT schemesChanged();
            if (alive) {
                readRegistration();
            }
        }
    } else if (router) {
        start(*router);
    }
}

void DeclarativeDeepLinks::start(const AnyRouter &router)
{
    m_links = std::make_unique<DeepLinks>(router, m_options);
    connect(m_links.get(), &DeepLinks::activated, this, &DeclarativeDeepLinks::activated);
    connect(m_links.get(), &DeepLinks::refused, this, &DeclarativeDeepLinks::refused);
    QString link;
    switch (m_links->enter(m_arguments, &link)) {
    case InstanceRole::First:
        m_role = First;
        break;
    case InstanceRole::Second:
        m_role = Second;
        break;
    case InstanceRole::Unanswered:
        m_role = Unanswered;
        break;
    }
    if (!link.isEmpty()) {
        QMetaObject::invokeMethod(
            this, [this, link] { openLink(link); }, Qt::QueuedConnection);
    }
    if (m_role == Second) {
        // Once there is an event loop to end; and exit(), as quit() asks windows that may refuse.
        QMetaObject::invokeMethod(
            this,
            [this] {
                if (m_quits) {
                    QCoreApplication::exit(0);
                }
            },
            Qt::QueuedConnection);
    }
    const QPointer<DeclarativeDeepLinks> alive(this);
    Q_EMIT roleChanged();
    if (alive) {
        Q_EMIT schemesChanged();
    }
    if (alive) {
        readRegistration();
    }
}

bool DeclarativeDeepLinks::openLink(const QString &link)
{
    if (!m_links) {
        qmlWarning(this) << "\"" << link << "\" is not opened: there is no router yet.";
        return false;
    }
    try {
        return bool(untracked([&] { return m_links->openLink(link); }));
    } catch (...) { // of a hook or a guard
        detail::reportError(std::current_exception());
        return false;
    }
}

void DeclarativeDeepLinks::readRegistration()
{
    const bool isRegistered = m_links && m_links->areSchemesRegistered();
    if (m_isRegistered != isRegistered) {
        m_isRegistered = isRegistered;
        Q_EMIT registeredChanged();
    }
}

bool DeclarativeDeepLinks::endRegistration(bool isDone, const QString &reason)
{
    const QPointer<DeclarativeDeepLinks> alive(this);
    readRegistration();
    if (alive && !isDone) {
        if (isSignalConnected(QMetaMethod::fromSignal(&DeclarativeDeepLinks::registrationFailed))) {
            Q_EMIT registrationFailed(reason);
        } else {
            qmlWarning(this) << "the system does not open links with this program: " << reason;
        }
    }
    return isDone;
}

bool DeclarativeDeepLinks::registerSchemes()
{
    QString reason = QStringLiteral("there is no router yet");
    const bool isDone = m_links && m_links->registerSchemes(&reason);
    return endRegistration(isDone, reason);
}

bool DeclarativeDeepLinks::unregisterSchemes()
{
    QString reason = QStringLiteral("there is no router yet");
    const bool isDone = m_links && m_links->unregisterSchemes(&reason);
    return endRegistration(isDone, reason);
}

} // namespace nanostores
