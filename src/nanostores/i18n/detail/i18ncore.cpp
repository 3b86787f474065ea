// SPDX-License-Identifier: MIT
#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/tracking.h>
#include <nanostores/i18n/detail/i18ncore.h>
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/detail/translationtext.h>

#include <QJsonObject>
#include <QLoggingCategory>

#include <algorithm>
#include <iterator>
#include <utility>

namespace nanostores::detail {

namespace {

Q_LOGGING_CATEGORY(i18nLog, "nanostores.i18n", QtWarningMsg)

constexpr qsizetype mostProblems = 1000;

/// Components of one prefix, "shop" of "shop/cart", come with one load.
QString prefixOf(const QString &component)
{
    return component.section(u'/', 0, 0);
}

bool isSameSpec(const ComponentSpec &a, const ComponentSpec &b)
{
    return std::equal(a.messages.begin(), a.messages.end(), b.messages.begin(), b.messages.end(),
                      [](const MessageSpec &one, const MessageSpec &other) {
                          return one.kind == other.kind && one.name == other.name
                                 && std::equal(one.forms.begin(), one.forms.end(), other.forms.begin(),
                                               other.forms.end(), [](const FormSpec &form, const FormSpec &same) {
                                                   return form.selector == same.selector && form.text == same.text;
                                               });
                      });
}

} // namespace

I18nEntry::I18nEntry(std::shared_ptr<I18nCore> core, const ComponentSpec &spec)
    : m_core(std::move(core))
    , m_spec(spec)
    , m_name(utf8Text(spec.name))
    , m_base(std::make_shared<const MessageTable>(spec, m_core->base(), m_core->eachMessage()))
{
    m_core->add(*this);
}

I18nEntry::~I18nEntry()
{
    m_core->remove(*this);
}

TableRef I18nEntry::table(const TableRef &before) const
{
    static_cast<void>(m_version());
    const QString &locale = m_core->locale()();
    if (locale.isEmpty() || locale == m_core->base()) {
        return m_base;
    }
    const auto found = m_tables.constFind(locale);
    return found != m_tables.constEnd() ? *found : before ? before : m_base;
}

void I18nEntry::mount()
{
    ++m_mounts;
    m_core->mounted(*this);
}

void I18nEntry::unmount()
{
    --m_mounts;
    m_core->unmounted();
}

void I18nEntry::take(const QString &locale, const RawComponent *raw, ProblemLog &log)
{
    m_tables.insert(
        locale,
        raw ? std::make_shared<const MessageTable>(m_spec, *m_base, locale, *raw, log, m_core->eachMessage()) : m_base);
}

void I18nEntry::show()
{
    m_version.update([](int version) { return version + 1; });
}

I18nCore::I18nCore(Computed<QString> locale, I18nOptions options)
    : m_locale(std::move(locale))
    , m_options(std::move(options))
{
}

I18nCore::~I18nCore()
{
    for (const Load &load : m_loads) {
        load.end();
    }
}

QJsonObject I18nCore::baseMessages() const
{
    QJsonObject components;
    for (const I18nEntry *entry : m_entries) {
        QJsonObject messages;
        for (const MessageSpec &message : entry->spec().messages) {
            if (!hasForms(message.kind)) {
                messages.insert(utf8Text(message.name), utf8Text(message.forms.front().text));
                continue;
            }
            QJsonObject forms;
            for (const FormSpec &form : message.forms) {
                forms.insert(utf8Text(form.selector), utf8Text(form.text));
            }
            messages.insert(utf8Text(message.name), forms);
        }
        components.insert(entry->name(), messages);
    }
    return components;
}

QList<TranslationProblem> I18nCore::check(const TranslationFile &file, const QString &locale) const
{
    ProblemLog log{locale, isOfBase(locale)};
    RawTranslation translation = parseTranslation(file, log);
    QSet<QString> known;
    for (const I18nEntry *entry : m_entries) {
        const QString &name = entry->name();
        if (known.contains(name)) {
            continue;
        }
        known.insert(name);
        if (const auto raw = translation.constFind(name); raw != translation.constEnd()) {
            const MessageTable checked(entry->spec(), entry->base(), locale, *raw, log);
        } else {
            log.addMissing(file.name, 0, name, {});
        }
    }
    for (auto component = translation.begin(); component != translation.end(); ++component) {
        if (!known.contains(component.key())) {
            log.add(file.name, component->line, component.key(), {},
                    QStringLiteral("the program has no such component: take it away"));
        }
    }
    std::stable_sort(log.problems.begin(), log.problems.end(),
                     [](const TranslationProblem &a, const TranslationProblem &b) {
                         return a.line != b.line ? a.line < b.line : a.key < b.key;
                     });
    return log.problems;
}

void I18nCore::add(I18nEntry &entry)
{
    for (const I18nEntry *other : m_entries) {
        if (other->name() == entry.name() && !isSameSpec(other->spec(), entry.spec())) {
            qCWarning(i18nLog).noquote()
                << QStringLiteral("there are two components \"%1\" with other messages, which have one translation: "
                                  "rename one")
                       .arg(entry.name());
        }
    }
    m_entries.push_back(&entry);
    for (auto known = m_cache.cbegin(); known != m_cache.cend(); ++known) {
        if (const auto raw = known->constFind(entry.name()); raw != known->constEnd()) {
            ProblemLog log{known.key(), isOfBase(known.key())};
            entry.take(known.key(), raw->get(), log);
            report(log);
        }
    }
}

void I18nCore::remove(I18nEntry &entry) noexcept
{
    std::erase(m_entries, &entry);
}

void I18nCore::mounted(I18nEntry &entry)
{
    if (m_mounted++ == 0) {
        m_following = m_locale.listen([this] { localeChanged(); }); // ends with the last one that is mounted
    }
    if (const auto failed = m_failed.find(m_locale.peek()); failed != m_failed.end()) { // it is tried again
        failed->components.removeAll(entry.name());
    }
    ask();
}

void I18nCore::unmounted()
{
    if (--m_mounted == 0) {
        m_following = {};
        m_next.stop();
        publish();
    }
}

void I18nCore::localeChanged()
{
    m_failed.remove(m_locale.peek());
    ask();
}

void I18nCore::retry()
{
    m_failed.remove(m_locale.peek());
    ask();
}

bool I18nCore::isOfBase(const QString &locale) const
{
    return isLocaleOf(locale, base());
}

bool I18nCore::isAskedFor(const QString &locale, const QString &component) const
{
    const QString prefix = prefixOf(component);
    return std::any_of(m_loads.begin(), m_loads.end(),
                       [&](const Load &load) { return load.locale == locale && load.prefixes.contains(prefix); });
}

/// The components that are shown, are not known in the locale, and have not failed.
QStringList I18nCore::wanted() const
{
    const QString &locale = m_locale.peek();
    QStringList names;
    if (!m_options.load || locale.isEmpty() || locale == base()) {
        return names;
    }
    const Cache &known = m_cache.value(locale);
    const QStringList failed = m_failed.value(locale).components;
    for (const I18nEntry *entry : m_entries) {
        const QString &name = entry->name();
        if (entry->isMounted() && !known.contains(name) && !failed.contains(name) && !names.contains(name)) {
            names.append(name);
        }
    }
    return names;
}

void I18nCore::ask()
{
    const QString locale = m_locale.peek();
    QStringList names = wanted();
    erase_if(names, [&](const QString &name) { return isAskedFor(locale, name); });
    if (names.isEmpty()) {
        m_next.stop();
    } else if (m_options.load.isImmediate()) {
        send(locale, names);
    } else if (!m_next.active()) {
        m_next.start(std::chrono::milliseconds(0), [weak = weak_from_this()] {
            const auto self = weak.lock();
            if (!self) {
                return;
            }
            const QString now = self->m_locale.peek();
            QStringList all = self->wanted();
            erase_if(all, [&](const QString &name) { return self->isAskedFor(now, name); });
            if (!all.isEmpty()) {
                self->send(now, all);
            }
            self->publish();
        });
    }
    publish();
}

void I18nCore::send(const QString &locale, const QStringList &components)
{
    QSet<QString> prefixes;
    for (const QString &name : components) {
        prefixes.insert(prefixOf(name));
    }
    const auto self = shared_from_this();
    const auto load = m_loads.insert(m_loads.end(), {locale, components, prefixes, startTask()});
    publish();
    const std::weak_ptr<I18nCore> weak = self;
    try {
        untracked([&] {
            m_options.load({locale, components, base()})
                .then(
                    [weak, load](const TranslationLoader::Files &files) {
                        if (const auto core = weak.lock()) {
                            core->arrive(load, files);
                        }
                    },
                    [weak, load](const std::exception_ptr &error) {
                        if (const auto core = weak.lock()) {
                            core->fail(load, error);
                        }
                    });
        });
    } catch (...) {
        fail(load, std::current_exception());
    }
}

void I18nCore::arrive(Loads::iterator place, const TranslationLoader::Files &files)
{
    const auto self = shared_from_this();
    const Load load = std::move(*place);
    m_loads.erase(place);
    ProblemLog log{load.locale, isOfBase(load.locale)};
    std::exception_ptr error;
    Cache &cache = m_cache[load.locale];
    QStringList changed;
    for (const TranslationFile &file : files) {
        try {
            const RawTranslation translation = parseTranslation(file, log);
            for (auto component = translation.begin(); component != translation.end(); ++component) {
                cache.insert(component.key(), std::make_shared<const RawComponent>(*component));
                changed.append(component.key());
            }
        } catch (...) {
            error = std::current_exception();
        }
    }
    QStringList missing;
    for (const QString &name : load.components) {
        if (cache.contains(name)) {
            continue;
        }
        missing.append(name);
        if (!error) {
            cache.insert(name, nullptr);
            changed.append(name);
            log.addMissing(files.isEmpty() ? QString() : files.front().name, 0, name, {});
        }
    }
    if (const auto failed = m_failed.find(load.locale); failed != m_failed.end()) { // it has come after all
        erase_if(failed->components, [&](const QString &name) { return changed.contains(name); });
    }
    Batch batch;
    if (error && !missing.isEmpty()) {
        m_failed.insert(load.locale, {load.locale, missing, error});
    } else if (error) {
        reportError(error); // what is shown has come all the same
    }
    takeAll(load.locale, changed, log);
    report(log);
    load.end();
    ask();
    batch.end();
}

void I18nCore::fail(Loads::iterator place, const std::exception_ptr &error)
{
    const auto self = shared_from_this();
    const Load load = std::move(*place);
    m_loads.erase(place);
    I18nError &failed = m_failed[load.locale];
    failed = {load.locale, failed.components + load.components, error};
    load.end();
    ask();
}

void I18nCore::takeAll(const QString &locale, const QStringList &components, ProblemLog &log)
{
    for (std::size_t i = 0; i < m_entries.size(); ++i) {
        I18nEntry &entry = *m_entries[i];
        if (components.contains(entry.name())) {
            entry.take(locale, m_cache[locale].value(entry.name()).get(), log);
            entry.show();
        }
    }
}

void I18nCore::report(const ProblemLog &log)
{
    QList<TranslationProblem> all = m_problems.peek();
    const qsizetype before = all.size();
    for (const TranslationProblem &problem : log.problems) {
        if (all.size() < mostProblems && !all.contains(problem)) {
            all.append(problem);
            if (problem.kind == TranslationProblem::Kind::Missing) {
                qCInfo(i18nLog).noquote() << problem.message();
            } else {
                qCWarning(i18nLog).noquote() << problem.message();
            }
        }
    }
    if (all.size() != before) {
        m_problems.set(std::move(all));
    }
}

void I18nCore::publish()
{
    m_state.update([](int state) { return state + 1; });
}

bool I18nCore::isLoading() const
{
    static_cast<void>(m_state());
    const QString &now = m_locale();
    return m_next.active()
           || std::any_of(m_loads.begin(), m_loads.end(), [&](const Load &load) { return load.locale == now; });
}

I18nError I18nCore::error() const
{
    static_cast<void>(m_state());
    const I18nError failed = m_failed.value(m_locale());
    return failed.components.isEmpty() ? I18nError() : failed; // with none, all are tried again
}

} // namespace nanostores::detail
