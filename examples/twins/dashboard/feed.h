// SPDX-License-Identifier: MIT
#pragma once

#include <QList>
#include <QObject>
#include <QString>

#include <cstdint>

/// How busy a server is, in percent.
struct Reading
{
    Q_GADGET
    Q_PROPERTY(QString host MEMBER host CONSTANT FINAL)
    Q_PROPERTY(int load MEMBER load CONSTANT FINAL)

public:
    QString host;
    int load = 0;
    friend bool operator==(const Reading &, const Reading &) = default;
};

/// Stands for thirty servers that are asked again and again. One at a time does not answer, each time another one.
class Feed
{
public:
    QList<Reading> next();

private:
    QList<Reading> m_all;
    std::uint32_t m_state = 1;
    int m_asked = 0;
};
