// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/export.h>
#include <NanoStores/declarativestore.h>
#include <nanostores/persistent/conflict.h>
#include <nanostores/persistent/engineobject.h>

#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QtQml/qqml.h>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace nanostores {

/// Two writers have changed the same entry: what ConflictArea hands out.
class NANOSTORES_QMLPERSISTENT_EXPORT StoreConflict : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(StoreConflict)
    QML_UNCREATABLE("A StoreConflict is what a ConflictArea shows.")
    Q_PROPERTY(QString key READ key CONSTANT FINAL)
    /// What both have changed.
    Q_PROPERTY(QJSValue base READ base CONSTANT FINAL)
    Q_PROPERTY(QJSValue mine READ mine CONSTANT FINAL)
    Q_PROPERTY(QJSValue theirs READ theirs CONSTANT FINAL)

public:
    StoreConflict(Conflict<JsValue> conflict, QJSEngine *engine, QObject *parent);

    QString key() const { return QString::fromStdString(m_conflict.key); }
    QJSValue base() const { return m_conflict.base.in(m_engine); }
    QJSValue mine() const { return m_conflict.mine.in(m_engine); }
    QJSValue theirs() const { return m_conflict.theirs.in(m_engine); }

    /// Writes the store's value over theirs.
    Q_INVOKABLE void keepMine() const;
    /// The store gets theirs.
    Q_INVOKABLE void takeTheirs() const;
    /// Sets the store to the value, and writes it.
    Q_INVOKABLE void resolve(const QJSValue &value) const;

private:
    template<typename F>
    void end(F f) const;

    Conflict<JsValue> m_conflict;
    QPointer<QJSEngine> m_engine;
};

/// Makes an Atom or a MapStore of QML persistent:
///
///     Atom { name: "theme"; value: "light"; Persistent.key: "theme"; Persistent.engine: settings }
///     MapStore { name: "drafts"; Persistent.key: "drafts/" } // an entry for each key
///
/// The store has what is kept when it is complete; its value in QML is the default. PersistentAtom and PersistentMap
/// are the same in shorter words. All is fixed when the store is complete.
class NANOSTORES_QMLPERSISTENT_EXPORT DeclarativePersistence : public QObject
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Persistent)
    QML_UNCREATABLE("Persistent is attached to an Atom or a MapStore: Persistent.key: \"theme\".")
    QML_ATTACHED(nanostores::DeclarativePersistence)
    /// The name of the entry; of a MapStore what the names of its entries begin with.
    Q_PROPERTY(QString key READ key WRITE setKey NOTIFY optionsChanged FINAL)
    /// Where it is kept. Left out: see setPersistentEngine(). While it is null, nothing is kept.
    Q_PROPERTY(nanostores::EngineObject *engine READ engine WRITE setEngine NOTIFY optionsChanged FINAL)
    Q_PROPERTY(Format format READ format WRITE setFormat NOTIFY optionsChanged FINAL)
    Q_PROPERTY(Loss durability READ durability WRITE setDurability NOTIFY optionsChanged FINAL)
    Q_PROPERTY(Policy policy READ policy WRITE setPolicy NOTIFY optionsChanged FINAL)
    /// `(base, mine, theirs) => value`: makes one value of two; takes the place of policy.
    Q_PROPERTY(QJSValue merge READ merge WRITE setMerge NOTIFY optionsChanged FINAL)
    /// Written after a pause of so many milliseconds; 0: at the end of the turn.
    Q_PROPERTY(int debounce READ debounce WRITE setDebounce NOTIFY optionsChanged FINAL)
    /// Written at most once in so many milliseconds.
    Q_PROPERTY(int throttle READ throttle WRITE setThrottle NOTIFY optionsChanged FINAL)
    /// Takes what other writers change.
    Q_PROPERTY(bool listen READ isListening WRITE setListening NOTIFY optionsChanged FINAL)
    /// Only for engines that encrypt.
    Q_PROPERTY(bool secret READ isSecret WRITE setSecret NOTIFY optionsChanged FINAL)
    /// The number of the form of the values, with migrations: `({1: old => new1, 2: old => new2})`, each from the form
    /// of its number to the next.
    Q_PROPERTY(int schema READ schema WRITE setSchema NOTIFY optionsChanged FINAL)
    Q_PROPERTY(QJSValue migrations READ migrations WRITE setMigrations NOTIFY optionsChanged FINAL)

public:
    enum Format {
        Automatic, ///< Text for an Atom that has a text at first, otherwise Json.
        Text, ///< As it is.
        Json,
    };
    Q_ENUM(Format)
    /// What a power cut may cost.
    enum Loss { AsEngine, Process, Second, Disk };
    Q_ENUM(Loss)
    /// What happens when another writer has changed the entry.
    enum Policy {
        LastWriteWins, ///< The store's value is written.
        Reject, ///< It is not; a ConflictArea shows both.
    };
    Q_ENUM(Policy)

    explicit DeclarativePersistence(QObject *store);
    ~DeclarativePersistence() override;
    static DeclarativePersistence *qmlAttachedProperties(QObject *store);

    QString key() const { return m_key; }
    void setKey(const QString &newKey);
    EngineObject *engine() const { return m_engine; }
    void setEngine(EngineObject *newEngine);
    Format format() const { return m_format; }
    void setFormat(Format newFormat);
    Loss durability() const { return m_durability; }
    void setDurability(Loss newDurability);
    Policy policy() const { return m_policy; }
    void setPolicy(Policy newPolicy);
    QJSValue merge() const { return m_merge; }
    void setMerge(const QJSValue &newMerge);
    int debounce() const { return m_debounce; }
    void setDebounce(int newDebounce);
    int throttle() const { return m_throttle; }
    void setThrottle(int newThrottle);
    bool isListening() const { return m_isListening; }
    void setListening(bool newListening);
    bool isSecret() const { return m_isSecret; }
    void setSecret(bool newSecret);
    int schema() const { return m_schema; }
    void setSchema(int newSchema);
    QJSValue migrations() const { return m_migrations; }
    void setMigrations(const QJSValue &newMigrations);

    /// There is a warning without a key, which the property of the store is that has this name.
    void expectKey(const char *property);
    /// The conflict of the store, once it is persistent.
    std::optional<ConflictStore<JsValue>> conflicts() const;

Q_SIGNALS:
    void optionsChanged();
    /// The store is persistent from now on.
    void started();

private:
    template<typename T>
    void change(T &member, const T &value);
    void start();
    template<typename S>
    void startWith(const S &store, bool isText);

    DeclarativeStore *const m_store; ///< Null: attached to something else.
    QString m_key;
    QPointer<EngineObject> m_engine;
    QJSValue m_merge;
    QJSValue m_migrations;
    std::optional<ConflictStore<JsValue>> m_conflicts;
    std::weak_ptr<detail::Binding> m_binding;
    int m_debounce = 0;
    int m_throttle = 0;
    int m_schema = 0;
    Format m_format = Automatic;
    Loss m_durability = AsEngine;
    Policy m_policy = LastWriteWins;
    bool m_isListening = true;
    bool m_isSecret = false;
    const char *m_keyProperty = nullptr;
    bool m_isEngineGiven = false;
    bool m_isStarted = false;
};

} // namespace nanostores
