// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/atom.h>
#include <nanostores/core/detail/duration.h>
#include <nanostores/recorder/export.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace nanostores {

/// Goes back in the time of the stores of its thread, and forth again:
///
///     nanostores::TimeTravel travel;
///     ...
///     travel.back();      // windows show what was before the last turn
///     travel.resume();    // and the present again
///
/// It keeps what each turn has changed. While the past is shown, adapters, models, widgets and QML show it, computed
/// stores follow, and nothing else happens: no effect runs, no listener of the program is called, no hook, history or
/// storage engine sees it. What the program writes meanwhile is held. Stores whose values cannot be copied stay as they
/// are. A listener that was handed over as a std::function<void()> counts as a view.
///
/// Made, used and destroyed on the thread of the stores, and at rest: not in a listener, an effect or a batch.
class NANOSTORES_RECORDER_EXPORT TimeTravel
{
public:
    /// How much it keeps.
    struct Options
    {
        std::size_t steps = 1000; ///< Then the oldest ones go.
    };
    /// What a turn has changed.
    struct Step
    {
        std::uint64_t turn = 0;
        std::chrono::nanoseconds time{}; ///< Since it was made.
        std::vector<std::string> stores; ///< Their names.
        bool isSkipped = false;
    };
    /// What becomes of the writes that were held while the past was shown.
    enum class Held { Apply, Drop };

    TimeTravel();
    explicit TimeTravel(Options options);
    TimeTravel(const TimeTravel &) = delete;
    TimeTravel &operator=(const TimeTravel &) = delete;
    /// Shows the present again, and applies what was held.
    ~TimeTravel();

    /// The steps that are kept. Position n is after n of them; 0 is before the first.
    [[nodiscard]] std::vector<Step> steps() const;
    [[nodiscard]] std::size_t stepCount() const noexcept;
    /// Where it is: stepCount() in the present.
    [[nodiscard]] std::size_t position() const noexcept;
    [[nodiscard]] bool isTravelling() const noexcept;

    /// Shows what was after so many steps. False: there are fewer, or another TimeTravel shows the past.
    bool jump(std::size_t position);
    bool back() { return position() > 0 && jump(position() - 1); }
    bool forward() { return position() < stepCount() && jump(position() + 1); }
    /// Leaves a step out, or not: stores show what the steps before it have given them, up to the next one that has
    /// written them.
    void skip(std::size_t step, bool isSkipped = true);
    /// Goes forward step by step, as fast as it was or so many times faster, but not more than two seconds for a step.
    /// By the thread's scheduler, which has to be there.
    void play(double speed = 1);
    void pause();
    [[nodiscard]] bool isPlaying() const noexcept;

    /// Shows the present again; nothing of the program runs for that. Then writes that were held are made.
    void resume(Held held = Held::Apply);
    /// What is shown becomes the present, in one batch: now effects and listeners run. Later steps and held writes go.
    void continueFromHere();
    /// How many writes are held.
    [[nodiscard]] std::size_t heldWrites() const noexcept;

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Whether a TimeTravel shows the past on this thread. For handlers in QML and listeners that are called then all the
/// same, and are to do nothing.
[[nodiscard]] NANOSTORES_RECORDER_EXPORT const Atom<bool> &inspecting();

} // namespace nanostores
