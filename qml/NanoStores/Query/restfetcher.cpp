// SPDX-License-Identifier: MIT
#include <NanoStores/Query/restfetcher.h>

#include <NanoStores/Query/declarativefetched.h>
#include <NanoStores/Query/declarativerestprogress.h>
#include <NanoStores/Query/detail/jstasks.h>
#include <NanoStores/detail/jshelper.h>

#include <QJSValueIterator>
#include <QJsonDocument>
#include <QJsonValue>
#include <QMetaEnum>
#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace nanostores {

namespace {

using Answer = std::optional<QJsonValue>;

QString nameOf(RestErrorKind kind)
{
    switch (kind) {
    case RestErrorKind::Network:
        return QStringLiteral("Network");
    case RestErrorKind::Timeout:
        return QStringLiteral("Timeout");
    case RestErrorKind::Tls:
        return QStringLiteral("Tls");
    case RestErrorKind::Redirect:
        return QStringLiteral("Redirect");
    case RestErrorKind::Status:
        return QStringLiteral("Status");
    case RestErrorKind::Decode:
        return QStringLiteral("Decode");
    case RestErrorKind::TooLarge:
        return QStringLiteral("TooLarge");
    case RestErrorKind::Aborted:
        break;
    }
    return QStringLiteral("Aborted");
}

/// What a server has sent with an error: JSON, if it is such.
QJSValue bodyIn(QJSEngine *engine, const QByteArray &body)
{
    QJsonParseError parsing;
    const QJsonDocument json = QJsonDocument::fromJson(body, &parsing);
    return parsing.error == QJsonParseError::NoError ? engine->toScriptValue(json.toVariant())
                                                     : QJSValue(QString::fromUtf8(body));
}

std::exception_ptr errorFor(QJSEngine *engine, const std::exception_ptr &thrown)
{
    const auto error = QueryError(thrown).as<RestError>();
    if (!error || !engine) {
        return thrown;
    }
    QJSValue made = engine->newErrorObject(QJSValue::GenericError, QString::fromUtf8(error->what()));
    made.setProperty(QStringLiteral("kind"), nameOf(error->kind()));
    if (error->status() != 0) {
        made.setProperty(QStringLiteral("status"), error->status());
        made.setProperty(QStringLiteral("body"), bodyIn(engine, error->body()));
    }
    if (error->retryAfter()) {
        made.setProperty(QStringLiteral("retryAfter"), static_cast<double>(error->retryAfter()->count()));
    }
    return std::make_exception_ptr(detail::JsError(made, engine));
}

QString encoded(const QJSValue &part)
{
    if (part.isUndefined() || part.isNull()) {
        return {};
    }
    return QString::fromLatin1(QUrl::toPercentEncoding(part.toString()));
}

/// The path with each %n replaced by the n-th part.
QString filled(const QString &path, const QList<QString> &parts)
{
    QString result;
    for (qsizetype i = 0; i < path.size(); ++i) {
        const bool isPlace = path[i] == u'%' && i + 1 < path.size() && path[i + 1] >= u'1' && path[i + 1] <= u'9'
                             && !(i + 2 < path.size() && path[i + 2].isLetterOrNumber()); // %20 is a space
        if (isPlace) {
            result += parts.value(path[++i].digitValue() - 1);
        } else {
            result += path[i];
        }
    }
    return result;
}

/// A segment that is a step in the path only by what was filled in: see restPath().
QString stepIn(const QString &pattern, const QString &path)
{
    const QStringList before = pattern.section(u'?', 0, 0).split(u'/');
    const QStringList after = path.section(u'?', 0, 0).split(u'/');
    for (qsizetype i = 0; i < after.size(); ++i) {
        if ((after[i] == QLatin1String(".") || after[i] == QLatin1String("..")) && before.value(i) != after[i]) {
            return after[i];
        }
    }
    return {};
}

} // namespace

RestFetcher::RestFetcher(QObject *parent)
    : QObject(parent)
{
}

RestFetcher::~RestFetcher() = default;

void RestFetcher::classBegin() {}

void RestFetcher::componentComplete()
{
    m_caller = std::make_unique<detail::JsCaller>(this);
}

/// Requests that are running end as they were begun.
void RestFetcher::change()
{
    m_client.reset();
    Q_EMIT optionsChanged();
}

