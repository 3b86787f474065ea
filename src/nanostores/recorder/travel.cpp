// SPDX-License-Identifier: MIT
#include <nanostores/recorder/travel.h>

#include <nanostores/core/batch.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/graph/naming.h>
#include <nanostores/core/graph/probe.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/recorder/detail/muting.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <optional>
#include <unordered_map>
#include <utility>

namespace nanostores {

using detail::KeptValue;
using detail::Node;

const Atom<bool> &inspecting()
{
    static thread_local const Atom<bool> shown = Atom<bool>(false).named("nanostores/inspecting");
    return shown;
}

namespace {

/// Which one shows the past on this thread: one at a time.
thread_local const void *traveller = nullptr;

/// Recorders see nothing of it. What a listener throws changes nothing.
void showWhetherInspecting(bool is) noexcept
{
    detail::beginMuted();
    try {
        inspecting().set(is);
    } catch (...) {
        detail::reportError(std::current_exception());
    }
    detail::endMuted();
}

} // namespace

/// Follows all stores. m_base has the values before the first step that is kept, and each step those after it of the
/// stores that it has changed.
class TimeTravel::Private final : public detail::Probe
{
public:
    explicit Private(Options options)
        : m_options(options)
        , m_began(std::chrono::steady_clock::now())
    {
        static_cast<void>(inspecting());
        detail::forEachNode([this](const Node &node) { keepBase(node); });
        attachProbe(*this);
    }
    ~Private() override
    {
        pause();
        if (m_muting) {
            resume(Held::Apply);
        }
        detachProbe(*this);
    }

    void destroyed(Node &node) noexcept override
    {
        m_base.erase(&node);
        for (Recorded &step : m_steps) {
            step.values.erase(&node);
        }
        m_open.values.erase(&node);
        m_present.erase(&node);
        std::erase_if(m_held, [&node](const auto &held) { return held.first == &node; });
    }
    void writeBegan(Node &node) noexcept override
    {
        ++m_depth;
        guarded([&] { keepBase(node); });
    }
    void writeEnded(Node &node, detail::Outcome outcome) noexcept override
    {
        --m_depth;
        if (outcome == detail::Outcome::Changed || outcome == detail::Outcome::Threw) {
            guarded([&] { noteChange(node); });
        }
        atEnd();
    }
    void batchBegan() noexcept override { ++m_depth; }
    void batchEnded() noexcept override
    {
        --m_depth;
        atEnd();
    }

    std::size_t stepCount() const noexcept { return m_steps.size(); }
    std::size_t position() const noexcept { return m_muting ? m_position : m_steps.size(); }
    bool isTravelling() const noexcept { return m_muting.has_value(); }
    std::size_t heldWrites() const noexcept { return m_held.size(); }

    std::vector<Step> steps() const
    {
        std::vector<Step> made;
        const detail::NodeNames names;
        for (const Recorded &step : m_steps) {
            Step &one = made.emplace_back();
            one.turn = step.turn;
            one.time = step.time;
            one.isSkipped = step.isSkipped;
            for (const auto &[node, value] : step.values) {
                one.stores.push_back(names.orAddress(*node));
            }
            std::sort(one.stores.begin(), one.stores.end());
        }
        return made;
    }

    bool jump(std::size_t to)
    {
        if (to > m_steps.size() || (!m_muting && to == m_steps.size())) {
            return to == m_steps.size();
        }
        if (!m_muting && traveller) {
            return false;
        }
        if (!m_muting) {
            traveller = this;
            showWhetherInspecting(true);
            m_present.clear();
            for (auto &[node, value] : m_base) {
                m_present.emplace(node, detail::keep(*node));
            }
            m_muting.emplace();
        }
        m_position = to;
        showAll(valuesAt(to));
        return true;
    }

    void skip(std::size_t step, bool isSkipped)
    {
        if (step < m_steps.size()) {
            m_steps[step].isSkipped = isSkipped;
            if (m_muting) {
                showAll(valuesAt(m_position));
            } else if (isSkipped && !jump(m_steps.size() - 1)) {
                m_steps[step].isSkipped = false;
            } else if (isSkipped) {
                m_position = m_steps.size();
                showAll(valuesAt(m_position));
            }
        }
    }

