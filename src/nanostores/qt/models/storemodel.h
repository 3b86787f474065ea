// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/equal.h>
#include <nanostores/qt/convert.h>
#include <nanostores/qt/detail/observed.h>
#include <nanostores/qt/models/rowpatch.h>

#include <QAbstractListModel>
#include <QByteArray>
#include <QHash>
#include <QList>
#include <QMetaObject>
#include <QMetaProperty>
#include <QMetaType>
#include <QString>
#include <QVariant>

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// What the rows of a value type show: the type's own properties, if it is a gadget.
struct NANOSTORES_QT_EXPORT RowType
{
    explicit RowType(QMetaType type);
    template<typename V>
    static const RowType &of()
    {
        static const RowType type = [] {
            if constexpr (detail::ListsItsFields<V>) {
                V::visitFields([]<typename M>(const char *, M V::*) { knownIfOpaque<M>(); });
            }
            knownIfOpaque<V>();
            RowType made(isStdText<V> ? QMetaType::fromType<QString>() : QMetaType::fromType<V>());
            if constexpr (detail::ListsItsFields<V>) {
                made.compareListed<V>();
            }
            return made;
        }();
        return type;
    }
    /// The roles that differ between two values; none when they are equal.
    template<typename V>
    QList<int> differing(const V &before, const V &now) const
    {
        if constexpr (requires { requires Equal<V>::byFields; }) {
            if (isListed) {
                return listedRoles(&before, &now);
            }
            return Equal<V>{}(before, now) ? QList<int>() : changedRoles(&before, &now);
        } else if constexpr (Equal<V>::comparable) {
            return Equal<V>{}(before, now) ? QList<int>() : changedRoles(&before, &now);
        } else {
            const auto roles = changedRoles(&before, &now);
            return fields.empty() || roles.size() > 1 ? roles : QList<int>();
        }
    }
    /// The same for values that are known to differ.
    QList<int> changedRoles(const void *before, const void *now) const;
    QVariant read(int field, const void *gadget) const;
    int fieldNamed(const QByteArray &name) const; ///< -1: there is none.
    /// The value with another one in the field, or instead of all of it; none, with a warning, if that does not fit.
    template<typename V>
    static std::optional<V> with(const V &present, const QVariant &newValue, const QMetaProperty *field,
                                 const std::string &store)
    {
        std::optional<V> next;
        if (!field) {
            next = valueOf<V>(newValue);
            if (!next) {
                warnRefused(store, newValue, QMetaType::fromType<V>());
            } else if (isRoundedFrom(*next, present)) {
                warnRounded(store, newValue);
                next.reset();
            }
            return next;
        }
        next = present;
        return writeField(*field, &*next, newValue, store) ? std::move(next) : std::nullopt;
    }
    /// Whether the field, or without one each, is the same, with NaN the same as NaN.
    bool holds(const void *now, const void *asked, const QMetaProperty *field) const;
    template<typename V>
    bool holds(const V &now, const V &asked, const QMetaProperty *field) const
    {
        return !fields.empty() && holds(static_cast<const void *>(&now), static_cast<const void *>(&asked), field);
    }
    static bool writeField(const QMetaProperty &field, void *gadget, const QVariant &newValue,
                           const std::string &store);
    bool isChanged(int field, const void *before, const void *now) const;
    /// The fields that the type lists are compared as the members that they are, if they are its properties in the same
    /// order.
    template<typename V>
    void compareListed()
    {
        int number = 0;
        int known = 0;
        V::visitFields([&](const char *name, auto member) {
            using M = std::remove_cvref_t<decltype(std::declval<const V &>().*member)>;
            if (number == 0) {
                firstListed = fieldNamed(name);
            }
            const int field = firstListed + number;
            if (Equal<M>::comparable && isListable(number, name, QMetaType::fromType<M>())) {
                listed |= std::uint64_t{1} << field;
                ++known;
            }
            ++number;
        });
        isListed = listed != 0 && known == number && known == fields.size();
        if (listed != 0) {
            listedDiffer = [](const void *before, const void *now) {
                std::uint64_t different = 0;
                int bit = 0;
                V::visitFields([&](const char *, auto member) {
                    using M = std::remove_cvref_t<decltype(std::declval<const V &>().*member)>;
                    if (bit < MostListed
                        && !Equal<M>{}(static_cast<const V *>(before)->*member, static_cast<const V *>(now)->*member)) {
                        different |= std::uint64_t{1} << bit;
                    }
                    ++bit;
                });
                return different;
            };
        }
    }

