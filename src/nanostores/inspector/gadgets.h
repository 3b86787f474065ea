// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>
#include <nanostores/qt/detail/describing.h>

#include <QMetaObject>
#include <QMetaProperty>
#include <QVariant>

namespace nanostores {

/// Has values of these types shown by their properties, in inspectors, logs and dump(): `showGadgets<Product,
/// Order>()`. Each has Q_GADGET. Others show as the name of their type in < >. May be called on any thread.
template<typename... T>
requires(requires { T::staticMetaObject; } && ...)
void showGadgets()
{
    (detail::setDescriber(typeid(T),
                          [](const void *value, detail::Describer &to) {
                              const QMetaObject &type = T::staticMetaObject;
                              to.beginStruct();
                              for (int i = 0; i < type.propertyCount(); ++i) {
                                  to.member(type.property(i).name());
                                  detail::describeVariant(type.property(i).readOnGadget(value), to);
                              }
                              to.endStruct();
                          }),
     ...);
}

} // namespace nanostores
