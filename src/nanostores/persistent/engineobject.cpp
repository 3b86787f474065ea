// SPDX-License-Identifier: MIT
#include <nanostores/persistent/engineobject.h>

#include <QMetaObject>
#include <QPointer>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace nanostores {

namespace {

int toInt(std::size_t number)
{
    return static_cast<int>(std::min<std::size_t>(number, std::numeric_limits<int>::max()));
}

QStringList toTexts(const std::vector<std::string> &texts)
{
    QStringList all;
    all.reserve(static_cast<qsizetype>(texts.size()));
    for (const std::string &text : texts) {
        all.append(QString::fromStdString(text));
    }
    return all;
}

Task<void> flushFor(StorageEngine engine, QPointer<EngineObject> object)
{
    QString error;
    try {
        co_await engine.flush();
    } catch (const std::exception &e) {
        error = QString::fromUtf8(e.what());
    }
    if (!object) {
        co_return;
    }
    if (error.isNull()) {
        Q_EMIT object->flushed();
    } else {
        Q_EMIT object->flushFailed(error);
    }
}

} // namespace

EngineObject::EngineObject(const StorageEngine &engine, QObject *parent)
    : EngineObject(Atom<std::optional<StorageEngine>>(engine), parent)
{
}

EngineObject::EngineObject(QObject *parent)
    : EngineObject(Atom<std::optional<StorageEngine>>(std::nullopt), parent)
{
}

EngineObject::EngineObject(Atom<std::optional<StorageEngine>> engine, QObject *parent)
    : StoreObject(parent)
    , m_engine(std::move(engine))
    , m_status(computed([current = m_engine] {
        const std::optional<StorageEngine> &present = current();
        return present ? present->status()() : EngineStatus();
    }))
    , m_state(computed(m_status, [](const EngineStatus &status) { return static_cast<State>(status.state); }))
    , m_isSaved(computed(m_status, [](const EngineStatus &status) { return status.pending == 0; }))
    , m_pending(computed(m_status, [](const EngineStatus &status) { return toInt(status.pending); }))
    , m_conflicts(computed(m_status, [](const EngineStatus &status) { return toInt(status.conflicts); }))
    , m_lastError(
          computed(m_status, [](const EngineStatus &status) { return QString::fromStdString(status.lastError); }))
    , m_path(computed(m_status, [](const EngineStatus &status) { return QString::fromStdString(status.path); }))
    , m_repairs(computed(m_status, [](const EngineStatus &status) { return toTexts(status.repairs); }))
    , m_unreadable(computed(m_status, [](const EngineStatus &status) { return toTexts(status.unreadable); }))
{
}

EngineObject::~EngineObject() = default;

std::optional<TextStorage> EngineObject::textStorage()
{
    const auto engine = m_engine.peek();
    if (!engine) {
        return std::nullopt;
    }
    return TextStorage{
        [engine](std::string_view name) { return engine->get(name); },
        [engine](std::string_view name, std::string text) { engine->set(name, std::move(text)); },
        [engine](std::string_view name) { engine->del(name); },
        [engine](std::string_view prefix) { return engine->entries(prefix); },
    };
}

void EngineObject::flush()
{
    if (const auto &present = engine()) {
        flushFor(*present, this);
        return;
    }
    QMetaObject::invokeMethod(
        this, [this] { Q_EMIT flushFailed(QStringLiteral("There is no engine to flush yet: set one first.")); },
        Qt::QueuedConnection); // as for an engine, not before this function has returned
}

void EngineObject::setEngine(const StorageEngine &engine)
{
    const QPointer<EngineObject> alive(this); // those who are notified may delete it
    m_engine.set(engine);
    if (alive) {
        Q_EMIT engineChanged();
    }
}

} // namespace nanostores
