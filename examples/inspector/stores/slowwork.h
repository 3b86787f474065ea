// SPDX-License-Identifier: MIT
#pragma once

#include <QFuture>
#include <QObject>
#include <QPromise>
#include <QThreadPool>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace lens {

/// Work that takes longer than a frame: on another thread, or a slice of it in each turn of the event loop. A new work
/// takes the place of the one before, which then hands nothing over any more.
class SlowWork
{
public:
    SlowWork() = default;
    SlowWork(const SlowWork &) = delete;
    SlowWork &operator=(const SlowWork &) = delete;
    ~SlowWork() { stop(); }

    void stop()
    {
        *m_isStopped = true;
        m_isStopped = std::make_shared<std::atomic<bool>>(false);
        m_slices.stop();
        m_slices.disconnect();
    }
    /// work(isStopped) makes a value on another thread, and done(value) gets it on this one.
    template<typename F, typename Done>
    void onAnotherThread(F work, Done done)
    {
        using Result = std::invoke_result_t<F, const std::atomic<bool> &>;
        const auto promise = std::make_shared<QPromise<std::shared_ptr<Result>>>();
        const std::shared_ptr<std::atomic<bool>> isStopped = m_isStopped;
        promise->future().then(&m_slices, [isStopped, done = std::move(done)](const std::shared_ptr<Result> &result) {
            if (!*isStopped) {
                done(*result);
            }
        });
        promise->start();
        QThreadPool::globalInstance()->start([promise, isStopped, work = std::move(work)] {
            promise->addResult(std::make_shared<Result>(work(*isStopped)));
            promise->finish();
        });
    }
    /// Calls slice() in each turn, until it returns false; the first time when what is shown now has been drawn.
    void inSlices(std::function<bool()> slice)
    {
        m_slices.disconnect();
        QObject::connect(&m_slices, &QTimer::timeout, &m_slices, [this, slice = std::move(slice)] {
            const std::shared_ptr<std::atomic<bool>> isStopped = m_isStopped;
            m_slices.setInterval(0);
            if (!slice() && !*isStopped) {
                m_slices.stop();
            }
        });
        m_slices.start(AFrame);
    }

private:
    static constexpr int AFrame = 20;

    QTimer m_slices;
    std::shared_ptr<std::atomic<bool>> m_isStopped = std::make_shared<std::atomic<bool>>(false);
};

} // namespace lens
