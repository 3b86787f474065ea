// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/persistent.h>

#include <QString>

namespace shop {

/// The cart is shared with shops on other machines from now on, through the server of Redis or the broker of MQTT at
/// that address. `cache` is the file that has it while a server of Redis is away; empty: it is in memory, as it always
/// is with a broker.
///
/// Throws nanostores::EngineError, without the password, if the address is none, or this cart was built without what it
/// needs.
void syncCart(const QString &url, const QString &cache);

/// What shares it. In memory, until it is shared.
nanostores::StorageEngine cartStorage();

} // namespace shop
