// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <memory>

/// What a recorded event costs: a write of a store without observers is one.

namespace {

void addCaseOf(const char *name, bool isRecorded, bool withValues)
{
    addCase(name, 1000, [isRecorded, withValues] {
        struct State
        {
            nanostores::Atom<int> store = nanostores::atom(0);
            std::unique_ptr<nanostores::Recorder> recorder;
            int value = 0;
        };
        auto state = std::make_shared<State>();
        if (isRecorded) {
            state->recorder = std::make_unique<nanostores::Recorder>(
                nanostores::RecorderOptions{.values = withValues, .origins = false});
        }
        return Program{[state](std::size_t count) {
                           for (std::size_t i = 0; i < count; ++i) {
                               state->store.set(++state->value);
                           }
                       },
                       {}};
    });
}

} // namespace

void addRecorderCases()
{
    addCaseOf("recorder/nanostores", true, false);
    addCaseOf("recorder/values", true, true);
    addCaseOf("recorder/bare", false, false);
}
