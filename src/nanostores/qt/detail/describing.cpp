// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/describing.h>

#include <nanostores/qt/detail/values.h>

#include <QDate>
#include <QDateTime>
#include <QJsonValue>
#include <QTime>
#include <QUrl>
#include <QUuid>
#include <QVariant>

/// Values of Qt for those who read values of any type.
namespace nanostores::detail {

void describeVariant(const QVariant &variant, Describer &to)
{
    const QVariant value = shown(unwrapped(variant));
    if (!value.isValid() || value.typeId() == QMetaType::Nullptr) {
        to.none();
    } else if (value.typeId() == QMetaType::Bool) {
        describePart(value.toBool(), to);
    } else if (isNumberType(value.metaType())) {
        if (const auto whole = integerIn(value); !whole) {
            describePart(value.toDouble(), to);
        } else if (whole->negative) {
            describePart(static_cast<long long>(0 - whole->magnitude), to);
        } else {
            describePart(static_cast<unsigned long long>(whole->magnitude), to);
        }
    } else if (const auto items = itemsOf(value)) {
        to.beginList();
        for (const QVariant &item : *items) {
            describeVariant(item, to);
        }
        to.endList();
    } else if (const auto entries = entriesOf(value)) {
        to.beginMap();
        for (auto entry = entries->begin(); entry != entries->end(); ++entry) {
            describePart(entry.key(), to);
            describeVariant(entry.value(), to);
        }
        to.endMap();
    } else {
        describePart(textOf(value), to);
    }
}

namespace {

template<typename... T>
void describeAsVariants()
{
    (setDescriber(typeid(T),
                  [](const void *value, Describer &to) {
                      describeVariant(QVariant::fromValue(*static_cast<const T *>(value)), to);
                  }),
     ...);
}

/// When the library is loaded: a program may ask for its stores before it converts a value.
[[maybe_unused]] const bool usualAreDescribed = (describeUsualTypes(), true);

} // namespace

void describeUsualTypes()
{
    describeAsVariants<QVariant, QJsonValue, QUrl, QUuid, QDate, QTime, QDateTime>();
}

} // namespace nanostores::detail
