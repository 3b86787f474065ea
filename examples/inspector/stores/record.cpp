// SPDX-License-Identifier: MIT
#include "record.h"

#include <QThreadPool>

#include <algorithm>
#include <utility>

using nanostores::InspectedEvent;

namespace lens {

Record::Record()
    : m_contents(std::make_unique<Contents>())
{
}

Record::~Record() = default;

std::size_t Record::placeOfTurn(qint64 turn) const
{
    const std::deque<Entry> &all = m_contents->entries;
    const auto found =
        std::partition_point(all.begin(), all.end(), [turn](const Entry &entry) { return entry.event.turn < turn; });
    const bool isThere = found != all.end() && found->event.turn == turn;
    return isThere ? m_begin + std::size_t(found - all.begin()) : end();
}

std::size_t Record::endOfTurn(std::size_t place) const
{
    const std::size_t root = rootOf(place);
    return root + 1 + inside(root);
}

QHash<qint64, QString> Record::valuesAt(std::size_t place) const
{
    QHash<qint64, QString> texts;
    const QHash<qint64, StoreHistory> &all = m_contents->histories;
    for (auto store = all.constBegin(); store != all.constEnd(); ++store) {
        if (const std::optional<QString> text = store->textAt(*this, place)) {
            texts.insert(store.key(), *text);
        }
    }
    return texts;
}

/// Events inside of one follow it, in their order.
void Record::append(InspectedEvent event)
{
    const std::size_t place = end();
    if (size() == 0) {
        m_began = event.time;
    }
    const std::size_t root = size() == 0 ? place : rootOf(place - 1);
    const bool isInside = root != place && event.parent != 0 && event.parent >= at(root).id;
    Entry made;
    made.root = isInside ? root : place;
    if (isInside) {
        const std::size_t parent = placeOf(event.parent);
        made.depth = 1 + (parent < place && parent >= root ? depthOf(parent) : 0);
        ++entry(root).inside;
    }
    const auto known = m_contents->names.constFind(event.name);
    if (known != m_contents->names.constEnd()) {
        made.name = known.value();
        event.name = known.key(); // the same memory for all
    } else {
        made.name = nameCount();
        m_contents->names.insert(event.name, made.name);
    }
    m_contents->places.insert(event.id, place);
    if (event.store != 0 && isChange(event)) {
        m_contents->histories[event.store].add(place, event);
    }
    made.event = std::move(event);
    m_contents->entries.push_back(std::move(made));
}

void Record::dropUntil(std::size_t place)
{
    for (StoreHistory &history : m_contents->histories) {
        history.dropUntil(*this, place);
    }
    for (; m_begin < place; ++m_begin) {
        m_contents->places.remove(m_contents->entries.front().event.id);
        m_contents->entries.pop_front();
    }
    if (size() > 0 && rootOf(m_begin) != m_begin) {
        beginWithATurn();
    }
}

/// The root of the first turn has gone: what is left of the turn has another one.
void Record::beginWithATurn()
{
    const std::size_t former = rootOf(m_begin);
    entry(m_begin).root = m_begin;
    entry(m_begin).depth = 0;
    std::size_t next = m_begin + 1;
    for (; next < end() && rootOf(next) == former; ++next) {
        entry(next).root = m_begin;
    }
    entry(m_begin).inside = next - m_begin - 1;
}

void Record::clear()
{
    m_begin = end();
    m_began = 0;
    std::shared_ptr<const Contents> former = std::exchange(m_contents, std::make_unique<Contents>());
    QThreadPool::globalInstance()->start([former = std::move(former)]() mutable { former.reset(); });
}

Record &record()
{
    static Record recorded;
    return recorded;
}

QString clockText(double microseconds)
{
    const auto milliseconds = qint64(microseconds / 1000);
    return QStringLiteral("%1:%2.%3")
        .arg(milliseconds / 60'000)
        .arg(milliseconds / 1000 % 60, 2, 10, QLatin1Char('0'))
        .arg(milliseconds % 1000, 3, 10, QLatin1Char('0'));
}

bool matchesFilter(const QString &text, const QString &wanted)
{
    return wanted.isEmpty() || text.contains(wanted, Qt::CaseInsensitive);
}

} // namespace lens
