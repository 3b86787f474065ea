// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/record.h>
#include <nanostores/qt/detail/variantequal.h>
#include <nanostores/qt/export.h>
#include <nanostores/qt/variantpath.h>

#include <QStringList>
#include <QVariant>
#include <QVariantMap>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

using DocumentNode = RecordNode<QVariantMap, VariantPath>;

/// A change of a document, and what takes it back.
struct DocumentStep;

/// A document before a change: the document itself, or the steps that have led from it to the present one.
struct NANOSTORES_QT_EXPORT DocumentOldValue final : OldValue
{
    explicit DocumentOldValue(QVariantMap former);
    DocumentOldValue(std::shared_ptr<const DocumentStep> step, const VariantPath &path);
    ~DocumentOldValue() override;

    /// The whole document; made from the present one when it is first asked for.
    const QVariantMap &before(const QVariantMap &present);
    /// What the keys led to; none if no step has come near it, and the present document has the same there.
    std::optional<QVariant> partBefore(const QVariantMap &present, const QStringList &keys) const;
    /// Whether it is another document than the present one, if that is found out without making it.
    std::optional<bool> differs(const QVariantMap &present) const;
    /// Whether the path leads to something else in the present document.
    bool differs(const QVariantMap &present, const VariantPath &path) const;
    /// The paths that were set since; none if the document was replaced.
    std::optional<std::vector<VariantPath>> paths() const;

    std::optional<QVariantMap> document; ///< If it was replaced, or a listener takes it.
    std::shared_ptr<const DocumentStep> first; ///< Null if it was replaced.
    std::optional<VariantPath> key;
};

} // namespace detail

/// What has happened to a document, without a copy of it. Valid during the listener's call.
class NANOSTORES_QT_EXPORT DocumentChange
{
public:
    DocumentChange(const QVariantMap &present, const detail::DocumentOldValue *past);

    /// The document was replaced, or what has changed is not known: compare all.
    bool whole() const noexcept { return m_whole; }
    /// Otherwise the paths that were set, in their order; one that was set twice is there twice.
    const std::vector<VariantPath> &paths() const noexcept { return m_paths; }
    /// What a path led to before, or an invalid QVariant. Any path may be asked for; it costs what lies below it at
    /// most.
    QVariant oldValue(const VariantPath &path) const;

private:
    const QVariantMap &m_present;
    const detail::DocumentOldValue *m_past;
    bool m_whole = true;
    std::vector<VariantPath> m_paths;
};

namespace detail {

template<typename F>
struct DocumentCall
{
    using Plain = PlainCall<DocumentNode, F>;
    static constexpr bool keyed =
        std::is_invocable_v<F &, const QVariantMap &, const QVariantMap &, const VariantPath *>;
    static constexpr bool change = !keyed && !Plain::old && !Plain::oldPointer
                                   && std::is_invocable_v<F &, const QVariantMap &, const DocumentChange &>;
    static constexpr bool valid = keyed || change || Plain::valid;
    static constexpr bool takesOld = keyed || (!change && Plain::wants != 0);
    static constexpr std::uint32_t wants = change || takesOld ? std::uint32_t{WantsOldValue} : 0u;
};

/// The changes of a document, kept as long as something remembers what was before them: each step leads to the next
/// one, and an old value to the first that came after it.
class NANOSTORES_QT_EXPORT DocumentSteps
{
public:
    /// For an old value: the step that the next change will be.
    std::shared_ptr<const DocumentStep> next();
    bool areWanted() const noexcept { return m_next.use_count() > 1; }
    /// The document is about to be replaced: old values of it need to know no further steps.
    void replace(const QVariantMap &present) noexcept;

private:
    friend struct DocumentPart;

    std::shared_ptr<DocumentStep> m_next; ///< The one that has not happened yet.
    std::size_t m_count = 0;
};

/// The node of a VariantDeepMap. A path is set where it lies, and old values are made of what each step has replaced.
template<>
struct NANOSTORES_QT_EXPORT RecordNode<QVariantMap, VariantPath> : Node
{
    using value_type = QVariantMap;
    using SetCallType = RecordSetCall<QVariantMap, VariantPath>;
    using OldValueType = DocumentOldValue;

    explicit RecordNode(QVariantMap initial);
    ~RecordNode() override;

    const QVariantMap &current() const noexcept { return value; }
    const QVariantMap *oldValue(const OldValue *past) const
    {
        auto *const mine = const_cast<DocumentOldValue *>(static_cast<const DocumentOldValue *>(past)); // it keeps it
        return mine ? &mine->before(value) : nullptr;
    }
    static const VariantPath *changedKey(const OldValue *past)
    {
        const auto *mine = static_cast<const DocumentOldValue *>(past);
        return mine && mine->key ? &*mine->key : nullptr;
    }
    template<typename F>
    using Call = DocumentCall<F>;

    template<typename F>
    void call(F &f, OldValue *past, bool keyed)
    {
        if constexpr (Call<F>::change) {
            const DocumentChange change(value, static_cast<const DocumentOldValue *>(past));
            f(value, change);
        } else {
            const QVariantMap *old = nullptr;
            if constexpr (Call<F>::takesOld) {
                old = oldValue(past);
            }
            if constexpr (Call<F>::keyed) {
                f(value, old ? *old : value, keyed ? changedKey(past) : nullptr);
            } else {
                PlainCall<RecordNode, F>::invoke(f, *this, old);
            }
        }
    }
    /// For those who listen to some paths.
    bool isOther(const VariantPath &path, const OldValue &past) const
    {
        return static_cast<const DocumentOldValue &>(past).differs(value, path);
    }

    bool differs(const OldValue *seen) const override;
    void describeTo(Describer &to) const override;
    OldValue *keepValue() const override;
    void swapValue(OldValue &kept) override;

    /// The onSet hooks are asked about the whole next value. replaced: one of them gave the store another value.
    Outcome askAbout(const VariantPath *changedKey, QVariantMap &newValue, bool &replaced);

    /// Old values of the document need to know no further steps.
    void aboutToReplace() noexcept { steps.replace(value); }
    using WholeChange = WholeRecordChange<RecordNode, QVariantMap>;
    void set(QVariantMap newValue);
    /// What the path leads to is replaced; an invalid QVariant removes it.
    void setPart(const VariantPath &path, const QVariant &newPart);

    QVariantMap value;
    DocumentSteps steps;
};

} // namespace detail

} // namespace nanostores
