// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/query/entities.h> // IWYU pragma: export
#include <nanostores/query/fetchcontext.h> // IWYU pragma: export
#include <nanostores/query/fetched.h> // IWYU pragma: export
#include <nanostores/query/infinite.h> // IWYU pragma: export
#include <nanostores/query/keptanswers.h> // IWYU pragma: export
#include <nanostores/query/mutation.h> // IWYU pragma: export
#include <nanostores/query/mutationqueue.h> // IWYU pragma: export
#include <nanostores/query/operation.h> // IWYU pragma: export
#include <nanostores/query/query.h> // IWYU pragma: export
#include <nanostores/query/queryclient.h> // IWYU pragma: export
#include <nanostores/query/queryerror.h> // IWYU pragma: export
#include <nanostores/query/querykey.h> // IWYU pragma: export
#include <nanostores/query/queryoptions.h> // IWYU pragma: export
#include <nanostores/query/queuedcall.h> // IWYU pragma: export
