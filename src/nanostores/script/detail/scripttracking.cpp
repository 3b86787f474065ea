// SPDX-License-Identifier: MIT
#include <nanostores/script/detail/scriptbridge.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/effectnode.h>
#include <nanostores/core/graph/valuenumber.h>
#include <nanostores/script/detail/nodes.h>
#include <nanostores/script/detail/scriptguard.h>

/// What façades ask the graph for: reads that are tracked, effects, scopes, batches.
namespace nanostores::detail {

// Tracking, effects, scopes

bool ScriptBridge::isTracking() const
{
    return nanostores::detail::tracking();
}

int ScriptBridge::track(int id)
{
    const Node *node = handle(id)->node();
    guarded([&] { node->track(); });
    return static_cast<int>(valueNumber(*node));
}

/// As Handle::mounted().
int ScriptBridge::fresh(int id)
{
    const Node *node = handle(id)->node();
    guarded([&] { node->readMounting(); });
    return static_cast<int>(valueNumber(*node));
}

int ScriptBridge::peek(int id) const
{
    return handle(id)->value();
}

void ScriptBridge::start(int id)
{
    EffectNode *effect = effectOf(id);
    guarded([&] {
        effect->adoptByOwner();
        if (auto *scope = dynamic_cast<ScopeNode *>(effect)) {
            scope->open();
        } else {
            effect->start();
        }
    });
}

void ScriptBridge::startScope(int id)
{
    guarded([&] { static_cast<ScopeNode *>(effectOf(id))->launch(); });
}

void ScriptBridge::stop(int id)
{
    if (handle(id)) {
        guarded([&] { effectOf(id)->stop(); });
    }
}

bool ScriptBridge::beginBatch()
{
    return nanostores::detail::beginBatch();
}

void ScriptBridge::endBatch()
{
    guarded([] { nanostores::detail::endBatch(); });
}

void ScriptBridge::beginUntracked()
{
    m_owners.push_back(exchangeOwner(nullptr));
    m_untracked.push_back(std::make_unique<UntrackedScope>());
}

void ScriptBridge::endUntracked()
{
    endOwner();
    m_untracked.pop_back();
}

void ScriptBridge::beginCollect()
{
    m_untracked.push_back(std::make_unique<UntrackedScope>());
    nanostores::detail::beginCollect();
}

void ScriptBridge::endCollect(bool trigger)
{
    m_untracked.pop_back();
    guarded([&] { nanostores::detail::endCollect(trigger); });
}

void ScriptBridge::beginExempt(int id)
{
    m_exempt.push_back(exchangeExempt(handle(id)->node()));
}

void ScriptBridge::endExempt()
{
    exchangeExempt(m_exempt.back());
    m_exempt.pop_back();
}

void ScriptBridge::beginOwner(int id)
{
    m_owners.push_back(exchangeOwner(id < 0 ? nullptr : effectOf(id)));
}

void ScriptBridge::endOwner()
{
    exchangeOwner(m_owners.back());
    m_owners.pop_back();
}

} // namespace nanostores::detail
