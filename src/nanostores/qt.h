#pragma once

#include <nanostores/qt/bridge.h> // IWYU pragma: export
#include <nanostores/qt/convert.h> // IWYU pragma: export
#include <nanostores/qt/debug.h> // IWYU pragma: export
#include <nanostores/qt/eventloopscheduler.h> // IWYU pragma: export
#include <nanostores/qt/export.h> // IWYU pragma: export
#include <nanostores/qt/fields.h> // IWYU pragma: export
#include <nanostores/qt/jsoncodec.h> // IWYU pragma: export
#include <nanostores/qt/keyadapter.h> // IWYU pragma: export
#include <nanostores/qt/keyselection.h> // IWYU pragma: export
#include <nanostores/qt/listmodel.h> // IWYU pragma: export
#include <nanostores/qt/mapmodel.h> // IWYU pragma: export
#include <nanostores/qt/sortorder.h> // IWYU pragma: export
#include <nanostores/qt/storeadapter.h> // IWYU pragma: export
#include <nanostores/qt/storemodel.h> // IWYU pragma: export
#include <nanostores/qt/storeobject.h> // IWYU pragma: export
#include <nanostores/qt/tablemodel.h> // IWYU pragma: export
#include <nanostores/qt/task.h> // IWYU pragma: export
#include <nanostores/qt/usestore.h> // IWYU pragma: export
#include <nanostores/qt/variantdeepmap.h> // IWYU pragma: export
