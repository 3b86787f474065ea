// SPDX-License-Identifier: MIT
#include <nanostores/scriptpersistent/detail/scriptstorage.h>

#include <nanostores/core/errors.h>
#include <nanostores/script/scripterror.h>

#include <QByteArrayView>
#include <QStringDecoder>

#include <exception>
#include <string>
#include <utility>

namespace nanostores::detail {

namespace {

constexpr auto ObjectName = "nanostores.storage";

} // namespace

ScriptStorage::ScriptStorage(QJSEngine *engine, std::optional<StorageEngine> storage)
    : QObject(engine)
    , m_engine(engine)
    , m_storage(std::move(storage))
{
    setObjectName(QLatin1String(ObjectName));
}

ScriptStorage::~ScriptStorage()
{
    for (const auto &[id, end] : m_subscriptions) {
        end();
    }
}

bool ScriptStorage::isIn(const QJSEngine *engine)
{
    return engine->findChild<QObject *>(QLatin1String(ObjectName), Qt::FindDirectChildrenOnly) != nullptr;
}

const StorageEngine &ScriptStorage::storage()
{
    if (!m_storage) {
        m_storage = persistentEngine();
    }
    return *m_storage;
}

/// Does something for JavaScript, where its error goes.
template<typename F>
auto ScriptStorage::guarded(F f)
{
    using Result = decltype(f());
    try {
        return f();
    } catch (const std::exception &error) {
        m_engine->throwError(QString::fromUtf8(error.what()));
    }
    return Result();
}

std::optional<std::string> ScriptStorage::bytesOf(const QString &text)
{
    if (!text.isValidUtf16()) {
        m_engine->throwError(QJSValue::TypeError,
                             QStringLiteral("a text with half a surrogate pair cannot be stored as UTF-8: encode it, "
                                            "as encodeURIComponent() or JSON.stringify() would"));
        return std::nullopt;
    }
    return text.toStdString();
}

/// With a byte order mark, if there is one, unlike QString::fromUtf8().
QString ScriptStorage::textOf(const std::string &utf8)
{
    QStringDecoder decode(QStringDecoder::Utf8,
                          QStringDecoder::Flag::Stateless | QStringDecoder::Flag::ConvertInitialBom);
    return decode(QByteArrayView(utf8.data(), static_cast<qsizetype>(utf8.size())));
}

QJSValue ScriptStorage::textOf(const StorageEngine::RawValue &value, QJSValue::SpecialValue none)
{
    return value ? QJSValue(textOf(*value)) : QJSValue(none);
}

QJSValue ScriptStorage::get(const QString &key)
{
    return guarded([&] { return textOf(storage().get(key.toStdString()), QJSValue::UndefinedValue); });
}

void ScriptStorage::set(const QString &key, const QString &text)
{
    const auto name = bytesOf(key);
    auto value = name ? bytesOf(text) : std::nullopt;
    if (value) {
        guarded([&] { storage().set(*name, *std::move(value)); });
    }
}

void ScriptStorage::del(const QString &key)
{
    guarded([&] { storage().del(key.toStdString()); });
}

QStringList ScriptStorage::keys(const QString &prefix)
{
    return guarded([&] {
        QStringList names;
        for (const std::string &key : storage().keys(prefix.toStdString())) {
            names.append(textOf(key));
        }
        return names;
    });
}

int ScriptStorage::subscribe(const QString &key, bool isPrefix, const QJSValue &f)
{
    const auto call = [f](const QString &name, const StorageEngine::RawValue &value) {
        const QJSValue result = f.call({QJSValue(name), textOf(value, QJSValue::NullValue)});
        if (result.isError()) {
            reportError(std::make_exception_ptr(ScriptError(result)));
        }
    };
    return guarded([&] {
        const std::string bytes = key.toStdString();
        auto end =
            isPrefix
                ? storage().subAll(bytes, [call](const std::string &name,
                                                 const StorageEngine::RawValue &value) { call(textOf(name), value); })
                : storage().sub(bytes, [call, key](const StorageEngine::RawValue &value) { call(key, value); });
        m_subscriptions.emplace(++m_lastId, std::move(end));
        return m_lastId;
    });
}

void ScriptStorage::unsubscribe(int id)
{
    const auto found = m_subscriptions.find(id);
    if (found != m_subscriptions.end()) {
        const auto end = std::move(found->second);
        m_subscriptions.erase(found);
        end();
    }
}

} // namespace nanostores::detail
