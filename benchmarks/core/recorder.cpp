// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/recorder.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

/// What a recorded event costs: a write of a store without observers is one, a chain has events of other kinds, too.

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

/// A write, ten runs of computed stores, and a listener that is told.
struct Chain
{
    explicit Chain(bool isRecorded)
    {
        sums.push_back(nanostores::computed(store, [](int value) { return value + 1; }));
        while (sums.size() < 10) {
            sums.push_back(nanostores::computed(sums.back(), [](int value) { return value + 1; }));
        }
        subscription = sums.back().listen([this](int value) { seen += value; });
        if (isRecorded) {
            recorder.emplace(nanostores::RecorderOptions{.values = false, .origins = false});
        }
    }
    void run(std::size_t count)
    {
        for (std::size_t i = 0; i < count; ++i) {
            store.set(++written);
        }
    }

    int written = 0;
    std::int64_t seen = 0;
    nanostores::Atom<int> store = nanostores::atom(0);
    std::vector<nanostores::Computed<int>> sums;
    nanostores::Subscription subscription;
    std::optional<nanostores::Recorder> recorder;
};

void addChain(const char *name, bool isRecorded)
{
    addCase(name, 100, [isRecorded] {
        auto chain = std::make_shared<Chain>(isRecorded);
        return Program{[chain](std::size_t count) { chain->run(count); }, {}};
    });
}

/// The events of a write of the chain.
double eventsOfAWrite()
{
    Chain chain(true);
    chain.run(100);
    const auto before = chain.recorder->lastEvent();
    chain.run(100);
    return double(chain.recorder->lastEvent() - before) / 100;
}

} // namespace

void addRecorderCases()
{
    addChain("recorder_chain/nanostores", true);
    addChain("recorder_chain/bare", false);
    addBytes("recorder_events", eventsOfAWrite);
    addCaseOf("recorder/nanostores", true, false);
    addCaseOf("recorder/values", true, true);
    addCaseOf("recorder/bare", false, false);
}
