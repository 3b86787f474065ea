// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/variantparts.h>

#include <nanostores/qt/detail/values.h>
#include <nanostores/qt/detail/variantequal.h>
#include <nanostores/qt/variantpath.h>

#include <QLoggingCategory>
#include <QMetaProperty>

#include <algorithm>
#include <optional>
#include <utility>

namespace nanostores {

namespace detail {

namespace {

Q_LOGGING_CATEGORY(deepMapLog, "nanostores.qt.deepmap", QtWarningMsg)

/// Whether it looks like an index, also if it is too large.
bool isIndex(QStringView key)
{
    return !key.isEmpty() && (key.size() == 1 || key[0] != u'0')
           && std::all_of(key.begin(), key.end(), [](QChar digit) { return digit >= u'0' && digit <= u'9'; });
}

/// The property of a gadget with that name, or an invalid one.
QMetaProperty memberOf(const QVariant &gadget, const QString &name)
{
    const QMetaType type = gadget.metaType();
    const QMetaObject *meta = (type.flags() & QMetaType::IsGadget) ? type.metaObject() : nullptr;
    const int index = meta ? meta->indexOfProperty(name.toUtf8().constData()) : -1;
    return index < 0 ? QMetaProperty() : meta->property(index);
}

QVariant step(const QVariant &value, const QString &key)
{
    if (const auto list = itemsOf(value)) {
        const qsizetype index = indexOfKey(key);
        return index >= 0 && index < list->size() ? list->at(index) : QVariant();
    }
    if (const auto map = entriesOf(value)) {
        return map->value(key);
    }
    const QVariant gadget = unwrapped(value);
    const QMetaProperty member = memberOf(gadget, key);
    return member.isValid() ? member.readOnGadget(gadget.constData()) : QVariant();
}

/// What was changed in the type that it had, a QList<int> say, if each item can still be one of that.
QVariant inType(const QVariant &changed, QMetaType type)
{
    if (type == changed.metaType()) {
        return changed;
    }
    const auto fitting = fit(changed, type);
    return fitting && sameVariant(*fitting, changed) ? *fitting : changed;
}

/// A change of one part, step by step; a problem leaves everything as it was.
struct Change
{
    const QStringList &keys;
    const QVariant &newValue;
    QString problem;
    qsizetype growth = 0;

