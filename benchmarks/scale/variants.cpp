// SPDX-License-Identifier: MIT
#include "scaled.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <benchmark/benchmark.h>

/// Documents of nested maps and lists.

using namespace nanostores;

namespace {

std::vector<VariantPath> paths(const char *form, std::size_t n)
{
    std::vector<VariantPath> all;
    all.reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
        all.emplace_back(QString::fromLatin1(form).arg(i));
    }
    return all;
}

/// Sets each path twice, of a store that is observed.
template<typename Observe>
void addDocument(const std::string &name, const char *form, Observe observe)
{
    addScaled(name, [form, observe](std::size_t n) {
        return [all = paths(form, n), observe] {
            const auto store = deepMap({});
            const Subscription observer = observe(store);
            for (int again = 0; again < 2; ++again) {
                for (const VariantPath &path : all) {
                    store.setKey(path, again);
                }
            }
        };
    });
}

} // namespace

void addVariantCases()
{
    const auto listens = [](const VariantDeepMap &store) { return store.listen([](const QVariantMap &) {}); };
    addDocument("keys of a document", "key %1", listens);
    addDocument("fields of its records", "users.user %1.age", listens);
    addDocument("items of its list", "items[%1]", listens);
    addDocument("keys of a document, each with its old value", "key %1", [](const VariantDeepMap &store) {
        return store.listen([](const QVariantMap &, const DocumentChange &change) {
            benchmark::DoNotOptimize(change.oldValue(change.paths().front()));
        });
    });
    addDocument("keys of a document that an effect reads", "key %1",
                [](const VariantDeepMap &store) { return effect([store] { store(); }); });
    addDocument("items of a list, one of them listened to", "items[%1]",
                [](const VariantDeepMap &store) { return listenKeys(store, {"items[7]"}, [] {}); });
}
