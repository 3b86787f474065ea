// SPDX-License-Identifier: MIT

// A kind of store that the library has not, made as CONTRIBUTING.md says: what the others can, it can.

#include <nanostores/core.h>
#include <nanostores/core/graph/describe.h>
#include <nanostores/core/graph/probe.h>

#include <QTest>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

using namespace nanostores;

namespace {

/// 1. The node: the value, and what the engine asks of it.
template<typename T>
struct RingNode final : detail::Node
{
    using value_type = std::vector<T>;
    using OldValueType = detail::OldValueOf<value_type>;

    explicit RingNode(std::size_t n)
        : Node(0)
        , size(n)
    {
    }

    const value_type &current() const noexcept { return value; }
    static const value_type *oldValue(const detail::OldValue *past)
    {
        return past ? &static_cast<const OldValueType *>(past)->value : nullptr;
    }
    template<typename F>
    using Call = detail::PlainCall<RingNode, F>;
    template<typename F>
    void call(F &f, detail::OldValue *past, bool)
    {
        Call<F>::invoke(f, *this, oldValue(past));
    }
    bool differs(const detail::OldValue *seen) const override
    {
        return !seen || !detail::equalValues(*this, *oldValue(seen), value);
    }
    void describeTo(detail::Describer &to) const override { detail::describeValue(&value, to); }
    detail::OldValue *keepValue() const override { return detail::keepCopy<OldValueType>(value); }
    void swapValue(detail::OldValue &kept) override { detail::swapKept<OldValueType>(value, kept); }

    /// 2. A change for each way of writing.
    struct Change
    {
        static constexpr bool endsSafely = detail::swapsSafely<value_type>;

        RingNode &node;
        value_type &newValue;

        bool asksUser() const noexcept { return node.has(detail::HooksSet | detail::CustomEqual | detail::Spied); }
        detail::Outcome ask()
        {
            detail::SetCall<value_type> call;
            call.newValue = &newValue;
            return detail::askHooks(node, call);
        }
        bool differs() const { return !Equal<value_type>{}(node.value, newValue); }
        bool differsAsUserSays() const { return !detail::equalValues(node, node.value, newValue); }
        void assign() { detail::replaceValue(node.value, newValue); }
        detail::OldValue *assignKeeping() { return detail::replaceKeeping<OldValueType>(node.value, newValue); }
    };
    void push(T item)
    {
        value_type next = value;
        next.push_back(std::move(item));
        set(std::move(next));
    }
    void set(value_type next)
    {
        if (next.size() > size) {
            next.erase(next.begin(), next.end() - static_cast<std::ptrdiff_t>(size));
        }
        detail::write(Change{*this, next});
    }

    value_type value;
    const std::size_t size;
};

/// 3. The handle.
template<typename T>
class Ring : public Store<RingNode<T>>
{
    using Base = Store<RingNode<T>>;

public:
    explicit Ring(std::size_t n)
        : Base(detail::Ref<RingNode<T>>::adopt(new RingNode<T>(n)))
    {
    }
    explicit Ring(detail::Ref<RingNode<T>> node) noexcept
        : Base(std::move(node))
    {
    }
    void push(T item) const { this->m_node->push(std::move(item)); }
    void set(std::vector<T> newValue) const { this->m_node->set(std::move(newValue)); }
    Ring named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
};

using Ints = std::vector<int>;

/// What a probe is called with.
class Recorder final : public detail::Probe
{
public:
    Recorder() { detail::attachProbe(*this); }
    ~Recorder() override { detail::detachProbe(*this); }
    void writeBegan(detail::Node &node) noexcept override { text += node.label() + '('; }
    void writeEnded(detail::Node &, detail::Outcome outcome) noexcept override
    {
        text += outcome == detail::Outcome::Changed   ? "changed)"
                : outcome == detail::Outcome::Aborted ? "aborted)"
                                                      : "?)";
    }
    void notifying(detail::Node &) noexcept override { text += "notifying "; }

