// SPDX-License-Identifier: MIT
#include <nanostores/qt/variantdeepmap.h>

#include <nanostores/qt/detail/values.h>

#include <QLoggingCategory>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

namespace nanostores {

namespace {

Q_LOGGING_CATEGORY(deepMapLog, "nanostores.qt.deepmap", QtWarningMsg)

/// Deeper than any parser of JSON follows, and than functions should call themselves.
constexpr qsizetype MaxDepth = 1000;
/// By how many empty items lists are filled up at once, all those of a path together.
constexpr qsizetype MaxGrowth = 100000;

/// The key as an index, or -1: digits as a number is written, no sign, no space, no zero before it.
qsizetype indexOf(QStringView key)
{
    constexpr qsizetype MostDigits = 9;
    if (key.isEmpty() || key.size() > MostDigits || (key.size() > 1 && key[0] == u'0')) {
        return -1;
    }
    qsizetype index = 0;
    for (const QChar digit : key) {
        if (digit < u'0' || digit > u'9') {
            return -1;
        }
        index = index * 10 + (digit.unicode() - u'0');
    }
    return index;
}
/// Whether it looks like one, also if it is too large.
bool isIndex(QStringView key)
{
    return !key.isEmpty() && (key.size() == 1 || key[0] != u'0')
           && std::all_of(key.begin(), key.end(), [](QChar digit) { return digit >= u'0' && digit <= u'9'; });
}

/// "a.b[0][1].c": a, b, 0, 1, c.
QStringList keysOf(const QString &path)
{
    QStringList keys;
    for (const QString &part : path.split(u'.')) {
        qsizetype end = part.size();
        QStringList indexes;
        while (end > 0 && part[end - 1] == u']') {
            const qsizetype open = part.lastIndexOf(u'[', end - 1);
            const QString index = open >= 0 ? part.mid(open + 1, end - open - 2) : QString();
            if (!isIndex(index)) {
                break;
            }
            indexes.prepend(index);
            end = open;
        }
        if (end > 0 || indexes.isEmpty()) {
            keys.append(part.left(end));
        }
        keys.append(indexes);
    }
    return keys;
}

QVariant step(const QVariant &value, const QString &key)
{
    if (const auto list = detail::itemsOf(value)) {
        const qsizetype index = indexOf(key);
        return index >= 0 && index < list->size() ? list->at(index) : QVariant();
    }
    const auto map = detail::entriesOf(value);
    return map ? map->value(key) : QVariant();
}

/// What was changed in the type that it had, a QList<int> say, if each item can still be one of that.
QVariant inType(const QVariant &changed, QMetaType type)
{
    if (type == changed.metaType()) {
        return changed;
    }
    const auto fitting = detail::fit(changed, type);
    return fitting && detail::sameVariant(*fitting, changed) ? *fitting : changed;
}

/// A change of one part, step by step; a problem leaves everything as it was.
struct Change
{
    const QStringList &keys;
    const QVariant &newValue;
    QString problem;
    qsizetype growth = 0;

