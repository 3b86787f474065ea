// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/models/listmodel.h>
#include <nanostores/qt/models/mapmodel.h>
#include <nanostores/qt/models/tablemodel.h>

#include <QMetaMethod>
#include <QObject>
#include <QPointer>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace nanostores {

class StoreObject;

namespace detail {

struct ObservedAccess;

/// A property of a class: static, one for all objects of it.
struct ObservedProperty
{
    const ObservedProperty *previous; ///< Of the same class, or of its base.
    std::ptrdiff_t tie; ///< Where in an object its tie is.
    int signal; ///< The index of its change signal.
    const char *signature; ///< As SIGNAL() gives it.
    ObserverLink (*listen)(StoreObject *);
    void (*notify)(StoreObject *);
};

} // namespace detail

/// A QObject whose properties are stores. One line makes one property, with getter, setter and change signal:
///
///     class Cart : public nanostores::StoreObject
///     {
///         Q_OBJECT
///         QML_ELEMENT
///         QML_SINGLETON
///         NANOSTORES_PROPERTY(bool, isOpen, ::isCartOpen)
///         NANOSTORES_READONLY(int, count, ::cartCount)
///         NANOSTORES_MODEL(items, ::cartItems)
///     };
///
/// Stores live while they are looked at: the first observer of a property (a QML binding, Connections, a C++ connect())
/// mounts its store, and when the last one has left, the object lets go of it at the next turn of the event loop.
/// Reading a property mounts nothing. Inside the function of a computed store or an effect it is tracked.
///
/// The object keeps no value of its own, so as many objects as you like may show the same stores: one for each QML
/// engine, in the thread of that engine, which is also the thread of the stores. Observers may connect from other
/// threads.
///
/// Subclasses that override connectNotify() or disconnectNotify() call the base. The macros leave access private, as
/// Q_OBJECT does; Q_OBJECT stands alone on its line.
class NANOSTORES_QT_EXPORT StoreObject : public QObject, private detail::ObservedObject<StoreObject>
{
    Q_OBJECT

public:
    /// When changes are signalled: at once, as they happen; or at the next turn of the event loop, each property once,
    /// however often it has changed. Reading gives the present value in either case.
    ///
    /// Queued is for handlers that write a store their own property is bound to, which QML takes for a binding loop,
    /// and for stores that change faster than anybody looks.
    enum Notification { Direct, Queued };
    Q_ENUM(Notification)

    explicit StoreObject(QObject *parent = nullptr);
    ~StoreObject() override;

    Notification notification() const;
    void setNotification(Notification newNotification);

protected:
    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

    /// Signals a change of the property with this tie, now or later.
    template<auto changed, typename Object>
    void notifyObservers(Object *self, detail::ObserverLink &tie)
    {
        if ((m_properties & QueuedBit) != 0) [[unlikely]] {
            notifyLater(tie);
        } else {
            Q_EMIT(self->*changed)();
        }
    }

private:
    friend struct detail::ObservedAccess;
    friend class detail::ObservedObject<StoreObject>;
    static constexpr std::uintptr_t QueuedBit = 1;
    const detail::ObservedProperty *properties() const
    {
        return reinterpret_cast<const detail::ObservedProperty *>(m_properties & ~QueuedBit);
    }
    void notifyLater(detail::ObserverLink &tie);
    static void notifyMarked(QObject *object);
    detail::ObserverLink &tie(const detail::ObservedProperty &property);
    const detail::ObservedProperty *find(int signal) const;
    void updateObservation();

    std::uintptr_t m_properties = 0; ///< The last one; the others by previous.
};

