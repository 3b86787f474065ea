#include <nanostores/qt/variantdeepmap.h>

namespace nanostores {

namespace {

/// "a.b[0][1].c": a, b, 0, 1, c.
QStringList keysOf(const QString &path)
{
    QStringList keys;
    for (const QString &part : path.split(u'.')) {
        qsizetype end = part.size();
        QStringList indexes;
        while (end > 0 && part[end - 1] == u']') {
            const qsizetype open = part.lastIndexOf(u'[', end - 1);
            bool number = false;
            const QString index = open >= 0 ? part.mid(open + 1, end - open - 2) : QString();
            index.toUInt(&number);
            if (!number) {
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

bool isMap(const QVariant &value)
{
    return value.typeId() == QMetaType::QVariantMap || value.typeId() == QMetaType::QVariantHash;
}

bool isList(const QVariant &value)
{
    return value.typeId() == QMetaType::QVariantList || value.typeId() == QMetaType::QStringList;
}

/// The key as an index, or -1.
qsizetype indexOf(const QString &key)
{
    bool number = false;
    const uint index = key.toUInt(&number);
    return number ? qsizetype(index) : -1;
}

QVariant step(const QVariant &value, const QString &key)
{
    if (isMap(value)) {
        return value.toMap().value(key);
    }
    if (isList(value)) {
        const QVariantList list = value.toList();
        const qsizetype index = indexOf(key);
        return index >= 0 && index < list.size() ? list[index] : QVariant();
    }
    return {};
}

QVariant changed(const QVariant &value, const QStringList &keys, qsizetype depth, const QVariant &newValue)
{
    const QString &key = keys[depth];
    const bool last = depth + 1 == keys.size();
    QVariant inner = newValue;
    if (!last) {
        QVariant present = step(value, key);
        if (!isMap(present) && !isList(present)) {
            present = indexOf(keys[depth + 1]) >= 0 ? QVariant(QVariantList()) : QVariant(QVariantMap());
        }
        inner = changed(present, keys, depth + 1, newValue);
    }
    const qsizetype index = indexOf(key);
    if (isList(value) && index >= 0) {
        QVariantList list = value.toList();
        if (!inner.isValid()) {
            if (index < list.size()) {
                list.removeAt(index);
            }
            return list;
        }
        while (list.size() <= index) {
            list.append(QVariant());
        }
        list[index] = inner;
        return list;
    }
    QVariantMap map = value.toMap();
    if (inner.isValid()) {
        map.insert(key, inner);
    } else {
        map.remove(key);
    }
    return map;
}

} // namespace

QVariant getPath(const QVariant &value, const QString &path)
{
    QVariant at = value;
    for (const QString &key : keysOf(path)) {
        at = step(at, key);
    }
    return at;
}

QVariant setPath(const QVariant &value, const QString &path, const QVariant &newValue)
{
    return setByKey(value, keysOf(path), newValue);
}

QVariant setByKey(const QVariant &value, const QStringList &keys, const QVariant &newValue)
{
    return keys.isEmpty() ? newValue : changed(value, keys, 0, newValue);
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
    return getPath(a, m_text) != getPath(b, m_text);
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
    m_node->setAt(path, setPath(peek(), path.text(), newValue).toMap());
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
