// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>

#include <QtCore/QByteArray>

#include <string>
#include <utility>
#include <vector>

/// What listeners of a List<int> are called with, as text. No .cpp file belongs to it.
namespace listrecorder {

using namespace nanostores;

using Ints = std::vector<int>;
using Change = ListChange<int>;
using Step = ListStep<int>;

/// The steps of a change, as text.
inline std::string text(const Change &change)
{
    std::string all = change.whole ? "whole" : "";
    for (const Step &step : change.steps) {
        all += all.empty() ? "" : " ";
        const auto place = std::to_string(step.index);
        const auto count = step.count == 1 ? std::string() : 'x' + std::to_string(step.count);
        switch (step.kind) {
        case Step::Set:
            all += '~' + place + ':' + std::to_string(step.oldItem());
            break;
        case Step::Insert:
            all += '+' + place + count;
            break;
        case Step::Remove:
            all += '-' + place + count;
            for (std::size_t i = 0; i < step.count; ++i) {
                all += (i == 0 ? ':' : ',') + std::to_string(step.oldItem(i));
            }
            break;
        case Step::Move:
            all += place + '>' + std::to_string(step.to);
            break;
        case Step::Order:
            all += "order";
            for (std::size_t i = 0; i < step.count; ++i) {
                all += (i == 0 ? ':' : ',') + std::to_string(step.before(i));
            }
            break;
        }
    }
    return all;
}

struct Recorder
{
    explicit Recorder(const List<int> &list)
        : subscription(list.listen([this](const Ints &, const Change &change) { last += '(' + text(change) + ')'; }))
    {
    }
    QByteArray take() { return QByteArray::fromStdString(std::exchange(last, {})); }

    std::string last;
    Subscription subscription;
};

} // namespace listrecorder
