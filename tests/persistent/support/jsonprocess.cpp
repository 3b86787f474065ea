// SPDX-License-Identifier: MIT

// Uses the backend of a file in a process of its own. It prints "ready", then does what it is asked, a line each, and
// answers each line by a line:
//
//     count KEY N         adds 1 to a key N times, by comparing versions
//     write KEY N         writes the numbers 1 to N to a key
//     set KEY VALUE       writes once
//     get KEY
//     lock                keeps the lock of the file, until the process ends
//     fork                calls the backend in a forked process
//
// Arguments: the path, and the number of a user to become.

#include <nanostores/persistent.h>
#include <nanostores/persistent/detail/filelock.h>

#include <QCoreApplication>

#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <thread>

#ifdef Q_OS_UNIX
#include <sys/wait.h>
#include <unistd.h>
#endif

using namespace nanostores;

namespace {

class Client
{
public:
    explicit Client(const QString &path)
        : m_path(path.toStdString())
    {
        JsonOptions options;
        options.path = path;
        options.settle = std::chrono::milliseconds(0);
        m_backend = jsonBackend(options);
        BackendOptions backend;
        backend.writer = static_cast<std::uint64_t>(QCoreApplication::applicationPid());
        m_backend->open(backend);
    }

    std::string answer(const std::string &line)
    {
        std::istringstream words(line);
        std::string command, key, value;
        words >> command >> key >> value;
        try {
            if (command == "count") {
                for (int i = std::stoi(value); i > 0; --i) {
                    count(key);
                }
            } else if (command == "write") {
                for (int i = 1; i <= std::stoi(value); ++i) {
                    set(key, std::to_string(i), {});
                    std::cout << i << std::endl; // acknowledged
                }
            } else if (command == "set") {
                set(key, value, {});
            } else if (command == "get") {
                const auto entry = find(key);
                return entry ? *entry->value : "none";
            } else if (command == "lock") {
                m_lock = std::make_unique<detail::FileLock>(m_path + "-lock");
                return m_lock->lock() ? "locked" : "not locked";
            } else if (command == "fork") {
                return forked();
            }
        } catch (const EngineError &error) {
            return "error " + std::to_string(static_cast<int>(error.kind())) + ' ' + error.what();
        }
        return "done";
    }

private:
    /// As an engine does.
    template<typename F>
    static auto retried(F f)
    {
        for (;;) {
            try {
                return f();
            } catch (const EngineError &error) {
                if (error.kind() != EngineErrorKind::Unavailable) {
                    throw;
                }
                std::this_thread::yield();
            }
        }
    }

    std::optional<StorageEntry> find(const std::string &key)
    {
        for (auto &entry : retried([&] { return m_backend->load(); }).entries) {
            if (entry.key == key) {
                return entry;
            }
        }
        return {};
    }

    void count(const std::string &key)
    {
        for (;;) {
            const auto entry = find(key);
            const int number = entry ? std::stoi(*entry->value) : 0;
            const auto outcome = set(key, std::to_string(number + 1), entry ? entry->version : 0);
            if (outcome.result == WriteResult::Written) {
                return;
            }
        }
    }

    WriteOutcome set(const std::string &key, const std::string &value, std::optional<std::uint64_t> expect)
    {
        const StorageWrite write{key, value, 0, expect};
        return retried([&] { return m_backend->apply({&write, 1}, Durability::Process); }).outcomes.front();
    }

    std::string forked()
    {
#ifdef Q_OS_UNIX
        const auto child = ::fork();
        if (child == 0) {
            int kind = 99;
            try {
                m_backend->load();
            } catch (const EngineError &error) {
                kind = static_cast<int>(error.kind());
            }
            m_backend.reset();
            ::_exit(kind);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        return WIFEXITED(status) ? std::to_string(WEXITSTATUS(status)) : "killed";
#else
        return std::to_string(static_cast<int>(EngineErrorKind::Misuse));
#endif
    }

    std::string m_path;
    std::unique_ptr<EngineBackend> m_backend;
    std::unique_ptr<detail::FileLock> m_lock;
};

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
#ifdef Q_OS_UNIX
    if (arguments.size() > 2 && ::setuid(static_cast<uid_t>(arguments[2].toUInt())) != 0) {
        return 3;
    }
#endif
    std::unique_ptr<Client> client;
    try {
        client = std::make_unique<Client>(arguments.value(1));
    } catch (const EngineError &error) {
        std::cout << "error " << static_cast<int>(error.kind()) << ' ' << error.what() << std::endl;
        return 2;
    }
    std::cout << "ready" << std::endl;
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << client->answer(line) << std::endl;
    }
    return 0;
}