    QVariant in(const QVariant &value, qsizetype depth)
    {
        if (depth == keys.size()) {
            return newValue;
        }
        const QString &key = keys[depth];
        if (auto list = detail::itemsOf(value)) {
            return inType(inList(*std::move(list), key, depth), value.metaType());
        }
        if (auto map = detail::entriesOf(value)) {
            return inType(inMap(*std::move(map), key, depth), value.metaType());
        }
        if (value.isValid() && value.typeId() != QMetaType::Nullptr) {
            return fail(QStringLiteral("%1 is neither a map nor a list, and has no part \"%2\": set it as a whole")
                            .arg(place(depth), key));
        }
        if (!newValue.isValid()) {
            return value; // there is nothing to remove
        }
        return indexOf(key) >= 0 && depth > 0 ? inList({}, key, depth) : inMap({}, key, depth);
    }

private:
    QVariant inList(QVariantList list, const QString &key, qsizetype depth)
    {
        const qsizetype index = indexOf(key);
        if (index < 0) {
            return fail(isIndex(key) ? tooLong(depth)
                                     : QStringLiteral("%1 is a list, and \"%2\" is no index of it: 0, 1, 2, ...")
                                           .arg(place(depth), key));
        }
        growth += std::max<qsizetype>(index - list.size(), 0);
        if (growth > MaxGrowth) {
            return fail(tooLong(depth));
        }
        const bool isNew = index >= list.size();
        const QVariant item = in(isNew ? QVariant() : list[index], depth + 1);
        if (!problem.isEmpty()) {
            return {};
        }
        if (!item.isValid() && (depth + 1 == keys.size() || isNew)) {
            if (!isNew) {
                list.removeAt(index);
            }
            return list;
        }
        if (isNew) {
            list.resize(index + 1);
        }
        list[index] = item;
        return list;
    }
    QVariant inMap(QVariantMap map, const QString &key, qsizetype depth)
    {
        const QVariant item = in(map.value(key), depth + 1);
        if (!problem.isEmpty()) {
            return {};
        }
        if (item.isValid()) {
            map.insert(key, item);
        } else if (depth + 1 == keys.size()) {
            map.remove(key);
        }
        return map;
    }
    QVariant fail(const QString &what)
    {
        problem = what;
        return {};
    }
    QString place(qsizetype depth) const
    {
        return depth == 0 ? QStringLiteral("the value")
                          : QStringLiteral("\"%1\"").arg(keys.mid(0, depth).join(u'.').left(80));
    }
    QString tooLong(qsizetype depth) const
    {
        return QStringLiteral("%1 would get more than %2 empty items before \"%3\": set the list as a whole")
            .arg(place(depth))
            .arg(MaxGrowth)
            .arg(keys[depth]);
    }
};

/// None, with a warning, where the path leads nowhere.
std::optional<QVariant> changed(const QVariant &value, const QStringList &keys, const QVariant &newValue)
{
    Change change{keys, newValue, {}, 0};
    QVariant result;
    if (keys.size() > MaxDepth) {
        change.problem =
            QStringLiteral("a path of %1 steps is deeper than the %2 that are followed").arg(keys.size()).arg(MaxDepth);
    } else {
        result = change.in(value, 0);
    }
    if (change.problem.isEmpty()) {
        return result;
    }
    qCWarning(deepMapLog).noquote() << "the value is kept:" << change.problem;
    return std::nullopt;
}

/// A change of one part where it lies: of what is not shared with a copy, nothing is copied.
class PlacedChange
{
public:
    PlacedChange(const QStringList &keys, const QVariant &newValue)
        : m_keys(keys)
        , m_newValue(newValue)
    {
    }

    enum class Effect {
        None,
        Changes,
        Impossible, ///< changed() says why.
    };
    Effect effectOn(const QVariantMap &map) const
    {
        if (m_keys.size() > MaxDepth) {
            return Effect::Impossible;
        }
        const auto place = map.constFind(m_keys[0]);
        if (m_keys.size() == 1) {
            return isSame(place == map.constEnd() ? QVariant() : *place) ? Effect::None : Effect::Changes;
        }
        return effectOn(place == map.constEnd() ? QVariant() : *place, 1);
    }
    void applyTo(QVariantMap &map) const { applyTo(map, 0); }

private:
    bool isSame(const QVariant &present) const { return detail::sameVariant(present, m_newValue); }
    Effect effectOn(QVariant value, qsizetype depth) const
    {
        qsizetype growth = 0;
        for (; depth < m_keys.size(); ++depth) {
            const QString &key = m_keys[depth];
            const bool isMissing = isEmpty(value);
            if (isMissing && !m_newValue.isValid()) {
                return Effect::None;
            }
            const bool isLast = depth + 1 == m_keys.size();
            auto list = isMissing && indexOf(key) >= 0 ? QVariantList() : detail::itemsOf(value);
            if (!list) {
                const auto map = isMissing ? QVariantMap() : detail::entriesOf(value);
                if (!map) {
                    return Effect::Impossible;
                }
                value = map->value(key);
                continue;
            }
            const qsizetype index = indexOf(key);
            growth += std::max<qsizetype>(index - list->size(), 0);
            if (index < 0 || growth > MaxGrowth) {
                return Effect::Impossible;
            }
            if (isLast && index < list->size() && !m_newValue.isValid()) {
                return Effect::Changes; // what is behind it moves up
            }
            if (isLast && index >= list->size() && m_newValue.isValid()) {
                return Effect::Changes;
            }
            value = list->value(index);
        }
        return isSame(value) ? Effect::None : Effect::Changes;
    }
    static bool isEmpty(const QVariant &value) { return !value.isValid() || value.typeId() == QMetaType::Nullptr; }

