// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/detail/traits.h>
#include <nanostores/core/errors.h>
#include <nanostores/core/store.h>
#include <nanostores/core/subscription.h>
#include <nanostores/qt/convert.h>
#include <nanostores/qt/export.h>
#include <nanostores/qt/models/storemodel.h>

#include <QItemSelectionModel>
#include <QPointer>
#include <QVariant>
#include <QVariantList>

#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace nanostores {

namespace detail {

/// A key as the models show it: no value for none.
template<typename T>
QVariant keyVariant(const T &key)
{
    if constexpr (isOptional<T>) {
        return key ? convertTo<QVariant>(*key) : QVariant();
    } else {
        return convertTo<QVariant>(key);
    }
}
/// Back; none if it is no key of the type.
template<typename T>
std::optional<T> keyOfVariant(const QVariant &key)
{
    if constexpr (isOptional<T>) {
        if (!key.isValid()) {
            return T();
        }
        auto value = valueOf<typename T::value_type>(key);
        return value ? std::optional<T>(T(std::move(*value))) : std::nullopt;
    } else {
        return key.isValid() ? valueOf<T>(key) : std::nullopt;
    }
}

} // namespace detail

/// What is current and selected in views of a model, by the keys of its rows, such as those of a MapModel, a ListModel
/// or a TableModel:
///
///     auto *selection = new KeySelection(&model, view);
///     selection->tieCurrent(openSong);      // Atom<int>, Atom<std::optional<int>>
///     selection->tieSelected(chosenSongs);  // Atom<QList<int>>, of a QSet, a std::vector, a std::set
///     view->setSelectionModel(selection);
///
/// The keys stay what they are, whatever rows do: they survive sorting, filters and moves, and a key whose row has gone
/// is shown again when it comes back. Only what a user or the program selects changes them; what views and selection
/// models do by themselves, because rows go or the model is reset, does not. If rows of a model that is no model of
/// this library go, this is known only where the selection was made before the model was given to the view.
///
/// Without selected keys, the current row is shown as the selected one. Keys are compared as QVariants. The model is
/// observed as long as the selection lives, and so are the stores.
class NANOSTORES_QT_EXPORT KeySelection : public QItemSelectionModel
{
    Q_OBJECT
    /// No value: none.
    Q_PROPERTY(QVariant currentKey READ currentKey WRITE setCurrentKey NOTIFY currentKeyChanged FINAL)
    /// In the order in which they were selected; those whose rows are not there, too.
    Q_PROPERTY(QVariantList selectedKeys READ selectedKeys WRITE setSelectedKeys NOTIFY selectedKeysChanged FINAL)

public:
    explicit KeySelection(QAbstractItemModel *model = nullptr, QObject *parent = nullptr);
    ~KeySelection() override;

    QVariant currentKey() const { return m_current; }
    void setCurrentKey(const QVariant &newCurrentKey);
    QVariantList selectedKeys() const { return m_selected; }
    void setSelectedKeys(const QVariantList &newSelectedKeys);
    /// The row of a key, or -1; looks at each row.
    Q_INVOKABLE int rowOf(const QVariant &key) const;

    /// Ties the current key to a store, both ways. A store of a std::optional is empty if there is none; another one
    /// keeps its key then.
    template<WritableStore S>
    void tieCurrent(const S &store);
    /// Ties the selected keys to a store of a container of them, both ways.
    template<WritableStore S>
    void tieSelected(const S &store);

    /// While paused, what is selected is ignored: a view does it by itself.
    void setPaused(bool newPaused);

    void setCurrentIndex(const QModelIndex &index, QItemSelectionModel::SelectionFlags command) override;
    using QItemSelectionModel::select;
    void select(const QItemSelection &selection, QItemSelectionModel::SelectionFlags command) override;
    void clearCurrentIndex() override;
    void reset() override;

Q_SIGNALS:
    void currentKeyChanged();
    void selectedKeysChanged();

private:
    bool isOwnDoing() const;
    QVariant keyOf(int row) const;
    void follow();
    void beginChange() { ++m_changing; }
    void endChange();
    void rowsCame(int first, int last);
    void show();
    void showCurrent();
    void showSelected();
    template<typename Set>
    void ask(Set set, bool current, QItemSelectionModel::SelectionFlags command);
    bool takeCurrent();
    bool takeSelected(bool clears);
    QVariantList shownKeys() const;
    template<WritableStore S, typename Changed, typename Read, typename Write>
    void tie(const S &store, Changed changed, Read read, Write write);
    void readStore(const std::function<void()> &read);

    QVariant m_current;
    QVariantList m_selected;
    bool m_keepsSelected = false; ///< The selected keys are asked for; otherwise the current one is selected.
    bool m_showing = false;
    bool m_asking = false; ///< What is current and selected is being set from outside.
    bool m_asksCurrent = false; ///< And what exactly.
    QItemSelectionModel::SelectionFlags m_askedCommand = QItemSelectionModel::NoUpdate;
    bool m_paused = false;
    bool m_reading = false; ///< The keys become those of a store.
    int m_changing = 0;
    std::vector<QMetaObject::Connection> m_following;
    std::vector<Subscription> m_subscriptions;
};

template<WritableStore S>
void KeySelection::tieCurrent(const S &store)
{
    using T = typename S::value_type;
    const auto read = [this, store] { setCurrentKey(detail::keyVariant(store.peek())); };
    tie(store, &KeySelection::currentKeyChanged, read, [this, store] {
        if (const auto key = detail::keyOfVariant<T>(m_current)) {
            store.set(*key);
        }
    });
}

template<WritableStore S>
void KeySelection::tieSelected(const S &store)
{
    using Keys = typename S::value_type;
    using Key = typename Keys::value_type;
    const auto read = [this, store] {
        QVariantList keys;
        for (const Key &key : store.peek()) {
            keys.append(detail::keyVariant(key));
        }
        setSelectedKeys(keys);
    };
    tie(store, &KeySelection::selectedKeysChanged, read, [this, store] {
        Keys keys;
        for (const QVariant &selected : std::as_const(m_selected)) {
            const auto key = detail::keyOfVariant<Key>(selected);
            if (!key) {
                continue;
            }
            if constexpr (requires { keys.push_back(*key); }) {
                keys.push_back(*key);
            } else {
                keys.insert(*key);
            }
        }
        store.set(std::move(keys));
    });
}

/// Writes what has been selected, and shows what the store has made of it.
template<WritableStore S, typename Changed, typename Read, typename Write>
void KeySelection::tie(const S &store, Changed changed, Read read, Write write)
{
    connect(this, changed, this, [this, read, write] {
        if (m_reading) {
            return;
        }
        const QPointer<KeySelection> alive(this);
        try {
            write();
        } catch (...) {
            detail::reportError(std::current_exception());
        }
        if (alive) {
            readStore(read);
        }
    });
    m_subscriptions.push_back(store.subscribe(detail::forView([this, read] { readStore(read); })));
}

} // namespace nanostores
