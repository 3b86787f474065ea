// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/recorder/session.h>
