// SPDX-License-Identifier: MIT
#include <nanostores/kit/di.h>

namespace nanostores::kit {

DependencyNotFound::DependencyNotFound(const std::string &token)
    : std::runtime_error(token + " dependency not found in context.")
{
}
DependencyNotFound::~DependencyNotFound() = default;

} // namespace nanostores::kit
