// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/recorders.h>

#include <nanostores/core/errors.h>
#include <nanostores/core/graph/guards.h>
#include <nanostores/core/graph/runtime.h>

#include <algorithm>
#include <typeindex>

/// Recording what stores change.
namespace nanostores::detail {

Recorder::~Recorder() = default;

void Recorder::removing(Node &, const void *) noexcept {}

std::shared_ptr<Recorders> recordersOf(const Node &node) noexcept
{
    const Extra *const extra = node.extraOrNull();
    if (extra) {
        for (const auto &[type, object] : extra->shared) {
            if (type == typeid(Recorders)) {
                return std::static_pointer_cast<Recorders>(object.lock());
            }
        }
    }
    return nullptr;
}

bool hasHooks(const Node &node, HookKind kind) noexcept
{
    const Lifecycle *const lifecycle = node.lifecycleOrNull();
    return lifecycle && !lifecycle->hooks[static_cast<std::size_t>(kind)].empty();
}

std::shared_ptr<void> addRecorder(Node &node, Recorder &recorder)
{
    node.checkThread();
    auto recorders = recordersOf(node);
    if (!recorders) {
        recorders = std::make_shared<Recorders>();
        auto &shared = node.extra().shared;
        std::erase_if(shared, [](const auto &entry) { return entry.first == typeid(Recorders); });
        shared.emplace_back(typeid(Recorders), recorders);
    }
    recorders->list.push_back(&recorder);
    node.flags |= HooksNotify | WantsOldValue;
    return recorders;
}

/// As removeHook() does: WantsOldValue may stay until the last sink goes.
void removeRecorder(Node &node, Recorder &recorder) noexcept
{
    const auto recorders = recordersOf(node);
    if (!recorders) {
        return;
    }
    std::replace(recorders->list.begin(), recorders->list.end(), &recorder, static_cast<Recorder *>(nullptr));
    if (recorders->depth == 0) {
        std::erase(recorders->list, nullptr);
    }
    if (std::all_of(recorders->list.begin(), recorders->list.end(), [](Recorder *r) { return !r; })
        && !hasHooks(node, HookKind::Notify) && !node.extra().marks) {
        node.flags &= ~HooksNotify;
    }
}

void noteRemoval(Node &node, const void *key) noexcept
{
    const auto recorders = recordersOf(node);
    if (!recorders) {
        return;
    }
    for (std::size_t i = 0; i < recorders->list.size(); ++i) {
        if (Recorder *const recorder = recorders->list[i]) {
            recorder->removing(node, key);
        }
    }
}

/// Those that are added meanwhile wait for the next change.
template<typename F>
void RecordedChange::each(F f)
{
    auto &list = m_recorders->list;
    const Restore<int> calling(m_recorders->depth, m_recorders->depth + 1);
    for (std::size_t i = 0, count = list.size(); i < count; ++i) {
        if (Recorder *const recorder = list[i]) {
            f(*recorder);
        }
    }
}

RecordedChange::RecordedChange(Node &node, OldValue *past, Runtime &runtime)
    : m_recorders(recordersOf(node))
    , m_queue(runtime.queue)
{
    if (!m_recorders) {
        return;
    }
    m_isOutermost = m_queue.isAtRest() && runtime.idle();
    m_queue.holdTurn();
    each([&](Recorder &recorder) { recorder.changed(node, past); });
}

RecordedChange::~RecordedChange()
{
    if (m_recorders) {
        m_queue.releaseTurn();
    }
}

template<typename F>
void RecordedChange::finish(F notify, std::exception_ptr error)
{
    const auto guarded = [&error](auto f) {
        try {
            f();
        } catch (...) {
            if (!error) {
                error = std::current_exception();
            } else {
                reportError(std::current_exception());
            }
        }
    };
    if (!m_isOutermost) {
        guarded([&] { each([](Recorder &recorder) { recorder.queued(); }); });
    }
    guarded(notify);
    if (m_isOutermost) {
        guarded([&] { each([](Recorder &recorder) { recorder.ended(); }); });
    }
    if (error) {
        std::rethrow_exception(error);
    }
}

void RecordedChange::finish(Runtime &runtime, std::exception_ptr error)
{
    finish([&runtime] { runtime.queue.drainIfIdle(); }, std::move(error));
}

void RecordedChange::finishWithListeners(Runtime &runtime, Node &node, OldValue *past)
{
    finish([&] { runtime.queue.notifyListeners(node, past); }, nullptr);
}

} // namespace nanostores::detail
