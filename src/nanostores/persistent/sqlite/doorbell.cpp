// SPDX-License-Identifier: MIT
#include "doorbell.h"

#include "lockfile.h"

#include <QtCore/QCoreApplication>
#include <QtCore/QFileSystemWatcher>
#include <QtCore/QThread>

#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace nanostores::detail {

namespace {

struct Watch
{
    QString path;
    std::function<void()> rang;
};

/// Lives on the thread of its own; what is asked of it comes by a blocking call.
class Watcher : public QObject
{
public:
    Watcher()
    {
        connect(&m_watcher, &QFileSystemWatcher::fileChanged, this, &Watcher::ring);
        connect(&m_watcher, &QFileSystemWatcher::directoryChanged, this, &Watcher::ring);
    }

    bool add(std::uint64_t id, Watch watch)
    {
        auto &file = m_files[watch.path];
        if (!follow(watch.path, file)) {
            if (file.watches == 0) {
                m_files.erase(watch.path);
            }
            return false;
        }
        ++file.watches;
        m_watches.emplace(id, std::move(watch));
        return true;
    }

    bool remove(std::uint64_t id)
    {
        const auto watch = m_watches.find(id);
        if (watch == m_watches.end()) {
            return false;
        }
        const auto file = m_files.find(watch->second.path);
        if (--file->second.watches == 0) {
            m_watcher.removePath(file->first);
            m_files.erase(file);
        }
        m_watches.erase(watch);
        return true;
    }

private:
    struct File
    {
        std::optional<FileIdentity> identity;
        int watches = 0;
    };

    /// A watch is on a file, not on a path: when another file has taken its place, that one is watched.
    bool follow(const QString &path, File &file)
    {
        const auto identity = FileIdentity::of(path.toStdString());
        if (!identity) {
            return false;
        }
        if (identity == file.identity && (m_watcher.files().contains(path) || m_watcher.directories().contains(path))) {
            return true;
        }
        m_watcher.removePath(path);
        file.identity = identity;
        return m_watcher.addPath(path);
    }

    void ring(const QString &path)
    {
        const auto file = m_files.find(path);
        if (file == m_files.end()) {
            return;
        }
        follow(path, file->second);
        for (const auto &[id, watch] : m_watches) {
            if (watch.path == path) {
                watch.rang();
            }
        }
    }

    QFileSystemWatcher m_watcher;
    std::map<QString, File> m_files;
    std::map<std::uint64_t, Watch> m_watches;
};

std::mutex mutex;
QThread *thread = nullptr; // guarded by the mutex, as all below; not destroyed when the program ends with it
Watcher *watcher = nullptr;
std::uint64_t lastId = 0;
int count = 0;

template<typename F>
void onThread(F f)
{
    QMetaObject::invokeMethod(watcher, std::move(f), Qt::BlockingQueuedConnection);
}

void start()
{
    thread = new QThread;
    thread->setObjectName(QStringLiteral("NanoStores doorbell"));
    thread->start();
    auto *starter = new QObject;
    starter->moveToThread(thread);
    QMetaObject::invokeMethod(
        starter, [] { watcher = new Watcher; }, Qt::BlockingQueuedConnection);
    starter->deleteLater();
}

void end()
{
    onThread([] {
        delete watcher;
        watcher = nullptr;
        QThread::currentThread()->quit();
    });
    thread->wait();
    delete thread;
    thread = nullptr;
}

/// Adds a watch. Under the mutex.
bool begin(std::uint64_t id, Watch watch)
{
    if (count == 0) {
        start();
    }
    bool isWatched = false;
    onThread([&] { isWatched = watcher->add(id, std::move(watch)); });
    if (isWatched) {
        ++count;
    } else if (count == 0) {
        end();
    }
    return isWatched;
}

/// What was watched before there was a QCoreApplication, without which no thread has an event loop.
std::map<std::uint64_t, Watch> waiting;

void beginWaiting()
{
    const std::lock_guard guard(mutex);
    for (auto &[id, watch] : waiting) {
        begin(id, watch);
        watch.rang(); // it may have been written meanwhile
    }
    waiting.clear();
}

} // namespace

bool Doorbell::watch(const QString &path, std::function<void()> rang)
{
    stop();
    const std::lock_guard guard(mutex);
    const auto id = ++lastId;
    if (QCoreApplication::instance() == nullptr) {
        waiting.emplace(id, Watch{path, std::move(rang)});
        qAddPreRoutine(beginWaiting);
        m_id = id;
        return true;
    }
    if (begin(id, {path, std::move(rang)})) {
        m_id = id;
        return true;
    }
    return false;
}

void Doorbell::stop()
{
    if (m_id == 0) {
        return;
    }
    const std::lock_guard guard(mutex);
    const auto id = std::exchange(m_id, 0);
    if (waiting.erase(id) > 0) {
        return;
    }
    if (count == 0) {
        return; // it could not be watched when there was an application
    }
    bool wasWatched = false;
    onThread([&] { wasWatched = watcher->remove(id); });
    if (wasWatched && --count == 0) {
        end();
    }
}

} // namespace nanostores::detail
