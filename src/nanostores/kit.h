#pragma once

#include <nanostores/core/array.h> // IWYU pragma: export
#include <nanostores/core/batch.h> // IWYU pragma: export
#include <nanostores/core/child.h> // IWYU pragma: export
#include <nanostores/core/codec.h> // IWYU pragma: export
#include <nanostores/core/computed.h> // IWYU pragma: export
#include <nanostores/core/di.h> // IWYU pragma: export
#include <nanostores/core/effect.h> // IWYU pragma: export
#include <nanostores/core/lifecycle.h> // IWYU pragma: export
#include <nanostores/core/morph.h> // IWYU pragma: export
#include <nanostores/core/mountable.h> // IWYU pragma: export
#include <nanostores/core/object.h> // IWYU pragma: export
#include <nanostores/core/operators.h> // IWYU pragma: export
#include <nanostores/core/pace.h> // IWYU pragma: export
#include <nanostores/core/recordof.h> // IWYU pragma: export
#include <nanostores/core/resolved.h> // IWYU pragma: export
#include <nanostores/core/scheduler.h> // IWYU pragma: export
#include <nanostores/core/scope.h> // IWYU pragma: export
#include <nanostores/core/selector.h> // IWYU pragma: export
#include <nanostores/core/signal.h> // IWYU pragma: export
#include <nanostores/core/signalsmap.h> // IWYU pragma: export
#include <nanostores/core/stored.h> // IWYU pragma: export
#include <nanostores/core/values.h> // IWYU pragma: export
