// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

#include <string>

enum class Theme { Light, Dark, Blue };

/// What the tests of bind() share. No .cpp file belongs to it.
struct Profile
{
    QString name;
    std::string nick;
    int age = 0;
    Theme theme = Theme::Light;
    bool subscribed = false;
};
