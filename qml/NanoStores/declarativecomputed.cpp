// SPDX-License-Identifier: MIT
#include <NanoStores/declarativecomputed.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>

#include <QPointer>
#include <QQmlInfo>

#include <exception>
#include <optional>
#include <utility>

namespace nanostores {

namespace {

/// A read of a store that is not observed, with all those that its function reads in turn: each runs once.
class UnobservedRead
{
public:
    UnobservedRead()
    {
        if (s_depth++ == 0) {
            ++s_number;
        }
    }
    UnobservedRead(const UnobservedRead &) = delete;
    UnobservedRead &operator=(const UnobservedRead &) = delete;
    ~UnobservedRead() { --s_depth; }

    static quint64 number() { return s_number; }

private:
    static inline thread_local int s_depth = 0;
    static inline thread_local quint64 s_number = 0;
};

} // namespace

DeclarativeComputed::DeclarativeComputed(QObject *parent)
    : DeclarativeStore(parent)
    , m_stores([this] { redefine(); })
    , m_definition(0)
    , m_store(computed([self = QPointer<DeclarativeComputed>(this), last = JsValue()]() mutable {
        if (self) {
            if (auto next = self->evaluate()) {
                last = *std::move(next);
            }
        }
        return last; // also of an object that is gone, and still read
    }))
    , m_valueTie(
          detail::ObservedAccess::describe<&DeclarativeComputed::listenToValue, &DeclarativeComputed::valueChanged>(
              this, &m_valueTie, staticMetaObject, SIGNAL(valueChanged())))
{
}

DeclarativeComputed::~DeclarativeComputed()
{
    if (m_caller) {
        m_caller->follow({});
    }
}

detail::ObserverLink DeclarativeComputed::listenToValue()
{
    return detail::ObserverLink::to(m_store, [this] { notifyValue(); });
}

/// None: the function has failed, or the object has ended in what runs here.
std::optional<JsValue> DeclarativeComputed::evaluate()
{
    const QPointer<DeclarativeComputed> alive(this);
    m_definition();
    if (!m_caller || !m_compute.isCallable()) {
        return JsValue();
    }
    bool ok = false;
    QJSValue result;
    const QJSValue compute = m_compute;
    if (isTracked()) {
        result = m_caller->callTracked(compute, &ok);
    } else {
        const QJSValueList values = m_stores.read(this);
        if (alive) {
            result = untracked([&] { return m_caller->call(compute, values, &ok); });
        }
    }
    if (!alive || !ok) {
        return std::nullopt;
    }
    m_last = toNative(result);
    return m_last;
}

void DeclarativeComputed::redefine()
{
    if (m_caller) {
        setFollowing(isMounted());
        m_definition.set(m_definition.peek() + 1);
    }
}

/// Properties are watched while the store is observed.
void DeclarativeComputed::setFollowing(bool newFollowing)
{
    if (newFollowing && isTracked()) {
        m_caller->follow([this] { m_definition.set(m_definition.peek() + 1); });
    } else {
        m_caller->follow({});
    }
}

QJSValue DeclarativeComputed::value() const
{
    return read(QString());
}

QJSValue DeclarativeComputed::get() const
{
    detail::JsCaller::noteGet();
    return valueBy([](const auto &store) { return store.get(); });
}

/// An exception would end the program that QML runs in. The object may end in what runs here.
template<typename F>
QJSValue DeclarativeComputed::valueBy(F read) const
{
    const QPointer<const DeclarativeComputed> alive(this);
    QJSEngine *const reader = engine();
    const auto store = m_store;
    try {
        if (!isTracked() || isMounted()) {
            return read(store).in(reader);
        }
        const UnobservedRead reading;
        if (std::exchange(m_lastRead, UnobservedRead::number()) != UnobservedRead::number()) {
            m_definition.set(m_definition.peek() + 1); // a property may have changed unnoticed
        }
        return read(store).in(reader);
    } catch (const std::exception &error) { // of a computed store that reads itself, or a mount hook of C++
        if (alive) {
            qmlWarning(this) << error.what();
        }
    }
    return alive ? m_last.in(reader) : QJSValue();
}

void DeclarativeComputed::setCompute(const QJSValue &newCompute)
{
    m_compute = newCompute;
    if (!newCompute.isCallable() && !newCompute.isUndefined() && !newCompute.isNull()) {
        qmlWarning(this) << "compute must be a function, not " << detail::described(newCompute)
                         << ". Write `compute: () => ...`.";
    }
    const QPointer<DeclarativeComputed> alive(this); // what runs may delete it
    redefine();
    if (alive) {
        Q_EMIT computeChanged();
    }
}

void DeclarativeComputed::componentComplete()
{
    m_caller = std::make_unique<detail::JsCaller>(this);
    DeclarativeStore::componentComplete();
    redefine();
}

QJSValue DeclarativeComputed::read(const QString &key) const
{
    const QJSValue whole = valueBy([](const auto &store) { return store(); });
    return key.isNull() ? whole : detail::propertyOf(whole, key);
}

bool DeclarativeComputed::isWritable() const
{
    return false;
}

bool DeclarativeComputed::write(const QString &, const QJSValue &)
{
    return false;
}

DeclarativeStore::Listening DeclarativeComputed::listenTo(const QString &, std::function<void()> changed)
{
    return std::make_shared<Subscription>(m_store.listen(std::move(changed)));
}

void DeclarativeComputed::nameNodes(const detail::Namer::Found &found) const
{
    DeclarativeStore::nameNodes(found);
    found(*m_definition.node(), detail::nameInQml(this) + ".definition");
}

void DeclarativeComputed::adopt(const QString &name)
{
    m_store.setName(name.toStdString());
}

void DeclarativeComputed::hook()
{
    hookMount(m_store);
}

void DeclarativeComputed::mountChanges(bool isMounted)
{
    if (m_caller) {
        setFollowing(isMounted);
        if (isMounted && isTracked()) {
            m_definition.set(m_definition.peek() + 1); // the last run has followed nothing
        }
    }
}

void DeclarativeComputed::applyUnmountDelay(std::chrono::milliseconds delay)
{
    nanostores::setUnmountDelay(m_store, delay);
}

} // namespace nanostores
