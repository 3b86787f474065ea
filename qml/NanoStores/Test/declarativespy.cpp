// SPDX-License-Identifier: MIT
#include <NanoStores/Test/declarativespy.h>

#include <NanoStores/detail/source.h>
#include <nanostores/core/scheduler.h>

#include <QQmlEngine>
#include <QQmlInfo>

namespace nanostores {

namespace {

std::chrono::milliseconds now()
{
    const Scheduler *const time = scheduler();
    return time ? time->now() : std::chrono::milliseconds(0);
}

} // namespace

DeclarativeSpy::DeclarativeSpy(QObject *parent)
    : QObject(parent)
{
}

DeclarativeSpy::~DeclarativeSpy() = default;

void DeclarativeSpy::setStore(QObject *newStore)
{
    if (m_store != newStore) {
        m_store = newStore;
        listen();
        Q_EMIT storeChanged();
    }
}

void DeclarativeSpy::setKey(const QString &newKey)
{
    if (m_key != newKey || m_key.isNull() != newKey.isNull()) {
        m_key = newKey;
        listen();
        Q_EMIT keyChanged();
    }
}

void DeclarativeSpy::classBegin() {}

void DeclarativeSpy::componentComplete()
{
    m_isComplete = true;
    m_start = now();
    listen();
}

/// A new store or key begins a new record.
void DeclarativeSpy::listen()
{
    m_listening = nullptr;
    m_calls.clear();
    if (!m_isComplete || !m_store) {
        return;
    }
    const detail::Source source(m_store, m_key, QString(), qmlEngine(this));
    if (const QString problem = source.problem(); !problem.isEmpty()) {
        qmlWarning(this) << problem;
        return;
    }
    m_listening = source.listen([this] { record(); });
}

void DeclarativeSpy::record()
{
    m_calls.emplace_back(now() - m_start, detail::Source(m_store, m_key, QString(), qmlEngine(this)).read());
    Q_EMIT recorded();
}

QJSValue DeclarativeSpy::values() const
{
    QJSValue all = qmlEngine(this)->newArray(static_cast<uint>(m_calls.size()));
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        all.setProperty(static_cast<quint32>(i), m_calls[i].second);
    }
    return all;
}

QJSValue DeclarativeSpy::timeline() const
{
    QQmlEngine *const engine = qmlEngine(this);
    QJSValue all = engine->newArray(static_cast<uint>(m_calls.size()));
    for (std::size_t i = 0; i < m_calls.size(); ++i) {
        QJSValue entry = engine->newArray(2);
        entry.setProperty(0, static_cast<double>(m_calls[i].first.count()));
        entry.setProperty(1, m_calls[i].second);
        all.setProperty(static_cast<quint32>(i), entry);
    }
    return all;
}

void DeclarativeSpy::clear()
{
    m_start = now();
    m_calls.clear();
    Q_EMIT recorded();
}

QJSValue DeclarativeSpy::take()
{
    QJSValue all = values();
    clear();
    return all;
}

} // namespace nanostores