void RestFetcher::setBaseUrl(const QUrl &newBaseUrl)
{
    if (m_baseUrl != newBaseUrl) {
        m_baseUrl = newBaseUrl;
        change();
    }
}

void RestFetcher::setHeaders(const QJSValue &newHeaders)
{
    m_headers = newHeaders;
    change();
}

void RestFetcher::setTimeout(int newTimeout)
{
    if (m_timeout != newTimeout) {
        m_timeout = newTimeout;
        change();
    }
}

void RestFetcher::setAuthorization(const QString &newAuthorization)
{
    if (m_authorization != newAuthorization) {
        m_authorization = newAuthorization;
        Q_EMIT authorizationChanged();
    }
}

void RestFetcher::setRenew(const QJSValue &newRenew)
{
    m_renew = newRenew;
    if (!newRenew.isCallable() && !newRenew.isUndefined() && !newRenew.isNull()) {
        qmlWarning(this) << "renew must be a function, not " << detail::described(newRenew)
                         << ". Write `renew: () => ...`.";
    }
    m_client.reset();
    Q_EMIT renewChanged();
}

RestHeaders RestFetcher::headersOf(const char *what, const QJSValue &value, bool *ok)
{
    RestHeaders result;
    if (value.isUndefined() || value.isNull()) {
        return result;
    }
    if (!detail::isPlainObject(value, qmlEngine(this))) {
        qmlWarning(this) << what << ": headers are an object of names and values, as ({ \"X-Shop\": \"7\" }), not "
                         << detail::described(value) << ".";
        *ok = false;
        return result;
    }
    QJSValueIterator header(value);
    while (header.next()) {
        if (header.value().isUndefined() || header.value().isNull()) {
            continue; // as in query: there is none
        }
        const QString text = header.value().toString();
        if (text.contains(u'\n') || text.contains(u'\r')) {
            qmlWarning(this) << what << ": the header \"" << header.name() << "\" has a line break. Write one line.";
            *ok = false;
            return result;
        }
        result.append({header.name().toUtf8(), text.toUtf8()});
    }
    return result;
}

const RestClient &RestFetcher::client()
{
    if (!m_client) {
        const QPointer<RestFetcher> self(this);
        bool ok = true;
        RestOptions options;
        options.baseUrl = m_baseUrl;
        options.headers = headersOf("RestFetcher", m_headers, &ok);
        options.timeout = std::chrono::milliseconds(std::max(m_timeout, 1));
        options.authorization = [self] { return self ? self->m_authorization.toUtf8() : QByteArray(); };
        if (m_renew.isCallable()) {
            options.renew = [self]() -> Task<void> {
                if (self && self->m_caller && qmlEngine(self)) {
                    const auto done = detail::callForTask(*self->m_caller, qmlEngine(self), false, self->m_renew, {});
                    co_await done;
                }
            };
        }
        m_client.emplace(std::move(options));
    }
    return *m_client;
}

/// None, with a warning: there is something wrong with it.
std::optional<RestRequest> RestFetcher::requestOf(const char *what, const QJSValue &given)
{
    QQmlEngine *const engine = qmlEngine(this);
    RestRequest request;
    if (given.isUndefined() || given.isNull()) {
        return request;
    }
    const QJSValue value = detail::withoutWrapper(given, engine);
    if (!detail::isPlainObject(value, engine)) {
        qmlWarning(this) << what << "(): its last parameter is an object, as { query: { page: 2 } }, not "
                         << detail::described(value) << ".";
        return std::nullopt;
    }
    bool ok = true;
    QJSValueIterator option(value);
    while (option.next()) {
        const QString name = option.name();
        const QJSValue of = option.value();
        if (name == QLatin1String("headers")) {
            request.headers = headersOf(what, of, &ok);
        } else if (name == QLatin1String("query")) {
            QJSValueIterator pair(of);
            while (pair.next()) {
                if (!pair.value().isUndefined()) {
                    request.query.append({pair.name(), pair.value().toString()});
                }
            }
        } else if (name == QLatin1String("timeout") && of.toNumber() > 0) {
            constexpr double longest = 1e12; // 30 years
            request.timeout = std::chrono::milliseconds(static_cast<qint64>(std::clamp(of.toNumber(), 1.0, longest)));
        } else if (name == QLatin1String("authorized") && of.isBool()) {
            request.isAuthorized = of.toBool();
        } else if (name == QLatin1String("fetch")) {
            if (const auto *fetch = qobject_cast<const QueryFetch *>(of.toQObject())) {
                request.context = fetch->context();
            } else if (!of.isUndefined()) {
                qmlWarning(this) << what << "(): fetch is what a fetcher is handed last, not " << detail::described(of)
                                 << ".";
                ok = false;
            }
        } else if (name == QLatin1String("progress")) {
            if (const auto *progress = qobject_cast<const DeclarativeRestProgress *>(of.toQObject())) {
                request.progress = progress->progress();
            } else if (!of.isUndefined() && !of.isNull()) {
                qmlWarning(this) << what << "(): progress is a RestProgress, not " << detail::described(of) << ".";
                ok = false;
            }
        } else {
            qmlWarning(this) << what << "(): it takes query, headers, timeout, authorized, progress and fetch, not "
                             << name << " with " << detail::described(of) << ".";
            ok = false;
        }
    }
    return ok ? std::optional(std::move(request)) : std::nullopt;
}

