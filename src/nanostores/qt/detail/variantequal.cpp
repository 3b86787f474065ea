// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/variantequal.h>

#include <nanostores/qt/detail/qtversion.h>
#include <nanostores/qt/detail/values.h>

#include <cmath>
#include <optional>

namespace nanostores::detail {

namespace {

bool sameNumber(const QVariant &a, const QVariant &b)
{
    const auto wholeA = integerIn(a);
    const auto wholeB = integerIn(b);
    if (wholeA && wholeB) {
        return *wholeA == *wholeB;
    }
    if (!wholeA && !wholeB) {
        return Equal<double>{}(a.toDouble(), b.toDouble());
    }
    // An integer and a fraction: the same where the fraction is that integer, to the last bit.
    const double number = wholeA ? b.toDouble() : a.toDouble();
    const auto exact = wholeOfDouble(number, Doubles::Exact);
    return exact && !(number == 0 && std::signbit(number)) && *exact == (wholeA ? *wholeA : *wholeB);
}

template<typename M>
bool sameEntries(const M &a, const M &b)
{
    if (a.size() != b.size()) {
        return false;
    }
    for (auto entry = a.begin(); entry != a.end(); ++entry) {
        const auto other = b.constFind(entry.key());
        if (other == b.constEnd() || !sameVariant(entry.value(), other.value())) {
            return false;
        }
    }
    return true;
}

bool sameItems(const QVariant &a, const QVariant &b)
{
    const auto itemsA = a.value<SequentialIterable>();
    const auto itemsB = b.value<SequentialIterable>();
    if (itemsA.size() != itemsB.size()) {
        return false;
    }
    auto other = itemsB.begin();
    for (const QVariant &item : itemsA) {
        if (!sameVariant(item, *other)) {
            return false;
        }
        ++other;
    }
    return true;
}

} // namespace

bool sameVariant(const QVariantMap &a, const QVariantMap &b)
{
    return a.isSharedWith(b) || sameEntries(a, b);
}

bool sameVariant(const QVariantHash &a, const QVariantHash &b)
{
    return a.isSharedWith(b) || sameEntries(a, b);
}

bool sameVariant(const QVariantList &a, const QVariantList &b)
{
    if (a.size() != b.size()) {
        return false;
    }
    for (qsizetype i = 0; i < a.size(); ++i) {
        if (!sameVariant(a[i], b[i])) {
            return false;
        }
    }
    return true;
}

bool sameVariant(const QVariant &a, const QVariant &b)
{
    const QMetaType type = a.metaType();
    if (isNumberType(type) && isNumberType(b.metaType())) {
        return sameNumber(a, b);
    }
    if (isSequence(type) && isSequence(b.metaType())) {
        return sameItems(a, b);
    }
    if (type != b.metaType()) {
        const auto entriesA = isAssociative(type) ? entriesOf(a) : std::nullopt;
        const auto entriesB = entriesA && isAssociative(b.metaType()) ? entriesOf(b) : std::nullopt;
        return entriesB && sameEntries(*entriesA, *entriesB); // a QVariantHash and a QVariantMap, say
    }
    switch (type.id()) {
    case QMetaType::UnknownType:
    case QMetaType::Nullptr:
        return true;
    case QMetaType::QVariantMap:
        return sameVariant(*static_cast<const QVariantMap *>(a.constData()),
                           *static_cast<const QVariantMap *>(b.constData()));
    case QMetaType::QVariantHash:
        return sameVariant(*static_cast<const QVariantHash *>(a.constData()),
                           *static_cast<const QVariantHash *>(b.constData()));
    default:
        break;
    }
    if (isAssociative(type)) {
        const auto entriesA = entriesOf(a);
        const auto entriesB = entriesOf(b);
        return entriesA && entriesB ? sameEntries(*entriesA, *entriesB) : type.equals(a.constData(), b.constData());
    }
    if (const auto bridge = bridgeOf(type)) {
        return sameVariant(bridge->shown(a.constData()), bridge->shown(b.constData()));
    }
    return type.equals(a.constData(), b.constData());
}

} // namespace nanostores::detail
