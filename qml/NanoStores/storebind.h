// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/detail/source.h>
#include <NanoStores/export.h>
#include <nanostores/qt/detail/twowaybinding.h>

#include <QJSValue>
#include <QObject>
#include <QQmlParserStatus>
#include <QQmlProperty>
#include <QQmlPropertyValueSource>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

namespace detail {
class ControlWatch;
}

/// A two-way binding of a property of a control: `Slider { Bind on value { store: Settings; key: "volume" } }`.
///
/// The store is one declared in QML, or any object with properties that notify, such as a StoreObject; without a key it
/// is the store's value. What the user or an assignment sets goes to the store, and the store's changes to the control:
/// nothing breaks it. The store has the last word: at the start, and when a hook refuses or changes what was written.
/// What the control makes of a value that it cannot show in full, such as one beyond a slider's end, is not written
/// back.
class NANOSTORES_QML_EXPORT StoreBind : public QObject,
                                        public QQmlPropertyValueSource,
                                        public QQmlParserStatus,
                                        private detail::TwoWayEnds
{
    Q_OBJECT
    QML_NAMED_ELEMENT(Bind)
    Q_INTERFACES(QQmlPropertyValueSource QQmlParserStatus)
    Q_PROPERTY(QObject *store READ store WRITE setStore NOTIFY storeChanged FINAL)
    /// "" is a key as any other; set to undefined, or not at all, there is none.
    Q_PROPERTY(QString key READ key WRITE setKey RESET resetKey NOTIFY keyChanged FINAL)
    /// A part of that value, such as "notifications.push" or "list[1].name", by the rules of deepMap(); empty for all
    /// of it. Setting it to undefined removes the part.
    Q_PROPERTY(QString path READ path WRITE setPath NOTIFY pathChanged FINAL)
    /// Writes when editing finishes: Return, loss of focus, a slider or dial released; or with commit().
    Q_PROPERTY(bool delayed READ isDelayed WRITE setDelayed NOTIFY delayedChanged FINAL)
    /// While false, it does not observe the store, and the control keeps what it shows: `active: page.visible`. Then it
    /// catches up.
    Q_PROPERTY(bool active READ isActive WRITE setActive NOTIFY activeChanged FINAL)
    /// The control shows something that is not in the store: an edit not yet committed, or text that is no value (yet).
    Q_PROPERTY(bool pending READ isPending NOTIFY pendingChanged FINAL)
    /// The last write was refused or changed by a hook, or was no value of the property's type.
    Q_PROPERTY(bool rejected READ isRejected NOTIFY rejectedChanged FINAL)

public:
    explicit StoreBind(QObject *parent = nullptr);
    ~StoreBind() override;

    QObject *store() const { return m_store; }
    void setStore(QObject *newStore);
    QString key() const { return m_key; }
    void setKey(const QString &newKey);
    void resetKey();
    QString path() const { return m_path; }
    void setPath(const QString &newPath);
    bool isDelayed() const { return m_delayed; }
    void setDelayed(bool newDelayed);
    bool isActive() const { return m_active; }
    void setActive(bool newActive);
    bool isPending() const { return m_binding.isPending(); }
    bool isRejected() const { return m_binding.isRejected(); }

    /// Writes the control's value to the store now.
    Q_INVOKABLE void commit();
    /// Shows the store's value, and drops what was pending.
    Q_INVOKABLE void revert();

    void setTarget(const QQmlProperty &target) override;
    void classBegin() override;
    void componentComplete() override;

Q_SIGNALS:
    void storeChanged();
    void keyChanged();
    void pathChanged();
    void delayedChanged();
    void activeChanged();
    void pendingChanged();
    void rejectedChanged();

private Q_SLOTS:
    void start();

private:
    // The two ends:
    bool isReady() const override;
    QVariant controlValue() const override;
    void showStoreValue() override;
    bool storeHoldsControlValue() const override;
    bool storeHasValue() const override;
    detail::Written writeControlValue() override;
    bool waitsForFinish() const override;
    bool keepsUnreadable() const override;
    bool changedByItself(const QVariant &before) const override;
    void settled() override;
    void showLater() override;
    void fallBack() override;
    void announcePending() override;
    void announceRejected() override;

    void resolveSource();
    void resolveAndSignal(void (StoreBind::*notify)());
    bool observe();
    QVariant shown(const QJSValue &value) const;
    bool isText() const;
    void showText(const QString &before, const QString &after);

    QQmlProperty m_target;
    QPointer<QObject> m_store;
    QString m_key;
    QString m_path;
    detail::Source m_source;
    DeclarativeStore::Listening m_listening;
    detail::TwoWayBinding m_binding;
    detail::ControlWatch *m_watch = nullptr; ///< Once the control is complete.
    bool m_delayed = false;
    bool m_active = true;
    bool m_complete = false;
    bool m_over = false; ///< The control is being destroyed.
};

} // namespace nanostores
