// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <string>

/// A text as a number, by which two programs are compared.
inline std::string numberOf(const QString &text)
{
    constexpr quint64 prime = 1000000007;
    quint64 number = 0;
    for (const QChar c : text) {
        number = (number * 65537 + c.unicode()) % prime;
    }
    return std::to_string(number);
}
