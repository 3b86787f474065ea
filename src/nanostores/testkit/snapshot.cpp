// SPDX-License-Identifier: MIT
#include <nanostores/testkit/snapshot.h>

#include <nanostores/core/graph/probe.h>
#include <nanostores/core/graph/testing.h>
#include <nanostores/testkit/detail/keptstores.h>
#include <nanostores/testkit/detail/naming.h>

#include <algorithm>
#include <unordered_set>

namespace nanostores {

/// Follows the stores, to know which have ended and which have come.
class StoresSnapshot::Private final : public detail::Probe
{
public:
    Private()
    {
        detail::forEachNode([this](const detail::Node &node) {
            if (!node.has(detail::Effecting)) {
                kept.keep(node);
            }
        });
        attachProbe(*this);
    }
    ~Private() override { detachProbe(*this); }

    void created(detail::Node &node) noexcept override { added.insert(&node); }
    void destroyed(detail::Node &node) noexcept override
    {
        kept.forget(node);
        if (added.erase(&node) == 0 && !node.has(detail::Effecting)) {
            gone.push_back("gone: " + node.label());
        }
    }
    void writeBegan(detail::Node &node) noexcept override
    {
        if (detail::isLate(node) && added.contains(&node)) {
            kept.keep(node);
        }
    }
    void writeEnded(detail::Node &node, detail::Outcome outcome) noexcept override
    {
        if (outcome == detail::Outcome::Changed || outcome == detail::Outcome::Threw) {
            kept.noteWrite(node);
        }
    }

    detail::KeptStores kept;
    std::unordered_set<const detail::Node *> added;
    std::vector<std::string> gone;
};

StoresSnapshot::StoresSnapshot()
    : d(std::make_unique<Private>())
{
}
StoresSnapshot::StoresSnapshot(StoresSnapshot &&other) noexcept = default;
StoresSnapshot &StoresSnapshot::operator=(StoresSnapshot &&other) noexcept = default;
StoresSnapshot::~StoresSnapshot() = default;

std::vector<std::string> StoresSnapshot::restore()
{
    return d->kept.restore();
}

std::vector<std::string> StoresSnapshot::diff() const
{
    std::vector<std::string> lines = d->kept.differences();
    std::vector<std::string> others = d->gone;
    for (const detail::Node *const node : d->added) {
        if (!node->has(detail::Effecting) && !detail::isLate(*node)) {
            others.push_back("new: " + detail::described(*node));
        }
    }
    std::sort(others.begin(), others.end());
    lines.insert(lines.end(), others.begin(), others.end());
    return lines;
}

} // namespace nanostores
