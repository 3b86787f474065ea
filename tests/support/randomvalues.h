// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/dictionary.h>
#include <nanostores/qt/convert.h>

#include <QtCore/QtCore>

#include <rapidcheck.h>

#include <chrono>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

/// Values of every type that conversions know, for properties of RapidCheck: the limits of each type more often than
/// others.
namespace support {

Q_NAMESPACE
enum class Tone : quint8 { Low, High, Loudest = 255 };
Q_ENUM_NS(Tone)
enum Side { NoSide = 0, Left = 1, Right = 2, Top = 4 };
Q_DECLARE_FLAGS(Sides, Side)
Q_FLAG_NS(Sides)

/// One of those named, or any.
template<typename T>
T oneOf(std::vector<T> named)
{
    return *rc::gen::elementOf(std::move(named));
}

template<typename T>
struct Random;

template<typename T>
T random()
{
    return Random<T>::make();
}

template<typename T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>)
struct Random<T>
{
    static T make()
    {
        using Limits = std::numeric_limits<T>;
        std::vector<T> named{T(0), T(1), Limits::min(), Limits::max(), T(Limits::max() - 1), T(-1), T(7)};
        if constexpr (sizeof(T) == sizeof(qint64)) {
            const T safe = T(1) << 53;
            named.insert(named.end(), {safe, T(safe - 1), T(safe + 1), T(safe + 2), T(Limits::max() / 2 + 1)});
            if constexpr (std::is_signed_v<T>) {
                named.insert(named.end(), {T(-safe), T(-safe - 1), T(-safe + 1)});
            }
        }
        return *rc::gen::inRange(0, 3) == 0 ? *rc::gen::arbitrary<T>() : oneOf(std::move(named));
    }
};
template<>
struct Random<bool>
{
    static bool make() { return *rc::gen::arbitrary<bool>(); }
};
template<typename T>
requires std::is_floating_point_v<T>
struct Random<T>
{
    static T make()
    {
        using Limits = std::numeric_limits<T>;
        if (*rc::gen::inRange(0, 3) == 0) {
            return static_cast<T>(*rc::gen::arbitrary<double>());
        }
        return oneOf<T>({T(0),
                         T(-0.0),
                         T(1),
                         T(0.1),
                         T(0.5),
                         T(-2.5),
                         T(1e10),
                         T(1e21),
                         T(1e-7),
                         T(3e9),
                         T(255.5),
                         T(9007199254740992.0),
                         T(4294967297.0),
                         T(-1),
                         Limits::max(),
                         Limits::lowest(),
                         Limits::denorm_min(),
                         Limits::infinity(),
                         -Limits::infinity(),
                         Limits::quiet_NaN()});
    }
};
template<>
struct Random<Tone>
{
    static Tone make() { return oneOf<Tone>({Tone::Low, Tone::High, Tone::Loudest, Tone(17)}); }
};
template<>
struct Random<Sides>
{
    static Sides make() { return Sides::fromInt(*rc::gen::inRange(0, 8)); }
};
template<>
struct Random<QString>
{
    static QString make()
    {
        const int kind = *rc::gen::inRange(0, 4);
        if (kind == 0) {
            QString text;
            const auto units = *rc::gen::container<std::vector<quint16>>(rc::gen::arbitrary<quint16>());
            for (const quint16 unit : units) {
                text.append(QChar(unit)); // halves of surrogate pairs, too
            }
            return text;
        }
        return oneOf<QString>({QString(),
                               QStringLiteral(""),
                               QStringLiteral("__proto__"),
                               QStringLiteral("constructor"),
                               QStringLiteral("toString"),
                               QStringLiteral("length"),
                               QStringLiteral("10"),
                               QStringLiteral("a.b[0]"),
                               QString(QChar(0x2028)),
                               QString(QChar(0x2029)),
                               QString(QChar(0xd800)),
                               QString(QChar(0xdc00)),
                               QString::fromUtf8("\U0001F600"),
                               QString(QChar(0)),
                               QString(QChar(0xfeff)),
                               QStringLiteral("true"),
                               QStringLiteral("nan"),
                               QStringLiteral(" 12 "),
                               QStringLiteral("1e3"),
                               QStringLiteral("-0"),
                               QStringLiteral("4294967299"),
                               QStringLiteral("9007199254740993"),
                               QStringLiteral("2026-03-10"),
                               QStringLiteral("ä ö")});
    }
};
template<>
struct Random<std::string>
{
    static std::string make() { return random<QString>().toStdString(); }
};
template<>
struct Random<std::u16string>
{
    static std::u16string make() { return random<QString>().toStdU16String(); }
};
template<>
struct Random<QByteArray>
{
    static QByteArray make() { return oneOf<QByteArray>({"", "abc", "\xff\xfe", QByteArray("\0a", 2), "12"}); }
};
template<>
struct Random<QDate>
{
    static QDate make()
    {
        // Days on which clocks are put forward at midnight, or are skipped, somewhere.
        return oneOf<QDate>({QDate(2026, 3, 10), QDate(1970, 1, 1), QDate(2026, 3, 8), QDate(2026, 11, 1),
                             QDate(1969, 12, 31), QDate(2000, 2, 29), QDate(1890, 6, 1), QDate(2018, 11, 4), QDate(),
                             QDate(2011, 12, 29), QDate(2400, 1, 1)});
    }
};
template<>
struct Random<QTime>
{
    static QTime make()
    {
        return oneOf<QTime>(
            {QTime(0, 0), QTime(12, 30), QTime(23, 59, 59, 999), QTime(2, 30), QTime(1, 2, 3, 4), QTime()});
    }
};
template<>
struct Random<QDateTime>
{
    static QDateTime make()
    {
        const QDateTime moment = QDateTime::fromMSecsSinceEpoch(
            oneOf<qint64>({0, 1, -1, 1773100800000, 1772955000000, 1793511000000, -2524521600123, 86400000}));
        switch (*rc::gen::inRange(0, 4)) {
        case 0:
            return moment.toUTC();
        case 1:
            return moment.toOffsetFromUtc(19800);
        case 2:
            return QDateTime();
        default:
            return moment;
        }
    }
};
template<typename D>
struct Random<std::chrono::time_point<std::chrono::system_clock, D>>
{
    using Time = std::chrono::time_point<std::chrono::system_clock, D>;
    static Time make()
    {
        return std::chrono::floor<D>(std::chrono::sys_time<std::chrono::milliseconds>(
            std::chrono::milliseconds(random<QDateTime>().isValid() ? 1773100800123 : -123456)));
    }
};
template<>
struct Random<QUrl>
{
    static QUrl make()
    {
        return oneOf<QUrl>({QUrl(), QUrl(QStringLiteral("https://a.b/c?d=e#f")), QUrl(QStringLiteral("qrc:/x y")),
                            QUrl(QStringLiteral("relative/ä"))});
    }
};
template<>
struct Random<QUuid>
{
    static QUuid make()
    {
        return oneOf<QUuid>({QUuid(), QUuid(QStringLiteral("{67c8770b-44f1-410a-ab9a-f9b5446f13ee}"))});
    }
};
template<typename T>
struct Random<std::optional<T>>
{
    static std::optional<T> make()
    {
        return *rc::gen::inRange(0, 3) == 0 ? std::nullopt : std::optional<T>(random<T>());
    }
};
template<typename T>
requires(nanostores::detail::Sequence<T> || nanostores::detail::SetLike<T>)
struct Random<T>
{
    static T make()
    {
        T items;
        for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
            nanostores::detail::insertItem(items, random<typename T::value_type>());
        }
        return items;
    }
};
template<typename T>
requires nanostores::detail::EntriesLike<T>
struct Random<T>
{
    static T make()
    {
        T entries;
        for (int left = *rc::gen::inRange(0, 4); left > 0; --left) {
            nanostores::detail::insertEntry(entries, random<typename T::key_type>(), random<typename T::mapped_type>());
        }
        return entries;
    }
};
template<>
struct Random<QVariant>
{
    /// Of any type, as a caller may pass it.
    static QVariant make()
    {
        switch (*rc::gen::inRange(0, 24)) {
        case 0:
            return random<bool>();
        case 1:
            return random<int>();
        case 2:
            return random<uint>();
        case 3:
            return random<qint64>();
        case 4:
            return random<quint64>();
        case 5:
        case 6:
        case 7:
            return random<double>();
        case 8:
            return random<float>();
        case 9:
        case 10:
        case 11:
            return random<QString>();
        case 12:
            return QVariant::fromValue(random<qint8>());
        case 13:
            return random<QByteArray>();
        case 14:
            return random<QDate>();
        case 15:
            return random<QTime>();
        case 16:
            return random<QDateTime>();
        case 17:
            return QVariant();
        case 18:
            return QVariant::fromValue(nullptr);
        case 19:
            return QVariant::fromValue(random<QList<int>>());
        case 20:
            return QVariantList{random<int>(), random<QString>(), random<double>()};
        case 21:
            return QVariantMap{{random<QString>(), random<double>()}, {random<QString>(), random<QString>()}};
        case 22:
            return random<QUrl>();
        default:
            return random<QUuid>();
        }
    }
};
template<>
struct Random<QJsonValue>
{
    static QJsonValue make()
    {
        switch (*rc::gen::inRange(0, 6)) {
        case 0:
            return QJsonValue(random<bool>());
        case 1:
            return QJsonValue(*rc::gen::inRange(-5, 5) * 0.5);
        case 2:
            return QJsonValue(random<QString>());
        case 3:
            return QJsonArray{1, random<QString>()};
        case 4:
            return QJsonObject{{random<QString>(), QJsonValue(QJsonValue::Null)}};
        default:
            return QJsonValue(QJsonValue::Null);
        }
    }
};

} // namespace support