    void play(double speed)
    {
        pause();
        m_speed = speed > 0 ? speed : 1;
        playNext();
    }
    void pause() noexcept
    {
        if (m_timer != 0 && scheduler()) {
            scheduler()->cancel(m_timer);
        }
        m_timer = 0;
        m_playing.reset();
    }
    bool isPlaying() const noexcept { return m_timer != 0; }

    void resume(Held held)
    {
        if (!m_muting) {
            return;
        }
        pause();
        showAll(pointersTo(m_present));
        m_muting.reset();
        m_present.clear();
        for (Recorded &step : m_steps) {
            step.isSkipped = false;
        }
        auto writes = std::exchange(m_held, {});
        traveller = nullptr;
        showWhetherInspecting(false);
        if (held == Held::Apply && !writes.empty()) {
            write(std::move(writes));
        }
    }

    void continueFromHere()
    {
        if (!m_muting) {
            return;
        }
        std::vector<std::pair<Node *, KeptValue>> chosen;
        for (const auto &[node, value] : valuesAt(m_position)) {
            chosen.emplace_back(node, detail::copyOf(*node, *value));
        }
        m_steps.erase(m_steps.begin() + static_cast<std::ptrdiff_t>(m_position), m_steps.end());
        std::erase_if(m_steps, [](const Recorded &step) { return step.isSkipped; }); // they never were
        resume(Held::Drop);
        m_isPaused = true;
        write(std::move(chosen));
        m_isPaused = false;
    }

private:
    struct Recorded
    {
        std::uint64_t turn = 0;
        std::chrono::nanoseconds time{};
        std::unordered_map<Node *, KeptValue> values; ///< After it.
        bool isSkipped = false;
    };
    using Values = std::unordered_map<Node *, KeptValue *>;
    static constexpr int MostRounds = 4;

    /// Without memory a step lacks a value, and nothing else happens.
    template<typename F>
    static void guarded(F &&f) noexcept
    {
        try {
            f();
        } catch (...) {
            return;
        }
    }

    static bool isLeftOut(const Node &node)
    {
        return node.has(detail::Computing | detail::Effecting) || &node == inspecting().node().get();
    }

    void keepBase(const Node &node)
    {
        if (isLeftOut(node) || m_base.contains(const_cast<Node *>(&node))) {
            return;
        }
        if (KeptValue value = detail::keep(node)) {
            if (m_muting) {
                m_present.emplace(const_cast<Node *>(&node), detail::keep(node));
            }
            m_base.emplace(const_cast<Node *>(&node), std::move(value));
        }
    }

    void noteChange(Node &node)
    {
        const bool isShownByOther = traveller && traveller != this;
        if (isLeftOut(node) || m_isShowing || m_isPaused || isShownByOther || !m_base.contains(&node)) {
            return;
        }
        KeptValue value = detail::keep(node);
        if (!value) {
            return;
        }
        if (m_muting) {
            m_held.emplace_back(&node, std::move(value));
            m_hasToShow = true;
            return;
        }
        m_open.values.insert_or_assign(&node, std::move(value));
        m_open.turn = detail::turn();
    }

    /// The outermost write or batch has ended.
    void atEnd() noexcept
    {
        if (m_depth > 0 || m_isShowing) {
            return;
        }
        guarded([this] {
            if (std::exchange(m_hasToShow, false) && m_muting) {
                showAll(valuesAt(m_position));
            }
            if (!m_open.values.empty()) {
                m_open.time = std::chrono::steady_clock::now() - m_began;
                m_steps.push_back(std::exchange(m_open, {}));
                while (m_steps.size() > std::max<std::size_t>(m_options.steps, 1)) {
                    for (auto &[node, value] : m_steps.front().values) {
                        m_base[node] = std::move(value);
                    }
                    m_steps.pop_front();
                }
            }
        });
    }

    static Values pointersTo(std::unordered_map<Node *, KeptValue> &values)
    {
        Values made;
        for (auto &[node, value] : values) {
            made.emplace(node, &value);
        }
        return made;
    }
    Values valuesAt(std::size_t position)
    {
        Values made = pointersTo(m_base);
        for (std::size_t i = 0; i < position; ++i) {
            if (!m_steps[i].isSkipped) {
                for (auto &[node, value] : m_steps[i].values) {
                    made[node] = &value;
                }
            }
        }
        return made;
    }

