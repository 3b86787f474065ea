// SPDX-License-Identifier: MIT
#pragma once

/// \file What differs between the versions of Qt that this library is for, 6.4 to 6.11: each with the version, the
/// reason, and where Qt says so. No other file of the adapters, of Widgets and of the QML types asks for the version of
/// Qt; the JavaScript modules have script/detail/qtversion.h.
///
/// Workarounds that are harmless in every version, and so stand where they are needed without a condition: base classes
/// of QML types are written with their namespace (Qt 6.4 finds them for the .qmltypes by no other name), and <cstddef>
/// comes before <concepts> (moc of Qt 6.4 cannot read that alone). Signals for QML that have two parameters or more
/// carry values as QVariant: where a compiled handler with types takes fewer parameters, and one has another type than
/// the signal's, Qt 6.8.2 writes beyond an array, and `var` is QVariant (no report was found; tst_declarative shows
/// it).

#include <QVariant>

#if QT_VERSION >= QT_VERSION_CHECK(6, 11, 0)
#include <QMetaAssociation>
#include <QMetaSequence>
#else
#include <QAssociativeIterable>
#include <QSequentialIterable>
#endif

namespace nanostores::detail {

/// A container in a QVariant, as canView(), view() and value() know it. From 6.11 on these are members of the meta
/// containers, and the classes of before are deprecated: https://doc.qt.io/qt-6/qmetasequence-iterable.html
#if QT_VERSION >= QT_VERSION_CHECK(6, 11, 0)
using SequentialIterable = QMetaSequence::Iterable;
using AssociativeIterable = QMetaAssociation::Iterable;
#else
using SequentialIterable = QSequentialIterable;
using AssociativeIterable = QAssociativeIterable;
#endif

/// Adds an item where the container adds items: at the end of a list, anywhere in a set. The member addValue() of the
/// iterables did this, and is deprecated from 6.11 on; append() does not know sets.
inline void addItem(SequentialIterable &items, QVariant item)
{
    const QMetaSequence sequence = items.metaContainer();
    const QMetaType type = sequence.valueMetaType();
    if (type == QMetaType::fromType<QVariant>()) {
        sequence.addValue(items.mutableIterable(), &item);
    } else if (item.metaType() == type || item.convert(type)) {
        sequence.addValue(items.mutableIterable(), item.constData());
    }
}

} // namespace nanostores::detail
