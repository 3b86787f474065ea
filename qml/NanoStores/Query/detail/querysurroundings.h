// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/script/detail/surroundings.h>

#include <QObject>

class QQmlEngine;

namespace nanostores::detail {

/// Focus and network of the program, as the stores that the clients of an engine follow.
class QuerySurroundings : public QObject
{
    Q_OBJECT

public:
    static QuerySurroundings *of(QQmlEngine *engine);

    const Atom<bool> &isShown() const noexcept { return m_isShown; }
    const Atom<bool> &isActive() const noexcept { return m_isActive; }
    /// From the first call on it is followed.
    const Atom<bool> &isOnline();

private:
    explicit QuerySurroundings(QObject *parent);
    void take(Surroundings::Event event);

    Atom<bool> m_isShown{true};
    Atom<bool> m_isActive{true};
    Atom<bool> m_isOnline{true};
    Surroundings m_surroundings;
};

} // namespace nanostores::detail
