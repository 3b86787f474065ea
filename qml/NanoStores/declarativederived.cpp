// SPDX-License-Identifier: MIT
#include <NanoStores/declarativederived.h>

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

DeclarativeDerived::DeclarativeDerived(QObject *parent, bool isBatched)
    : DeclarativeStore(parent)
    , m_definition(0)
    , m_derived(computed([self = QPointer<DeclarativeDerived>(this), last = JsValue()]() mutable {
        if (self) {
            self->m_definition();
            if (auto next = self->evaluate()) {
                last = *std::move(next);
                if (self) {
                    self->m_last = last;
                }
            }
        }
        return last; // also of an object that is gone, and still read
    }))
    , m_store(isBatched ? batched(m_derived, [](const JsValue &value) { return value; }) : m_derived)
    , m_valueTie(
          detail::ObservedAccess::describe<&DeclarativeDerived::listenToValue, &DeclarativeDerived::valueChanged>(
              this, &m_valueTie, staticMetaObject, SIGNAL(valueChanged())))
{
}

DeclarativeDerived::~DeclarativeDerived()
{
    endObservation();
    if (m_caller) {
        m_caller->follow({});
    }
}

detail::ObserverLink DeclarativeDerived::listenToValue()
{
    return detail::ObserverLink::to(m_store, [this] { notifyValue(); });
}

void DeclarativeDerived::redefine()
{
    if (m_caller) {
        setFollowing(isMounted());
        try {
            m_definition.set(m_definition.peek() + 1);
        } catch (...) { // of an observer; a setter of QML calls this
            detail::reportError(std::current_exception());
        }
    }
}

/// Properties are watched while the store is observed.
void DeclarativeDerived::setFollowing(bool newFollowing)
{
    if (newFollowing && followsProperties()) {
        m_caller->follow([this] { m_definition.set(m_definition.peek() + 1); });
    } else {
        m_caller->follow({});
    }
}

QJSValue DeclarativeDerived::value() const
{
    return read(QString());
}

QJSValue DeclarativeDerived::get() const
{
    detail::JsCaller::noteGet();
    return valueBy([](const auto &store) { return store.get(); });
}

/// An exception would end the program that QML runs in. The object may end in what runs here.
template<typename F>
QJSValue DeclarativeDerived::valueBy(F read) const
{
    const QPointer<const DeclarativeDerived> alive(this);
    QJSEngine *const reader = engine();
    const auto store = m_store;
    try {
        if (!followsProperties() || isMounted()) {
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

void DeclarativeDerived::componentComplete()
{
    m_caller = std::make_unique<detail::JsCaller>(this);
    const QPointer<DeclarativeDerived> alive(this); // hooks may delete it
    DeclarativeStore::componentComplete();
    if (alive) {
        redefine();
    }
}

QJSValue DeclarativeDerived::read(const QString &key) const
{
    const QJSValue whole = valueBy([](const auto &store) { return store(); });
    return key.isNull() ? whole : detail::propertyOf(whole, key);
}

bool DeclarativeDerived::isWritable() const
{
    return false;
}

bool DeclarativeDerived::write(const QString &, const QJSValue &)
{
    return false;
}

DeclarativeStore::Listening DeclarativeDerived::listenTo(const QString &, std::function<void()> changed)
{
    return std::make_shared<Subscription>(m_store.listen(detail::forView(std::move(changed))));
}

void DeclarativeDerived::nameNodes(const detail::Namer::Found &found) const
{
    DeclarativeStore::nameNodes(found);
    found(*m_definition.node(), detail::nameInQml(this) + ".definition");
    if (!(m_derived == m_store)) {
        found(*m_derived.node(), detail::nameInQml(this) + ".compute");
    }
}

void DeclarativeDerived::adopt(const QString &name)
{
    m_store.setName(name.toStdString());
}

void DeclarativeDerived::hook()
{
    hookMount(m_store);
}

detail::ObserverLink DeclarativeDerived::listenToChanges()
{
    return detail::ObserverLink::to(m_store, [this](const JsValue &value, const JsValue &oldValue) {
        if (announcesChanges()) {
            m_change.note(value, oldValue);
            notifyChange();
        }
    });
}

void DeclarativeDerived::sendChange()
{
    if (const auto change = m_change.take()) {
        sendChanged(change->value.in(engine()), change->oldValue.in(engine()), {});
    }
}

void DeclarativeDerived::applyEqual(bool isCustom)
{
    for (const auto &store : {m_derived, m_store}) {
        if (isCustom) {
            store.setEqual(equalFunction());
        } else {
            store.setEqual({});
        }
    }
}

void DeclarativeDerived::mountChanges(bool isMounted)
{
    if (m_caller) {
        setFollowing(isMounted);
        if (isMounted && followsProperties()) {
            m_definition.set(m_definition.peek() + 1); // the last run has followed nothing
        }
    }
}

void DeclarativeDerived::applyUnmountDelay(std::chrono::milliseconds delay)
{
    nanostores::setUnmountDelay(m_store, delay);
}

} // namespace nanostores
