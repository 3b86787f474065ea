// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/core/task.h>

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>

#include <exception>
#include <type_traits>
#include <utility>

namespace nanostores {

/// A task that ends with the future, on the calling thread, which needs an event loop. The future's exception is the
/// task's error; a future that is cancelled, or that ends without a result, makes a TaskAbandoned.
template<typename T>
[[nodiscard]] Task<T> toTask(const QFuture<T> &future)
{
    TaskSource<T> source;
    const auto finish = [source](const QFuture<T> &finished) {
        try {
            if constexpr (std::is_void_v<T>) {
                QFuture<T>(finished).waitForFinished(); // it has; throws its exception
                if (!finished.isCanceled()) {
                    source.resolve();
                }
            } else if (finished.isResultReadyAt(0)) {
                source.resolve(finished.resultAt(0));
            } else {
                QFuture<T>(finished).waitForFinished();
            }
        } catch (...) {
            source.reject(std::current_exception());
        }
        source.reject(detail::abandonedError()); // unless it has ended
    };
    if (future.isFinished()) {
        finish(future);
        return source.task();
    }
    auto *watcher = new QFutureWatcher<T>;
    QObject::connect(watcher, &QFutureWatcherBase::finished, watcher, [watcher, finish] {
        finish(watcher->future());
        watcher->deleteLater();
    });
    watcher->setFuture(future);
    return source.task();
}

/// task(future): as task(f), for work that runs already: counts it as running until it has ended. See allTasks().
template<typename T>
Task<T> task(const QFuture<T> &future)
{
    return task([future] { return toTask(future); });
}

} // namespace nanostores
