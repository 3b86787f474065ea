// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/logger.h>

#include <memory>
#include <vector>

/// A logger of three stores among a thousand: what the others pay for it.

namespace {

struct Shop
{
    explicit Shop(bool isLogged)
    {
        for (int i = 0; i < 1000; ++i) {
            stores.push_back(nanostores::atom(0));
            sums.push_back(nanostores::computed(stores.back(), [](int value) { return value + 1; }));
            subscriptions.push_back(stores.back().listen([this](int value) { seen += value; }));
            subscriptions.push_back(sums.back().listen([this](int value) { seen += value; }));
        }
        if (isLogged) {
            nanostores::LoggerOptions options;
            options.sinks = {nanostores::lineSink([](const std::string &) {})};
            log = nanostores::logger({{"a", stores[0]}, {"b", stores[500]}, {"c", stores[999]}}, options);
        }
    }

    long seen = 0;
    std::vector<nanostores::Atom<int>> stores;
    std::vector<nanostores::Computed<int>> sums;
    std::vector<nanostores::Subscription> subscriptions;
    nanostores::Logger log;
};

} // namespace

void addLoggerCases()
{
    for (const bool isLogged : {true, false}) {
        addCase(isLogged ? "logger/nanostores" : "logger/bare", 997, [isLogged] {
            auto shop = std::make_shared<Shop>(isLogged);
            return Program{[shop, value = 0](std::size_t count) mutable {
                               for (std::size_t i = 0; i < count; ++i) {
                                   const std::size_t place = 1 + i % 998;
                                   shop->stores[place == 500 ? 501 : place].set(++value);
                               }
                           },
                           {}};
        });
    }
}
