// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/describe.h>

namespace nanostores::detail {

/// Overlooks all that it is told. What is of interest is overridden.
class QuietDescriber : public Describer
{
public:
    bool whole(const std::type_info &, const void *) override { return true; }
    void unknown(const std::type_info &) override {}
    void none() override {}
    void beginList() override {}
    void endList() override {}
    void beginMap() override {}
    void endMap() override {}
    void beginStruct() override {}
    void member(const char *) override {}
    void endStruct() override {}
};

} // namespace nanostores::detail
