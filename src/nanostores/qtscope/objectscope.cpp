// SPDX-License-Identifier: MIT
#include <nanostores/qtscope/objectscope.h>

#include <QHash>
#include <QVariant>

#include <atomic>
#include <stdexcept>
#include <utility>

namespace nanostores {

namespace {

constinit std::atomic<const QObject *(*)(const QObject *object)> objectAbove = nullptr;

struct ScopeFinder
{
    std::function<kit::InjectionContext()> find;
    QMetaObject::Connection destroyed;
};

/// Null when the thread has ended: objects may be destroyed later.
QHash<const QObject *, ScopeFinder> *scopeFinders()
{
    static constinit thread_local bool isOver = false;
    struct Finders
    {
        Finders() = default;
        Finders(const Finders &) = delete;
        Finders &operator=(const Finders &) = delete;
        ~Finders() { isOver = true; }
        QHash<const QObject *, ScopeFinder> all;
    };
    if (isOver) {
        return nullptr;
    }
    static thread_local Finders finders;
    return &finders.all;
}

/// A child of the object.
class GivenScope : public QObject
{
public:
    GivenScope(QObject *owner, const std::vector<kit::InjectionProvider> &providers, const QString &name)
        : QObject(owner)
        , m_scope(owner, name, providers)
    {
    }
    const kit::Scope &scope() const { return m_scope.scope(); }

private:
    ObjectScope m_scope;
};

} // namespace

namespace detail {

const QObject *objectAround(const QObject *object)
{
    if (object->inherits("QQuickItem")) { // which this library does not know
        if (const auto *const item = object->property("parent").value<QObject *>()) {
            return item;
        }
    }
    if (const QObject *const parent = object->parent()) {
        return parent;
    }
    const auto above = objectAbove.load();
    return above ? above(object) : nullptr;
}

void setScopeFinder(const QObject *object, std::function<kit::InjectionContext()> find)
{
    auto *const finders = scopeFinders();
    if (!finders) {
        return;
    }
    QObject::disconnect(finders->take(object).destroyed);
    if (find) {
        const auto destroyed = QObject::connect(object, &QObject::destroyed, object, [object] {
            if (auto *const all = scopeFinders()) {
                all->remove(object);
            }
        });
        finders->insert(object, {std::move(find), destroyed});
    }
}

void setObjectAbove(const QObject *(*above)(const QObject *object)) noexcept
{
    objectAbove = above;
}

kit::InjectionContext scopeAround(const QObject *object)
{
    return scopeOf(objectAround(object));
}

bool hasScope(const QObject *object)
{
    const auto *const finders = scopeFinders();
    return finders && finders->contains(object);
}

} // namespace detail

kit::InjectionContext scopeOf(const QObject *object)
{
    const auto *const finders = scopeFinders();
    for (; object && finders && !finders->isEmpty(); object = detail::objectAround(object)) {
        if (const auto found = finders->constFind(object); found != finders->cend()) {
            const auto find = found->find;
            return find();
        }
    }
    return kit::InjectionContext(kit::internal::surroundingScope());
}

ObjectScope::ObjectScope(QObject *owner, const std::vector<kit::InjectionProvider> &providers)
    : ObjectScope(owner, QString(), providers)
{
}

ObjectScope::ObjectScope(QObject *owner, const QString &name, const std::vector<kit::InjectionProvider> &providers)
    : m_owner(owner)
    , m_scope(name.toStdString(), providers, detail::scopeAround(owner))
{
    if (detail::hasScope(owner)) {
        m_owner = nullptr;
        throw std::logic_error("nanostores: the object has a scope already; list all that it provides there");
    }
    const kit::InjectionContext context = m_scope;
    detail::setScopeFinder(owner, [context] { return context; });
    m_destroyed = QObject::connect(owner, &QObject::destroyed, owner, [this] {
        m_owner = nullptr;
        m_scope.end();
    });
}

ObjectScope::~ObjectScope()
{
    m_scope.end(); // what it runs is still in it
    if (m_owner) {
        QObject::disconnect(m_destroyed);
        detail::setScopeFinder(m_owner, {});
    }
}

const kit::Scope &giveScope(QObject *owner, const std::vector<kit::InjectionProvider> &providers, const QString &name)
{
    return (new GivenScope(owner, providers, name))->scope();
}

} // namespace nanostores
