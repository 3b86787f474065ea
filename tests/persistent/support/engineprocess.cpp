// SPDX-License-Identifier: MIT

// A program with an engine on a file, which ends in one of several ways without a flush of its own, or forks. The file
// is named by NANOSTORES_TEST_FILE, as its stores are there before main(); the way is the only argument.

#include <nanostores/persistent.h>

#include <QCoreApplication>
#include <QTimer>

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#ifdef Q_OS_UNIX
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace nanostores;
using namespace std::chrono_literals;

namespace {

StorageEngine file()
{
    EngineOptions options;
    options.durability = Durability::Process;
    return StorageEngine::sqlite(std::getenv("NANOSTORES_TEST_FILE"), options);
}

// Of the whole program: it is there before main(), and written after it.
const StorageEngine engine = file();
const Atom<int> count = persistentAtom(engine, "count", 0);
const Map<std::string, int> cart = persistentMap<std::string, int>(engine, "cart/");

void change()
{
    count.set(7);
    cart.setKey("tea", 2);
    cart.setKey("milk", 3);
}

struct AtTheEnd
{
    ~AtTheEnd() { count.set(8); }
};

#ifdef Q_OS_UNIX

/// What f prints in a child; then its exit code.
template<typename F>
std::string inChild(F f)
{
    std::cout.flush();
    const auto child = ::fork();
    if (child == 0) {
        f();
        std::cout.flush();
        ::_exit(5);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? "ended " + std::to_string(WEXITSTATUS(status)) : std::string("killed");
}

int forks()
{
    count.set(1);
    engine.flushNow(20s);
    const auto result = inChild([] {
        count.set(2); // of the parent's engine, whose thread is not here
        std::cout << (engine.flushNow(100ms) ? "written" : "not written") << '\n';
        std::cout << engine.status().get().lastError << '\n';
    });
    std::cout << result << '\n';
    const auto ended = inChild([] {
        count.set(3);
        std::exit(6); // which writes nothing either, and does not wait
    });
    std::cout << ended << '\n';
    std::cout << "parent " << count.get() << '\n';
    count.set(4);
    std::cout << (engine.flushNow(20s) ? "written" : "not written") << std::endl;
    return 0;
}

#endif

} // namespace

int main(int argc, char **argv)
{
    const std::string_view way = argc > 1 ? argv[1] : "";
    if (way == "noApplication") {
        change();
        return 0;
    }
    const QCoreApplication application(argc, argv);
    static const AtTheEnd last; // it ends before the stores, which were made first
    if (way == "return") {
        change();
        return 0;
    }
    if (way == "exit") {
        change();
        std::exit(0);
    }
    if (way == "exitInListener") {
        static const auto listening = count.listen([](int) {
            cart.setKey("tea", 2);
            cart.setKey("milk", 3);
            std::exit(0);
        });
        count.set(7);
    }
    if (way == "exitInBatch") {
        batch([] {
            change();
            std::exit(0);
        });
    }
    if (way == "quit") {
        QTimer::singleShot(0, [] {
            change();
            QCoreApplication::quit();
        });
        return QCoreApplication::exec();
    }
    if (way == "quickExit") {
        change();
        engine.flushNow(20s);
        count.set(9);
        std::quick_exit(0);
    }
#ifdef Q_OS_UNIX
    if (way == "fork") {
        return forks();
    }
#endif
    return 3;
}
