// SPDX-License-Identifier: MIT
#include <NanoStores/declarativestore.h>

#include <nanostores/core/batch.h>

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

DeclarativeStore::DeclarativeStore(QObject *parent)
    : StoreObject(parent)
    , m_changeTie(detail::ObservedAccess::describe<&DeclarativeStore::listenToChanges, &DeclarativeStore::sendChange>(
          this, &m_changeTie, staticMetaObject, "2changed(QVariant,QVariant,QVariant)"))
{
    static const bool once = makeNumbersConvertible();
    Q_UNUSED(once)
}

DeclarativeStore::~DeclarativeStore()
{
    endObservation();
}

void DeclarativeStore::endObservation()
{
    unhook();
    m_changeTie = detail::ObserverLink();
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
        if (m_equal.isCallable()) {
            applyEqual(true);
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

void DeclarativeStore::setEqual(const QJSValue &newEqual)
{
    m_equal = newEqual;
    if (!newEqual.isCallable() && !newEqual.isUndefined() && !newEqual.isNull()) {
        qmlWarning(this) << "equal must be a function, not " << detail::described(newEqual)
                         << ". Write `equal: (a, b) => ...`.";
    }
    if (m_complete) {
        applyEqual(m_equal.isCallable());
    }
    Q_EMIT equalChanged();
}

bool DeclarativeStore::areEqual(const JsValue &a, const JsValue &b, const QString &key) const
{
    if (!m_equal.isCallable()) {
        return a == b;
    }
    QJSValueList arguments{a.in(engine()), b.in(engine())};
    if (!key.isNull()) {
        arguments.append(key);
    }
    bool ok = false;
    const QJSValue function = m_equal; // it may be set to another one meanwhile
    const QJSValue result = untracked([&] { return m_equalCaller->call(function, arguments, &ok); });
    return ok && result.toBool();
}

void DeclarativeStore::sendChanged(const QJSValue &value, const QJSValue &oldValue, const QJSValue &key)
{
    Q_EMIT changed(QVariant::fromValue(value), QVariant::fromValue(oldValue), QVariant::fromValue(key));
}

bool DeclarativeStore::relistenToChanges()
{
    if (!m_changeTie) {
        return false;
    }
    const QPointer<DeclarativeStore> alive(this); // hooks of the store may delete it
    auto tie = listenToChanges();
    if (alive) {
        m_changeTie = std::move(tie);
    }
    return !alive.isNull();
}

void DeclarativeStore::classBegin() {}

void DeclarativeStore::componentComplete()
{
    m_complete = true;
    m_equalCaller = std::make_unique<detail::JsCaller>(this);
    if (!m_name.isEmpty()) {
        const QPointer<DeclarativeStore> alive(this); // those who are notified may delete it
        adopt(m_name);
        if (!alive) {
            return;
        }
    }
    m_announcesChanges = true;
    if (m_equal.isCallable()) {
        applyEqual(true);
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

void DeclarativeStore::setStarted(bool newStarted)
{
    if (std::exchange(m_isStarted, newStarted) == newStarted) {
        return;
    }
    if (newStarted) {
        Q_EMIT started();
    } else {
        Q_EMIT stopped();
    }
}

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