    /// More than once if a view writes what it was shown.
    void showAll(const Values &values)
    {
        m_isShowing = true;
        bool differs = true;
        for (int round = 0; differs && round < MostRounds; ++round) {
            differs = false;
            try {
                batch([&] {
                    for (const auto &[node, value] : values) {
                        if (*value && m_base.contains(node) && node->differs(value->get())) {
                            differs = true;
                            const auto held = detail::Ref<Node>::share(node);
                            detail::show(*node, detail::copyOf(*node, *value));
                        }
                    }
                });
            } catch (...) {
                detail::reportError(std::current_exception());
            }
        }
        m_isShowing = false;
    }

    /// As the program would have: observers see it.
    static void write(std::vector<std::pair<Node *, KeptValue>> values)
    {
        std::vector<detail::Ref<Node>> held;
        for (const auto &[node, value] : values) {
            held.push_back(detail::Ref<Node>::share(node));
        }
        try {
            batch([&] {
                for (auto &[node, value] : values) {
                    detail::restore(*node, std::move(value));
                }
            });
        } catch (...) {
            detail::reportError(std::current_exception());
        }
    }

    void playNext()
    {
        m_timer = 0;
        const std::size_t next = position();
        if (!m_muting || next >= m_steps.size() || !scheduler()) {
            return;
        }
        using std::chrono::milliseconds;
        const std::chrono::nanoseconds before = next > 0 ? m_steps[next - 1].time : m_steps[next].time;
        const auto passed = std::chrono::duration_cast<milliseconds>((m_steps[next].time - before) / m_speed);
        m_playing = std::make_shared<bool>(true);
        m_timer = scheduler()->after(std::clamp(passed, milliseconds(1), milliseconds(2000)),
                                     [this, playing = std::weak_ptr(m_playing)] {
                                         if (playing.lock()) {
                                             jump(position() + 1);
                                             playNext();
                                         }
                                     });
    }

    const Options m_options;
    const std::chrono::steady_clock::time_point m_began;
    std::unordered_map<Node *, KeptValue> m_base;
    std::deque<Recorded> m_steps;
    Recorded m_open; ///< The turn that goes on.
    std::size_t m_position = 0;
    std::optional<detail::Muting> m_muting; ///< While the past is shown.
    std::unordered_map<Node *, KeptValue> m_present;
    std::vector<std::pair<Node *, KeptValue>> m_held;
    int m_depth = 0;
    bool m_isShowing = false;
    bool m_isPaused = false;
    bool m_hasToShow = false;
    double m_speed = 1;
    Scheduler::TimerId m_timer = 0;
    std::shared_ptr<bool> m_playing;
};

TimeTravel::TimeTravel()
    : TimeTravel(Options())
{
}

TimeTravel::TimeTravel(Options options)
    : d(std::make_unique<Private>(options))
{
}

TimeTravel::~TimeTravel() = default;

std::vector<TimeTravel::Step> TimeTravel::steps() const
{
    return d->steps();
}

std::size_t TimeTravel::stepCount() const noexcept
{
    return d->stepCount();
}

std::size_t TimeTravel::position() const noexcept
{
    return d->position();
}

bool TimeTravel::isTravelling() const noexcept
{
    return d->isTravelling();
}

bool TimeTravel::jump(std::size_t position)
{
    return d->jump(position);
}

void TimeTravel::skip(std::size_t step, bool isSkipped)
{
    d->skip(step, isSkipped);
}

void TimeTravel::play(double speed)
{
    d->play(speed);
}

void TimeTravel::pause()
{
    d->pause();
}

bool TimeTravel::isPlaying() const noexcept
{
    return d->isPlaying();
}

void TimeTravel::resume(Held held)
{
    d->resume(held);
}

void TimeTravel::continueFromHere()
{
    d->continueFromHere();
}

std::size_t TimeTravel::heldWrites() const noexcept
{
    return d->heldWrites();
}

} // namespace nanostores
