// SPDX-License-Identifier: MIT
#include <nanostores/i18n/detail/localewatch.h>

#include <QCoreApplication>
#include <QEvent>
#include <QLocale>

#include <utility>

namespace nanostores::detail {

namespace {

class ApplicationFilter : public QObject
{
public:
    using QObject::QObject;

protected:
    bool eventFilter(QObject *object, QEvent *event) override
    {
        if (object == parent() && event->type() == QEvent::LocaleChange) {
            Q_EMIT localeWatch()->localeChanged();
        } else if (object == parent() && event->type() == QEvent::LanguageChange) {
            Q_EMIT localeWatch()->languageChanged();
        }
        return false;
    }
};

void filterApplication()
{
    QCoreApplication *const application = QCoreApplication::instance();
    application->installEventFilter(new ApplicationFilter(application));
}

std::function<QStringList()> &languagesSource()
{
    static std::function<QStringList()> source = [] { return QLocale::system().uiLanguages(); };
    return source;
}

} // namespace

LocaleWatch *localeWatch()
{
    static auto *const watch = [] { // never destroyed, as stores that are static may leave it late
        auto *const made = new LocaleWatch;
        qAddPreRoutine(filterApplication); // at once, if there is an application
        return made;
    }();
    return watch;
}

QStringList systemLanguages()
{
    return languagesSource()();
}

std::function<QStringList()> exchangeSystemLanguages(std::function<QStringList()> source)
{
    return std::exchange(languagesSource(), std::move(source));
}

void followSystemLocale(QObject *context, const std::function<void()> &changed)
{
    QObject::connect(localeWatch(), &LocaleWatch::localeChanged, context, changed);
}

} // namespace nanostores::detail
