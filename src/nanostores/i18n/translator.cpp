// SPDX-License-Identifier: MIT
#include <nanostores/core/errors.h>
#include <nanostores/i18n/detail/localetag.h>
#include <nanostores/i18n/detail/localewatch.h>
#include <nanostores/i18n/translator.h>

#include <QCoreApplication>
#include <QEvent>
#include <QLocale>
#include <QMetaObject>
#include <QThread>
#include <QTranslator>

#include <utility>

namespace nanostores {

namespace detail {

/// Is the application's translator all the time, so that a change is one event.
class LocaleTranslator::Proxy : public QTranslator
{
public:
    std::unique_ptr<QTranslator> file;

    QString translate(const char *context, const char *sourceText, const char *disambiguation, int n) const override
    {
        return file ? file->translate(context, sourceText, disambiguation, n) : QString();
    }
    bool isEmpty() const override { return false; }
};

namespace {

void signalLanguage()
{
    if (QCoreApplication *const application = QCoreApplication::instance()) {
        QEvent event(QEvent::LanguageChange);
        QCoreApplication::sendEvent(application, &event);
    }
}

} // namespace

LocaleTranslator::LocaleTranslator(QString name, QString folder)
    : m_name(std::move(name))
    , m_folder(std::move(folder))
{
}

LocaleTranslator::~LocaleTranslator()
{
    if (m_proxy && QCoreApplication::instance()) {
        QCoreApplication::removeTranslator(m_proxy.get()); // with an event
    }
}

void LocaleTranslator::use(const QString &locale)
{
    std::unique_ptr<QTranslator> file;
    if (!locale.isEmpty()) {
        file = std::make_unique<QTranslator>();
        if (!file->load(qtLocale(locale), m_name, QStringLiteral("_"), m_folder)) {
            file.reset();
        }
    }
    if (m_proxy) {
        m_proxy->file.swap(file);
        signalLanguage();
        return;
    }
    if (!QCoreApplication::instance()) {
        reportMisuse("nanostores: useTranslator() without an application; call it after the application was made");
        return;
    }
    m_proxy = std::make_unique<Proxy>();
    m_proxy->file = std::move(file);
    QCoreApplication::installTranslator(m_proxy.get()); // with an event
}

namespace {

const Atom<int> &changes()
{
    static const auto *const store = [] { // never destroyed, as what is static may read it late
        auto *const made = new Atom<int>(0);
        QObject::connect(
            localeWatch(), &LocaleWatch::languageChanged, localeWatch(),
            [made] { made->update([](int count) { return count + 1; }); }, Qt::DirectConnection);
        return made;
    }();
    return *store;
}

bool isOnApplicationsThread()
{
    const QCoreApplication *const application = QCoreApplication::instance();
    return application && application->thread() == QThread::currentThread();
}

} // namespace
} // namespace detail

Readonly<detail::SignalNode<int>> languageChanges()
{
    return readonly(detail::changes());
}

QString translate(const char *context, const char *sourceText, const char *disambiguation, int n)
{
    if (detail::isOnApplicationsThread()) {
        static_cast<void>(detail::changes()());
    }
    return QCoreApplication::translate(context, sourceText, disambiguation, n);
}

void retranslate(QObject *engine)
{
    if (engine->metaObject()->indexOfSlot("retranslate()") < 0) {
        detail::reportMisuse(std::string("nanostores: retranslate() of a ") + engine->metaObject()->className()
                             + ", which has no such slot; give it a QQmlEngine");
        return;
    }
    QObject::connect(detail::localeWatch(), &detail::LocaleWatch::languageChanged, engine,
                     [engine] { QMetaObject::invokeMethod(engine, "retranslate"); });
}

} // namespace nanostores