    QHash<int, QByteArray> names;
    QList<QMetaProperty> fields; ///< Empty: no gadget.
    /// How a field is read into a value of its type.
    struct Reader
    {
        void (*read)(QObject *, QMetaObject::Call, int, void **); ///< Null: by QMetaProperty.
        int index;
        QMetaType type;
        bool isOpaque; ///< Shown by what is in it, as a std::optional is.
    };
    QList<Reader> readers;
    QList<QList<int>> rolesOfOne; ///< The roles when just that field has changed.
    /// A bit for each listed field that differs.
    std::uint64_t (*listedDiffer)(const void *before, const void *now) = nullptr;
    std::uint64_t listed = 0; ///< A bit for each field that is compared so.
    int firstListed = 0;
    bool isListed = false; ///< All fields are.
    bool isShown = false; ///< The value itself is what a view shows; otherwise it is the key.

private:
    static constexpr int MostListed = 64;

    bool isListable(int number, const char *name, QMetaType memberType) const;
    std::uint64_t differingListed(const void *before, const void *now) const
    {
        return listed & (listedDiffer(before, now) << firstListed);
    }
    QList<int> listedRoles(const void *before, const void *now) const; ///< Of the listed fields that differ.
};

/// The signals of an item model, those of any QObject left out, as SIGNAL() gives them.
NANOSTORES_QT_EXPORT const QList<QByteArray> &modelSignals();

} // namespace detail

