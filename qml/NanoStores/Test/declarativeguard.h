// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Test/export.h>
#include <nanostores/qttestkit/storeguard.h>
#include <nanostores/testkit/pin.h>

#include <QHash>
#include <QJSValue>
#include <QObject>
#include <QString>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace nanostores {

/// A StoreGuard for tests in QML. StoreTestCase has one for each of its functions.
///
/// Listeners, effects, timers and tasks that are left behind are found. Stores are not: those of JavaScript end when
/// the engine collects them, and named stores of QML keep their values.
class NANOSTORES_QMLTESTKIT_EXPORT DeclarativeGuard : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreGuard)
    /// Between begin() and finish().
    Q_PROPERTY(bool active READ isActive NOTIFY activeChanged FINAL)
    /// What the last finish() has found and is no fault: stores that were notified twice in a turn, and runs without a
    /// change.
    Q_PROPERTY(QStringList hints READ hints NOTIFY activeChanged FINAL)

public:
    explicit DeclarativeGuard(QObject *parent = nullptr);
    ~DeclarativeGuard() override;

    bool isActive() const { return m_guard != nullptr; }
    QStringList hints() const { return m_hints; }

    /// realTime: time is that of the event loop.
    Q_INVOKABLE void begin(bool realTime = false);
    /// Gives all stores the values of before. Returns what it has found, or an empty text.
    Q_INVOKABLE QString finish();
    /// Runs all that has no delay, and waits for tasks. Returns what does not end, or an empty text.
    Q_INVOKABLE QString settle();
    /// In milliseconds.
    Q_INVOKABLE void advance(int time);
    /// The errors so far, which finish() does not return then.
    Q_INVOKABLE QStringList takeErrors();
    /// All that was made until now is to stay.
    Q_INVOKABLE void leaveAll();
    /// A Computed holds the value until unpin() or finish().
    Q_INVOKABLE void pin(QObject *store, const QJSValue &value);
    Q_INVOKABLE void unpin(QObject *store);

Q_SIGNALS:
    void activeChanged();

private:
    bool check(const char *function) const;

    std::unique_ptr<StoreGuard> m_guard;
    QHash<QObject *, std::shared_ptr<Pin>> m_pins;
    QStringList m_hints;
};

} // namespace nanostores
