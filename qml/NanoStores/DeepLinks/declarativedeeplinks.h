// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/DeepLinks/export.h>
#include <NanoStores/Router/routerobject.h>
#include <nanostores/deeplinks/deeplinks.h>

#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace nanostores {

/// Opens links from outside in a router:
///
///     Router { id: nav; links: ({ notes: [] }); routes: ({ home: "/", note: "/note/:id" }) }
///     DeepLinks { id: links; router: nav; onActivated: window.requestActivate() }
///     Window { id: window; visible: links.role !== DeepLinks.Second }
///
/// They come from the arguments of the program, from the system, and from instances of the program that are started
/// later, which hand their link over and end. What is taken stands in the router's `links`; guards are asked.
///
/// The role is known as soon as the router is complete, before windows around both are shown. A link of this instance's
/// own is opened in the first turn of the event loop, when the windows stand and a history is restored.
class NANOSTORES_QMLDEEPLINKS_EXPORT DeclarativeDeepLinks : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(DeepLinks)
    Q_INTERFACES(QQmlParserStatus)
    /// While it is null, links are refused.
    Q_PROPERTY(nanostores::RouterObject *router READ router WRITE setRouter NOTIFY routerChanged FINAL)
    /// What instances of one program have in common; by default the names of the organization and the application. Read
    /// once.
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY optionsChanged FINAL)
    /// How many milliseconds the other instance may take. Read once.
    Q_PROPERTY(int timeout READ timeout WRITE setTimeout NOTIFY optionsChanged FINAL)
    /// Where a link may be; by default the arguments of the program, which is itself the first one. Read once.
    Q_PROPERTY(QStringList arguments READ arguments WRITE setArguments NOTIFY optionsChanged FINAL)
    /// The program with which the system opens links once registerSchemes() was called, and the arguments before the
    /// link; by default this program. Read once.
    Q_PROPERTY(QStringList command READ command WRITE setCommand NOTIFY optionsChanged FINAL)
    /// Whether a second instance ends once its link is handed over.
    Q_PROPERTY(bool quits READ isQuitting WRITE setQuitting NOTIFY quitsChanged FINAL)
    Q_PROPERTY(Role role READ role NOTIFY roleChanged FINAL)
    /// The schemes of the program's own: those without hosts in the router's `links`.
    Q_PROPERTY(QStringList schemes READ schemes NOTIFY schemesChanged FINAL)
    /// Whether the system opens links of these schemes with this program because of registerSchemes().
    Q_PROPERTY(bool registered READ isRegistered NOTIFY registeredChanged FINAL)

public:
    enum Role : quint8 { // a type that is known to QML
        Unknown, ///< The router is not complete yet.
        First, ///< The first instance: it receives the links of those that are started later.
        Second, ///< Another one runs, and has taken the link.
        Unanswered, ///< Another one runs, and does not answer: this one goes on, and opens its link itself.
    };
    Q_ENUM(Role)

    explicit DeclarativeDeepLinks(QObject *parent = nullptr);
    ~DeclarativeDeepLinks() override;

    RouterObject *router() const { return m_router; }
    void setRouter(RouterObject *newRouter);
    QString key() const { return m_options.key; }
    void setKey(const QString &newKey) { setOption(m_options.key, newKey); }
    int timeout() const { return static_cast<int>(m_options.timeout.count()); }
    void setTimeout(int newTimeout) { setOption(m_options.timeout, std::chrono::milliseconds(newTimeout)); }
    QStringList arguments() const { return m_arguments; }
    void setArguments(const QStringList &newArguments) { setOption(m_arguments, newArguments); }
    QStringList command() const { return m_options.command; }
    void setCommand(const QStringList &newCommand) { setOption(m_options.command, newCommand); }
    bool isQuitting() const { return m_quits; }
    void setQuitting(bool newQuits);
    Role role() const { return m_role; }
    QStringList schemes() const { return m_links ? m_links->schemes() : QStringList(); }
    bool isRegistered() const { return m_isRegistered; }

    /// Opens a link, such as one that was pasted. False: it was refused, or stopped by a guard.
    Q_INVOKABLE bool openLink(const QString &link);
    /// Has the system open links of `schemes` with this program, for this user; for a button, as it takes them from a
    /// program that did so before. False: it cannot be done, and registrationFailed() says why.
    Q_INVOKABLE bool registerSchemes();
    /// Takes that back.
    Q_INVOKABLE bool unregisterSchemes();

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void routerChanged();
    void optionsChanged();
    void quitsChanged();
    void roleChanged();
    void schemesChanged();
    void registeredChanged();
    /// A link was opened, or another instance was started: time to raise the window.
    void activated();
    /// A link was not opened: of another scheme or host, malformed, or of no route.
    void refused(const QString &link, const QString &reason);
    /// Without a handler it is a warning.
    void registrationFailed(const QString &reason);

private:
    template<typename T>
    void setOption(T &place, const T &newValue)
    {
        if (place != newValue && !isSetTooLate()) {
            place = newValue;
            Q_EMIT optionsChanged();
        }
    }
    bool isSetTooLate() const;
    void update();
    void start(const AnyRouter &router);
    void readRegistration();
    bool endRegistration(bool isDone, const QString &reason);

    QPointer<RouterObject> m_router;
    DeepLinksOptions m_options;
    QStringList m_arguments;
    std::unique_ptr<DeepLinks> m_links;
    Role m_role = Unknown;
    bool m_quits = true;
    bool m_isRegistered = false;
    bool m_isComplete = false;
};

} // namespace nanostores
