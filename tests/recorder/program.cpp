// SPDX-License-Identifier: MIT

// A program that knows nothing of sessions, and writes one if its environment says so. With the argument `redux` it
// prints what it has done as a state file for Redux DevTools.

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <cstdio>
#include <cstring>
#include <string>

namespace {

const auto counter = nanostores::atom(0).named("counter");
const auto token = nanostores::atom(std::string()).named("token");
const auto password = nanostores::atom(std::string()).named("auth/password");

void printRedux()
{
    const nanostores::Recorder recorder;
    for (int i = 1; i <= 100; ++i) {
        counter.set(i);
    }
    token.set("\"quoted\" \n text");
    const auto session = nanostores::Session::parse(recorder.toJsonLines());
    std::fputs(nanostores::toReduxDevTools(session, {.turns = 20}).c_str(), stdout);
}

} // namespace

int main(int argc, char *argv[])
{
    if (argc > 1 && std::strcmp(argv[1], "redux") == 0) {
        printRedux();
        return 0;
    }
    for (int i = 1; i <= 5000; ++i) {
        counter.set(i);
    }
    token.set("a secret");
    password.set("another secret");
    return 0;
}
