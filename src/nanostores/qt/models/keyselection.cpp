// SPDX-License-Identifier: MIT
#include <nanostores/qt/models/keyselection.h>

#include <nanostores/qt/models/tablemodel.h>

#include <nanostores/core/errors.h>

#include <QAbstractProxyModel>
#include <QMetaObject>
#include <QString>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

// Views and users call the virtual functions. What a selection model does by itself when rows go does not call them:
// this is how the two are distinguished. The selected rows follow from the keys, and never the keys from the rows.

namespace nanostores {

namespace {

/// Keys to be looked for, by their text.
class KeySet
{
public:
    KeySet() = default;
    explicit KeySet(const QVariantList &keys)
    {
        for (const QVariant &key : keys) {
            add(key);
        }
    }
    void add(const QVariant &key) { m_keys.emplace(key.toString(), key); }
    bool contains(const QVariant &key) const
    {
        const auto [first, last] = m_keys.equal_range(key.toString());
        return std::any_of(first, last, [&key](const auto &each) { return each.second == key; });
    }

private:
    std::unordered_multimap<QString, QVariant> m_keys; // Qt's does not get over an allocation that fails
};

/// Rows of a model, or of one that it is made of, are about to come, to go or to move.
bool isChanging(const QAbstractItemModel *model)
{
    while (model) {
        if (const auto *store = qobject_cast<const StoreModel *>(model)) {
            return store->isChanging();
        }
        if (const auto *table = qobject_cast<const TableModel *>(model)) {
            model = table->list();
        } else {
            const auto *proxy = qobject_cast<const QAbstractProxyModel *>(model);
            model = proxy ? proxy->sourceModel() : nullptr;
        }
    }
    return false;
}

/// Sets a flag for a scope that its object may not survive.
class Showing
{
public:
    Showing(QObject *object, bool &flag)
        : m_object(object)
        , m_flag(flag)
        , m_before(std::exchange(flag, true))
    {
    }
    Showing(const Showing &) = delete;
    Showing &operator=(const Showing &) = delete;
    ~Showing()
    {
        if (m_object) {
            m_flag = m_before;
        }
    }

private:
    QPointer<QObject> m_object;
    bool &m_flag;
    bool m_before;
};

/// A call that asks for something, while it lasts.
class Asking
{
public:
    explicit Asking(const KeySelection *selection)
        : m_selection(selection)
        , m_outer(std::exchange(s_present, this))
    {
    }
    Asking(const Asking &) = delete;
    Asking &operator=(const Asking &) = delete;
    ~Asking() { s_present = m_outer; }

    static Asking *of(const KeySelection *selection)
    {
        Asking *each = s_present;
        while (each && each->m_selection != selection) {
            each = each->m_outer;
        }
        return each;
    }
    template<typename F>
    void taking(F f)
    {
        try {
            f();
        } catch (...) {
            detail::reportError(std::current_exception());
            showsAfter = true; // the keys as they were
        }
    }

