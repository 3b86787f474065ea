// SPDX-License-Identifier: MIT
#pragma once

/// What a program pays for persistent stores where it sets them.
void addStoreCases();
