// SPDX-License-Identifier: MIT

// Never run: see install.cpp.
