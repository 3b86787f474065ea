// SPDX-License-Identifier: MIT
#pragma once

#include "support/property.h"
#include "support/randomvalues.h"

#include <QtCore/QDebug>

#include <functional>
#include <type_traits>

/// Ways into a store and out of it, and the two properties that hold of each: what is read is taken for the same, and
/// what is taken says what was asked for, or is refused with a message. For properties of RapidCheck.
namespace support {

extern int warnings;
/// A message handler that counts what was refused.
void count(QtMsgType type, const QMessageLogContext &context, const QString &message);

/// Whether a value says what another one said, though their types differ: 5 and "5", but not 5 and 4.
bool means(const QVariant &asked, const QVariant &held);

/// The same value, as a reader sees it.
template<typename T>
bool same(const T &a, const T &b)
{
    return nanostores::detail::sameVariant(nanostores::convertTo<QVariant>(a), nanostores::convertTo<QVariant>(b));
}

/// A way to write into a store that holds one value, and to read it.
template<typename T>
struct Face
{
    const char *name;
    std::function<void(const T &)> set;
    std::function<T()> get;
    std::function<QVariant()> read;
    std::function<void(const QVariant &)> write;
    bool zeroHasNoSign = false; ///< The items of a list compare by ==, to which -0 over 0 is no change.

    bool isNoChange(const T &a, const T &b) const
    {
        if constexpr (std::is_floating_point_v<T>) {
            return zeroHasNoSign && a == b;
        } else {
            return false;
        }
    }
};

/// What is read is written, into a store that holds something else.
template<typename T, template<typename> typename Ways>
void goesThere()
{
    holds([] {
        Ways<T> faces;
        const T value = random<T>();
        const T other = random<T>();
        for (const Face<T> &face : faces.all()) {
            face.set(value);
            const QVariant shown = face.read();
            face.set(other);
            const T before = face.get(); // where -0 over 0 is no change, not the other one
            warnings = 0;
            face.write(shown);
            const T now = face.get();
            if (!same(now, value) && !(!shown.isValid() && same(now, before)) && !face.isNoChange(now, value)) {
                RC_LOG() << face.name << ": " << nanostores::detail::textOf(shown).toStdString() << ", "
                         << QMetaType::fromType<T>().name() << "\n";
                RC_ASSERT(same(now, before));
                RC_ASSERT(warnings > 0);
            }
        }
    });
}

/// Anything is written; what the store then holds says the same, or is what it held.
template<typename T, template<typename> typename Ways>
void takesOnlyWhatFits()
{
    holds([] {
        Ways<T> faces;
        const T other = random<T>();
        const QVariant asked = random<QVariant>();
        for (const Face<T> &face : faces.all()) {
            face.set(other);
            const T before = face.get();
            warnings = 0;
            face.write(asked);
            const T now = face.get();
            const bool isReal = asked.typeId() == QMetaType::Double || asked.typeId() == QMetaType::Float;
            const bool isZero = isReal && asked.toDouble() == 0;
            const bool isKept =
                same(now, before) && (warnings > 0 || !asked.isValid() || (isZero && face.isNoChange(now, T())));
            if (!isKept && !means(asked, nanostores::convertTo<QVariant>(now))) {
                QString what;
                QDebug(&what) << face.name << asked << "gave" << nanostores::convertTo<QVariant>(now) << "before"
                              << nanostores::convertTo<QVariant>(before) << QMetaType::fromType<T>().name() << warnings;
                RC_LOG() << what.toStdString() << "\n";
                RC_FAIL("changed on its way");
            }
        }
    });
}

} // namespace support
