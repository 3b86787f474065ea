// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/foreign.h>

#include <algorithm>
#include <vector>

/// What is written from elsewhere.
namespace nanostores::detail {

namespace {

std::vector<ForeignAware *> &allAware()
{
    static thread_local std::vector<ForeignAware *> all;
    return all;
}

} // namespace

ForeignAware::ForeignAware()
{
    allAware().push_back(this);
}

ForeignAware::~ForeignAware()
{
    std::erase(allAware(), this);
}

ForeignWrites::ForeignWrites()
{
    for (ForeignAware *aware : allAware()) {
        if (aware->m_open++ == 0) {
            aware->foreignBegan();
        }
    }
}

/// One that ends may run the program's code, which makes and destroys others. Those that were made meanwhile have not
/// begun.
ForeignWrites::~ForeignWrites()
{
    std::vector<ForeignAware *> &all = allAware();
    std::vector<ForeignAware *> over;
    over.reserve(all.size());
    for (ForeignAware *aware : all) {
        if (aware->m_open > 0 && --aware->m_open == 0) {
            over.push_back(aware);
        }
    }
    for (ForeignAware *aware : over) {
        if (std::find(all.begin(), all.end(), aware) != all.end()) {
            aware->foreignEnded();
        }
    }
}

} // namespace nanostores::detail
