// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/deeplinks/export.h>
#include <nanostores/router/navigation.h>
#include <nanostores/router/router.h>

#include <QObject>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <chrono>
#include <cstdint>
#include <memory>

namespace nanostores {

namespace detail {
class FirstInstance;
}

/// Which instance of a program this one is, for one user.
enum class InstanceRole : std::uint8_t {
    First, ///< The first one: it goes on, and receives the links of those that are started later.
    Second, ///< Another one runs, and has taken the link: this one may end.
    Unanswered, ///< Another one runs, and does not answer.
};

/// How instances of a program find each other, and what a second one does.
struct DeepLinksOptions
{
    /// What instances of one program have in common; by default the names of QCoreApplication's organization and
    /// application.
    QString key = {};
    /// How long the other instance may take.
    std::chrono::milliseconds timeout{3000};
    /// The program with which the system opens links once registerSchemes() was called, and the arguments before the
    /// link; by default this program.
    QStringList command = {};
};

/// Opens links from outside in a router: from the arguments of the program, from the system (QFileOpenEvent), from
/// QDesktopServices::openUrl(), and from instances of the program that are started later.
///
/// What is taken stands in RouterOptions::links: all goes through Router::openUrl(), guards and onSet() hooks are
/// asked, and what is refused is reported by refused(). Needs a QCoreApplication, and lives no longer than that.
class NANOSTORES_DEEPLINKS_EXPORT DeepLinks : public QObject
{
    Q_OBJECT

public:
    explicit DeepLinks(AnyRouter router, DeepLinksOptions options = {}, QObject *parent = nullptr);
    ~DeepLinks() override;

    /// Opens the link among the arguments: the first one of a scheme in RouterOptions::links. If another instance of
    /// the same user runs, the link goes there, and nothing is opened here; without a link it is only asked to come to
    /// the front. Called once, when the router and its guards are set up.
    InstanceRole start(const QStringList &arguments);
    /// What start() does first: becomes the first instance, or hands the link to the one that is. `link` is what is
    /// left for this one to open, by openLink() when its windows stand; empty for a second instance.
    InstanceRole enter(const QStringList &arguments, QString *link);
    /// Links are opened in this router from now on.
    void setRouter(AnyRouter router);

    /// Opens a link. The handler of QDesktopServices for the schemes of the program's own, those without hosts. What a
    /// hook or a guard throws goes to the error handler.
    Q_INVOKABLE void openLink(const QUrl &url);
    /// Opens a link that is a text, and may be malformed. What a hook or a guard throws leaves it.
    nanostores::Navigation openLink(const QString &text);

    /// The schemes of the program's own: those without hosts in RouterOptions::links.
    const QStringList &schemes() const noexcept { return m_handled; }
    /// Has the system open links of schemes() with this program, for this user, whatever program did so before. False,
    /// with the reason, if it cannot be done: on macOS, Android and in sandboxes the package of the program says it.
    /// Packages that are installed for all users do so by themselves, and need none of this.
    bool registerSchemes(QString *reason = nullptr);
    /// Takes that back; what another program has registered meanwhile stays. False, with the reason, if it cannot be
    /// done.
    bool unregisterSchemes(QString *reason = nullptr);
    /// Whether the system opens links of all schemes() with this program because of registerSchemes().
    bool areSchemesRegistered() const;

    bool eventFilter(QObject *watched, QEvent *event) override;

Q_SIGNALS:
    /// A link has come, or another instance was started: time to raise the window. The link has been opened.
    void activated();
    /// A link was not opened: of another scheme or host, malformed, or of no route.
    void refused(const QString &link, const QString &reason);

private:
    void handleSchemes();
    void unhandleSchemes();
    QString linkIn(const QStringList &arguments) const;
    bool isListed(const QString &scheme) const;
    nanostores::Navigation report(const QString &link, nanostores::Navigation answer);

    AnyRouter m_router;
    DeepLinksOptions m_options;
    QStringList m_handled; ///< Schemes with this as their handler.
    std::unique_ptr<detail::FirstInstance> m_instance;
};

} // namespace nanostores
