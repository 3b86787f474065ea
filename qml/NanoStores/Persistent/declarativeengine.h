// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/Persistent/export.h>
#include <nanostores/persistent/engineobject.h>

#include <QQmlParserStatus>
#include <QString>
#include <QtQml/qqmlregistration.h>

namespace nanostores {

// Bases are qualified: Qt 6.4 finds them for the .qmltypes by no other name.

/// Where persistent stores of QML keep their values:
///
///     PersistentEngine { id: settings; file: "settings.db" }
///     PersistentAtom { id: theme; engine: settings; key: "theme"; value: "light" }
///     Label { visible: !settings.isSaved; text: qsTr("Saving…") }
///
/// What it is made of is fixed when the object is complete. Several objects of one file share it.
class NANOSTORES_QMLPERSISTENT_EXPORT DeclarativeEngine : public nanostores::EngineObject, public QQmlParserStatus
{
    Q_OBJECT
    QML_NAMED_ELEMENT(PersistentEngine)
    Q_INTERFACES(QQmlParserStatus)
    /// A path, or the URL of a local file; a name without a folder lies where the platform keeps data of the program.
    /// Empty: the engine of stores that name none.
    Q_PROPERTY(QString file READ file WRITE setFile NOTIFY fileChanged FINAL)
    Q_PROPERTY(Format format READ format WRITE setFormat NOTIFY formatChanged FINAL)
    /// The engine of persistent stores that name none. For one object of the program.
    Q_PROPERTY(bool isDefault READ isDefault WRITE setDefault NOTIFY isDefaultChanged FINAL)

public:
    enum class Format {
        Automatic, ///< Json, if the name ends so; otherwise Database.
        Database, ///< The default: crash-safe, and shared by several processes.
        Json, ///< A text that people can read and edit.
        Memory, ///< Nothing stays. For tests.
    };
    Q_ENUM(Format)

    explicit DeclarativeEngine(QObject *parent = nullptr);
    ~DeclarativeEngine() override;

    QString file() const { return m_file; }
    void setFile(const QString &newFile);
    Format format() const { return m_format; }
    void setFormat(Format newFormat);
    bool isDefault() const { return m_isDefault; }
    void setDefault(bool newDefault);

    void classBegin() override;
    void componentComplete() override;
    /// Makes the engine, if that has not been done: for stores that are complete before this object is.
    const std::optional<StorageEngine> &begin();
    /// Makes the one with isDefault that is not complete yet, if there is one: for stores that name none.
    static void beginDefault();
    std::optional<TextStorage> textStorage() override;

Q_SIGNALS:
    void fileChanged();
    void formatChanged();
    void isDefaultChanged();

private:
    bool isFixed(const char *property) const;

    QString m_file;
    Format m_format = Format::Automatic;
    bool m_isDefault = false;
};

} // namespace nanostores
