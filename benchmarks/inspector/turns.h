// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QEventLoop>
#include <QQuickWindow>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <ctime>

/// What drawing takes of the processor: by the software renderer in the window's thread, which a graphics processor and
/// a thread of its own do where there is a display.
class Drawing
{
public:
    explicit Drawing(QQuickWindow &window)
    {
        QObject::connect(
            &window, &QQuickWindow::beforeRendering, &window, [this] { m_began = now(); }, Qt::DirectConnection);
        QObject::connect(
            &window, &QQuickWindow::afterRendering, &window, [this] { m_took += now() - m_began; },
            Qt::DirectConnection);
    }

    double took() const { return m_took; }
    /// Processor time of this thread, in ms.
    static double now()
    {
        timespec time{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
    }

private:
    double m_began = 0;
    double m_took = 0;
};

/// The turns of the event loop, by the processor time of this thread: what others do meanwhile does not count.
class Turns
{
public:
    explicit Turns(const Drawing &drawing)
        : m_drawing(drawing)
    {
    }

    /// Does what a user does, which is a part of the next turn.
    template<typename F>
    void act(F f)
    {
        const double begin = Drawing::now();
        f();
        turn(begin);
    }
    /// Lets turns pass until isDone().
    template<typename F>
    void until(F isDone)
    {
        while (!isDone()) {
            turn(Drawing::now(), QEventLoop::WaitForMoreEvents);
        }
    }
    /// Lets what is to be done be done; the window draws itself some milliseconds after a change.
    void settle()
    {
        bool isOver = false;
        QTimer::singleShot(std::chrono::milliseconds(20), QCoreApplication::instance(), [&isOver] { isOver = true; });
        until([&isOver] { return isOver; });
    }

    // All in ms.
    double longest() const { return m_longest; } ///< Without drawing.
    double longestWithDrawing() const { return m_longestWithDrawing; }
    double all() const { return m_all; } ///< Without drawing.

private:
    void turn(double begin, QEventLoop::ProcessEventsFlags more = {})
    {
        const double drawn = m_drawing.took();
        QCoreApplication::eventDispatcher()->processEvents(QEventLoop::AllEvents | more);
        const double took = Drawing::now() - begin;
        const double rest = took - (m_drawing.took() - drawn);
        m_longest = std::max(m_longest, rest);
        m_longestWithDrawing = std::max(m_longestWithDrawing, took);
        m_all += rest;
    }

    const Drawing &m_drawing;
    double m_longest = 0;
    double m_longestWithDrawing = 0;
    double m_all = 0;
};
