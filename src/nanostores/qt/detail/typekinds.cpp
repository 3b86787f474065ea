// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/values.h>

#include <nanostores/qt/detail/qtversion.h>
#include <nanostores/qt/detail/valueparts.h>

#include <QHash>
#include <QMetaEnum>
#include <QReadWriteLock>

#include <atomic>
#include <limits>

namespace nanostores::detail {

namespace {

// Types that are opaque to Qt. There are few, and each is added once.
struct Bridges
{
    QReadWriteLock lock;
    QHash<int, Bridge> known;
};

Bridges &bridges()
{
    static Bridges all;
    return all;
}

std::atomic<int> wrapperType{0};

std::atomic<QVariant (*)(const QVariant &)> unwrap{nullptr};

} // namespace

std::optional<bool> signOf(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Char:
        return std::numeric_limits<char>::is_signed;
    case QMetaType::SChar:
    case QMetaType::Short:
    case QMetaType::Int:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return true;
    case QMetaType::UChar:
    case QMetaType::UShort:
    case QMetaType::UInt:
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        return false;
    default:
        return isEnumeration(type) ? std::optional(!(type.flags() & QMetaType::IsUnsignedEnumeration)) : std::nullopt;
    }
}

std::optional<QMetaEnum> enumOf(QMetaType type)
{
    const QMetaObject *scope = type.metaObject();
    if (!scope) {
        return std::nullopt;
    }
    const QByteArray name = type.name();
    const QMetaEnum found =
        scope->enumerator(scope->indexOfEnumerator(name.mid(name.lastIndexOf(':') + 1).constData()));
    return found.isValid() ? std::optional(found) : std::nullopt;
}

void addBridge(QMetaType type, Bridge bridge)
{
    const QWriteLocker locker(&bridges().lock);
    bridges().known.insert(type.id(), bridge);
}

std::optional<Bridge> bridgeOf(QMetaType type)
{
    if (type.id() < QMetaType::User) {
        return std::nullopt;
    }
    static const bool once = (knowUsualTypes(), true);
    Q_UNUSED(once)
    const QReadLocker locker(&bridges().lock);
    const auto found = bridges().known.constFind(type.id());
    return found == bridges().known.constEnd() ? std::nullopt : std::optional(*found);
}

bool isOpaque(QMetaType type)
{
    if (type.id() < QMetaType::User) {
        return false;
    }
    if (bridgeOf(type)) {
        return true;
    }
    if (isSequence(type)) {
        return isOpaque(into(type).view<SequentialIterable>().metaContainer().valueMetaType());
    }
    return isAssociative(type) && isOpaque(into(type).view<AssociativeIterable>().metaContainer().mappedMetaType());
}

void setUnwrapper(QMetaType type, QVariant (*function)(const QVariant &value))
{
    unwrap.store(function, std::memory_order_relaxed);
    wrapperType.store(type.id(), std::memory_order_release);
}

QVariant unwrapped(const QVariant &value)
{
    const int type = value.typeId();
    if (type < QMetaType::User) {
        return value;
    }
    if (type == wrapperType.load(std::memory_order_acquire)) {
        return unwrap.load(std::memory_order_relaxed)(value);
    }
    return value;
}

bool isEnumeration(QMetaType type)
{
    return (type.flags() & QMetaType::IsEnumeration) != 0;
}

bool isNumberType(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::Float:
    case QMetaType::Double:
        return true;
    default:
        return !isEnumeration(type) && signOf(type).has_value();
    }
}

bool isSequence(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::QVariantList:
    case QMetaType::QStringList:
    case QMetaType::QByteArrayList:
        return true;
    default:
        return type.id() > QMetaType::LastCoreType
               && QMetaType::canView(type, QMetaType::fromType<SequentialIterable>());
    }
}

bool isAssociative(QMetaType type)
{
    switch (type.id()) {
    case QMetaType::QVariantMap:
    case QMetaType::QVariantHash:
        return true;
    default:
        return type.id() > QMetaType::LastCoreType
               && QMetaType::canView(type, QMetaType::fromType<AssociativeIterable>());
    }
}

} // namespace nanostores::detail
