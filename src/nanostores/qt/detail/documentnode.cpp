// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/documentnode.h>

#include <nanostores/qt/detail/variantparts.h>

#include <algorithm>
#include <iterator>

namespace nanostores {

namespace detail {

struct DocumentStep
{
    enum class Kind : std::uint8_t {
        Next, ///< Has not happened yet.
        Set, ///< An entry or an item has another value.
        AddEntry,
        RemoveEntry,
        Grow, ///< The list has become longer, up to an item that was set.
        RemoveItem,
        Replace, ///< What was before is known as a whole: there is no next step.
    };

    DocumentStep() = default;
    DocumentStep(const DocumentStep &) = delete;
    DocumentStep &operator=(const DocumentStep &) = delete;
    ~DocumentStep()
    {
        auto step = std::move(next);
        while (step.use_count() == 1) { // the last one of a long chain does not take the others with it by recursion
            step = std::move(step->next);
        }
    }
    const QStringList &keys() const { return path->keys(); }
    bool isOfList() const noexcept { return kind == Kind::Grow || kind == Kind::RemoveItem; }

    Kind kind = Kind::Next;
    std::optional<VariantPath> path; ///< That was set.
    qsizetype depth = 0; ///< How many of its keys lead to what has changed: the last of them is new, gone or replaced.
    qsizetype size = 0; ///< Grow: of the list before.
    QVariant old; ///< The part, or with Replace the document.
    std::shared_ptr<DocumentStep> next;
};

/// A map or a list that something lies in.
struct DocumentContainer
{
    explicit DocumentContainer(QVariantMap &of)
        : map(&of)
    {
    }
    explicit DocumentContainer(QVariantList &of)
        : list(&of)
    {
    }
    /// Null: the value is neither of the two types.
    explicit DocumentContainer(QVariant &value)
    {
        if (value.typeId() == QMetaType::QVariantMap) {
            map = static_cast<QVariantMap *>(value.data());
        } else if (value.typeId() == QMetaType::QVariantList) {
            list = static_cast<QVariantList *>(value.data());
        }
    }
    bool isNull() const noexcept { return !map && !list; }
    /// Null: there is no such entry or item.
    QVariant *find(const QString &key) const
    {
        if (map) {
            const auto entry = map->find(key);
            return entry == map->end() ? nullptr : &*entry;
        }
        const qsizetype index = indexOfKey(key);
        return index >= 0 && index < list->size() ? &(*list)[index] : nullptr;
    }

    QVariantMap *map = nullptr;
    QVariantList *list = nullptr;
};

namespace {

using Kind = DocumentStep::Kind;

/// Takes a step back in what lies at the given depth of its path.
void undo(DocumentContainer in, const DocumentStep &step, qsizetype depth)
{
    const QStringList &keys = step.keys();
    for (; depth + 1 < step.depth; ++depth) {
        in = DocumentContainer(*in.find(keys[depth]));
    }
    const QString &key = keys[depth];
    switch (step.kind) {
    case Kind::Set:
        *in.find(key) = step.old;
        break;
    case Kind::AddEntry:
        in.map->remove(key);
        break;
    case Kind::RemoveEntry:
        in.map->insert(key, step.old);
        break;
    case Kind::Grow:
        in.list->resize(step.size);
        break;
    case Kind::RemoveItem:
        in.list->insert(indexOfKey(key), step.old);
        break;
    default:
        break;
    }
}

} // namespace

/// A part of a document gets another value where it lies: of what is not shared with a copy, nothing is copied. An
/// error leaves the document as it was.
struct DocumentPart
{
    const VariantPath &path;
    const QVariant &newPart;
    QVariant former = {}; ///< What has made room; to end when observers have been notified.

