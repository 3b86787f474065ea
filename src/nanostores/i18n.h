// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/i18n/format.h> // IWYU pragma: export
#include <nanostores/i18n/i18n.h> // IWYU pragma: export
#include <nanostores/i18n/locale.h> // IWYU pragma: export
#include <nanostores/i18n/message.h> // IWYU pragma: export
#include <nanostores/i18n/messages.h> // IWYU pragma: export
#include <nanostores/i18n/messagetext.h> // IWYU pragma: export
#include <nanostores/i18n/plural.h> // IWYU pragma: export
#include <nanostores/i18n/processor.h> // IWYU pragma: export
#include <nanostores/i18n/pseudolocale.h> // IWYU pragma: export
#include <nanostores/i18n/translation.h> // IWYU pragma: export
#include <nanostores/i18n/translationcommand.h> // IWYU pragma: export
#include <nanostores/i18n/translator.h> // IWYU pragma: export
