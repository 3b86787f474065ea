// SPDX-License-Identifier: MIT
#pragma once

namespace nanostores::detail {

/// Has the engines of this process find the modules by their names, wherever they are imported: for
/// cannotRegisterModules(). False if there are none, since this library was built with another Qt than the one that
/// runs.
bool provideFacades();

} // namespace nanostores::detail