    bool isCurrent = false; ///< Other than before.
    bool isSelected = false;
    bool showsAfter = false; ///< Rows or keys have changed meanwhile.

private:
    static thread_local Asking *s_present;
    const KeySelection *m_selection;
    Asking *m_outer;
};

thread_local Asking *Asking::s_present = nullptr;

} // namespace

KeySelection::KeySelection(QAbstractItemModel *model, QObject *parent)
    : QItemSelectionModel(model, parent)
{
    connect(this, &QItemSelectionModel::modelChanged, this, &KeySelection::follow);
    // What is asked for is taken before others hear of it: they may remove the rows.
    connect(this, &QItemSelectionModel::selectionChanged, this, [this] {
        Asking *const asking = Asking::of(this);
        if (asking && m_askedCommand != QItemSelectionModel::NoUpdate && !m_showing && !isOwnDoing()) {
            const bool clears = m_askedCommand.testFlag(QItemSelectionModel::Clear);
            m_askedCommand = QItemSelectionModel::NoUpdate;
            asking->taking([&] { asking->isSelected = takeSelected(clears) || asking->isSelected; });
        }
    });
    follow();
}

KeySelection::~KeySelection() = default;

void KeySelection::follow()
{
    for (const auto &connection : std::exchange(m_following, {})) {
        disconnect(connection);
    }
    m_changing = 0;
    if (!model()) {
        return;
    }
    using Model = QAbstractItemModel;
    constexpr std::size_t Signals = 10;
    m_following.reserve(Signals);
    const auto on = [this](auto signal, auto function) {
        m_following.push_back(connect(model(), signal, this, std::move(function)));
    };
    for (const auto signal : {&Model::rowsAboutToBeRemoved, &Model::rowsAboutToBeInserted}) {
        on(signal, [this] { beginChange(); });
    }
    on(&Model::rowsAboutToBeMoved, [this] { beginChange(); });
    on(&Model::layoutAboutToBeChanged, [this] { beginChange(); });
    on(&Model::modelAboutToBeReset, [this] { beginChange(); });
    on(&Model::rowsRemoved, [this] { endChange(); });
    on(&Model::rowsMoved, [this] { endChange(); });
    on(&Model::layoutChanged, [this] { endChange(); });
    on(&Model::modelReset, [this] { endChange(); });
    on(&Model::rowsInserted, [this](const QModelIndex &parent, int first, int last) {
        m_changing = std::max(0, m_changing - 1);
        if (parent.isValid()) {
            return;
        }
        const QPointer<KeySelection> alive(this);
        try {
            rowsCame(first, last);
        } catch (...) { // which would keep the views from the signal
            detail::reportError(std::current_exception());
            if (alive) {
                show();
            }
        }
    });
    show();
}

void KeySelection::endChange()
{
    m_changing = std::max(0, m_changing - 1);
    show();
}

void KeySelection::rowsCame(int first, int last)
{
    const KeySet selected(m_selected);
    const bool lacksCurrent = m_current.isValid() && !currentIndex().isValid();
    for (int row = first; row <= last; ++row) {
        const QVariant key = keyOf(row);
        if ((lacksCurrent && key == m_current) || selected.contains(key)) {
            show();
            return;
        }
    }
}

QVariant KeySelection::keyOf(int row) const
{
    return model()->index(row, 0).data(StoreModel::KeyRole);
}

int KeySelection::rowOf(const QVariant &key) const
{
    if (!model() || !key.isValid()) {
        return -1;
    }
    if (currentIndex().isValid() && keyOf(currentIndex().row()) == key) {
        return currentIndex().row();
    }
    const int rows = model()->rowCount();
    for (int row = 0; row < rows; ++row) {
        if (keyOf(row) == key) {
            return row;
        }
    }
    return -1;
}

void KeySelection::setCurrentKey(const QVariant &newCurrentKey)
{
    const bool differs = m_current.isValid() != newCurrentKey.isValid() || m_current != newCurrentKey;
    m_current = newCurrentKey;
    const QPointer<KeySelection> alive(this);
    show();
    if (alive && differs) {
        Q_EMIT currentKeyChanged();
    }
}

void KeySelection::setSelectedKeys(const QVariantList &newSelectedKeys)
{
    const bool differs = m_selected != newSelectedKeys;
    m_selected = newSelectedKeys;
    m_keepsSelected = true;
    const QPointer<KeySelection> alive(this);
    show();
    if (alive && differs) {
        Q_EMIT selectedKeysChanged();
    }
}

void KeySelection::readStore(const std::function<void()> &read)
{
    const Showing reading(this, m_reading);
    try {
        read();
    } catch (...) {
        detail::reportError(std::current_exception());
    }
}

void KeySelection::setPaused(bool newPaused)
{
    m_paused = newPaused;
    if (!m_paused) {
        show();
    }
}

// What is shown

void KeySelection::show()
{
    // The model's own signals say when its rows are there: a QSortFilterProxyModel removes them, and says so, while
    // those of its source are only about to go, and says no more.
    const auto waits = [this] { return !model() || m_paused || m_changing > 0; };
    if (waits()) {
        return;
    }
    if (Asking *const asking = Asking::of(this)) {
        asking->showsAfter = true;
        return;
    }
    const auto shows = [this, alive = QPointer<KeySelection>(this)] {
        try {
            const Showing showing(this, m_showing);
            showCurrent();
            if (alive) {
                showSelected();
            }
        } catch (...) { // which would keep views from the signal of the model that this is a slot of
            detail::reportError(std::current_exception());
            return !alive;
        }
        return true;
    };
    if (!shows()) {
        const auto again = [waits, shows] {
            if (!waits()) {
                static_cast<void>(shows());
            }
        };
        QMetaObject::invokeMethod(this, again, Qt::QueuedConnection);
    }
}

void KeySelection::showCurrent()
{
    const int row = rowOf(m_current);
    if (row == currentIndex().row()) {
        return;
    }
    if (row < 0) {
        QItemSelectionModel::clearCurrentIndex();
    } else {
        const int column = std::max(0, currentIndex().column());
        QItemSelectionModel::setCurrentIndex(model()->index(row, column), QItemSelectionModel::NoUpdate);
    }
}

void KeySelection::showSelected()
{
    const QVariantList wanted = m_keepsSelected       ? m_selected
                                : m_current.isValid() ? QVariantList{m_current}
                                                      : QVariantList();
    const KeySet keys(wanted);
    std::unordered_set<int> shown;
    for (const QItemSelectionRange &range : selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            shown.insert(row);
        }
    }
    const auto isWanted = [&](int row) { return keys.contains(keyOf(row)); };
    if (shown.size() == static_cast<std::size_t>(wanted.size()) && std::all_of(shown.begin(), shown.end(), isWanted)) {
        return; // without a look at all rows
    }
    QItemSelection next;
    bool differs = false;
    const int rows = model()->rowCount();
    const int columns = std::max(1, model()->columnCount());
    for (int row = 0; row < rows; ++row) {
        const bool isSelected = isWanted(row);
        differs = differs || isSelected != shown.contains(row);
        if (isSelected && !next.isEmpty() && next.last().bottom() == row - 1) {
            next.last() = QItemSelectionRange(next.last().topLeft(), model()->index(row, columns - 1));
        } else if (isSelected) {
            next.append(QItemSelectionRange(model()->index(row, 0), model()->index(row, columns - 1)));
        }
    }
    if (differs) {
        QItemSelectionModel::select(next, QItemSelectionModel::ClearAndSelect);
    }
}

