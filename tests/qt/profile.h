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
