// SPDX-License-Identifier: MIT

// A store opens its timer, socket or file only while it is observed, and closes it a second after the last observer
// left.

#include <nanostores/core.h>

#include <chrono>
#include <iostream>

using namespace std::chrono_literals;
using nanostores::atom;
using nanostores::isMounted;
using nanostores::ManualScheduler;
using nanostores::onMount;

int main()
{
    // Time is handed in. A Qt program has an event loop for it; here it passes when we say so.
    ManualScheduler time;
    nanostores::setScheduler(&time);

    const auto temperature = atom(20);
    onMount(temperature, [] {
        std::cout << "sensor on\n";
        return [] { std::cout << "sensor off\n"; };
    });

    std::cout << "not observed\n";
    {
        const auto display = temperature.subscribe([](int degrees) { std::cout << degrees << " degrees\n"; });
        temperature.set(21);
    }
    std::cout << "the display is gone, the sensor waits: " << (isMounted(temperature) ? "mounted" : "unmounted")
              << '\n';
    time.advance(500ms);
    {
        const auto display = temperature.listen([](int degrees) { std::cout << degrees << " degrees\n"; });
        std::cout << "back in time, the sensor never stopped\n";
        temperature.set(22);
    }
    time.advance(1000ms);
    std::cout << "after a second: " << (isMounted(temperature) ? "mounted" : "unmounted") << '\n';

    nanostores::setScheduler(nullptr);
}
