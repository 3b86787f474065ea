// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/I18n/export.h>
#include <NanoStores/I18n/localeformat.h>
#include <nanostores/core/atom.h>
#include <nanostores/core/computed.h>
#include <nanostores/core/subscription.h>
#include <nanostores/core/task.h>
#include <nanostores/i18n/i18n.h>
#include <nanostores/i18n/translation.h>
#include <nanostores/qt/storeobject.h>

#include <QJSValue>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

namespace detail {
class JsCaller;
}

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// The user's language for QML, which Messages take their translations from:
///
///     I18n { id: i18n; locale: settings.locale; files: ":/translations/%1.json" }
///     Messages { id: post; i18n: i18n; component: "post"; texts: ({ title: "Post details" }) }
///     Text { text: post.t.title + i18n.format.number(1234.5) }
///
/// In place of files, a function may load them: load: (locale, components) => aPromise
class NANOSTORES_QMLI18N_EXPORT DeclarativeI18n : public nanostores::StoreObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(I18n)
    Q_INTERFACES(QQmlParserStatus)
    /// Where translations are: see jsonFiles(); or that as a URL, Qt.resolvedUrl("translations/%1.json"). Without it,
    /// and without `load`, there are the texts in QML alone. Fixed when the object is complete.
    Q_PROPERTY(QString files READ files WRITE setFiles NOTIFY optionsChanged FINAL)
    /// In place of `files`, a function of the locale and an array of the components that are shown. It returns an
    /// object of components, JSON as a text or an ArrayBuffer, an array of these, or a promise of one of them. It is
    /// called once for all that is wanted in a turn of the event loop; what it throws, or the promise is rejected with,
    /// is the error. Or a TranslationLoader, as a property of C++ has it. Fixed when the object is complete.
    Q_PROPERTY(QJSValue load READ load WRITE setLoad NOTIFY optionsChanged FINAL)
    /// The locale of the texts in QML. Fixed when the object is complete.
    Q_PROPERTY(QString base READ base WRITE setBase NOTIFY optionsChanged FINAL)
    /// A BCP 47 tag, such as "fr" or "zh-Hant-TW"; while it is empty, the base counts.
    NANOSTORES_PROPERTY(QString, locale, m_locale)
    /// Whether translations are waited for.
    NANOSTORES_READONLY(bool, loading, m_loading)
    /// What a load has failed with; an empty text if it has not.
    NANOSTORES_READONLY(QString, error, m_error)
    /// Qt.LeftToRight or Qt.RightToLeft, for LayoutMirroring.
    NANOSTORES_READONLY(int, direction, m_direction)
    /// Numbers, dates and lists of the locale.
    NANOSTORES_READONLY(nanostores::LocaleFormat, format, m_format)

public:
    explicit DeclarativeI18n(QObject *parent = nullptr);
    /// Shows an I18n of C++ to QML, for Messages and bindings. Its locale is set where the store of it is.
    explicit DeclarativeI18n(I18n i18n, QObject *parent = nullptr);
    ~DeclarativeI18n() override;

    QString files() const { return m_files; }
    void setFiles(const QString &newFiles);
    QJSValue load() const { return m_load; }
    void setLoad(const QJSValue &newLoad);
    QString base() const { return m_base; }
    void setBase(const QString &newBase);
    /// Asks again for what has failed.
    Q_INVOKABLE void retry() const;

    void classBegin() override {}
    void componentComplete() override;
    /// None before the object is complete. Tracked.
    std::optional<I18n> i18n() const { return m_i18n(); }

Q_SIGNALS:
    void optionsChanged();
    /// It is complete.
    void completed();

private:
    bool mayChange(const char *what) const;
    TranslationLoader loader();
    Task<TranslationLoader::Files> callLoad(const TranslationRequest &request) const;

    QString m_files;
    QJSValue m_load;
    std::unique_ptr<detail::JsCaller> m_caller; ///< Of `load`, if it is a function.
    QString m_base = QStringLiteral("en");
    Atom<std::optional<I18n>> m_i18n;
    Atom<QString> m_locale;
    Computed<bool> m_loading;
    Computed<QString> m_error;
    Computed<int> m_direction;
    Computed<LocaleFormat> m_format;
    Subscription m_following; ///< Of the locale of an I18n of C++.
    bool m_isFollowing = false;
};

} // namespace nanostores
