// SPDX-License-Identifier: MIT
#include <NanoStores/Logger/storelogger.h>

#include <NanoStores/declarativeatom.h>
#include <NanoStores/declarativecomputed.h>
#include <NanoStores/declarativemap.h>
#include <NanoStores/detail/jscaller.h>
#include <nanostores/qt/storeadapter.h>
#ifdef NANOSTORES_LOGGER_KNOWS_SCRIPT
#include <nanostores/script/store.h>
#endif

#include <QJSValueIterator>
#include <QLoggingCategory>
#include <QMetaMethod>
#include <QPointer>
#include <QQmlEngine>
#include <QQmlInfo>

#include <algorithm>
#include <exception>

namespace nanostores {

namespace {

std::vector<std::string> textsOf(const QStringList &texts)
{
    std::vector<std::string> made;
    std::transform(texts.begin(), texts.end(), std::back_inserter(made),
                   [](const QString &text) { return text.toStdString(); });
    return made;
}

template<typename Declared>
bool addDeclared(std::vector<LoggedStore> &to, const std::string &name, const QObject *object)
{
    const auto *const declared = qobject_cast<const Declared *>(object);
    if (declared) {
        to.emplace_back(name, declared->store());
    }
    return declared != nullptr;
}

} // namespace

StoreLogger::StoreLogger(QObject *parent)
    : QObject(parent)
{
}

StoreLogger::~StoreLogger() = default;

void StoreLogger::setStores(const QJSValue &newStores)
{
    if (!m_stores.strictlyEquals(newStores)) {
        m_stores = newStores;
        const QPointer<StoreLogger> alive(this);
        Q_EMIT storesChanged();
        if (alive) {
            restart();
        }
    }
}

void StoreLogger::componentComplete()
{
    m_isComplete = true;
    restart();
}

/// Lines are made for the signal only if there is a handler.
void StoreLogger::connectNotify(const QMetaMethod &signal)
{
    if (signal == QMetaMethod::fromSignal(&StoreLogger::line)) {
        restart();
    }
}

void StoreLogger::restart()
{
    if (!m_isComplete) {
        return;
    }
    m_logger.reset();
    m_jsonSink.setPath(m_jsonFile);
    m_traceSink.setPath(m_traceFile);
    if (!m_enabled) {
        return;
    }
    try {
        start();
    } catch (const std::exception &error) {
        qmlWarning(this) << error.what();
    }
}

void StoreLogger::start()
{
    LoggerOptions made = options();
    if (made.sinks.empty()) {
        return;
    }
    m_logger = m_all ? logAll(std::move(made)) : logger(loggedStores(true), std::move(made));
    if (!m_all) {
        // A store that is declared beside this one may not be complete yet, and then takes over one of its name.
        QMetaObject::invokeMethod(this, &StoreLogger::addLateStores, Qt::QueuedConnection);
    }
}

void StoreLogger::addLateStores()
{
    for (const LoggedStore &store : m_logger && !m_all ? loggedStores(false) : std::vector<LoggedStore>()) {
        m_logger.add(store);
    }
}

LoggerOptions StoreLogger::options()
{
    LoggerOptions made;
    made.messages.mount = made.messages.unmount = m_mounts;
    made.messages.change = m_changes;
    made.messages.action = m_actions;
    made.messages.effect = m_effects;
    made.ignoreActions = textsOf(m_ignoreActions);
    made.except = textsOf(m_except);
    for (const QString &rule : std::as_const(m_redact)) {
        made.redact.emplace_back(rule.toStdString());
    }
    made.maxRate = static_cast<unsigned>(std::max(m_maxRate, 0));
    made.origins = m_origins;
    if (!m_category.isEmpty()) {
        made.sinks.push_back(categorySink(m_category.toStdString()));
    }
    for (FileSink *const file : {&m_jsonSink, &m_traceSink}) {
        if (!file->path.isEmpty()) {
            if (!file->sink) {
                const std::string path = file->path.toStdString();
                file->sink = file == &m_jsonSink ? jsonLines(path) : nanostores::traceFile(path);
            }
            made.sinks.push_back(file->sink);
        }
    }
    if (isSignalConnected(QMetaMethod::fromSignal(&StoreLogger::line))) {
        made.sinks.push_back(lineSink([self = QPointer<StoreLogger>(this)](const std::string &text) {
            if (self) {
                QMetaObject::invokeMethod(
                    self, [self, text = QString::fromStdString(text)] { Q_EMIT self->line(text); },
                    Qt::QueuedConnection);
            }
        }));
    }
    return made;
}

std::vector<LoggedStore> StoreLogger::loggedStores(bool warns) const
{
    std::vector<LoggedStore> made;
    const QJSValue stores = detail::withoutWrapper(m_stores, qjsEngine(this));
    if (stores.isArray()) {
        const auto count = stores.property(QStringLiteral("length")).toUInt();
        for (quint32 i = 0; i < count; ++i) {
            addStore(made, QString(), stores.property(i), warns);
        }
    } else if (stores.isObject() && !stores.isQObject()) {
        QJSValueIterator store(stores);
        while (store.next()) {
            addStore(made, store.name(), store.value(), warns);
        }
    } else if (warns && !stores.isUndefined() && !stores.isNull()) {
        qmlWarning(this) << "StoreLogger.stores: an object of stores by name, or an array of stores, is wanted, as in "
                            "({ cart: cart })";
    }
    return made;
}

void StoreLogger::addStore(std::vector<LoggedStore> &to, const QString &name, const QJSValue &store, bool warns) const
{
    if (store.isUndefined() || store.isNull()) {
        return;
    }
    const std::string named = name.toStdString();
    if (const QObject *const object = store.toQObject()) {
        if (addDeclared<DeclarativeAtom>(to, named, object) || addDeclared<DeclarativeMap>(to, named, object)
            || addDeclared<DeclarativeComputed>(to, named, object)) {
            return;
        }
        if (const auto *const adapter = qobject_cast<const StoreAdapter *>(object)) {
            to.emplace_back(named, adapter->node());
            return;
        }
    }
#ifdef NANOSTORES_LOGGER_KNOWS_SCRIPT
    if (warns && store.isObject() && !store.isQObject() && !store.isArray()) {
        if (QJSEngine *const engine = qjsEngine(this)) {
            if (auto node = detail::nodeOf(engine, store)) {
                to.emplace_back(named, std::move(node));
                return;
            }
        }
    }
#endif
    if (!warns) {
        return;
    }
    qmlWarning(this).noquote() << "StoreLogger.stores: " << (name.isEmpty() ? QStringLiteral("an item") : name)
                               << " is no store. It takes those declared in QML, StoreAdapters, and stores of "
                                  "JavaScript. A property of a StoreObject is logged by C++, or with \"all: true\"";
}

} // namespace nanostores
