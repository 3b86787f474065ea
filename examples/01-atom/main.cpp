// SPDX-License-Identifier: MIT

// An atom: one value that can be read, replaced and listened to.

#include <nanostores/core.h>

#include <iostream>

using nanostores::atom;
using nanostores::Batch;

int main()
{
    const auto counter = atom(0);

    // subscribe() calls at once and at every change; listen() only at changes. Both end with what they return.
    const auto printed = counter.subscribe([](int value) { std::cout << "counter is " << value << '\n'; });
    {
        const auto compared = counter.listen([](int value, int oldValue) {
            std::cout << "  it was " << oldValue << ", it grew by " << value - oldValue << "\n";
        });
        counter.set(1);
        counter.set(1); // no change, no call
    }
    counter.set(2); // `compared` is gone

    // Several changes, one call.
    {
        const Batch batch;
        counter.set(3);
        counter.set(4);
        counter.set(5);
    }

    // A handle is as cheap to copy as a pointer, and both copies mean the same store.
    const auto sameCounter = counter;
    sameCounter.set(6);
    std::cout << "read: " << counter.get() << '\n';
}
