// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt/bridge.h> // IWYU pragma: export
#include <nanostores/qt/convert.h> // IWYU pragma: export
#include <nanostores/qt/debug.h> // IWYU pragma: export
#include <nanostores/qt/eventloopscheduler.h> // IWYU pragma: export
#include <nanostores/qt/export.h> // IWYU pragma: export
#include <nanostores/qt/fields.h> // IWYU pragma: export
#include <nanostores/qt/json/jsoncodec.h> // IWYU pragma: export
#include <nanostores/qt/keyadapter.h> // IWYU pragma: export
#include <nanostores/qt/models/keyselection.h> // IWYU pragma: export
#include <nanostores/qt/models/listmodel.h> // IWYU pragma: export
#include <nanostores/qt/models/mapmodel.h> // IWYU pragma: export
#include <nanostores/qt/models/sortorder.h> // IWYU pragma: export
#include <nanostores/qt/models/storemodel.h> // IWYU pragma: export
#include <nanostores/qt/models/tablemodel.h> // IWYU pragma: export
#include <nanostores/qt/storeadapter.h> // IWYU pragma: export
#include <nanostores/qt/storeobject.h> // IWYU pragma: export
#include <nanostores/qt/task.h> // IWYU pragma: export
#include <nanostores/qt/usestore.h> // IWYU pragma: export
#include <nanostores/qt/variantdeepmap.h> // IWYU pragma: export
