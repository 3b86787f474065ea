// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QObject>
#include <QString>

#define PROFILE(FIELD) \
    FIELD(QString, name) \
    FIELD(int, age) \
    FIELD(QString, theme)

struct Profile
{
    Q_GADGET
    NANOSTORES_STRUCT(Profile, PROFILE)

    int length() const { return static_cast<int>(name.size()); }
};

namespace stores {
inline const auto profile = nanostores::map(Profile{});
inline const auto draft = nanostores::atom(Profile{});
} // namespace stores

class User : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_RECORD(PROFILE, stores::profile)
};

class Draft : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_FIELD(QString, title, stores::draft, &Profile::name)
    NANOSTORES_FIELD(qlonglong, age, stores::draft, &Profile::age)
};

namespace stores {
/// The profile as guests see it.
inline const auto shown = nanostores::computed(profile, [](Profile known) {
    known.name = known.name.isEmpty() ? QStringLiteral("guest") : known.name;
    return known;
});
} // namespace stores

class Shown : public nanostores::StoreObject
{
    Q_OBJECT
    NANOSTORES_READONLY_RECORD(PROFILE, stores::shown)
    NANOSTORES_READONLY_FIELD(bool, isAdult, stores::shown, [](const Profile &profile) { return profile.age >= 18; })
    NANOSTORES_READONLY_FIELD(int, length, stores::profile, &Profile::length)
};