QJSValue RestFetcher::send(const char *what, const QByteArray &method, const QString &path, const QJSValue *body,
                           const QJSValue &given)
{
    QQmlEngine *const engine = qmlEngine(this);
    auto request = engine ? requestOf(what, given) : std::nullopt;
    if (!engine) {
        return {};
    }
    const TaskSource<JsValue> source(TaskErrors::ShownElsewhere);
    if (!request) {
        source.reject(std::make_exception_ptr(
            std::invalid_argument(std::string(what) + "(): the request was not sent, see the warning")));
        return detail::promiseOf(source.task(), engine);
    }
    std::optional<RestBody> sent;
    if (body) {
        sent = detail::restBody(engine->fromScriptValue<QJsonValue>(detail::withArrays(*body, engine)));
    }
    const QPointer<QQmlEngine> alive(engine);
    client()
        .send<Answer>(method, path, std::move(sent), *std::move(request))
        .then(
            [source, alive](const Answer &answer) {
                source.resolve(answer && alive ? JsValue(alive->toScriptValue(*answer), alive, false) : JsValue());
            },
            [source, alive](const std::exception_ptr &error) { source.reject(errorFor(alive, error)); });
    return detail::promiseOf(source.task(), engine);
}

QJSValue RestFetcher::get(const QString &path, const QJSValue &request)
{
    return send("get", "GET", path, nullptr, request);
}

QJSValue RestFetcher::post(const QString &path, const QJSValue &body, const QJSValue &request)
{
    return send("post", "POST", path, &body, request);
}

QJSValue RestFetcher::put(const QString &path, const QJSValue &body, const QJSValue &request)
{
    return send("put", "PUT", path, &body, request);
}

QJSValue RestFetcher::patch(const QString &path, const QJSValue &body, const QJSValue &request)
{
    return send("patch", "PATCH", path, &body, request);
}

QJSValue RestFetcher::del(const QString &path, const QJSValue &request)
{
    return send("del", "DELETE", path, nullptr, request);
}

QJSValue RestFetcher::fetcher(const QString &path, const QJSValue &request)
{
    QQmlEngine *const engine = qmlEngine(this);
    if (!engine) {
        return {};
    }
    const QJSValue make = detail::helperOf(engine, "_nanostores_restFetcher", R"((function (rest, path, request) {
        return (...parts) => {
            const fetch = parts.pop()
            return rest.getFor(path, parts, Object.assign({}, request, { fetch }))
        }
    }))");
    return make.call({engine->newQObject(this), path, detail::withoutWrapper(request, engine)});
}

QJSValue RestFetcher::getFor(const QString &path, const QJSValue &parts, const QJSValue &request)
{
    QList<QString> texts;
    const int length = parts.property(QStringLiteral("length")).toInt();
    for (int i = 0; i < length; ++i) {
        texts.append(encoded(parts.property(static_cast<quint32>(i))));
    }
    const QString whole = filled(path, texts);
    if (const QString step = stepIn(path, whole); !step.isEmpty()) {
        const TaskSource<JsValue> source(TaskErrors::ShownElsewhere);
        source.reject(std::make_exception_ptr(std::invalid_argument(
            "fetcher(): \"" + step.toStdString() + "\" cannot be a part of a path: leave it out of the key")));
        return detail::promiseOf(source.task(), qmlEngine(this));
    }
    return send("fetcher", "GET", whole, nullptr, request);
}

void RestFetcher::forget()
{
    client().forget();
}

} // namespace nanostores