    std::string text;
};

} // namespace

class tst_StoreKind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void writes_notify();
    void computedStores_follow();
    void batches_notifyOnce();
    void hooks_areAsked();
    void equality_maybeSet();
    void probes_see();
    void values_areDescribedKeptAndRestored();
};

void tst_StoreKind::writes_notify()
{
    const Ring<int> ring(2);
    Ints seen;
    Ints former;
    const auto listener = ring.listen([&](const Ints &value, const Ints &old) {
        seen = value;
        former = old;
    });
    ring.push(1);
    ring.push(2);
    ring.push(3);
    QCOMPARE(seen, (Ints{2, 3}));
    QCOMPARE(former, (Ints{1, 2}));
}

void tst_StoreKind::computedStores_follow()
{
    const Ring<int> ring(3);
    int runs = 0;
    const auto sum = computed(ring, [&](const Ints &items) {
        ++runs;
        int all = 0;
        for (const int item : items) {
            all += item;
        }
        return all;
    });
    const auto listener = sum.listen([](int) {});
    ring.push(1);
    ring.push(2);
    QCOMPARE(sum.get(), 3);
    QCOMPARE(runs, 3);
    int effectRuns = 0;
    const auto effects = effect([&] {
        ring();
        ++effectRuns;
    });
    ring.push(3);
    QCOMPARE(effectRuns, 2);
}

void tst_StoreKind::batches_notifyOnce()
{
    const Ring<int> ring(3);
    std::vector<std::pair<Ints, Ints>> calls;
    const auto listener = ring.listen([&](const Ints &value, const Ints &old) { calls.emplace_back(value, old); });
    batch([&] {
        ring.push(1);
        ring.push(2);
    });
    QCOMPARE(calls.size(), 1u);
    QCOMPARE(calls[0].first, (Ints{1, 2}));
    QCOMPARE(calls[0].second, Ints());
}

void tst_StoreKind::hooks_areAsked()
{
    const Ring<int> ring(3);
    int mounts = 0;
    const Unbind mounting = onMount(ring, [&] { ++mounts; });
    const Unbind setting = onSet(ring, [](SetEvent<Ring<int>> &event) {
        if (event.newValue().back() < 0) {
            event.abort();
        }
    });
    const auto listener = ring.listen([] {});
    QCOMPARE(mounts, 1);
    ring.push(-1);
    ring.push(1);
    QCOMPARE(ring.get(), Ints{1});
    mounting();
    setting();
}

void tst_StoreKind::equality_maybeSet()
{
    const Ring<int> ring(3);
    ring.setEqual([](const Ints &a, const Ints &b) { return a.size() == b.size(); });
    int calls = 0;
    const auto listener = ring.listen([&] { ++calls; });
    for (int i = 0; i < 5; ++i) {
        ring.push(i);
    }
    QCOMPARE(calls, 3);
}

void tst_StoreKind::probes_see()
{
    const auto ring = Ring<int>(3).named("ring");
    const auto listener = ring.listen([] {});
    Recorder recorder;
    ring.push(1);
    QCOMPARE(QByteArray::fromStdString(recorder.text), QByteArray("store \"ring\"(notifying changed)"));
}

void tst_StoreKind::values_areDescribedKeptAndRestored()
{
    const auto ring = Ring<int>(3).named("ring");
    ring.push(1);
    auto kept = detail::keep(*ring.node());
    ring.push(2);
    QVERIFY(QByteArray::fromStdString(dump()).contains("\"ring\" store std::vector"));
    QVERIFY(QByteArray::fromStdString(dump()).contains(" = [1, 2], 0 observers"));
    QVERIFY(detail::restore(*ring.node(), std::move(kept)));
    QCOMPARE(ring.get(), Ints{1});
}

QTEST_GUILESS_MAIN(tst_StoreKind)
#include "tst_storekind.moc"
