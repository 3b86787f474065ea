// SPDX-License-Identifier: MIT
#include <NanoStores/declarativestore.h>

#include <QHash>
#include <QMetaType>
#include <QQmlContext>
#include <QQmlEngine>
#include <QQmlInfo>
#include <QUrl>

#include <utility>

namespace nanostores {

namespace {

QHash<QString, std::any> &namedStores()
{
    static thread_local QHash<QString, std::any> stores;
    return stores;
}

/// An animation of a `Behavior on value` asks for numbers by this; without it takes each value for 0.
bool makeNumbersConvertible()
{
    return QMetaType::hasRegisteredConverterFunction<QJSValue, double>()
           || QMetaType::registerConverter<QJSValue, double>([](const QJSValue &value) { return value.toNumber(); });
}

} // namespace

StoreChange::StoreChange(QJSValue newValue, QString key)
    : m_newValue(std::move(newValue))
    , m_key(std::move(key))
{
    QJSEngine::setObjectOwnership(this, QJSEngine::CppOwnership);
}

void StoreChange::setNewValue(const QJSValue &newValue)
{
    m_newValue = newValue;
    m_replaced = true;
}

void StoreChange::abort()
{
    m_aborted = true;
}

DeclarativeStore::DeclarativeStore(QObject *parent)
    : StoreObject(parent)
{
    static const bool once = makeNumbersConvertible();
    Q_UNUSED(once)
}

DeclarativeStore::~DeclarativeStore()
{
    unhook();
}

void DeclarativeStore::setName(const QString &newName)
{
    if (m_name == newName) {
        return;
    }
    m_name = newName;
    const QPointer<DeclarativeStore> alive(this); // those who are notified may delete it
    if (m_complete) {
        unhook();
        adopt(m_name);
        if (!alive) {
            return;
        }
        hook();
    }
    if (alive) {
        Q_EMIT nameChanged();
    }
}

void DeclarativeStore::setUnmountDelay(int newUnmountDelay)
{
    if (m_unmountDelay != newUnmountDelay) {
        m_unmountDelay = newUnmountDelay;
        m_delaySet = true;
        if (m_complete) {
            applyUnmountDelay(std::chrono::milliseconds(m_unmountDelay));
        }
        Q_EMIT unmountDelayChanged();
    }
}

void DeclarativeStore::setQueued(bool newQueued)
{
    if (isQueued() != newQueued) {
        setNotification(newQueued ? Queued : Direct);
        Q_EMIT queuedChanged();
    }
}

void DeclarativeStore::classBegin() {}

void DeclarativeStore::componentComplete()
{
    m_complete = true;
    if (!m_name.isEmpty()) {
        adopt(m_name);
    }
    if (m_delaySet) {
        applyUnmountDelay(std::chrono::milliseconds(m_unmountDelay));
    }
    hook();
    const QPointer<DeclarativeStore> alive(this);
    for (const auto &function : std::exchange(m_whenComplete, {})) {
        if (alive) {
            function();
        }
    }
}

void DeclarativeStore::whenComplete(std::function<void()> function)
{
    if (m_complete) {
        function();
    } else {
        m_whenComplete.push_back(std::move(function));
    }
}

QJSEngine *DeclarativeStore::engine() const
{
    QJSEngine *engine = qmlEngine(this);
    return engine ? engine : qjsEngine(this);
}

JsValue DeclarativeStore::toNative(const QJSValue &value) const
{
    return JsValue(unwrapped(value), engine(), !m_name.isEmpty());
}

QJSValue DeclarativeStore::unwrapped(const QJSValue &value) const
{
    return m_complete ? detail::withoutWrapper(value, engine()) : detail::withArrays(value, engine());
}

void DeclarativeStore::unhook()
{
    for (const Unbind &hook : std::exchange(m_hooks, {})) {
        hook();
    }
}

void DeclarativeStore::mountChanges(bool) {}

void DeclarativeStore::setMounted(bool newMounted)
{
    if (m_isMounted == newMounted) {
        return;
    }
    m_isMounted = newMounted;
    const QPointer<DeclarativeStore> alive(this);
    mountChanges(newMounted);
    if (!alive) {
        return;
    }
    if (newMounted) {
        Q_EMIT mounted();
    } else {
        Q_EMIT unmounted();
    }
    if (alive) {
        Q_EMIT isMountedChanged();
    }
}

const detail::Node *DeclarativeStore::storeNode() const
{
    return nullptr;
}

void DeclarativeStore::nameNodes(const Found &found) const
{
    const detail::Node *const node = storeNode();
    if (std::string name = node ? detail::nameInQml(this) : std::string(); !name.empty()) {
        found(*node, std::move(name));
    }
}

void forgetNamedStores()
{
    namedStores().clear();
}

namespace detail {

std::string nameInQml(const QObject *object)
{
    const QQmlContext *const context = qmlContext(object);
    if (!context) {
        return {};
    }
    const QString file = context->baseUrl().fileName();
    QString name = context->nameForObject(object);
    if (name.isEmpty()) {
        name = object->objectName();
    }
    if (name.isEmpty()) {
        name = QString::fromLatin1(object->metaObject()->className()).section(QLatin1String("::Declarative"), -1);
    }
    return (file.isEmpty() ? name : file + QLatin1Char(':') + name).toStdString();
}

std::any &namedSlot(const QString &name)
{
    return namedStores()[name];
}

void warnNameTaken(const QObject *owner, const QString &name)
{
    qmlWarning(owner) << "the name \"" << name
                      << "\" belongs to a store of another type; this one is not shared. Choose another name.";
}

} // namespace detail
} // namespace nanostores
