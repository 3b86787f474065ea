// SPDX-License-Identifier: MIT
#include <functional>

/// What a program without stores is made of: one variable, and a function that is called with its value.

int main()
{
    int value = 0;
    long sum = 0;
    const std::function<void(int)> listener = [&sum](int next) { sum += next; };
    value = 1;
    listener(value);
    return sum == 1 ? 0 : 1;
}