    void applyTo(QVariantMap &map) { put(find(map), nullptr); }
    void applyTo(QVariantMap &map, DocumentSteps &steps)
    {
        constexpr std::size_t Most = 1000; // then a copy is the shorter way back
        if (steps.areWanted() && steps.m_count >= Most) {
            steps.replace(map);
        }
        if (!steps.areWanted()) {
            steps.m_count = 0;
            applyTo(map);
            return;
        }
        const auto after = std::make_shared<DocumentStep>();
        put(find(map), steps.m_next.get());
        steps.m_next->next = after;
        steps.m_next = after;
        ++steps.m_count;
    }

private:
    struct Place
    {
        DocumentContainer in;
        QVariant *present;
        QVariant next; ///< Invalid: it goes.
        qsizetype depth;
    };
    Place find(QVariantMap &map) const
    {
        const QStringList &keys = path.keys();
        DocumentContainer in(map);
        for (qsizetype depth = 0;; ++depth) {
            QVariant *const present = in.find(keys[depth]);
            if (depth + 1 == keys.size()) {
                return {in, present, newPart, depth};
            }
            const DocumentContainer inner = present ? DocumentContainer(*present) : in;
            if (!present || inner.isNull()) { // what is missing is made; lists of a type are replaced
                const QVariant value = present ? *present : QVariant();
                return {in, present, withPart(value, keys, depth + 1, newPart), depth};
            }
            in = inner;
        }
    }
    void put(Place place, DocumentStep *step)
    {
        const QString &key = path.keys()[place.depth];
        Kind kind = Kind::Set;
        qsizetype size = 0;
        if (place.next.isValid()) {
            if (!place.present && place.in.map) {
                kind = Kind::AddEntry;
                place.in.map->insert(key, place.next);
            } else {
                if (!place.present) {
                    kind = Kind::Grow;
                    size = place.in.list->size();
                    const qsizetype index = indexOfKey(key);
                    place.in.list->resize(index + 1);
                    place.present = &(*place.in.list)[index];
                }
                former.swap(place.next);
                former.swap(*place.present);
            }
        } else {
            former.swap(*place.present);
            if (place.in.map) {
                kind = Kind::RemoveEntry;
                place.in.map->remove(key);
            } else {
                kind = Kind::RemoveItem;
                place.in.list->removeAt(indexOfKey(key));
            }
        }
        if (step) {
            step->kind = kind;
            step->path.emplace(path);
            step->depth = place.depth + 1;
            step->size = size;
            step->old.swap(former);
        }
    }
};

// DocumentSteps

std::shared_ptr<const DocumentStep> DocumentSteps::next()
{
    if (!m_next) {
        m_next = std::make_shared<DocumentStep>();
    }
    if (!areWanted()) {
        m_count = 0;
    }
    return m_next;
}

void DocumentSteps::replace(const QVariantMap &present) noexcept
{
    if (areWanted()) {
        m_next->old = present;
        m_next->kind = Kind::Replace;
        m_next.reset();
    }
    m_count = 0;
}

// DocumentOldValue

DocumentOldValue::DocumentOldValue(QVariantMap former)
    : document(std::move(former))
{
}

DocumentOldValue::DocumentOldValue(std::shared_ptr<const DocumentStep> step, const VariantPath &path)
    : first(std::move(step))
    , key(path)
{
}

DocumentOldValue::~DocumentOldValue() = default;

const QVariantMap &DocumentOldValue::before(const QVariantMap &present)
{
    if (!document) {
        std::vector<const DocumentStep *> back;
        const DocumentStep *step = first.get();
        for (; step->kind != Kind::Next && step->kind != Kind::Replace; step = step->next.get()) {
            back.push_back(step);
        }
        QVariantMap made = step->kind == Kind::Replace ? step->old.toMap() : present;
        std::for_each(back.rbegin(), back.rend(),
                      [&](const DocumentStep *each) { undo(DocumentContainer(made), *each, 0); });
        document = std::move(made);
    }
    return *document;
}

std::optional<QVariant> DocumentOldValue::partBefore(const QVariantMap &present, const QStringList &keys) const
{
    if (!first) {
        return partOf(*document, keys);
    }
    QStringList at = keys; // an item of a list has other indexes when items before it go
    bool isTouched = false;
    std::vector<const DocumentStep *> inside;
    std::optional<QVariant> value;
    const DocumentStep *step = first.get();
    for (; !value && step->kind != Kind::Next; step = step->next.get()) {
        if (step->kind == Kind::Replace) {
            value = partOf(step->old.toMap(), at);
            break;
        }
        const QStringList &path = step->keys();
        const qsizetype container = step->depth - 1; // so many keys lead to it
        if (!std::equal(at.begin(), at.begin() + std::min(container, at.size()), path.begin())) {
            continue;
        }
        if (at.size() <= container) {
            inside.push_back(step);
            continue;
        }
        const QString &part = at[container];
        if (step->isOfList()) {
            const qsizetype index = indexOfKey(part);
            const qsizetype gone = step->kind == Kind::RemoveItem ? indexOfKey(path[container]) : step->size;
            if (step->kind == Kind::Grow && index >= gone) {
                value.emplace();
            } else if (step->kind == Kind::RemoveItem && index > gone) {
                isTouched = true;
                at[container] = QString::number(index - 1);
            } else if (step->kind == Kind::RemoveItem && index == gone) {
                value = partOf(step->old, at, step->depth);
            }
        } else if (part == path[container]) {
            value = partOf(step->old, at, step->depth);
        }
    }
    if (!value) {
        if (!isTouched && inside.empty()) {
            return std::nullopt;
        }
        value = partOf(present, at);
    }
    std::for_each(inside.rbegin(), inside.rend(),
                  [&](const DocumentStep *each) { undo(DocumentContainer(*value), *each, at.size()); });
    return value;
}

std::optional<bool> DocumentOldValue::differs(const QVariantMap &present) const
{
    constexpr int Few = 16;
    if (!first || first->kind == Kind::Next || first->kind == Kind::Replace) {
        return std::nullopt;
    }
    if (first->next->kind == Kind::Next) {
        return true;
    }
    // Documents differ if they do in a place that was changed. An item has a place as long as its list keeps its
    // length, otherwise the list is the place.
    int count = 0;
    for (const DocumentStep *step = first.get(); step->kind != Kind::Next; step = step->next.get()) {
        if (step->kind == Kind::Replace || ++count > Few) {
            return std::nullopt;
        }
    }
    for (const DocumentStep *step = first.get(); step->kind != Kind::Next; step = step->next.get()) {
        const QStringList place = step->keys().mid(0, step->isOfList() ? step->depth - 1 : step->depth);
        if (const auto before = partBefore(present, place)) {
            const QVariant now = partOf(present, place);
            if (!sameVariant(*before, now)) {
                return true;
            }
            if (!now.isValid()) {
                return std::nullopt; // there may be an entry without a value
            }
        }
    }
    return false;
}

bool DocumentOldValue::differs(const QVariantMap &present, const VariantPath &path) const
{
    const auto before = partBefore(present, path.keys());
    return before && !sameVariant(*before, partOf(present, path.keys()));
}

std::optional<std::vector<VariantPath>> DocumentOldValue::paths() const
{
    if (!first) {
        return std::nullopt;
    }
    std::vector<VariantPath> all;
    for (const DocumentStep *step = first.get(); step->kind != Kind::Next; step = step->next.get()) {
        if (step->kind == Kind::Replace) {
            return std::nullopt;
        }
        all.push_back(*step->path);
    }
    return all;
}

// RecordNode

DocumentNode::RecordNode(QVariantMap initial)
    : Node(0)
    , value(std::move(initial))
{
}

DocumentNode::~RecordNode() = default;

bool DocumentNode::differs(const OldValue *seen) const
{
    if (!seen) {
        return true;
    }
    const auto &past = *static_cast<const DocumentOldValue *>(seen);
    if (!has(CustomEqual)) {
        if (const auto known = past.differs(value)) {
            return *known;
        }
    }
    return !equalValues(*this, *oldValue(&past), value);
}

void DocumentNode::describeTo(Describer &to) const
{
    describeValue(&value, to);
}

OldValue *DocumentNode::keepValue() const
{
    return new DocumentOldValue(value);
}

void DocumentNode::swapValue(OldValue &kept)
{
    steps.replace(value);
    value.swap(*static_cast<DocumentOldValue &>(kept).document);
}

Outcome DocumentNode::askAbout(const VariantPath *changedKey, QVariantMap &newValue, bool &replaced)
{
    SetCallType call;
    call.changed = changedKey;
    call.newValue = &newValue;
    const Outcome answer = askHooks(*this, call);
    replaced = call.replaced;
    return answer;
}

namespace {

/// The onSet hooks are asked about the whole next value, and may give another one.
struct PartChange
{
    static constexpr bool endsSafely = false;