    QVariant in(const QVariant &value, qsizetype depth)
    {
        if (depth == keys.size()) {
            return newValue;
        }
        const QString &key = keys[depth];
        if (auto list = itemsOf(value)) {
            return inType(inList(*std::move(list), key, depth), value.metaType());
        }
        if (auto map = entriesOf(value)) {
            return inType(inMap(*std::move(map), key, depth), value.metaType());
        }
        if (const QMetaProperty member = memberOf(unwrapped(value), key); member.isValid()) {
            return inGadget(unwrapped(value), member, depth);
        }
        if (!isNoValue(value)) {
            return fail(QStringLiteral("%1 is neither a map nor a list, and has no part \"%2\": set it as a whole")
                            .arg(place(depth), key));
        }
        if (!newValue.isValid()) {
            return value; // there is nothing to remove
        }
        return indexOfKey(key) >= 0 && depth > 0 ? inList({}, key, depth) : inMap({}, key, depth);
    }

private:
    QVariant inList(QVariantList list, const QString &key, qsizetype depth)
    {
        const qsizetype index = indexOfKey(key);
        if (index < 0) {
            return fail(isIndex(key) ? tooLong(depth)
                                     : QStringLiteral("%1 is a list, and \"%2\" is no index of it: 0, 1, 2, ...")
                                           .arg(place(depth), key));
        }
        growth += std::max<qsizetype>(index - list.size(), 0);
        if (growth > MaxPathGrowth) {
            return fail(tooLong(depth));
        }
        const bool isNew = index >= list.size();
        const QVariant item = in(isNew ? QVariant() : list[index], depth + 1);
        if (!problem.isEmpty()) {
            return {};
        }
        if (!item.isValid() && (depth + 1 == keys.size() || isNew)) {
            if (!isNew) {
                list.removeAt(index);
            }
            return list;
        }
        if (isNew) {
            list.resize(index + 1);
        }
        list[index] = item;
        return list;
    }
    QVariant inMap(QVariantMap map, const QString &key, qsizetype depth)
    {
        const QVariant item = in(map.value(key), depth + 1);
        if (!problem.isEmpty()) {
            return {};
        }
        if (item.isValid()) {
            map.insert(key, item);
        } else if (depth + 1 == keys.size()) {
            map.remove(key);
        }
        return map;
    }
    QVariant inGadget(QVariant gadget, const QMetaProperty &member, qsizetype depth)
    {
        const QVariant part = in(member.readOnGadget(gadget.constData()), depth + 1);
        if (!problem.isEmpty()) {
            return {};
        }
        if (!member.isWritable()) {
            return fail(QStringLiteral("\"%1\" of %2 is read-only").arg(keys[depth], place(depth)));
        }
        const auto fitting = fit(part, member.metaType());
        if (!fitting || !member.writeOnGadget(gadget.data(), *fitting)) {
            return fail(QStringLiteral("\"%1\" of %2 takes values of the type %3 alone")
                            .arg(keys[depth], place(depth), QString::fromLatin1(member.metaType().name())));
        }
        return gadget;
    }
    QVariant fail(const QString &what)
    {
        problem = what;
        return {};
    }
    QString place(qsizetype depth) const
    {
        return depth == 0 ? QStringLiteral("the value")
                          : QStringLiteral("\"%1\"").arg(keys.mid(0, depth).join(u'.').left(80));
    }
    QString tooLong(qsizetype depth) const
    {
        return QStringLiteral("%1 would get more than %2 empty items before \"%3\": set the list as a whole")
            .arg(place(depth))
            .arg(MaxPathGrowth)
            .arg(keys[depth]);
    }
};

} // namespace

qsizetype indexOfKey(QStringView key)
{
    constexpr qsizetype MostDigits = 9;
    if (key.isEmpty() || key.size() > MostDigits || (key.size() > 1 && key[0] == u'0')) {
        return -1;
    }
    qsizetype index = 0;
    for (const QChar digit : key) {
        if (digit < u'0' || digit > u'9') {
            return -1;
        }
        index = index * 10 + (digit.unicode() - u'0');
    }
    return index;
}

QStringList keysOfPath(const QString &path)
{
    QStringList keys;
    for (const QString &part : path.split(u'.')) {
        qsizetype end = part.size();
        QStringList indexes;
        while (end > 0 && part[end - 1] == u']') {
            const qsizetype open = part.lastIndexOf(u'[', end - 1);
            const QString index = open >= 0 ? part.mid(open + 1, end - open - 2) : QString();
            if (!isIndex(index)) {
                break;
            }
            indexes.prepend(index);
            end = open;
        }
        if (end > 0 || indexes.isEmpty()) {
            keys.append(part.left(end));
        }
        keys.append(indexes);
    }
    return keys;
}

bool isNoValue(const QVariant &value)
{
    return !value.isValid() || value.typeId() == QMetaType::Nullptr;
}

QVariant partOf(QVariant value, const QStringList &keys, qsizetype from)
{
    for (qsizetype i = from; i < keys.size() && value.isValid(); ++i) {
        value = step(value, keys[i]);
    }
    return value;
}

QVariant partOf(const QVariantMap &map, const QStringList &keys)
{
    return partOf(map.value(keys[0]), keys, 1);
}

QVariant withPart(const QVariant &value, const QStringList &keys, qsizetype depth, const QVariant &newPart)
{
    return Change{keys, newPart, {}, 0}.in(value, depth);
}

std::optional<QVariant> withPartOrWarning(const QVariant &value, const QStringList &keys, const QVariant &newPart)
{
    Change change{keys, newPart, {}, 0};
    QVariant result;
    if (keys.size() > MaxPathDepth) {
        change.problem = QStringLiteral("a path of %1 steps is deeper than the %2 that are followed")
                             .arg(keys.size())
                             .arg(MaxPathDepth);
    } else {
        result = change.in(value, 0);
    }
    if (change.problem.isEmpty()) {
        return result;
    }
    qCWarning(deepMapLog).noquote() << "the value is kept:" << change.problem;
    return std::nullopt;
}

namespace {

/// Of a part of what is neither a list nor a map: of a gadget, whose members decide what they take. Qt may not know
/// whether two gadgets are equal.
PartEffect effectWithin(const QVariant &value, const QStringList &keys, qsizetype depth, const QVariant &newPart,
                        qsizetype growth)
{
    Change change{keys, newPart, {}, growth};
    const QVariant changed = change.in(value, depth);
    if (!change.problem.isEmpty()) {
        return PartEffect::Impossible;
    }
    const bool isSame = newPart.isValid() ? sameVariant(partOf(value, keys, depth), partOf(changed, keys, depth))
                                          : sameVariant(value, changed);
    return isSame ? PartEffect::None : PartEffect::Changes;
}

} // namespace

PartEffect effectOfPart(const QVariantMap &map, const QStringList &keys, const QVariant &newPart)
{
    if (keys.size() > MaxPathDepth) {
        return PartEffect::Impossible;
    }
    if (keys.size() == 1 && !newPart.isValid()) {
        return map.contains(keys[0]) ? PartEffect::Changes : PartEffect::None; // it may have no value
    }
    QVariant value = map.value(keys[0]);
    qsizetype growth = 0;
    for (qsizetype depth = 1; depth < keys.size(); ++depth) {
        const QString &key = keys[depth];
        const bool isMissing = isNoValue(value);
        if (isMissing && !newPart.isValid()) {
            return PartEffect::None;
        }
        const bool isLast = depth + 1 == keys.size();
        auto list = isMissing && indexOfKey(key) >= 0 ? QVariantList() : itemsOf(value);
        if (!list) {
            const auto entries = isMissing ? QVariantMap() : entriesOf(value);
            if (!entries) {
                return effectWithin(value, keys, depth, newPart, growth);
            }
            if (isLast && !newPart.isValid()) {
                return entries->contains(key) ? PartEffect::Changes : PartEffect::None;
            }
            value = entries->value(key);
            continue;
        }
        const qsizetype index = indexOfKey(key);
        growth += std::max<qsizetype>(index - list->size(), 0);
        if (index < 0 || growth > MaxPathGrowth) {
            return PartEffect::Impossible;
        }
        if (isLast && index < list->size() && !newPart.isValid()) {
            return PartEffect::Changes; // what is behind it moves up
        }
        if (isLast && index >= list->size() && newPart.isValid()) {
            return PartEffect::Changes;
        }
        value = list->value(index);
    }
    return sameVariant(value, newPart) ? PartEffect::None : PartEffect::Changes;
}

} // namespace detail

QVariant getPath(const QVariant &value, const QString &path)
{
    return detail::partOf(value, detail::keysOfPath(path), 0);
}

QVariant setPath(const QVariant &value, const QString &path, const QVariant &newValue)
{
    return setByKey(value, detail::keysOfPath(path), newValue);
}

QVariant setByKey(const QVariant &value, const QStringList &keys, const QVariant &newValue)
{
    return detail::withPartOrWarning(value, keys, newValue).value_or(value);
}

VariantPath::VariantPath(QString path)
    : m_text(std::move(path))
    , m_keys(detail::keysOfPath(m_text))
{
}

VariantPath::VariantPath(const char *path)
    : VariantPath(QString::fromUtf8(path))
{
}

bool VariantPath::differs(const QVariantMap &a, const QVariantMap &b) const
{
    return !detail::sameVariant(detail::partOf(a, m_keys), detail::partOf(b, m_keys));
}

} // namespace nanostores
