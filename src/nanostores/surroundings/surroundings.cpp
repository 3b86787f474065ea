// SPDX-License-Identifier: MIT
#include <nanostores/surroundings/detail/follower.h>
#include <nanostores/surroundings/surroundings.h>

#include <stdexcept>

namespace nanostores {

namespace {

using Follower = detail::SurroundingsFollower;

template<typename F>
void changeFake(F change)
{
    Follower::State state = Follower::local().fake();
    change(state);
    Follower::local().setFake(state);
}

} // namespace

SurroundingsStore appVisible()
{
    return readonly(Follower::local().isVisible);
}

SurroundingsStore appActive()
{
    return readonly(Follower::local().isActive);
}

SurroundingsStore online()
{
    Follower::local().followNetwork();
    return readonly(Follower::local().isOnline);
}

SurroundingsStore metered()
{
    Follower::local().followNetwork();
    return readonly(Follower::local().isMetered);
}

FakeSurroundings::FakeSurroundings()
{
    if (Follower::local().hasFake()) {
        throw std::logic_error("nanostores: this thread has FakeSurroundings: let those end before others are made");
    }
    Follower::local().setFake(Follower::State());
}

FakeSurroundings::~FakeSurroundings()
{
    Follower::local().setFake(std::nullopt);
}

void FakeSurroundings::setAppVisible(bool isVisible)
{
    changeFake([isVisible](Follower::State &state) {
        state.isVisible = isVisible;
        state.isActive = state.isActive && isVisible;
    });
}

void FakeSurroundings::setAppActive(bool isActive)
{
    changeFake([isActive](Follower::State &state) {
        state.isActive = isActive;
        state.isVisible = state.isVisible || isActive;
    });
}

void FakeSurroundings::setOnline(bool isOnline)
{
    changeFake([isOnline](Follower::State &state) { state.isOnline = isOnline; });
}

void FakeSurroundings::setMetered(bool isMetered)
{
    changeFake([isMetered](Follower::State &state) { state.isMetered = isMetered; });
}

} // namespace nanostores