// What is asked for

bool KeySelection::isOwnDoing() const
{
    return m_paused || m_changing > 0 || isChanging(model());
}

void KeySelection::setCurrentIndex(const QModelIndex &index, QItemSelectionModel::SelectionFlags command)
{
    const auto set = [&] {
        if (Asking *const asking = Asking::of(this); asking && !m_showing) { // whatever becomes of the row meanwhile
            const QVariant key = index.siblingAtColumn(0).data(StoreModel::KeyRole);
            const bool differs = key.isValid() != m_current.isValid() || key != m_current;
            m_current = key;
            m_asksCurrent = false;
            asking->isCurrent = asking->isCurrent || differs;
        }
        QItemSelectionModel::setCurrentIndex(index, command);
    };
    ask(set, true, command);
}

void KeySelection::clearCurrentIndex()
{
    ask([this] { QItemSelectionModel::clearCurrentIndex(); }, true, QItemSelectionModel::NoUpdate);
}

void KeySelection::select(const QItemSelection &selection, QItemSelectionModel::SelectionFlags command)
{
    ask([&] { QItemSelectionModel::select(selection, command); }, false, command);
}

/// What is current and selected is taken together, when both have been set: one may call the other.
template<typename Set>
void KeySelection::ask(Set set, bool current, QItemSelectionModel::SelectionFlags command)
{
    if (m_asking) {
        m_asksCurrent = m_asksCurrent || current;
        m_askedCommand |= command;
    }
    if (m_showing || m_asking) {
        set();
        return;
    }
    if (isOwnDoing()) {
        return;
    }
    m_asksCurrent = current;
    m_askedCommand = command;
    const QPointer<KeySelection> alive(this);
    bool isCurrent = false;
    bool isSelected = false;
    bool showsAfter = false;
    {
        Asking now(this);
        {
            const Showing asking(this, m_asking);
            set();
        }
        if (!alive) {
            return;
        }
        if (!now.showsAfter) { // Qt has signalled no change, but keys that cannot be seen may go
            now.taking([&] {
                now.isCurrent = (m_asksCurrent && takeCurrent()) || now.isCurrent;
                now.isSelected = (m_askedCommand != QItemSelectionModel::NoUpdate
                                  && takeSelected(m_askedCommand.testFlag(QItemSelectionModel::Clear)))
                                 || now.isSelected;
            });
        }
        isCurrent = now.isCurrent;
        isSelected = now.isSelected;
        showsAfter = now.showsAfter;
    }
    if (showsAfter) {
        show();
    }
    if (alive && isCurrent) {
        Q_EMIT currentKeyChanged();
    }
    if (alive && isSelected) {
        Q_EMIT selectedKeysChanged();
    }
}

void KeySelection::reset()
{
    {
        const Showing showing(this, m_showing);
        QItemSelectionModel::reset();
    }
    show();
}

bool KeySelection::takeCurrent()
{
    const QVariant key = currentIndex().siblingAtColumn(0).data(StoreModel::KeyRole);
    if (key.isValid() == m_current.isValid() && key == m_current) {
        return false;
    }
    m_current = key;
    return true;
}

bool KeySelection::takeSelected(bool clears)
{
    const QVariantList shown = shownKeys();
    const KeySet shownSet(shown);
    KeySet there;
    const bool looks = !clears && !m_selected.isEmpty();
    for (int row = 0; looks && row < model()->rowCount(); ++row) {
        there.add(keyOf(row));
    }
    QVariantList next;
    for (const QVariant &key : std::as_const(m_selected)) {
        if (shownSet.contains(key) || (!clears && !there.contains(key))) {
            next.append(key); // one that cannot be seen stays, unless all others are to go
        }
    }
    const KeySet kept(next);
    for (const QVariant &key : shown) {
        if (!kept.contains(key)) {
            next.append(key);
        }
    }
    if (next == m_selected) {
        return false;
    }
    m_selected = next;
    return true;
}

QVariantList KeySelection::shownKeys() const
{
    std::vector<int> rows;
    for (const QItemSelectionRange &range : selection()) {
        for (int row = range.top(); row <= range.bottom(); ++row) {
            rows.push_back(row);
        }
    }
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    QVariantList keys;
    for (const int row : rows) {
        keys.append(keyOf(row));
    }
    return keys;
}

} // namespace nanostores
