// SPDX-License-Identifier: MIT
#pragma once

#include <NanoStores/I18n/declarativei18n.h> // IWYU pragma: export
#include <NanoStores/I18n/declarativemessages.h> // IWYU pragma: export
#include <NanoStores/I18n/localeformat.h> // IWYU pragma: export
