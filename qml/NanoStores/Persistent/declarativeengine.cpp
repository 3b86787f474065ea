// SPDX-License-Identifier: MIT
#include <NanoStores/Persistent/declarativeengine.h>

#include <QPointer>
#include <QQmlInfo>
#include <QUrl>

#include <exception>
#include <string>

namespace nanostores {

namespace {

/// Stores may be complete before the engine that stands beside them.
QPointer<DeclarativeEngine> &comingDefault()
{
    static QPointer<DeclarativeEngine> engine;
    return engine;
}

StorageEngine makeEngine(const QString &file, DeclarativeEngine::Format format)
{
    if (format == DeclarativeEngine::Format::Memory) {
        return StorageEngine::memory();
    }
    if (file.isEmpty()) {
        DeclarativeEngine::beginDefault();
        return persistentEngine();
    }
    const QUrl url(file);
    const std::string path = (url.isLocalFile() ? url.toLocalFile() : file).toStdString();
    const bool isJson = format == DeclarativeEngine::Format::Json
                        || (format == DeclarativeEngine::Format::Automatic
                            && file.endsWith(QLatin1String(".json"), Qt::CaseInsensitive));
    return isJson ? StorageEngine::json(path) : StorageEngine::sqlite(path);
}

} // namespace

DeclarativeEngine::DeclarativeEngine(QObject *parent)
    : EngineObject(parent)
{
}

DeclarativeEngine::~DeclarativeEngine() = default;

bool DeclarativeEngine::isFixed(const char *property) const
{
    if (engine()) {
        qmlWarning(this) << property << " is fixed once the engine is in use. Make another PersistentEngine instead.";
    }
    return engine().has_value();
}

void DeclarativeEngine::setFile(const QString &newFile)
{
    if (m_file != newFile && !isFixed("file")) {
        m_file = newFile;
        Q_EMIT fileChanged();
    }
}

void DeclarativeEngine::setFormat(Format newFormat)
{
    if (m_format != newFormat && !isFixed("format")) {
        m_format = newFormat;
        Q_EMIT formatChanged();
    }
}

void DeclarativeEngine::setDefault(bool newDefault)
{
    if (m_isDefault != newDefault && !isFixed("isDefault")) {
        m_isDefault = newDefault;
        if (newDefault) {
            comingDefault() = this;
        } else if (comingDefault() == this) {
            comingDefault() = nullptr;
        }
        Q_EMIT isDefaultChanged();
    }
}

void DeclarativeEngine::classBegin() {}

void DeclarativeEngine::componentComplete()
{
    begin();
}

const std::optional<StorageEngine> &DeclarativeEngine::begin()
{
    if (!engine()) {
        if (comingDefault() == this) {
            comingDefault() = nullptr;
        }
        try {
            const StorageEngine made = makeEngine(m_file, m_format);
            if (m_isDefault) {
                setPersistentEngine(made);
            }
            setEngine(made);
        } catch (const std::exception &error) {
            qmlWarning(this) << QString::fromUtf8(error.what());
        }
    }
    return engine();
}

void DeclarativeEngine::beginDefault()
{
    if (DeclarativeEngine *const engine = comingDefault()) {
        engine->begin();
    }
}

std::optional<TextStorage> DeclarativeEngine::textStorage()
{
    begin();
    return EngineObject::textStorage();
}

} // namespace nanostores
