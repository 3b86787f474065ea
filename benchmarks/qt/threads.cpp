// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/qt.h>

#include <QCoreApplication>
#include <QEvent>
#include <QString>
#include <QThread>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

using namespace nanostores;

/// One operation: this thread has handed a value to a store, or to an object, of another thread with an event loop.

namespace {

template<typename T>
T valueOf(std::size_t number)
{
    if constexpr (std::is_same_v<T, QString>) {
        static const std::vector<QString> all = [] {
            std::vector<QString> texts;
            for (int i = 0; i < 64; ++i) {
                texts.push_back(QStringLiteral("value %1").arg(i));
            }
            return texts;
        }();
        return all[number % all.size()];
    } else {
        return static_cast<T>(number);
    }
}

/// A thread with an event loop. Never ends: the process does.
struct Owner : QThread
{
    void run() override
    {
        installScheduler();
        exec();
    }
};

template<typename T>
struct Receiver : QObject
{
    T value{};
};

template<typename T>
struct Target
{
    Target()
    {
        owner->start();
        receiver->moveToThread(owner);
        std::mutex mutex;
        std::condition_variable ready;
        std::unique_lock lock(mutex);
        QMetaObject::invokeMethod(
            receiver,
            [&] {
                auto made = std::make_unique<Atom<T>>(atom(T{}));
                const std::lock_guard guard(mutex);
                store = std::move(made);
                ready.notify_one();
            },
            Qt::QueuedConnection);
        ready.wait(lock, [this] { return store != nullptr; });
    }

    Owner *owner = new Owner;
    Receiver<T> *receiver = new Receiver<T>;
    std::unique_ptr<Atom<T>> store;
};

template<typename T>
Program latest()
{
    const auto target = std::make_shared<Target<T>>();
    return {[target](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            postLatest(*target->store, valueOf<T>(i));
        }
    }};
}

template<typename T>
Program everyOne()
{
    const auto target = std::make_shared<Target<T>>();
    return {[target](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            post(*target->store, valueOf<T>(i));
        }
    }};
}

template<typename T>
Program invoked()
{
    const auto target = std::make_shared<Target<T>>();
    return {[target](std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            Receiver<T> *const receiver = target->receiver;
            QMetaObject::invokeMethod(
                receiver, [receiver, value = valueOf<T>(i)] { receiver->value = value; }, Qt::QueuedConnection);
        }
    }};
}

/// Counts what an event loop is given to do.
struct EventCounter : QObject
{
    bool eventFilter(QObject *, QEvent *event) override
    {
        count += event->type() == QEvent::User || event->type() == QEvent::MetaCall;
        return false;
    }
    int count = 0;
};

double eventsPerStore()
{
    constexpr int Stores = 10;
    std::vector<Atom<int>> stores;
    for (int i = 0; i < Stores; ++i) {
        stores.push_back(atom(-1));
    }
    QCoreApplication::processEvents();
    EventCounter counter;
    QCoreApplication::instance()->installEventFilter(&counter);
    std::thread([&stores] {
        for (int i = 0; i < 10000; ++i) {
            for (const auto &store : stores) {
                postLatest(store, i);
            }
        }
    }).join();
    while (stores.back().peek() != 9999) {
        QCoreApplication::processEvents();
    }
    return static_cast<double>(counter.count) / Stores;
}

} // namespace

void addThreadCases()
{
    addCase("post_int/nanostores", 1000, latest<int>);
    addCase("post_int/invoke_method", 1000, invoked<int>);
    addCase("post_string/nanostores", 1000, latest<QString>);
    addCase("post_string/invoke_method", 1000, invoked<QString>);
    addCase("post_all_int/nanostores", 1000, everyOne<int>);
    addCase("post_all_int/invoke_method", 1000, invoked<int>);
    addBytes("post_events", eventsPerStore);
}
