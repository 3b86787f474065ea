// SPDX-License-Identifier: MIT
#include <nanostores/testkit/report.h>

namespace nanostores {

bool Report::ok() const noexcept
{
    return leaks.empty() && unsettled.empty() && notRestored.empty() && errors.empty() && misuse.empty()
           && failures.empty();
}

std::string Report::text() const
{
    std::string all;
    const auto add = [&all](const char *what, const Recorded<std::string> &entries) {
        if (!entries.empty()) {
            all += what;
            all += ":\n";
        }
        for (const std::string &entry : entries) {
            all += "    " + entry + '\n';
        }
    };
    add("left behind", leaks);
    add("never ended", unsettled);
    add("not restored", notRestored);
    add("errors", errors);
    add("misuse", misuse);
    add("not as expected", failures);
    add("hint: notified more than once in a turn", doubles);
    add("hint: ran without a change", wasted);
    if (!all.empty()) {
        all.pop_back();
    }
    return all;
}

} // namespace nanostores
