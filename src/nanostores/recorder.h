// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/recorder.h>
#include <nanostores/recorder/session.h>
#include <nanostores/recorder/sessionvalues.h>
