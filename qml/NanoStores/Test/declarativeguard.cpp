// SPDX-License-Identifier: MIT
#include <NanoStores/Test/declarativeguard.h>

#include <NanoStores/declarativecomputed.h>

#include <QQmlEngine>
#include <QQmlInfo>

#include <chrono>
#include <exception>
#include <utility>

namespace nanostores {

DeclarativeGuard::DeclarativeGuard(QObject *parent)
    : QObject(parent)
{
}

DeclarativeGuard::~DeclarativeGuard() = default;

/// Whether a test runs.
bool DeclarativeGuard::check(const char *function) const
{
    if (!m_guard) {
        qmlWarning(this) << function
                         << "() is called outside of a test: call begin() before; in a StoreTestCase, do so in setUp() "
                            "or a test function, and leave init() and cleanup() to it";
    }
    return m_guard != nullptr;
}

void DeclarativeGuard::begin(bool realTime)
{
    if (m_guard) {
        qmlWarning(this) << "begin() is called twice: the former test is ended by finish() first";
        finish();
    }
    m_guard = std::make_unique<StoreGuard>();
    m_guard->setStoresMayStay(true);
    if (realTime) {
        m_guard->useEventLoop();
    }
    Q_EMIT activeChanged();
}

QString DeclarativeGuard::finish()
{
    if (!check("finish")) {
        return {};
    }
    m_pins.clear();
    const auto guard = std::exchange(m_guard, nullptr);
    const Report report = guard->finish();
    m_hints.clear();
    for (const auto *hints : {&report.doubles, &report.wasted}) {
        for (const std::string &line : *hints) {
            m_hints.append(QString::fromStdString(line));
        }
    }
    Q_EMIT activeChanged();
    return report.ok() ? QString() : QString::fromStdString(report.text());
}

QString DeclarativeGuard::settle()
{
    return check("settle") ? QString::fromStdString(m_guard->settle().reason) : QString();
}

void DeclarativeGuard::advance(int time)
{
    if (check("advance")) {
        m_guard->advance(std::chrono::milliseconds(time));
    }
}

QStringList DeclarativeGuard::takeErrors()
{
    QStringList errors;
    if (check("takeErrors")) {
        for (const std::string &error : m_guard->takeErrors()) {
            errors.append(QString::fromStdString(error));
        }
    }
    return errors;
}

void DeclarativeGuard::leaveAll()
{
    if (check("leaveAll")) {
        m_guard->leaveAll();
    }
}

void DeclarativeGuard::pin(QObject *store, const QJSValue &value)
{
    if (!check("pin")) {
        return;
    }
    const auto *const computed = qobject_cast<DeclarativeComputed *>(store);
    if (!computed) {
        qmlWarning(this) << "pin() takes a Computed, and not" << (store ? store->metaObject()->className() : "null")
                         << "- set an Atom or a MapStore instead: it gets its value back when the test ends";
        return;
    }
    unpin(store);
    try {
        m_pins.insert(
            store, std::make_shared<Pin>(nanostores::pin(computed->store(), JsValue(value, qmlEngine(this), false))));
    } catch (const std::exception &error) { // of an observer
        qmlWarning(this) << "pin():" << error.what();
    }
}

void DeclarativeGuard::unpin(QObject *store)
{
    m_pins.remove(store);
}

} // namespace nanostores
