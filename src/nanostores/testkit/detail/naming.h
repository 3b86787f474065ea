// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/graph.h>
#include <nanostores/core/task.h>
#include <nanostores/testkit/export.h>

#include <string>
#include <typeinfo>

/// How reports describe what they are about. The names are those of core/graph/naming.h.
namespace nanostores::detail {

/// `store "shop/items"`, `computed store shop::count`, `unnamed store of int`. May be called by a probe.
NANOSTORES_TESTKIT_EXPORT std::string described(const Node &node);
/// The same, and also by the variable that holds the store. Looks at all symbols of the program.
NANOSTORES_TESTKIT_EXPORT std::string describedByVariable(const Node &node);
/// `listener of store "shop/items" by CartView::CartView()`.
NANOSTORES_TESTKIT_EXPORT std::string described(const Listener &listener);
/// `task of fetch.cpp:31`.
NANOSTORES_TESTKIT_EXPORT std::string described(TaskPlace place);
/// ` in toast::show()`; empty if the type of the function does not say where it stands.
NANOSTORES_TESTKIT_EXPORT std::string placeOf(const std::type_info &function);
/// `timer of 300 ms in toast::show()`.
NANOSTORES_TESTKIT_EXPORT std::string describedJob(const std::string &kind, const std::type_info &function);
/// A node whose value and functions are JavaScript's.
NANOSTORES_TESTKIT_EXPORT bool isOfJavaScript(const Node &node);

} // namespace nanostores::detail