namespace detail {

struct ObservedAccess
{
    /// Makes the property known to the object in construction; its class is described when the first one is made.
    template<auto listen, auto changed, typename Object>
    static ObserverLink describe(Object *self, const ObserverLink *tie, const QMetaObject &meta, const char *signature)
    {
        StoreObject *const object = self;
        static const ObservedProperty property{
            object->properties(),
            reinterpret_cast<const char *>(tie) - reinterpret_cast<const char *>(object),
            meta.indexOfSignal(signature + 1),
            signature,
            [](StoreObject *observed) { return (static_cast<Object *>(observed)->*listen)(); },
            [](StoreObject *observed) {
                Q_EMIT(static_cast<Object *>(observed)->*changed)
                ();
            },
        };
        object->m_properties =
            reinterpret_cast<std::uintptr_t>(&property) | (object->m_properties & StoreObject::QueuedBit);
        return ObserverLink();
    }
};

/// Whether the class itself, not its base alone, has Q_OBJECT.
template<typename Object>
concept HasObjectMacro =
    std::is_same_v<decltype(&Object::qt_metacall), int (Object::*)(QMetaObject::Call, int, void **)>;

/// Without Q_OBJECT moc passes the class by, and QML would find a class without properties.
template<typename Object>
constexpr void requireObjectMacro()
{
    static_assert(HasObjectMacro<Object>,
                  "This class has NANOSTORES_ properties, but no Q_OBJECT. Write Q_OBJECT, alone on "
                  "the line, at the head of the class");
}

/// What messages call an unnamed store that a property shows: `Cart::total`.
NANOSTORES_QT_EXPORT std::string propertyName(const QObject *object, const char *name);

/// Whether the text of a store's expression begins with this name. Inside the class it means the property's getter.
consteval bool beginsWithName(std::string_view text, std::string_view name)
{
    if (!text.starts_with(name)) {
        return false;
    }
    const char next = text.size() > name.size() ? text[name.size()] : ' ';
    return !(next == '_' || next == ':' || (next >= '0' && next <= '9') || (next >= 'a' && next <= 'z')
             || (next >= 'A' && next <= 'Z'));
}

inline QObject *modelParent(const StoreObject *owner)
{
    return const_cast<StoreObject *>(owner); // the model is made by a getter
}

} // namespace detail
} // namespace nanostores

