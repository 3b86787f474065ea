// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/declarativei18n.h>

#include <nanostores/core/lifecycle.h>

#include <QQmlInfo>

#include <utility>

namespace nanostores {

namespace {

/// As QFile has it: resources and files may be written as URLs in QML.
QString plainPath(const QString &path)
{
    if (path.startsWith(QStringLiteral("qrc:"))) {
        return path.mid(3);
    }
    if (path.startsWith(QStringLiteral("file://"))) {
        return path.mid(7);
    }
    return path;
}

} // namespace

DeclarativeI18n::DeclarativeI18n(QObject *parent)
    : StoreObject(parent)
    , m_i18n(std::nullopt)
    , m_locale(QString())
    , m_loading(computed([made = m_i18n] {
        const auto &i18n = made();
        return i18n && i18n->core()->isLoading();
    }))
    , m_error(computed([made = m_i18n] {
        const auto &i18n = made();
        return i18n ? i18n->core()->error().message() : QString();
    }))
    , m_direction(computed(m_locale, [](const QString &tag) { return static_cast<int>(layoutDirection(tag)); }))
    , m_format(computed(m_locale, [](const QString &tag) { return LocaleFormat(tag); }))
{
}

DeclarativeI18n::DeclarativeI18n(I18n i18n, QObject *parent)
    : DeclarativeI18n(parent)
{
    m_base = i18n.base();
    m_following = i18n.locale().subscribe([this](const QString &tag) {
        m_isFollowing = true;
        m_locale.set(tag);
        m_isFollowing = false;
    });
    onSet(m_locale, [this](auto &event) {
        if (!m_isFollowing) {
            event.abort();
            qmlWarning(this) << "the locale is that of an I18n of C++: set the store that it follows";
        }
    });
    m_i18n.set(std::move(i18n));
}

DeclarativeI18n::~DeclarativeI18n() = default;

bool DeclarativeI18n::mayChange(const char *what) const
{
    if (m_i18n.peek()) {
        qmlWarning(this) << what << " is fixed when the I18n is complete: set it where the object is declared";
        return false;
    }
    return true;
}

void DeclarativeI18n::setFiles(const QString &newFiles)
{
    if (newFiles == m_files || !mayChange("files")) {
        return;
    }
    m_files = newFiles;
    Q_EMIT optionsChanged();
}

void DeclarativeI18n::setBase(const QString &newBase)
{
    if (newBase == m_base || !mayChange("base")) {
        return;
    }
    m_base = newBase;
    Q_EMIT optionsChanged();
}

void DeclarativeI18n::retry() const
{
    if (const auto &i18n = m_i18n.peek()) {
        i18n->retry();
    }
}

void DeclarativeI18n::componentComplete()
{
    if (m_i18n.peek()) {
        return;
    }
    TranslationLoader load;
    if (!m_files.isEmpty()) {
        load = jsonFiles(plainPath(m_files));
    }
    m_i18n.set(I18n(m_locale, {load, m_base}));
    Q_EMIT completed();
}

} // namespace nanostores
