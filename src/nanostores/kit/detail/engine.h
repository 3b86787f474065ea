// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The kit is built on the engine's parts, which are the core's. Its own parts are in a namespace of another name:
/// <nanostores/kit.h> makes the kit's names those of nanostores, too, and there `detail` has to stay one namespace.

namespace nanostores::detail {
}
namespace nanostores::kit::internal {
using namespace nanostores::detail; // NOLINT(google-build-using-namespace)
}
