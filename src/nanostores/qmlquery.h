// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// The QML module NanoStores.Query.

#include <NanoStores/Query/declarativefetched.h> // IWYU pragma: export
#include <NanoStores/Query/declarativeinfinite.h> // IWYU pragma: export
#include <NanoStores/Query/declarativemutating.h> // IWYU pragma: export
#include <NanoStores/Query/declarativemutation.h> // IWYU pragma: export
#include <NanoStores/Query/declarativemutationqueue.h> // IWYU pragma: export
#include <NanoStores/Query/declarativequery.h> // IWYU pragma: export
#include <NanoStores/Query/declarativequeryclient.h> // IWYU pragma: export
#include <NanoStores/Query/queryclientobject.h> // IWYU pragma: export
#include <NanoStores/Query/rowsmodel.h> // IWYU pragma: export
#include <NanoStores/Query/surroundingsobject.h> // IWYU pragma: export