    void applyTo(QVariantMap &map, qsizetype depth) const
    {
        const QString &key = m_keys[depth];
        if (depth + 1 < m_keys.size()) {
            applyTo(map[key], depth + 1);
        } else if (m_newValue.isValid()) {
            map.insert(key, m_newValue);
        } else {
            map.remove(key);
        }
    }
    void applyTo(QVariantList &list, qsizetype depth) const
    {
        const qsizetype index = indexOf(m_keys[depth]);
        const bool isLast = depth + 1 == m_keys.size();
        if (isLast && !m_newValue.isValid()) {
            list.removeAt(index);
            return;
        }
        if (index >= list.size()) {
            list.resize(index + 1);
        }
        if (isLast) {
            list[index] = m_newValue;
        } else {
            applyTo(list[index], depth + 1);
        }
    }
    void applyTo(QVariant &value, qsizetype depth) const
    {
        if (isEmpty(value)) {
            value = indexOf(m_keys[depth]) >= 0 ? QVariant(QVariantList()) : QVariant(QVariantMap());
        }
        switch (value.typeId()) {
        case QMetaType::QVariantMap:
            applyTo(*static_cast<QVariantMap *>(value.data()), depth);
            break;
        case QMetaType::QVariantList:
            applyTo(*static_cast<QVariantList *>(value.data()), depth);
            break;
        default:
            value = Change{m_keys, m_newValue, {}, 0}.in(value, depth);
        }
    }

    const QStringList &m_keys;
    const QVariant &m_newValue;
};

using DeepMapNode = detail::RecordNode<QVariantMap, VariantPath>;

/// The write of it. The onSet hooks are asked about the whole next value, and may give another one.
struct PlacedWrite
{
    static constexpr bool endsSafely = false;

    DeepMapNode &node;
    const VariantPath &path;
    const PlacedChange &change;

    bool asksUser() const noexcept { return node.has(detail::HooksSet | detail::Spied); }
    detail::Outcome ask() const
    {
        if (!node.has(detail::HooksSet)) {
            return detail::Outcome::Undecided;
        }
        QVariantMap next = node.value;
        if (differs()) {
            change.applyTo(next);
        }
        bool replaced = false;
        const detail::Outcome answer = node.askAbout(&path, next, replaced);
        if (answer == detail::Outcome::Aborted || !replaced) {
            return answer;
        }
        DeepMapNode::WholeChange instead{node, next};
        return assignIfDifferent(instead);
    }
    bool differs() const { return change.effectOn(node.value) == PlacedChange::Effect::Changes; }
    bool differsAsUserSays() const { return differs(); }
    void assign() const { change.applyTo(node.value); }
    detail::OldValue *assignKeeping() const
    {
        auto past = std::make_unique<DeepMapNode::OldValueType>(std::as_const(node.value));
        past->key.emplace(path);
        assign();
        return past.release();
    }
};

} // namespace

QVariant getPath(const QVariant &value, const QString &path)
{
    QVariant at = value;
    for (const QString &key : keysOf(path)) {
        at = step(at, key);
        if (!at.isValid()) {
            break;
        }
    }
    return at;
}

QVariant setPath(const QVariant &value, const QString &path, const QVariant &newValue)
{
    return setByKey(value, keysOf(path), newValue);
}

QVariant setByKey(const QVariant &value, const QStringList &keys, const QVariant &newValue)
{
    return changed(value, keys, newValue).value_or(value);
}

VariantPath::VariantPath(QString path)
    : m_text(std::move(path))
{
}

VariantPath::VariantPath(const char *path)
    : m_text(QString::fromUtf8(path))
{
}

bool VariantPath::differs(const QVariantMap &a, const QVariantMap &b) const
{
    return !detail::sameVariant(getPath(a, m_text), getPath(b, m_text));
}

VariantDeepMap::VariantDeepMap(QVariantMap initial)
    : Base(detail::Ref<Node>::adopt(new Node(std::move(initial))))
{
}

VariantDeepMap::VariantDeepMap(detail::Ref<Node> node) noexcept
    : Base(std::move(node))
{
}

void VariantDeepMap::set(QVariantMap newValue) const
{
    m_node->set(std::move(newValue));
}

void VariantDeepMap::setKey(const VariantPath &path, const QVariant &newValue) const
{
    const auto node = m_node; // this handle may end in what the change sets off
    const VariantPath changedPath = path;
    const QStringList keys = keysOf(path.text());
    const QVariant value = newValue;
    const PlacedChange change(keys, value);
    node->checkThread();
    if (change.effectOn(node->value) == PlacedChange::Effect::Impossible) {
        changed(node->value, keys, value); // says why
    } else {
        detail::write(PlacedWrite{*node, changedPath, change});
    }
}

QVariant VariantDeepMap::getKey(const VariantPath &path) const
{
    return getPath(peek(), path.text());
}

VariantDeepMap VariantDeepMap::named(std::string name) const
{
    setName(std::move(name));
    return *this;
}

VariantDeepMap deepMap(QVariantMap initial)
{
    return VariantDeepMap(std::move(initial));
}

} // namespace nanostores
