// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/computed.h>
#include <nanostores/core/detail/derivedlistnode.h>
#include <nanostores/core/detail/filteredlistnode.h>
#include <nanostores/core/detail/groupedlistnode.h>
#include <nanostores/core/detail/sortedlistnode.h>
#include <nanostores/core/list.h>

#include <string>
#include <utility>

namespace nanostores {

/// What filtered(), sorted() and grouped() make of a List, and of one another: a computed store of a list whose changes
/// are known step by step, and that knows the store its items come from. Copied as a Computed it is none of these.
template<typename C, typename S>
class DerivedList : public Store<detail::ListResultNode<C>>
{
    using Base = Store<detail::ListResultNode<C>>;

public:
    using source_type = S;
    using item_type = typename C::value_type;

    DerivedList(detail::Ref<detail::ListResultNode<C>> node, S source)
        : Base(std::move(node))
        , m_source(std::move(source))
    {
    }

    const S &source() const { return m_source; }
    template<typename F>
    [[nodiscard]] Subscription listen(F f) const
    {
        return detail::listenToList<detail::ListResultNode<C>>(*this, std::move(f));
    }
    template<typename F>
    [[nodiscard]] Subscription subscribe(F f) const
    {
        return detail::subscribeToList<detail::ListResultNode<C>>(*this, std::move(f));
    }
    DerivedList named(std::string name) const
    {
        this->setName(std::move(name));
        return *this;
    }
    operator Computed<C>() const // NOLINT: where a computed store is kept
    {
        return computed(*this, [](const C &items) { return items; });
    }

private:
    S m_source;
};

namespace detail {

template<typename C, template<typename...> typename DerivedNode, typename F, typename S, typename... Rest>
DerivedList<C, S> makeDerivedList(F f, S source, Rest... rest)
{
    using Made = DerivedNode<C, F, S, Rest...>;
    auto *const node = new Made(std::move(f), source, std::move(rest)...);
    return DerivedList<C, S>(Ref<ListResultNode<C>>::adopt(node), source);
}

} // namespace detail
} // namespace nanostores
