// SPDX-License-Identifier: MIT

// A program that knows nothing of sessions, and writes one if its environment says so.

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <string>

namespace {

const auto counter = nanostores::atom(0).named("counter");
const auto token = nanostores::atom(std::string()).named("token");
const auto password = nanostores::atom(std::string()).named("auth/password");

} // namespace

int main()
{
    for (int i = 1; i <= 5000; ++i) {
        counter.set(i);
    }
    token.set("a secret");
    password.set("another secret");
    return 0;
}
