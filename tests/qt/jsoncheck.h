// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/qt.h>

#include <QtTest/QTest>

#include <optional>
#include <string>

/// What the tests of JsonCodec share.
namespace jsoncheck {

/// Writes it as this text, and reads the same again.
template<typename T>
void check(const T &value, const std::string &text)
{
    const nanostores::JsonCodec<T> codec;
    QCOMPARE(codec.encode(value), text);
    const std::optional<T> read = codec.decode(text);
    QVERIFY2(read, text.c_str());
    QVERIFY2(*read == value, text.c_str());
    const std::optional<T> same = nanostores::JsonCodec{}.decode(nanostores::JsonCodec{}.encode(value));
    QVERIFY2(same == read, text.c_str());
}

template<typename T>
bool reads(const std::string &text)
{
    return nanostores::JsonCodec<T>{}.decode(text).has_value();
}

} // namespace jsoncheck
