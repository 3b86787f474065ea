// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QJSValue>
#include <QObject>
#include <QStringList>
#include <QtQml/qqml.h>

#include <utility>

/// Stores as an application has them.
namespace stores {

inline const auto volume = nanostores::atom(20.0); // no more than 80 is let through
inline const auto name = nanostores::atom(QStringLiteral("Anna")); // spaces are cut off; "bad" is refused
inline const auto quality = nanostores::atom(1); // 3 is refused
inline const auto dark = nanostores::atom(false); // refused while locked
inline const auto locked = nanostores::atom(false);
inline const auto selected = nanostores::map<int, bool>();
inline const auto points = nanostores::map<QString, int>(); // no more than 100

inline const auto document = nanostores::deepMap({{QStringLiteral("list"), QVariantList{1, 2}}});
inline const auto options = nanostores::atom(QVariantMap());

inline void reset()
{
    document.set({{QStringLiteral("list"), QVariantList{1, 2}}});
    options.set({{QStringLiteral("view"), QVariantMap{{QStringLiteral("zoom"), 2}}}});
    selected.set({});
    points.set({});
    locked.set(false);
    volume.set(20.0);
    name.set(QStringLiteral("Anna"));
    quality.set(1);
    dark.set(false);
}

inline void addHooks()
{
    nanostores::onSet(volume, [](auto &event) {
        if (event.newValue() > 80) {
            event.replace(80);
        }
    });
    nanostores::onSet(name, [](auto &event) {
        if (event.newValue() == QLatin1String("bad")) {
            event.abort();
        }
        event.replace(event.newValue().trimmed());
    });
    nanostores::onSet(quality, [](auto &event) {
        if (event.newValue() == 3) {
            event.abort();
        }
    });
    nanostores::onSet(points, [](auto &event) {
        if (event.newKeyValue() && *event.newKeyValue() > 100) {
            event.replaceKey(100);
        }
    });
    nanostores::onSet(dark, [](auto &event) {
        if (locked.peek()) {
            event.abort();
        }
    });
}

} // namespace stores

/// What QML sees of them.
class Settings : public nanostores::StoreObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON
    NANOSTORES_PROPERTY(double, volume, stores::volume)
    NANOSTORES_PROPERTY(QString, name, stores::name)
    NANOSTORES_PROPERTY(int, quality, stores::quality)
    NANOSTORES_PROPERTY(bool, dark, stores::dark)
    NANOSTORES_PROPERTY(bool, locked, stores::locked)
    NANOSTORES_STORE(selected, stores::selected)
    NANOSTORES_STORE(points, stores::points)
    NANOSTORES_STORE(document, stores::document)
    NANOSTORES_PROPERTY(QVariantMap, options, stores::options)

public:
    Q_INVOKABLE void reset() { stores::reset(); }
    /// What has been set of the document, path by path.
    Q_INVOKABLE QStringList takePaths() { return std::exchange(m_paths, {}); }
    Q_INVOKABLE void followPaths()
    {
        m_following = stores::document.listen(
            [this](const QVariantMap &, const QVariantMap &, const nanostores::VariantPath *path) {
                m_paths.append(path ? path->text() : QStringLiteral("all"));
            });
    }
    Q_INVOKABLE bool isVolumeMounted() const { return nanostores::isMounted(stores::volume); }
    Q_INVOKABLE void select(int row, bool isSelected)
    {
        if (isSelected) {
            stores::selected.setKey(row, true);
        } else {
            stores::selected.removeKey(row);
        }
    }
    Q_INVOKABLE bool isSelectedMounted() const { return nanostores::isMounted(stores::selected); }

private:
    QStringList m_paths;
    nanostores::Subscription m_following;
};

/// The time of all stores; it passes by advance() alone.
class Clock : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_SINGLETON

public:
    static nanostores::ManualScheduler &scheduler()
    {
        static nanostores::ManualScheduler manual;
        return manual;
    }
    Q_INVOKABLE void advance(int milliseconds) { scheduler().advance(std::chrono::milliseconds(milliseconds)); }
};

/// Counts how often a binding is evaluated, without being read by it.
class Counter : public QObject
{
    Q_OBJECT
    QML_ELEMENT

public:
    Q_INVOKABLE QJSValue pass(const QJSValue &value)
    {
        ++m_count;
        return value;
    }
    /// How often since the last call.
    Q_INVOKABLE int take() { return std::exchange(m_count, 0); }

private:
    int m_count = 0;
};

/// A list of words, written by handlers and effects.
class Trace : public QObject
{
    Q_OBJECT
    QML_ELEMENT

public:
    Q_INVOKABLE void add(const QString &word) { m_words.append(word); }
    Q_INVOKABLE QString take() { return std::exchange(m_words, {}).join(QLatin1Char(' ')); }

private:
    QStringList m_words;
};
