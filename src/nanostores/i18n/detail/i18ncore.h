// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/graph/timer.h>
#include <nanostores/core/subscription.h>
#include <nanostores/core/task.h>
#include <nanostores/i18n/detail/messagetable.h>
#include <nanostores/i18n/export.h>
#include <nanostores/i18n/translation.h>

#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QSet>

#include <functional>
#include <list>
#include <memory>
#include <vector>

namespace nanostores {

/// How an I18n gets its translations.
struct I18nOptions
{
    TranslationLoader load = {}; ///< Without one there are the texts of the program alone.
    QString base = QStringLiteral("en"); ///< The locale of the texts in the program.
    /// What is made of each text, and each form, before it is shown: of the program's when messages() is called, and of
    /// a translation's when it comes. One that throws is the end of messages(); a translation of which it throws is
    /// refused. It makes no other parameters and tags.
    std::function<QString(const QString &text, const QString &locale)> eachMessage = {};
};

namespace detail {

struct RawComponent;
class I18nCore;

/// The messages of a component, as one store of them shows them.
class NANOSTORES_I18N_EXPORT I18nEntry
{
public:
    I18nEntry(std::shared_ptr<I18nCore> core, const ComponentSpec &spec);
    I18nEntry(const I18nEntry &) = delete;
    I18nEntry &operator=(const I18nEntry &) = delete;
    ~I18nEntry();

    /// That of the locale, or, while it is not there, the one before. Tracked.
    TableRef table(const TableRef &before) const;
    void mount();
    void unmount();

    const ComponentSpec &spec() const noexcept { return m_spec; }
    const MessageTable &base() const noexcept { return *m_base; }
    const QString &name() const noexcept { return m_name; }
    bool isMounted() const noexcept { return m_mounts > 0; }
    /// Takes what is known of the component in a locale; null: there is nothing.
    void take(const QString &locale, const RawComponent *raw, ProblemLog &log);
    /// Has observers look at what was taken.
    void show();

private:
    std::shared_ptr<I18nCore> m_core;
    const ComponentSpec &m_spec;
    QString m_name;
    Atom<int> m_version{0};
    TableRef m_base;
    QHash<QString, TableRef> m_tables; ///< By locale.
    int m_mounts = 0;
};

/// What the stores of an I18n share: the cache, and the loads that are running.
///
/// Invariants: of a locale and a component, at most one load is running, and none once the cache has it. A load is
/// forgotten before what it brings is shown.
class NANOSTORES_I18N_EXPORT I18nCore : public std::enable_shared_from_this<I18nCore>
{
public:
    I18nCore(Computed<QString> locale, I18nOptions options);
    I18nCore(const I18nCore &) = delete;
    I18nCore &operator=(const I18nCore &) = delete;
    ~I18nCore();

    const Computed<QString> &locale() const noexcept { return m_locale; }
    const QString &base() const noexcept { return m_options.base; }
    const EachMessage &eachMessage() const noexcept { return m_options.eachMessage; }
    bool isLoading() const; ///< For the locale. Tracked, as the next.
    I18nError error() const;
    const Atom<QList<TranslationProblem>> &problems() const noexcept { return m_problems; }
    QJsonObject baseMessages() const;
    QList<TranslationProblem> check(const TranslationFile &file, const QString &locale) const;
    void retry();

    void add(I18nEntry &entry);
    void remove(I18nEntry &entry) noexcept;
    void mounted(I18nEntry &entry);
    void unmounted();

private:
    struct Load
    {
        QString locale;
        QStringList components;
        QSet<QString> prefixes; ///< What is waited for.
        TaskEnd end;
    };
    using Loads = std::list<Load>;
    using Cache = QHash<QString, std::shared_ptr<const RawComponent>>; // by component; null: there is none

    QStringList wanted() const;
    bool isOfBase(const QString &locale) const;
    bool isAskedFor(const QString &locale, const QString &component) const;
    void ask();
    void send(const QString &locale, const QStringList &components);
    void arrive(Loads::iterator load, const TranslationLoader::Files &files);
    void fail(Loads::iterator load, const std::exception_ptr &error);
    void takeAll(const QString &locale, const QStringList &components, ProblemLog &log);
    void report(const ProblemLog &log);
    void localeChanged();
    void publish();

    Computed<QString> m_locale;
    I18nOptions m_options;
    Atom<int> m_state{0}; ///< Of loads and failures: their number of changes.
    Atom<QList<TranslationProblem>> m_problems{QList<TranslationProblem>()};
    std::vector<I18nEntry *> m_entries;
    QHash<QString, Cache> m_cache; ///< By locale.
    QHash<QString, I18nError> m_failed; ///< By locale.
    Loads m_loads;
    Timer m_next;
    Subscription m_following;
    int m_mounted = 0;
};

} // namespace detail
} // namespace nanostores
