// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/exports.h>
#include <nanostores/recorder/recorder.h>
#include <nanostores/recorder/replay.h>
#include <nanostores/recorder/session.h>
#include <nanostores/recorder/sessionfile.h>
#include <nanostores/recorder/sessionvalues.h>
#include <nanostores/recorder/travel.h>
