// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The kit is built on the engine's parts, which are the core's.

namespace nanostores::detail {
}
namespace nanostores::kit::detail {
using namespace nanostores::detail; // NOLINT(google-build-using-namespace)
}
