// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Logger/export.h>
#include <nanostores/logger.h>

#include <QJSValue>
#include <QObject>
#include <QPointer>
#include <QQmlParserStatus>
#include <QString>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace nanostores {

/// Logs stores, as logger() does:
///
///     StoreLogger { stores: ({ cart: Shop.cart, user: $user }); redact: ["password"] }
///
/// A store is one that is declared in QML, a StoreAdapter, or one of JavaScript. Stores that are null or undefined are
/// left out, so that a binding may give them later.
class NANOSTORES_QMLLOGGER_EXPORT StoreLogger : public QObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_ELEMENT
    Q_INTERFACES(QQmlParserStatus)
    /// An object of stores by the names that the log calls them by, or an array of stores.
    Q_PROPERTY(QJSValue stores READ stores WRITE setStores NOTIFY storesChanged FINAL)
    /// Logs all stores and effects of the thread, also those of C++; `stores` is not used then.
    Q_PROPERTY(bool all MEMBER m_all WRITE setAll NOTIFY changed FINAL)
    Q_PROPERTY(bool enabled MEMBER m_enabled WRITE setEnabled NOTIFY changed FINAL)
    /// Lines go to the logging category `nanostores.<category>`; with an empty text nowhere.
    Q_PROPERTY(QString category MEMBER m_category WRITE setCategory NOTIFY changed FINAL)
    /// Names of files for JSON lines and for a trace. A file is replaced when the logger starts or gets its name, and
    /// continued when another property changes. The trace is whole when the StoreLogger has ended.
    Q_PROPERTY(QString jsonFile MEMBER m_jsonFile WRITE setJsonFile NOTIFY changed FINAL)
    Q_PROPERTY(QString traceFile MEMBER m_traceFile WRITE setTraceFile NOTIFY changed FINAL)
    /// Members, stores and paths that are shown as `***`: "password", "auth/*", "user.token".
    Q_PROPERTY(QStringList redact MEMBER m_redact WRITE setRedact NOTIFY changed FINAL)
    Q_PROPERTY(QStringList ignoreActions MEMBER m_ignoreActions WRITE setIgnoreActions NOTIFY changed FINAL)
    /// With `all`: names of stores that are left out.
    Q_PROPERTY(QStringList except MEMBER m_except WRITE setExcept NOTIFY changed FINAL)
    /// Events a second; 0: there is no bound.
    Q_PROPERTY(int maxRate MEMBER m_maxRate WRITE setMaxRate NOTIFY changed FINAL)
    Q_PROPERTY(bool mounts MEMBER m_mounts WRITE setMounts NOTIFY changed FINAL)
    Q_PROPERTY(bool changes MEMBER m_changes WRITE setChanges NOTIFY changed FINAL)
    Q_PROPERTY(bool actions MEMBER m_actions WRITE setActions NOTIFY changed FINAL)
    Q_PROPERTY(bool effects MEMBER m_effects WRITE setEffects NOTIFY changed FINAL)
    /// Whether the functions that made a write, and their files and lines, are looked for.
    Q_PROPERTY(bool origins MEMBER m_origins WRITE setOrigins NOTIFY changed FINAL)

public:
    explicit StoreLogger(QObject *parent = nullptr);
    ~StoreLogger() override;

    QJSValue stores() const { return m_stores; }
    void setStores(const QJSValue &newStores);

    void setAll(bool newAll) { set(m_all, newAll); }
    void setEnabled(bool newEnabled) { set(m_enabled, newEnabled); }
    void setCategory(const QString &newCategory) { set(m_category, newCategory); }
    void setJsonFile(const QString &newFile) { set(m_jsonFile, newFile); }
    void setTraceFile(const QString &newFile) { set(m_traceFile, newFile); }
    void setRedact(const QStringList &newRules) { set(m_redact, newRules); }
    void setIgnoreActions(const QStringList &newNames) { set(m_ignoreActions, newNames); }
    void setExcept(const QStringList &newNames) { set(m_except, newNames); }
    void setMaxRate(int newRate) { set(m_maxRate, newRate); }
    void setMounts(bool newMounts) { set(m_mounts, newMounts); }
    void setChanges(bool newChanges) { set(m_changes, newChanges); }
    void setActions(bool newActions) { set(m_actions, newActions); }
    void setEffects(bool newEffects) { set(m_effects, newEffects); }
    void setOrigins(bool newOrigins) { set(m_origins, newOrigins); }

    void classBegin() override {}
    void componentComplete() override;

Q_SIGNALS:
    void storesChanged();
    void changed();
    /// A line of the log, at a later turn of the event loop: a handler may do what it likes.
    void line(const QString &text);

private:
    template<typename T>
    void set(T &member, const T &value)
    {
        if (member != value) {
            member = value;
            const QPointer<StoreLogger> alive(this);
            Q_EMIT changed();
            if (alive) {
                restart();
            }
        }
    }
    /// A file that stays open while loggers come and go: opened again it would be emptied.
    struct FileSink
    {
        void setPath(const QString &newPath)
        {
            if (path != newPath) {
                path = newPath;
                sink = nullptr;
            }
        }
        QString path;
        LogSinkPtr sink; ///< Null until it is needed.
    };

    void connectNotify(const QMetaMethod &signal) override;
    void restart();
    void start();
    void addLateStores();
    LoggerOptions options();
    std::vector<LoggedStore> loggedStores(bool warns) const;
    void addStore(std::vector<LoggedStore> &to, const QString &name, const QJSValue &store, bool warns) const;

    QJSValue m_stores;
    QString m_category = QStringLiteral("log");
    QString m_jsonFile;
    QString m_traceFile;
    QStringList m_redact;
    QStringList m_ignoreActions;
    QStringList m_except;
    int m_maxRate = 0;
    bool m_all = false;
    bool m_enabled = true;
    bool m_mounts = true;
    bool m_changes = true;
    bool m_actions = true;
    bool m_effects = true;
    bool m_origins = true;
    bool m_isComplete = false;
    FileSink m_jsonSink;
    FileSink m_traceSink;
    Logger m_logger;
};

} // namespace nanostores
