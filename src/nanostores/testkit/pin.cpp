// SPDX-License-Identifier: MIT
#include <nanostores/testkit/pin.h>

#include <nanostores/core/errors.h>
#include <nanostores/testkit/detail/naming.h>

#include <algorithm>
#include <exception>

namespace nanostores::detail {

namespace {

struct Records
{
    std::vector<PinRecord *> all; ///< In the order in which they came.
    std::uint64_t last = 0;
};

thread_local Records records;

} // namespace

PinRecord::PinRecord(Ref<Node> node)
    : m_node(std::move(node))
    , m_number(++records.last)
{
    records.all.push_back(this);
}

PinRecord::~PinRecord()
{
    std::erase(records.all, this);
}

void PinRecord::end() noexcept
{
    if (std::exchange(m_isOver, true)) {
        return;
    }
    std::erase(records.all, this);
    try {
        undo();
    } catch (...) {
        reportError(std::current_exception());
    }
}

std::uint64_t PinRecord::last() noexcept
{
    return records.last;
}

std::vector<std::string> PinRecord::endAfter(std::uint64_t number)
{
    std::vector<std::string> lines;
    while (!records.all.empty() && records.all.back()->m_number > number) {
        PinRecord *const record = records.all.back();
        lines.insert(lines.begin(), record->what() + describedByVariable(record->node()));
        record->end();
    }
    return lines;
}

HeldMounts::HeldMounts(Ref<Node> node)
    : PinRecord(std::move(node))
{
    holdMounts(this->node());
}

HeldMounts::~HeldMounts()
{
    end();
}

void HeldMounts::undo()
{
    releaseMounts(node());
}

const char *HeldMounts::what() const noexcept
{
    return "withoutMounts() of ";
}

} // namespace nanostores::detail
