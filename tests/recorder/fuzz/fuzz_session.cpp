// SPDX-License-Identifier: MIT
// A target of libFuzzer: `sh tests/recorder/fuzz/run.sh 300` runs it for five minutes.
#include <nanostores/recorder/detail/valuesource.h>
#include <nanostores/recorder/sessionfile.h>
#include <nanostores/recorder/sessionvalues.h>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

using namespace nanostores;

namespace {

template<typename Line>
void checkAgain(const Line &line)
{
    const std::string written = toJsonLine(line);
    SessionLimits limits;
    limits.lineBytes = 64u << 20u;
    limits.depth = 100;
    const SessionLine read = fromJsonLine(written, limits);
    if (toJsonLine(std::get<Line>(read)) != written) {
        std::abort();
    }
}

} // namespace

/// What is read is written and read again as the same; what is no session is refused; and a value of a session is
/// assigned or not to values of a program.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char *>(data), size);
    try {
        const Session session = Session::parse(text, {.depth = 20});
        SessionValues values(session.stores());
        checkAgain(session.header());
        for (const SessionStore &store : session.stores()) {
            if (!store.isHidden) {
                checkAgain(store);
            }
            std::map<std::string, std::vector<int>> target;
            static_cast<void>(detail::assignPart(
                target, &static_cast<const detail::ValueSource &>(detail::LogValueSource(store.value))));
        }
        for (const SessionEvent &event : session.events()) {
            checkAgain(event);
            values.apply(event);
            static_cast<void>(session.textOf(event));
            static_cast<void>(session.causeOf(event));
        }
        for (auto event = session.events().rbegin(); event != session.events().rend(); ++event) {
            values.takeBack(*event);
        }
    } catch (const SessionError &) {
        return 0;
    }
    return 0;
}
