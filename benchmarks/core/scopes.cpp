// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/kit.h>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <memory>

/// Looking a store up in a scope, three scopes below the one that provides it, and reading it. 16 a round of the loop.

namespace {

const auto declared = nanostores::scoped([] { return nanostores::atom(1); });

struct Scopes
{
    nanostores::Scope window = nanostores::Scope({nanostores::provide(declared)});
    nanostores::Scope document = nanostores::Scope({}, window);
    nanostores::Scope view = nanostores::Scope({}, document);
    nanostores::Scope panel = nanostores::Scope({}, view);
};

template<typename F>
Program reads(F read)
{
    const auto scopes = std::make_shared<Scopes>();
    const auto store = std::make_shared<nanostores::Atom<int>>(declared.in(scopes->panel));
    return {[scopes, store, read](std::size_t times) {
        scopes->panel.run([&] {
            for (std::size_t i = 0; i < times; i += 16) {
                for (int j = 0; j < 16; ++j) {
                    read(*store);
                }
            }
        });
    }};
}

/// The same in an effect of the innermost scope, or in an effect that this has made.
template<typename F>
Program readsInAnEffect(F read, bool isNested = false)
{
    const auto scopes = std::make_shared<Scopes>();
    const auto again = std::make_shared<nanostores::Atom<std::size_t>>(std::size_t{0});
    const auto store = std::make_shared<nanostores::Atom<int>>(declared.in(scopes->panel));
    const auto reads = [again, store, read] {
        const std::size_t times = (*again)();
        for (std::size_t i = 0; i < times; i += 16) {
            for (int j = 0; j < 16; ++j) {
                read(*store);
            }
        }
    };
    scopes->panel.run([&] {
        if (isNested) {
            nanostores::effect([reads] { nanostores::effect(reads).detach(); }).detach();
        } else {
            nanostores::effect(reads).detach();
        }
    });
    return {[scopes, again](std::size_t times) {
        again->set(times);
        again->set(0);
    }};
}

} // namespace

void addScopeCases()
{
    addCase("scope_get/nanostores", 16000,
            [] { return reads([](const nanostores::Atom<int> &store) { benchmark::DoNotOptimize(store.get()); }); });
    addCase("scope_track/nanostores", 16000,
            [] { return reads([](const nanostores::Atom<int> &store) { benchmark::DoNotOptimize(store()); }); });
    addCase("scope_lookup/nanostores", 16000,
            [] { return reads([](const nanostores::Atom<int> &) { benchmark::DoNotOptimize(declared().get()); }); });
    addCase("scope_lookuptrack/nanostores", 16000,
            [] { return reads([](const nanostores::Atom<int> &) { benchmark::DoNotOptimize(declared()()); }); });
    addCase("scope_effecttrack/nanostores", 16000, [] {
        return readsInAnEffect([](const nanostores::Atom<int> &store) { benchmark::DoNotOptimize(store()); });
    });
    addCase("scope_effectlookuptrack/nanostores", 16000, [] {
        return readsInAnEffect([](const nanostores::Atom<int> &) { benchmark::DoNotOptimize(declared()()); });
    });
    addCase("scope_nestedlookuptrack/nanostores", 16000, [] {
        return readsInAnEffect([](const nanostores::Atom<int> &) { benchmark::DoNotOptimize(declared()()); }, true);
    });
}
