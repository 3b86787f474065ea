// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/batch.h> // IWYU pragma: export
#include <nanostores/core/computed.h> // IWYU pragma: export
#include <nanostores/core/effect.h> // IWYU pragma: export
#include <nanostores/core/lifecycle.h> // IWYU pragma: export
#include <nanostores/core/readonly.h> // IWYU pragma: export
#include <nanostores/core/scheduler.h> // IWYU pragma: export
#include <nanostores/core/scope.h> // IWYU pragma: export
#include <nanostores/core/signal.h> // IWYU pragma: export
#include <nanostores/core/tracking.h> // IWYU pragma: export
#include <nanostores/kit/array.h> // IWYU pragma: export
#include <nanostores/kit/child.h> // IWYU pragma: export
#include <nanostores/kit/codec.h> // IWYU pragma: export
#include <nanostores/kit/di.h> // IWYU pragma: export
#include <nanostores/kit/morph.h> // IWYU pragma: export
#include <nanostores/kit/mountable.h> // IWYU pragma: export
#include <nanostores/kit/object.h> // IWYU pragma: export
#include <nanostores/kit/operators.h> // IWYU pragma: export
#include <nanostores/kit/pace.h> // IWYU pragma: export
#include <nanostores/kit/resolved.h> // IWYU pragma: export
#include <nanostores/kit/scope.h> // IWYU pragma: export
#include <nanostores/kit/scoped.h> // IWYU pragma: export
#include <nanostores/kit/selector.h> // IWYU pragma: export
#include <nanostores/kit/signalrecord.h> // IWYU pragma: export
#include <nanostores/kit/signalsmap.h> // IWYU pragma: export
#include <nanostores/kit/stored.h> // IWYU pragma: export
#include <nanostores/kit/values.h> // IWYU pragma: export

namespace nanostores {
/// Who includes all of the kit has its names beside those of the core. Its single headers leave them in
/// nanostores::kit.
using namespace kit; // NOLINT(google-build-using-namespace)
} // namespace nanostores