/// What the item models over stores have in common; see MapModel and ListModel.
///
/// Roles are `key`, `value`, and each property of the value's type if it is a Q_GADGET. A property called `key` or
/// `value` takes the name; the role then is called `storeKey` or `storeValue`. The model emits the smallest signals:
/// rows inserted, removed and moved, and dataChanged with the roles that really changed; never a reset. Views keep
/// their scroll position, selection and delegates.
///
/// It listens to its store only while something is connected to its signals, so a view that shows it mounts the store.
/// Unobserved, it reads the store when asked. A slot of its signals may write to the store: that change is signalled
/// when the present one has been. A slot may delete the model in any signal but those of what is about to happen.
class NANOSTORES_QT_EXPORT StoreModel : public QAbstractListModel,
                                        private detail::ObservedObject<StoreModel>,
                                        private detail::RowSteps
{
    Q_OBJECT
    Q_PROPERTY(int count READ count NOTIFY countChanged FINAL)

public:
    enum Role {
        KeyRole = Qt::UserRole,
        ValueRole,
        FirstFieldRole, ///< The first property of the value's type; the others follow, and the nested lists.
    };
    Q_ENUM(Role)

    ~StoreModel() override;

    int count() const { return rows(); } ///< Of the rows, for bindings.
    /// Rows are about to be inserted, removed or moved: what a view selects now, no user has selected.
    bool isChanging() const { return m_changing > 0; }

    QHash<int, QByteArray> roleNames() const override;
    int rowCount(const QModelIndex &parent = QModelIndex()) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    /// Writes to the store; of one made by filtered(), sorted() or grouped(), to the store where the item comes from,
    /// by its key. False when that does not hold what was asked for, because it does not fit, which is warned of, or an
    /// onSet() hook rejected or changed it; dataChanged then lets the editor show the store's value again. What cannot
    /// be written at all is reported.
    bool setData(const QModelIndex &index, const QVariant &value, int role = Qt::EditRole) override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void countChanged();

protected:
    /// Whether the model is still there, after code of others has run. These lie on the stack, the last one is the
    /// first to go.
    class Alive
    {
    public:
        /// Not inline: the optimizer of g++ 14 does not see the destructor put `m_outer` back, and warns in programs.
        Q_NEVER_INLINE explicit Alive(const StoreModel &model) noexcept
            : m_model(&model)
            , m_outer(std::exchange(model.m_alive, this))
        {
        }
        Alive(const Alive &) = delete;
        Alive &operator=(const Alive &) = delete;
        ~Alive()
        {
            if (m_model) {
                m_model->m_alive = m_outer;
            }
        }
        explicit operator bool() const noexcept { return m_model != nullptr; }

    private:
        friend class StoreModel;
        const StoreModel *m_model;
        Alive *m_outer;
    };

    StoreModel(const detail::RowType &type, bool editable, QObject *parent);

    void connectNotify(const QMetaMethod &signal) override;
    void disconnectNotify(const QMetaMethod &signal) override;

    // What a row shows now; between two steps of a patch, too.
    virtual int rows() const = 0;
    virtual QVariant keyAt(int row) const = 0;
    virtual QVariant valueAt(int row) const = 0;
    virtual const void *gadgetAt(int row) const = 0;
    /// Writes the value, or a field of it; whether the store then holds it.
    virtual bool write(int row, const QVariant &value, const QMetaProperty *field) = 0;

    virtual std::string storeLabel() const = 0; ///< For messages.

    /// The model of a list inside the row's item.
    virtual QAbstractItemModel *nestAt(int row, int nest) const;
    void addNestRole(const char *role);
    void hold(); ///< Counts as an observer.
    void release();

    virtual void attach() = 0; ///< Mounts the store and listens.
    virtual void detach() = 0;
    virtual void resync() = 0; ///< Brings rows that were read before up to date, or signalled before an exception.

    void resyncLater();
    /// Calls step(false) to signal a change, then step(true) as long as others came meanwhile: a change is signalled as
    /// a whole before the next one. Step may delete the model. False: it has, or a change is being signalled already.
    template<typename Step>
    bool notifyViews(Step step);
    bool run(detail::RowPatch &patch) { return patch.run(*this); }
    void emitChanged(int row, const QList<int> &roles);
    void emitAllChanged();
    void reportUnknownKey(const QVariant &key) const;
    const detail::RowType &type() const { return m_type; }

    void beginRemove(int first, int last) override;
    bool endRemove() override;
    void beginMove(int first, int last, int destination) override;
    bool endMove() override;
    void beginLayout() override;
    bool endLayout(int first, const std::vector<int> &newRows) override;
    void beginInsert(int first, int last) override;
    bool endInsert() override;

private:
    bool canWrite(int role) const;
    void endNotifying();
    bool isObserved() const;
    void tryToAttach(bool again); ///< Once more in the next turn, if it fails.
    friend class detail::ObservedObject<StoreModel>;
    void updateObservation();

    const detail::RowType &m_type;
    bool m_editable;
    bool m_attached = false;
    bool m_resync = false;
    bool m_notifying = false;
    bool m_again = false; ///< The store has changed while a change was signalled.
    bool m_updates = false; ///< Observers came or left meanwhile.
    int m_changing = 0;
    int m_holds = 0;
    std::vector<QByteArray> m_nestRoles;
    mutable Alive *m_alive = nullptr; ///< The last one.
};

template<typename Step>
bool StoreModel::notifyViews(Step step)
{
    m_again = true;
    if (m_notifying) {
        return false;
    }
    m_notifying = true;
    const Alive alive(*this);
    constexpr int Rounds = 100; // an observer that always writes leaves the rest to the event loop
    for (int round = 0; m_again && round < Rounds; ++round) {
        m_again = false;
        try {
            step(round > 0);
        } catch (...) { // what has not been signalled is, by resync()
            if (alive) {
                m_again = true;
                endNotifying();
            }
            throw;
        }
        if (!alive) {
            return false;
        }
    }
    endNotifying();
    return true;
}

} // namespace nanostores
