// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent/engine.h>

#include <QJSEngine>
#include <QJSValue>
#include <QObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <optional>
#include <string>

namespace nanostores::detail {

/// A StorageEngine as js/persistent.mjs sees it: text by key. One for each engine.
class ScriptStorage : public QObject
{
    Q_OBJECT

public:
    ScriptStorage(QJSEngine *engine, std::optional<StorageEngine> storage);
    ~ScriptStorage() override;
    static bool isIn(const QJSEngine *engine);

    Q_INVOKABLE QJSValue get(const QString &key); ///< Undefined: there is none.
    Q_INVOKABLE void set(const QString &key, const QString &text);
    Q_INVOKABLE void del(const QString &key);
    Q_INVOKABLE QStringList keys(const QString &prefix);
    /// Calls f(key, text), with null for a key that was deleted, when the key, or one that begins so, has changed.
    Q_INVOKABLE int subscribe(const QString &key, bool isPrefix, const QJSValue &f);
    Q_INVOKABLE void unsubscribe(int id);

private:
    const StorageEngine &storage();
    template<typename F>
    auto guarded(F f);
    std::optional<std::string> bytesOf(const QString &text);
    static QString textOf(const std::string &utf8);
    static QJSValue textOf(const StorageEngine::RawValue &value, QJSValue::SpecialValue none);

    QJSEngine *m_engine;
    std::optional<StorageEngine> m_storage;
    std::map<int, std::function<void()>> m_subscriptions;
    int m_lastId = 0;
};

} // namespace nanostores::detail