    DocumentNode &node;
    DocumentPart &part;

    bool asksUser() const noexcept { return node.has(HooksSet | Spied); }
    Outcome ask() const
    {
        if (!node.has(HooksSet)) {
            return Outcome::Undecided;
        }
        QVariantMap next = node.value;
        if (differs()) {
            DocumentPart(part).applyTo(next);
        }
        bool replaced = false;
        const Outcome answer = node.askAbout(&part.path, next, replaced);
        if (answer == Outcome::Aborted || !replaced) {
            return answer;
        }
        DocumentNode::WholeChange instead{node, next};
        return assignIfDifferent(instead);
    }
    bool differs() const { return effectOfPart(node.value, part.path.keys(), part.newPart) == PartEffect::Changes; }
    bool differsAsUserSays() const { return differs(); }
    void assign() const { part.applyTo(node.value, node.steps); }
    OldValue *assignKeeping() const
    {
        auto past = std::make_unique<DocumentOldValue>(node.steps.next(), part.path);
        part.applyTo(node.value, node.steps);
        return past.release();
    }
};

} // namespace

void DocumentNode::set(QVariantMap newValue)
{
    detail::write(WholeChange{*this, newValue});
}

void DocumentNode::setPart(const VariantPath &path, const QVariant &newPart)
{
    checkThread();
    if (effectOfPart(value, path.keys(), newPart) == PartEffect::Impossible) {
        withPartOrWarning(value, path.keys(), newPart); // says why
        return;
    }
    DocumentPart part{path, newPart};
    detail::write(PartChange{*this, part});
}

} // namespace detail

DocumentChange::DocumentChange(const QVariantMap &present, const detail::DocumentOldValue *past)
    : m_present(present)
    , m_past(past)
{
    if (past) {
        if (auto paths = past->paths()) {
            m_whole = false;
            m_paths = std::move(*paths);
        }
    }
}

QVariant DocumentChange::oldValue(const VariantPath &path) const
{
    const auto before = m_past ? m_past->partBefore(m_present, path.keys()) : std::nullopt;
    return before ? *before : detail::partOf(m_present, path.keys());
}

} // namespace nanostores
