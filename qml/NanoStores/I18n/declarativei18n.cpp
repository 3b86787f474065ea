// SPDX-License-Identifier: MIT
#include <NanoStores/I18n/declarativei18n.h>

#include <NanoStores/detail/jscaller.h>
#include <NanoStores/detail/jshelper.h>
#include <NanoStores/detail/jstasks.h>
#include <nanostores/core/lifecycle.h>
#include <nanostores/script/scripterror.h>

#include <QMetaType>
#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>
#include <QUrl>
#include <QVariant>

#include <exception>
#include <utility>

namespace nanostores {

namespace {

/// As QFile has it: resources and files may be written as URLs in QML, and Qt.resolvedUrl() writes %251 for %1.
QString plainPath(const QString &path)
{
    const qsizetype scheme = path.startsWith(QStringLiteral("qrc:"))      ? 3
                             : path.startsWith(QStringLiteral("file://")) ? 7
                                                                          : 0;
    const QString plain = path.mid(scheme);
    return scheme > 0 && plain.contains(QStringLiteral("%25")) ? QUrl::fromPercentEncoding(plain.toUtf8()) : plain;
}

/// While there is no locale, texts are in the base, and so is all else.
QString shownLocale(const QString &locale, const std::optional<I18n> &i18n)
{
    return locale.isEmpty() && i18n ? i18n->base() : locale;
}

/// The message; of what JavaScript has thrown without the place, as in `error` of a Query.
QString errorText(const I18nError &error)
{
    try {
        if (error) {
            std::rethrow_exception(error.exception);
        }
    } catch (const ScriptError &thrown) {
        return thrown.message();
    } catch (...) {
    }
    return error.message();
}

TranslationFile fileOf(const QJSValue &answer, const QString &name, QJSEngine *engine)
{
    if (answer.isString()) {
        return {answer.toString().toUtf8(), name};
    }
    if (const QVariant bytes = answer.toVariant(); bytes.typeId() == QMetaType::QByteArray) { // an ArrayBuffer
        return {bytes.toByteArray(), name};
    }
    const QJSValue object = detail::withoutWrapper(answer, engine);
    if (!detail::isPlainObject(object, engine)) {
        throw TranslationError(
            (QStringLiteral("load() must give an object of components, JSON as a text, or an array of "
                            "these, and not ")
             + detail::described(answer))
                .toStdString());
    }
    const QJSValue stringify =
        detail::helperOf(engine, "_nanostores_stringify", "(function (value) { return JSON.stringify(value) })");
    const QJSValue json = stringify.call({object});
    if (json.isError()) { // such as of an object that is a part of itself
        throw detail::JsError(json, engine);
    }
    return {json.toString().toUtf8(), name};
}

TranslationLoader::Files filesOf(const QJSValue &answer, const QString &name, QJSEngine *engine)
{
    const QJSValue list = detail::withoutWrapper(answer, engine);
    if (!list.isArray()) {
        return {fileOf(answer, name, engine)};
    }
    TranslationLoader::Files files;
    const quint32 length = list.property(QStringLiteral("length")).toUInt();
    for (quint32 i = 0; i < length; ++i) {
        files.append(fileOf(list.property(i), name, engine));
    }
    return files;
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
        return i18n ? errorText(i18n->core()->error()) : QString();
    }))
    , m_direction(computed(m_locale, m_i18n,
                           [](const QString &tag, const std::optional<I18n> &i18n) {
                               return static_cast<int>(layoutDirection(shownLocale(tag, i18n)));
                           }))
    , m_format(computed(m_locale, m_i18n, [](const QString &tag, const std::optional<I18n> &i18n) {
        return LocaleFormat(shownLocale(tag, i18n));
    }))
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

void DeclarativeI18n::setLoad(const QJSValue &newLoad)
{
    if (newLoad.strictlyEquals(m_load) || !mayChange("load")) {
        return;
    }
    m_load = newLoad;
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
    m_i18n.set(I18n(m_locale, {.load = loader(), .base = m_base}));
    Q_EMIT completed();
}

TranslationLoader DeclarativeI18n::loader()
{
    if (m_load.isUndefined() || m_load.isNull()) {
        return m_files.isEmpty() ? TranslationLoader() : jsonFiles(plainPath(m_files));
    }
    if (!m_files.isEmpty()) {
        qmlWarning(this) << "load is set, so files are not read: take one of them away";
    }
    if (m_load.isCallable()) {
        m_caller = std::make_unique<detail::JsCaller>(this);
        return [self = QPointer<DeclarativeI18n>(this)](const TranslationRequest &request) {
            if (!self) {
                throw TranslationError("the I18n of QML that loads translations is gone");
            }
            return self->callLoad(request);
        };
    }
    if (const QVariant value = m_load.toVariant(); value.canConvert<TranslationLoader>()) {
        return value.value<TranslationLoader>();
    }
    qmlWarning(this)
        << "load must be a function (locale, components) => promise, or a TranslationLoader of C++, and not "
        << detail::described(m_load);
    return {};
}

Task<TranslationLoader::Files> DeclarativeI18n::callLoad(const TranslationRequest &request) const
{
    QJSEngine *const engine = qmlEngine(this);
    if (!engine) {
        throw TranslationError("the engine of the I18n of QML that loads translations is gone");
    }
    QJSValue components = engine->newArray(static_cast<uint>(request.components.size()));
    for (qsizetype i = 0; i < request.components.size(); ++i) {
        components.setProperty(static_cast<quint32>(i), request.components.at(i));
    }
    const TaskSource<TranslationLoader::Files> source;
    const QPointer<QJSEngine> alive(engine);
    detail::callForTask(*m_caller, engine, false, m_load, {request.locale, components})
        .then(
            [source, alive, name = request.locale](const JsValue &answer) {
                try {
                    source.resolve(alive ? filesOf(answer.in(alive), name, alive) : TranslationLoader::Files());
                } catch (...) {
                    source.reject(std::current_exception());
                }
            },
            [source](const std::exception_ptr &error) { source.reject(error); });
    return source.task();
}

} // namespace nanostores
