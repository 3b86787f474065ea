// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h> // IWYU pragma: export
#include <nanostores/core/batch.h> // IWYU pragma: export
#include <nanostores/core/cleanstores.h> // IWYU pragma: export
#include <nanostores/core/computed.h> // IWYU pragma: export
#include <nanostores/core/deepmap.h> // IWYU pragma: export
#include <nanostores/core/derivedlist.h> // IWYU pragma: export
#include <nanostores/core/dictionary.h> // IWYU pragma: export
#include <nanostores/core/effect.h> // IWYU pragma: export
#include <nanostores/core/equal.h> // IWYU pragma: export
#include <nanostores/core/errors.h> // IWYU pragma: export
#include <nanostores/core/inspect.h> // IWYU pragma: export
#include <nanostores/core/keepmount.h> // IWYU pragma: export
#include <nanostores/core/lifecycle.h> // IWYU pragma: export
#include <nanostores/core/list.h> // IWYU pragma: export
#include <nanostores/core/listenkeys.h> // IWYU pragma: export
#include <nanostores/core/lists.h> // IWYU pragma: export
#include <nanostores/core/liststep.h> // IWYU pragma: export
#include <nanostores/core/map.h> // IWYU pragma: export
#include <nanostores/core/mapcreator.h> // IWYU pragma: export
#include <nanostores/core/ostream.h> // IWYU pragma: export
#include <nanostores/core/post.h> // IWYU pragma: export
#include <nanostores/core/readonly.h> // IWYU pragma: export
#include <nanostores/core/record.h> // IWYU pragma: export
#include <nanostores/core/scheduler.h> // IWYU pragma: export
#include <nanostores/core/scope.h> // IWYU pragma: export
#include <nanostores/core/shared.h> // IWYU pragma: export
#include <nanostores/core/signal.h> // IWYU pragma: export
#include <nanostores/core/task.h> // IWYU pragma: export
#include <nanostores/core/tracking.h> // IWYU pragma: export
