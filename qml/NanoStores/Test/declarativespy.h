// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Test/export.h>
#include <NanoStores/declarativestore.h>

#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

#include <chrono>
#include <utility>
#include <vector>

namespace nanostores {

/// Records the values of a store, or of one key of it:
///
///     StoreSpy { id: spy; store: Cart.count }
///     compare(spy.values, [1, 2]);
///
/// The store may be a declared one, a StoreAdapter, or any object with a property `value`, as of StoreKey. The store is
/// mounted as long as the spy lives. A spy that is declared beside its test functions goes on between them, so it is
/// to be cleared first.
class NANOSTORES_QMLTESTKIT_EXPORT DeclarativeSpy : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreSpy)
    Q_INTERFACES(QQmlParserStatus)
    Q_PROPERTY(QObject *store READ store WRITE setStore NOTIFY storeChanged FINAL)
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY keyChanged FINAL)
    Q_PROPERTY(int count READ count NOTIFY recorded FINAL)
    /// An array of the values.
    Q_PROPERTY(QJSValue values READ values NOTIFY recorded FINAL)
    /// An array of arrays: the time in milliseconds since the spy came, or since clear(), and the value.
    Q_PROPERTY(QJSValue timeline READ timeline NOTIFY recorded FINAL)

public:
    explicit DeclarativeSpy(QObject *parent = nullptr);
    ~DeclarativeSpy() override;

    QObject *store() const { return m_store; }
    void setStore(QObject *newStore);
    QString key() const { return m_key; }
    void setKey(const QString &newKey);
    int count() const { return static_cast<int>(m_calls.size()); }
    QJSValue values() const;
    QJSValue timeline() const;

    /// Forgets what was recorded.
    Q_INVOKABLE void clear();
    /// Returns the values, and forgets them.
    Q_INVOKABLE QJSValue take();

    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void storeChanged();
    void keyChanged();
    void recorded();

private:
    void listen();
    void record();

    QPointer<QObject> m_store;
    QString m_key;
    bool m_isComplete = false;
    std::chrono::milliseconds m_start{0};
    std::vector<std::pair<std::chrono::milliseconds, QJSValue>> m_calls;
    DeclarativeStore::Listening m_listening;
};

} // namespace nanostores
