// SPDX-License-Identifier: MIT
#include <nanostores/persistent/detail/rowlistener.h>

#include <nanostores/core/graph/foreign.h>
#include <nanostores/core/graph/lifecycle.h>
#include <nanostores/persistent/detail/pace.h>
#include <nanostores/persistent/detail/replica.h>

#include <stdexcept>
#include <utility>

namespace nanostores::detail {

RowListener::RowListener(std::string name, bool isPrefix)
    : m_name(std::move(name))
    , m_isPrefix(isPrefix)
{
}

RowListener::~RowListener() = default;

std::shared_ptr<const void> RowListener::hold()
{
    return weak_from_this().lock();
}

bool RowListener::keepsBase() const noexcept
{
    return false;
}

Binding::Binding(const StorageEngine &engine, Node &node, std::string name, bool isPrefix, const WriteStyle &style,
                 const Pacing &pacing)
    : RowListener(std::move(name), isPrefix)
    , m_replica(engine.replica())
    , m_node(node)
    , m_style(style)
{
    if (pacing.delay.count() > 0) {
        m_pace = std::make_unique<Pace>(pacing);
    }
}

Binding::~Binding()
{
    m_replica->remove(*this);
}

void Binding::start(const std::shared_ptr<Binding> &self)
{
    const ForeignWrites foreign; // what is there is no edit
    self->m_older = self->m_node.extra().marks;
    addChangeMark(self->m_node, self);
    self->m_replica->addBinding(self);
}

std::shared_ptr<const void> Binding::hold()
{
    struct Hold
    {
        Ref<Node> node;
        std::shared_ptr<RowListener> self; // ends first: the node has the other hold on it
    };
    auto self = weak_from_this().lock();
    if (!self) {
        return nullptr;
    }
    return std::make_shared<Hold>(Hold{Ref<Node>::share(&m_node), std::move(self)});
}

void Binding::changed(Node &) noexcept
{
    if (m_taking == 0 && !m_isDirty) {
        m_replica->touch(*this);
    }
}

void Binding::handOver()
{
    const auto held = hold();
    m_replica->encodeOne(*this);
}

void Binding::resolve(const std::string &key, bool keepsMine)
{
    const auto held = hold();
    m_replica->resolveConflict(key, keepsMine);
}

void Binding::put(const std::string &key, std::optional<std::string> &&value)
{
    m_replica->put(key, std::move(value), *this);
}

void Binding::reportUnwritable(const std::string &key)
{
    m_replica->reportUnwritable(key);
}

std::optional<std::string_view> Binding::present(const std::string &key) const
{
    return m_replica->present(key);
}

RawForm Binding::presentForm(const std::string &key) const
{
    return {rawOf(present(key)), m_replica->schemaOf(key)};
}

std::vector<std::string> Binding::presentKeys() const
{
    std::vector<std::string> keys;
    for (auto &row : m_replica->rowsOf(*this)) {
        keys.push_back(std::move(row.key));
    }
    return keys;
}

std::shared_ptr<Binding> Binding::older() const
{
    return std::dynamic_pointer_cast<Binding>(m_older.lock());
}

void Binding::settle()
{
    m_replica->encodeNow();
}

Task<bool> Binding::compareAndPut(const std::string &key, std::optional<std::string> value)
{
    return m_replica->compareAndPut(key, std::move(value), m_style);
}

std::shared_ptr<Binding> findBinding(Node &node, const Replica *replica, const std::string &name)
{
    const Extra *const extra = node.extraOrNull();
    auto binding = std::dynamic_pointer_cast<Binding>(extra ? extra->marks : nullptr);
    while (binding && (binding->engine().replica().get() != replica || binding->name() != name)) {
        binding = binding->older();
    }
    return binding;
}

std::shared_ptr<Binding> requireBinding(Node &node, const char *function)
{
    const Extra *const extra = node.extraOrNull();
    auto binding = std::dynamic_pointer_cast<Binding>(extra ? extra->marks : nullptr);
    if (!binding) {
        throw std::logic_error("nanostores: " + std::string(function) + "() of " + node.label()
                               + ", which is not persistent: make it by persistentAtom() or the like, or give it to "
                                 "persist() before");
    }
    while (auto older = binding->older()) {
        binding = std::move(older);
    }
    return binding;
}

void Binding::setUnreadable(const std::string &key, bool isUnreadable)
{
    m_replica->setUnreadable(key, *this, isUnreadable);
}

} // namespace nanostores::detail
