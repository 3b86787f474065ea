// SPDX-License-Identifier: MIT
#pragma once

/// \file
/// NanoStores::Logger: what stores do, in logs, JSON lines and traces.

#include <nanostores/logger/action.h>
#include <nanostores/logger/buildlogger.h>
#include <nanostores/logger/creatorlogger.h>
#include <nanostores/logger/logevent.h>
#include <nanostores/logger/logger.h>
#include <nanostores/logger/logvalue.h>
#include <nanostores/logger/redaction.h>
#include <nanostores/logger/sinks.h>