#if !defined(Q_MOC_RUN)
#define NANOSTORES_PRIVATE_CHECK_NAME(name, text) \
    static_assert(!nanostores::detail::beginsWithName(text, #name), \
                  "inside this class '" #name "' is the property itself: write '::" #name "' for the store");
#endif

/// NANOSTORES_PROPERTY(type, name, store): a property that shows the store and can be written.
///
/// The type is that of the Q_PROPERTY; where it differs from the store's value, Convert translates. The store may be
/// any expression; its handle is not kept. It is read inside the class, where the property hides a store of the same
/// name: write `::name` then. A write that an onSet() hook rejects or changes signals a change, so that the control
/// that wrote shows the store's value again. The setter is called set_name.
#if defined(Q_MOC_RUN)
#define NANOSTORES_PROPERTY(type, name, store) \
    Q_PROPERTY(type name READ name WRITE set_##name NOTIFY name##Changed FINAL) \
public: \
    Q_SIGNAL void name##Changed(); \
private:
#else
#define NANOSTORES_PROPERTY(type, name, store) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #store) \
public: \
    void set_##name(const std::type_identity_t<type> &newValue) \
    { \
        const QPointer<QObject> guard(this); /* those who are notified may delete it */ \
        if (!nanostores::detail::writeStore<type>(store, newValue) && guard) { \
            notify_##name(); \
        } \
    } \
    NANOSTORES_PRIVATE_PROPERTY(type, name, store)
#endif

/// NANOSTORES_MODEL(name, store) and NANOSTORES_MODEL(name, store, key): a constant property of an item model over the
/// store, made when it is first read: MapModel of a Map, ListModel of a list.
#if defined(Q_MOC_RUN)
#define NANOSTORES_MODEL(name, ...) Q_PROPERTY(QAbstractItemModel *name READ name CONSTANT FINAL)
#else
#define NANOSTORES_MODEL(name, ...) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #__VA_ARGS__) \
public: \
    QAbstractItemModel *name() const \
    { \
        nanostores::detail::requireObjectMacro<std::remove_cvref_t<decltype(*this)>>(); \
        if (!m_##name##Model) { \
            m_##name##Model = nanostores::detail::makeModel(nanostores::detail::modelParent(this), __VA_ARGS__); \
        } \
        return m_##name##Model; \
    } \
\
private: \
    mutable nanostores::StoreModel *m_##name##Model = nullptr;
#endif

/// NANOSTORES_TABLE(name, columns, store), NANOSTORES_TABLE(name, columns, store, key): a constant property of a
/// TableModel over the model that NANOSTORES_MODEL would make of the store. The columns are a function of them or a
/// variable:
///
///     NANOSTORES_TABLE(songs, songColumns(), ::songs, &Song::id)
///     NANOSTORES_TABLE(songs, songColumns(), ::order, ::sortedSongs, &Song::id)
///
/// The latter has the views' requests to sort set the store `order`; see TableModel::sortBy().
#if defined(Q_MOC_RUN)
#define NANOSTORES_TABLE(name, ...) Q_PROPERTY(QAbstractItemModel *name READ name CONSTANT FINAL)
#else
#define NANOSTORES_TABLE(name, ...) \
public: \
    nanostores::TableModel *name() const \
    { \
        nanostores::detail::requireObjectMacro<std::remove_cvref_t<decltype(*this)>>(); \
        if (!m_##name##Model) { \
            m_##name##Model = nanostores::detail::makeTable(nanostores::detail::modelParent(this), __VA_ARGS__); \
        } \
        return m_##name##Model; \
    } \
\
private: \
    mutable nanostores::TableModel *m_##name##Model = nullptr;
#endif

/// NANOSTORES_READONLY(type, name, store): a property without a setter, as computed stores need it. Otherwise as
/// NANOSTORES_PROPERTY.
#if defined(Q_MOC_RUN)
#define NANOSTORES_READONLY(type, name, store) \
    Q_PROPERTY(type name READ name NOTIFY name##Changed FINAL) \
public: \
    Q_SIGNAL void name##Changed(); \
private:
#else
#define NANOSTORES_READONLY(type, name, store) \
    NANOSTORES_PRIVATE_CHECK_NAME(name, #store) \
    NANOSTORES_PRIVATE_PROPERTY(type, name, store)
#endif

#if !defined(Q_MOC_RUN)
#define NANOSTORES_PRIVATE_PROPERTY(type, name, store) \
public: \
    type name() const \
    { \
        return nanostores::detail::readStore<type>(store); \
    } \
    Q_SIGNAL void name##Changed(); \
\
private: \
    nanostores::detail::ObserverLink listenTo_##name() \
    { \
        NANOSTORES_PRIVATE_LISTENER(name) \
        return nanostores::detail::ObserverLink::to(store, NanoStoresListener{this}); \
    } \
    NANOSTORES_PRIVATE_TIE(name)
/* Signals a change, and says which property it is for. */
#define NANOSTORES_PRIVATE_LISTENER(name) \
    using NanoStoresClass = std::remove_pointer_t<decltype(this)>; \
    struct NanoStoresListener \
    { \
        NanoStoresClass *self; \
        void operator()() const \
        { \
            self->notify_##name(); \
        } \
        std::string shownAs() const \
        { \
            return nanostores::detail::propertyName(self, #name); \
        } \
    };
#define NANOSTORES_PRIVATE_TIE(name) \
    void notify_##name() \
    { \
        nanostores::detail::requireObjectMacro<std::remove_pointer_t<decltype(this)>>(); \
        notifyObservers<&std::remove_pointer_t<decltype(this)>::name##Changed>(this, m_##name##ObserverLink); \
    } \
    nanostores::detail::ObserverLink m_##name##ObserverLink{ \
        nanostores::detail::ObservedAccess::describe<&std::remove_pointer_t<decltype(this)>::listenTo_##name, \
                                                     &std::remove_pointer_t<decltype(this)>::name##Changed>( \
            this, &m_##name##ObserverLink, staticMetaObject, "2" #name "Changed()")};
#endif
