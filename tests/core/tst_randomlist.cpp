// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include "support/property.h"

#include <QtCore/QList>

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <vector>

using namespace nanostores;
using support::genProgram;
using support::Step;

namespace {

template<typename C>
using Of = typename C::value_type;

template<typename T>
T item(int n)
{
    if constexpr (std::is_same_v<T, int>) {
        return n;
    } else {
        return "a text that does not fit into a string's own place: " + std::to_string(n);
    }
}

/// A list of its own that knows of the store only what the changes say.
template<typename C>
struct Replay
{
    using T = Of<C>;

    void operator()(const C &now, const ListChange<T, C> &change)
    {
        ++calls;
        if (change.whole) {
            RC_ASSERT((!change.oldList
                       || std::equal(items.begin(), items.end(), change.oldList->begin(), change.oldList->end())));
            items.assign(now.begin(), now.end());
        }
        for (const auto &step : change.steps) {
            apply(step);
        }
        // Of an item that was set or inserted the change says only that it is new: what it is, the list says.
        RC_ASSERT(items.size() == static_cast<std::size_t>(now.size()));
        std::size_t i = 0;
        for (const T &each : now) {
            RC_ASSERT((!items[i] || *items[i] == each));
            items[i++] = each;
        }
    }
    void apply(const ListStep<T> &step)
    {
        using Kind = ListStep<T>;
        const std::vector<std::optional<T>> former = items;
        std::vector<std::optional<T>> next;
        switch (step.kind) {
        case Kind::Set:
            RC_ASSERT((!items[step.index] || *items[step.index] == step.oldItem()));
            next = items;
            next[step.index].reset();
            break;
        case Kind::Insert:
            next.resize(items.size() + step.count);
            break;
        case Kind::Remove:
            for (std::size_t i = 0; i < step.count; ++i) {
                const auto &gone = items[step.index + i];
                RC_ASSERT((!gone || *gone == step.oldItem(i)));
            }
            next.resize(items.size() - step.count);
            break;
        default:
            next.resize(items.size());
        }
        if (step.kind != Kind::Set) {
            for (std::size_t i = 0; i < next.size(); ++i) {
                if (const auto before = step.before(i); before != Kind::None) {
                    RC_ASSERT(step.after(before) == i);
                    next[i] = former[before];
                }
            }
        }
        items = std::move(next);
    }

    std::vector<std::optional<T>> items;
    int calls = 0;
};

/// Edits a store and a plain vector in the same way.
template<typename C>
class Editor
{
    using T = Of<C>;

public:
    explicit Editor(const List<T, C> &list)
        : m_list(list)
        , m_plain(list.peek().begin(), list.peek().end())
    {
    }

