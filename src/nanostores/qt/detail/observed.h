// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/nodes.h>
#include <nanostores/core/store.h>
#include <nanostores/qt/convert.h>
#include <nanostores/qt/export.h>

#include <QObject>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>

/// How the lifecycle of a store follows the observers of a QObject.
///
/// When something connects to a signal, the object listens to the store at once, and so mounts it. When something
/// disconnects, nothing can be done at that moment: Qt may hold locks of the receiver and of the sender, reports a
/// dying receiver before it is off the list, and several connections ended together only once. So the object is put
/// on a list, and when the event loop turns it asks how many receivers each signal still has, QML's included.
namespace nanostores::detail {

/// A tie to a store, one pointer wide; empty while there is no observer. It may carry a mark: a change is not signalled
/// yet.
class ObserverLink
{
public:
    ObserverLink() noexcept = default;
    ObserverLink(ObserverLink &&other) noexcept
        : m_bits(std::exchange(other.m_bits, 0))
    {
    }
    ObserverLink &operator=(ObserverLink &&other) noexcept
    {
        ObserverLink former;
        former.m_bits = std::exchange(m_bits, std::exchange(other.m_bits, 0));
        return *this;
    }
    ~ObserverLink()
    {
        if (*this) {
            removeListener(reinterpret_cast<Listener *>(m_bits & ~Mark));
        }
    }
    explicit operator bool() const noexcept { return (m_bits & ~Mark) != 0; }
    /// It has a place in the queue of a batch: it is about to be notified of all that has changed since the first
    /// write.
    bool isQueued() const noexcept
    {
        return *this && (reinterpret_cast<const Listener *>(m_bits & ~Mark)->kind & Link::InQueue) != 0;
    }
    void mark() noexcept { m_bits |= Mark; }
    bool takeMark() noexcept { return (std::exchange(m_bits, m_bits & ~Mark) & Mark) != 0; }

    /// Listens for a view; a store that cannot be mounted is reported, and left.
    template<AnyStore S, typename F>
    static ObserverLink to(const S &store, F f) noexcept
    {
        ObserverLink tie;
        try {
            Listener *const listener = attachFunction(*store.node(), forView(std::move(f)));
            tie.m_bits = reinterpret_cast<std::uintptr_t>(listener);
        } catch (...) {
            reportError(std::current_exception());
        }
        return tie;
    }

private:
    static constexpr std::uintptr_t Mark = 1;
    std::uintptr_t m_bits = 0;
};

/// Whether this is the thread of the object.
[[nodiscard]] NANOSTORES_QT_EXPORT bool isOnItsThread(const QObject *object) noexcept;
/// Calls the function at the next turn of the loop of the object's thread, once; from any thread.
NANOSTORES_QT_EXPORT void callLater(QObject *object, void (*function)(QObject *)) noexcept;
/// For the destructor of such an object.
NANOSTORES_QT_EXPORT void forgetCalls(QObject *object) noexcept;

/// The base of each object that listens to stores while it is observed itself. Its updateObservation() finds out which
/// of its signals have receivers, and begins to listen, or ends it.
template<typename Object>
class ObservedObject
{
public:
    ObservedObject(const ObservedObject &) = delete;
    ObservedObject &operator=(const ObservedObject &) = delete;

protected:
    ObservedObject() = default;
    ~ObservedObject() { forgetCalls(observedSelf()); }

    /// For connectNotify(): whether the object may listen at once. In another thread it may not, and does it later.
    bool mayListenNow() noexcept
    {
        if (isOnItsThread(observedSelf())) {
            return true;
        }
        updateObservationLater();
        return false;
    }
    /// For disconnectNotify(), and after a failure.
    void updateObservationLater() noexcept
    {
        callLater(observedSelf(), [](QObject *observed) { static_cast<Object *>(observed)->updateObservation(); });
    }

private:
    QObject *observedSelf() noexcept { return static_cast<Object *>(this); }
};

/// The value as the property shows it, tracked. A computed store without a value is reported, and shown as To().
template<typename To, AnyStore S>
To readStore(const S &store) noexcept
{
    try {
        return convertTo<To>(store());
    } catch (...) {
        reportError(std::current_exception());
        return To();
    }
}

/// Writes the value, converted to the store's type. True: the store then holds that. A value that does not fit is
/// warned of, and the store keeps its own; an error of a listener is reported.
template<typename From, WritableStore S>
bool writeStore(const S &store, const From &value) noexcept
{
    using T = typename S::value_type;
    try {
        const S held = store; // those who are notified may delete the object that has it
        if constexpr (std::is_same_v<T, From>) {
            if (isRoundedFrom(value, held.peek())) {
                warnRounded(held.name(), QVariant::fromValue(value));
                return false;
            }
            held.set(value);
            return equalValues(*held.node(), held.peek(), value);
        } else {
            const std::optional<T> next = tryConvert<T>(value);
            if (!next) {
                warnRefused(held.name(), convertTo<QVariant>(value), QMetaType::fromType<T>());
                return false;
            }
            held.set(*next);
            return equalValues(*held.node(), held.peek(), *next);
        }
    } catch (...) {
        reportError(std::current_exception());
        return false;
    }
}
template<typename From, AnyStore S>
requires(!WritableStore<S>)
bool writeStore(const S &, const From &)
{
    static_assert(WritableStore<S>,
                  "this store cannot be written, it is computed or read-only: use NANOSTORES_READONLY");
    return false;
}

} // namespace nanostores::detail
