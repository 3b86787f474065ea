// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/graph/changemark.h>
#include <nanostores/core/graph/graph.h>
#include <nanostores/persistent/backend.h>
#include <nanostores/persistent/engine.h>
#include <nanostores/persistent/export.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a replica calls: stores that it keeps, and functions that follow raw values.
namespace nanostores::detail {

class Replica;
class RowListener;

/// A key that has another value than before.
struct RowChange
{
    std::string key;
    std::optional<std::string> value; ///< None: the key has been deleted.
    std::uint32_t schema = 0;
    const RowListener *origin = nullptr; ///< Whose own change it is, if it is that of a store of this program.
};

/// A raw value, none if there is no entry, and the schema that it is of.
struct RawForm
{
    std::optional<std::string> value;
    std::uint32_t schema = 0;
};

class NANOSTORES_PERSISTENT_EXPORT RowListener : public std::enable_shared_from_this<RowListener>
{
public:
    /// name: a key, or, of several keys, what they begin with.
    RowListener(std::string name, bool isPrefix);
    RowListener(const RowListener &) = delete;
    RowListener &operator=(const RowListener &) = delete;
    virtual ~RowListener();

    const std::string &name() const noexcept { return m_name; }
    bool isPrefix() const noexcept { return m_isPrefix; }

    /// Keeps it, and all that it needs, while it is called. Null: it is ending.
    virtual std::shared_ptr<const void> hold();
    /// Inside of a batch(). isFirst: it is what the storage had when the engine was opened.
    virtual void rowsChanged(std::span<const RowChange> changes, bool isFirst) = 0;
    /// What it writes is compared with what it has read, although it does not hear of what has changed since.
    virtual bool keepsBase() const noexcept;

private:
    const std::string m_name;
    const bool m_isPrefix;
};

/// When a change is written: not before the delay is over.
struct Pacing
{
    std::chrono::milliseconds delay{0};
    bool waitsForPause = false; ///< The delay begins again with each change.
};

/// How a binding writes its rows.
struct WriteStyle
{
    std::uint32_t schema = 0;
    std::optional<Durability> durability; ///< None: the engine's.
    bool compares = false; ///< Conflicts are to be seen.
    bool merges = false; ///< The store makes one value of two.
    bool secret = false; ///< Not written where it is not encrypted.
    bool listens = true; ///< The store takes what others change.
};

/// A store that a replica keeps. It belongs to the store's node, as a mark of it, and holds the replica.
class NANOSTORES_PERSISTENT_EXPORT Binding : public RowListener, public ChangeMark
{
public:
    Binding(const StorageEngine &engine, Node &node, std::string name, bool isPrefix, const WriteStyle &style,
            const Pacing &pacing);
    ~Binding() override;

    /// Ties it to its node: from now on changes are written.
    static void start(const std::shared_ptr<Binding> &self);

    StorageEngine engine() const { return StorageEngine(m_replica); }
    Node &node() const noexcept { return m_node; }
    const WriteStyle &style() const noexcept { return m_style; }

    std::shared_ptr<const void> hold() override;
    void changed(Node &node) noexcept override;
    bool keepsBase() const noexcept override { return m_style.compares && !m_style.listens; }

    /// Hands what has changed to the replica.
    virtual void encode() = 0;
    /// The rows that are there, when the store is bound or the values have been read.
    virtual void rowsLoaded(std::span<const RowChange> rows) = 0;
    /// Makes one value of two: raw; none if they cannot be merged. The store gets it, too.
    virtual std::optional<std::optional<std::string>> merged(const std::string &key, const RawForm &base,
                                                             const RawForm &mine, const RawForm &theirs) = 0;
    /// A conflict is there, or has changed.
    virtual void conflictChanged(const std::string &key, const RawForm &base, const RawForm &mine,
                                 const RawForm &theirs, std::uint64_t writer) = 0;
    virtual void conflictEnded(const std::string &key) = 0;

    /// The one that the store had before this one, for another engine or key.
    std::shared_ptr<Binding> older() const;
    /// Hands what has changed to the replica at once, as long as the codec can. Calls nothing else of the program.
    void handOver();
    /// Ends a conflict: what the store has is written over what is stored, or the other way round.
    void resolve(const std::string &key, bool keepsMine);

protected:
    /// Has the key written, unless it has that value already; none deletes it.
    void put(const std::string &key, std::optional<std::string> &&value);
    /// As put(), of what encode() returns. If it throws, that is reported, and the key stays as it is.
    template<typename F>
    void putEncoded(const std::string &key, F encode)
    {
        std::optional<std::string> value;
        try {
            value = encode();
        } catch (...) {
            reportUnwritable(key);
            return;
        }
        put(key, std::move(value));
    }
    /// Inside of a catch block.
    void reportUnwritable(const std::string &key);
    /// The key's value, what waits to be written included.
    std::optional<std::string_view> present(const std::string &key) const;
    RawForm presentForm(const std::string &key) const;
    /// All keys that begin with name(), likewise.
    std::vector<std::string> presentKeys() const;
    /// Writes the key if it has its present value in the storage, too. The store changes when that is done.
    Task<bool> compareAndPut(const std::string &key, std::optional<std::string> value);
    /// Before the value of the store is compared with anything: all that is dirty is handed over.
    void settle();
    /// What is stored is not of the store's type, or is again.
    void setUnreadable(const std::string &key, bool isUnreadable);
    /// What changes now is taken from the storage.
    bool isTaking() const noexcept { return m_taking > 0; }
    /// While it lives, changes of the store are not the program's.
    class Taking
    {
    public:
        explicit Taking(Binding &binding) noexcept
            : m_binding(binding)
        {
            ++m_binding.m_taking;
        }
        Taking(const Taking &) = delete;
        Taking &operator=(const Taking &) = delete;
        ~Taking() { --m_binding.m_taking; }

    private:
        Binding &m_binding;
    };
    bool isDirty() const noexcept { return m_isDirty; }

private:
    friend Replica;
    struct Pace;

    const std::shared_ptr<Replica> m_replica;
    Node &m_node;
    const WriteStyle m_style;
    int m_taking = 0;
    bool m_isDirty = false;
    Binding *m_nextDirty = nullptr;
    Ref<Node> m_held; ///< While it is dirty.
    std::unique_ptr<Pace> m_pace;
    std::weak_ptr<ChangeMark> m_older;
};

/// The binding of the store to the engine and the name; null: there is none.
NANOSTORES_PERSISTENT_EXPORT std::shared_ptr<Binding> findBinding(Node &node, const Replica *replica,
                                                                  const std::string &name);
/// The first binding of the store. Throws std::logic_error, which names the remedy, if it has none.
NANOSTORES_PERSISTENT_EXPORT std::shared_ptr<Binding> requireBinding(Node &node, const char *function);

} // namespace nanostores::detail
