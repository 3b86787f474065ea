// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/keyhub.h>

#include <unordered_map>

namespace nanostores::detail {

KeyLink::~KeyLink() = default;

namespace {

using Hubs = std::unordered_map<const Node *, std::weak_ptr<void>>;

thread_local Hubs *hubs = nullptr;

struct HubsEnd
{
    ~HubsEnd() { delete std::exchange(hubs, nullptr); }
};

} // namespace

std::weak_ptr<void> &hubOf(const Node *node)
{
    if (!hubs) {
        thread_local HubsEnd end;
        hubs = new Hubs;
    }
    return (*hubs)[node];
}

void forgetHub(const Node *node) noexcept
{
    if (hubs) {
        hubs->erase(node);
    }
}

} // namespace nanostores::detail
