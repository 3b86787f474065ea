// SPDX-License-Identifier: MIT
#pragma once

// clang-format off
// THOUSAND(X) is X(0) to X(999), with numbers that can be part of a name.
#define TEN(X, n) X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) X(n##8) X(n##9)
#define HUNDRED(X, n) \
    TEN(X, n##0) TEN(X, n##1) TEN(X, n##2) TEN(X, n##3) TEN(X, n##4) \
    TEN(X, n##5) TEN(X, n##6) TEN(X, n##7) TEN(X, n##8) TEN(X, n##9)
#define THOUSAND(X) \
    HUNDRED(X, _0) HUNDRED(X, _1) HUNDRED(X, _2) HUNDRED(X, _3) HUNDRED(X, _4) \
    HUNDRED(X, _5) HUNDRED(X, _6) HUNDRED(X, _7) HUNDRED(X, _8) HUNDRED(X, _9)
// clang-format on
