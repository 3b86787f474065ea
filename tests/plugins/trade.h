// SPDX-License-Identifier: MIT
#pragma once

#include <QHash>
#include <QString>

/// What the host and its plugins agree on: types, and the names of stores.
namespace trade {

struct Offer
{
    QString title;
    int price = 0;

    friend bool operator==(const Offer &, const Offer &) = default;
};

struct Terms
{
    int days = 30;
    bool express = false;

    friend bool operator==(const Terms &, const Terms &) = default;
};

/// What the host calls in a plugin, each function by its name.
using Start = void (*)(int *heard);
using Act = void (*)();
using Ask = const char *(*)();

} // namespace trade