    void edit(const Step &step)
    {
        const std::size_t size = m_plain.size();
        const auto at = [](int number, std::size_t count) { return static_cast<std::size_t>(number) % count; };
        const std::size_t a = size > 0 ? at(step.a, size) : 0;
        const std::size_t b = size > 0 ? at(step.b, size) : 0;
        const T value = item<T>(step.c % 4);
        const auto place = [this](std::size_t i) { return m_plain.begin() + static_cast<std::ptrdiff_t>(i); };
        switch (step.what) {
        case 0:
        case 1:
            if (size > 0) {
                m_list.setAt(a, value);
                m_plain[a] = value;
            }
            break;
        case 2: {
            const std::size_t where = at(step.a, size + 1);
            m_list.insert(where, value);
            m_plain.insert(place(where), value);
            break;
        }
        case 3:
            m_list.append(value);
            m_plain.push_back(value);
            break;
        case 4: {
            const std::size_t count = size > 0 ? std::min(size - a, at(step.b, 4)) : 0;
            m_list.removeAt(a, count);
            m_plain.erase(place(a), place(a + count));
            break;
        }
        case 5:
        case 6:
            if (size > 0) {
                m_list.move(a, b);
                T moved = m_plain[a];
                m_plain.erase(place(a));
                m_plain.insert(place(b), std::move(moved));
            }
            break;
        case 7:
            if (step.a % 3 == 0) {
                m_list.sort();
                std::stable_sort(m_plain.begin(), m_plain.end());
            } else {
                const std::size_t where = at(step.a, size + 1);
                C many;
                for (int i = 0; i < step.b % 4; ++i) {
                    many.push_back(item<T>(i));
                }
                m_list.insertAll(where, many);
                m_plain.insert(place(where), many.begin(), many.end());
            }
            break;
        case 8: {
            C next;
            for (int i = 0; i < step.b % 5; ++i) {
                next.push_back(item<T>((step.a + i) % 4));
            }
            m_list.set(next);
            m_plain.assign(next.begin(), next.end());
            break;
        }
        case 9: {
            const auto removed = m_list.removeIf([&](const T &each) { return each == value; });
            RC_ASSERT(removed == std::erase(m_plain, value));
            break;
        }
        default:
            if (size > 0) { // from the same place again and again
                for (int i = 0; i < step.b % 6 && !m_plain.empty(); ++i) {
                    const std::size_t where = step.a % 2 == 0 ? 0 : m_plain.size() - 1;
                    m_list.removeAt(where);
                    m_plain.erase(place(where));
                }
            }
        }
    }
    std::vector<T> plain() const { return m_plain; }
    std::vector<T> stored() const { return std::vector<T>(m_list.peek().begin(), m_list.peek().end()); }

private:
    const List<T, C> m_list;
    std::vector<T> m_plain;
};

template<typename C>
void run(const std::vector<Step> &program)
{
    using T = Of<C>;
    const List<T, C> store;
    Editor<C> editor(store);
    Replay<C> first;
    Replay<C> last;
    std::optional<Step> plan; // what a listener between the two does
    std::vector<T> oldSeen;
    std::vector<T> effectSeen;
    const auto sum = computed(store, [](const C &items) { return std::vector<T>(items.begin(), items.end()); });
    const auto sums = sum.listen([] {});
    const auto one = store.listen([&](const C &now, const ListChange<T, C> &change) { first(now, change); });
    const auto writer = store.listen([&] {
        if (const auto planned = std::exchange(plan, std::nullopt)) {
            editor.edit(*planned);
        }
    });
    const auto two = store.listen([&](const C &now, const ListChange<T, C> &change) { last(now, change); });
    const auto old = store.listen([&](const C &, const C &before) { oldSeen.assign(before.begin(), before.end()); });
    const auto watching = effect([&] { effectSeen.assign(store().begin(), store().end()); });
    for (std::size_t i = 0; i < program.size(); ++i) {
        const Step &step = program[i];
        const auto before = editor.stored();
        const int calls = last.calls;
        if (step.what == 11) {
            plan = i + 1 < program.size() ? std::optional(program[i + 1]) : std::nullopt;
            continue;
        }
        bool planned = plan.has_value();
        if (step.what == 12) {
            batch([&] {
                for (int n = 0; n < step.a % 50; ++n) {
                    editor.edit(program[(i + static_cast<std::size_t>(n)) % program.size()]);
                    if (n % 7 == 6) {
                        static_cast<void>(sum.get());
                    }
                }
            });
        } else {
            batch([&] { editor.edit(step); });
        }
        planned = planned && !plan;
        RC_ASSERT(editor.stored() == editor.plain());
        RC_ASSERT(effectSeen == editor.plain());
        RC_ASSERT(sum.get() == editor.plain());
        for (const auto *replay : {&first, &last}) {
            RC_ASSERT(replay->items.size() == editor.plain().size());
        }
        if (last.calls != calls && !planned) {
            RC_ASSERT(oldSeen == before);
        }
    }
}

} // namespace

/// Random edits of lists against a plain vector: the value, and what listeners are called with.
class tst_RandomList : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void list_agreesWithAVector();
};

void tst_RandomList::list_agreesWithAVector()
{
    const bool holds = rc::check("a list agrees with a vector, and its changes lead from one value to the next", [] {
        const auto program = *genProgram(13);
        run<std::vector<std::string>>(program);
        run<std::vector<int>>(program);
        run<std::deque<int>>(program);
        run<QList<int>>(program);
    });
    QVERIFY(holds);
}

SUPPORT_PROPERTY_MAIN(tst_RandomList)
#include "tst_randomlist.moc"
