// SPDX-License-Identifier: MIT
#include <nanostores/core/detail/countedflags.h>

#include "support/property.h"

#include <algorithm>
#include <cstddef>
#include <vector>

using nanostores::detail::CountedFlags;

namespace {

using Flags = std::vector<char>;

Flags anyFlags(std::size_t count, unsigned seed)
{
    Flags flags(count);
    for (char &flag : flags) {
        seed = seed * 1103515245u + 12345u;
        flag = static_cast<char>(seed >> 16 & 1u);
    }
    return flags;
}

std::size_t below(std::size_t end)
{
    return *rc::gen::inRange<std::size_t>(0, end);
}

Flags::iterator at(Flags &flags, std::size_t place)
{
    return flags.begin() + static_cast<std::ptrdiff_t>(place);
}

void edit(CountedFlags &flags, Flags &plain)
{
    const std::size_t size = plain.size();
    switch (size == 0 ? 0 : below(4)) {
    case 0: {
        const std::size_t place = below(size + 1);
        const Flags added =
            anyFlags(*rc::gen::element<std::size_t>(1, 2, 7, 1023, 1024, 2500), *rc::gen::arbitrary<unsigned>());
        flags.reserveMore(added.size());
        flags.insert(place, added);
        plain.insert(at(plain, place), added.begin(), added.end());
        break;
    }
    case 1: {
        const std::size_t place = below(size);
        const std::size_t count = std::min(size - place, *rc::gen::element<std::size_t>(1, 2, 7, 1023, 1024, 2500));
        flags.erase(place, count);
        plain.erase(at(plain, place), at(plain, place + count));
        break;
    }
    case 2: {
        const std::size_t from = below(size);
        const std::size_t to = below(size);
        const char moved = plain[from];
        flags.move(from, to);
        plain.erase(at(plain, from));
        plain.insert(at(plain, to), moved);
        break;
    }
    default: {
        const std::size_t place = below(size);
        const bool flag = *rc::gen::arbitrary<bool>();
        flags.set(place, flag);
        plain[place] = flag ? 1 : 0;
    }
    }
}

} // namespace

class tst_CountedFlags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ranks_agreeWithCounting();
};

void tst_CountedFlags::ranks_agreeWithCounting()
{
    support::holds([] {
        Flags plain = anyFlags(*rc::gen::element<std::size_t>(0, 1, 1023, 1024, 1025, 4000), 1);
        CountedFlags flags(plain);
        for (int i = *rc::gen::inRange(1, 8); i > 0; --i) {
            edit(flags, plain);
            RC_ASSERT(flags.size() == plain.size());
            std::size_t ones = 0;
            for (std::size_t place = 0; place < plain.size(); ++place) {
                if (place % 97 == 0 || place % CountedFlags::Block < 2) {
                    RC_ASSERT(flags.rank(place) == ones);
                }
                RC_ASSERT(flags[place] == (plain[place] != 0));
                ones += plain[place] ? 1 : 0;
            }
            RC_ASSERT(flags.rank(plain.size()) == ones);
        }
    });
}

SUPPORT_PROPERTY_MAIN(tst_CountedFlags)
#include "tst_countedflags.moc"
