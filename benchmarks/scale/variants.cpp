// SPDX-License-Identifier: MIT
#include "scaled.h"

#include <nanostores/qt.h>

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

/// Sets each path twice, of a store with a listener.
void addDocument(const std::string &name, const char *form)
{
    addScaled(name, [form](std::size_t n) {
        return [all = paths(form, n)] {
            const auto store = deepMap({});
            const auto listener = store.listen([](const QVariantMap &) {});
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
    addDocument("keys of a document", "key %1");
    addDocument("fields of its records", "users.user %1.age");
    addDocument("items of its list", "items[%1]");
}
