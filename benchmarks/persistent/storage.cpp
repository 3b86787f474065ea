// SPDX-License-Identifier: MIT
#include "cases.h"
#include "harness.h"

#include <nanostores/persistent.h>

#include <QCoreApplication>
#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>
#include <QSettings>
#include <QTemporaryDir>

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

using namespace nanostores;

namespace {

using Clock = std::chrono::steady_clock;

double microseconds(Clock::duration time)
{
    return std::chrono::duration<double, std::micro>(time).count();
}

[[noreturn]] void giveUp(const std::string &what)
{
    std::fprintf(stderr, "%s\n", what.c_str());
    std::exit(1);
}

/// On the disk of the build, or in BENCH_FOLDER: /tmp may be memory.
class Folder
{
public:
    Folder()
        : m_folder(qEnvironmentVariable("BENCH_FOLDER", QDir::currentPath()) + QStringLiteral("/bench-XXXXXX"))
    {
        if (!m_folder.isValid()) {
            giveUp("no folder can be made here");
        }
    }
    QString file(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }

private:
    QTemporaryDir m_folder;
};

std::string keyOf(int i)
{
    return "cart/items/" + std::to_string(10000 + i);
}

/// Another value of 40 bytes for each round.
std::string valueOf(int i, int round)
{
    std::string value = std::to_string(round) + '/' + std::to_string(i) + ' ';
    value.resize(40, 'x');
    return value;
}

/// Keys that are written, each time with other values.
class Peer
{
public:
    Peer() = default;
    Peer(const Peer &) = delete;
    Peer &operator=(const Peer &) = delete;
    virtual ~Peer() = default;
    virtual void write(int keys, int round) = 0;
};

class Ours final : public Peer
{
public:
    Ours(const QString &path, Durability durability)
        : m_durability(durability)
    {
        SqliteOptions options;
        options.path = path;
        m_backend = sqliteBackend(options);
        BackendOptions backend;
        backend.writer = 1;
        backend.wake = [] {};
        m_backend->open(backend);
        m_backend->load();
    }
    ~Ours() override { m_backend->close(std::chrono::seconds(2)); }
    void write(int keys, int round) override
    {
        m_writes.clear();
        for (int i = 0; i < keys; ++i) {
            m_writes.push_back({keyOf(i), valueOf(i, round), 0, std::nullopt});
        }
        m_backend->apply(m_writes, m_durability);
    }

private:
    Durability m_durability;
    std::unique_ptr<EngineBackend> m_backend;
    std::vector<StorageWrite> m_writes;
};

/// SQLite by itself: the same row, an upsert a key, one transaction.
class Bare final : public Peer
{
public:
    explicit Bare(const QString &path)
    {
        check(sqlite3_open(path.toUtf8().constData(), &m_file));
        run("pragma journal_mode = wal");
        run("pragma synchronous = normal");
        run("create table kv(key text primary key not null, value blob, version integer not null, schema integer not "
            "null, writer integer not null, crc integer not null) without rowid");
        run("create index kv_version on kv(version)");
        prepare("begin immediate", m_begin);
        prepare("commit", m_commit);
        prepare("insert into kv(key, value, version, schema, writer, crc) values(?1, ?2, ?3, 0, 1, 0) on conflict(key) "
                "do update set value = excluded.value, version = excluded.version",
                m_upsert);
    }
    ~Bare() override
    {
        for (sqlite3_stmt *statement : {m_begin, m_commit, m_upsert}) {
            sqlite3_finalize(statement);
        }
        sqlite3_close(m_file);
    }
    void write(int keys, int round) override
    {
        step(m_begin);
        for (int i = 0; i < keys; ++i) {
            const std::string key = keyOf(i);
            const std::string value = valueOf(i, round);
            sqlite3_bind_text(m_upsert, 1, key.data(), static_cast<int>(key.size()), SQLITE_STATIC);
            sqlite3_bind_blob(m_upsert, 2, value.data(), static_cast<int>(value.size()), SQLITE_STATIC);
            sqlite3_bind_int64(m_upsert, 3, ++m_version);
            step(m_upsert);
        }
        step(m_commit);
    }

private:
    void check(int code) const
    {
        if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) {
            giveUp(sqlite3_errmsg(m_file));
        }
    }
    void run(const char *sql) { check(sqlite3_exec(m_file, sql, nullptr, nullptr, nullptr)); }
    void prepare(const char *sql, sqlite3_stmt *&statement)
    {
        check(sqlite3_prepare_v2(m_file, sql, -1, &statement, nullptr));
    }
    void step(sqlite3_stmt *statement) const
    {
        check(sqlite3_step(statement));
        sqlite3_reset(statement);
    }

    sqlite3 *m_file = nullptr;
    sqlite3_stmt *m_begin = nullptr;
    sqlite3_stmt *m_commit = nullptr;
    sqlite3_stmt *m_upsert = nullptr;
    std::int64_t m_version = 0;
};

/// The whole state as JSON, by QSaveFile.
class Json final : public Peer
{
public:
    explicit Json(QString path)
        : m_path(std::move(path))
    {
    }
    void write(int keys, int round) override
    {
        for (int i = 0; i < keys; ++i) {
            m_state.insert(QString::fromStdString(keyOf(i)), QString::fromStdString(valueOf(i, round)));
        }
        QSaveFile file(m_path);
        if (!file.open(QIODevice::WriteOnly) || file.write(QJsonDocument(m_state).toJson()) < 0 || !file.commit()) {
            giveUp("QSaveFile: " + file.errorString().toStdString());
        }
    }

private:
    QString m_path;
    QJsonObject m_state;
};

class Settings final : public Peer
{
public:
    explicit Settings(const QString &path)
        : m_settings(path, QSettings::IniFormat)
    {
    }
    void write(int keys, int round) override
    {
        for (int i = 0; i < keys; ++i) {
            m_settings.setValue(QString::fromStdString(keyOf(i)), QString::fromStdString(valueOf(i, round)));
        }
        m_settings.sync();
        if (m_settings.status() != QSettings::NoError) {
            giveUp("QSettings cannot write");
        }
    }

private:
    QSettings m_settings;
};

/// A quarter took less. Half of them depends too much on what else the machine does.
double quartileOf(std::vector<double> times)
{
    const auto quarter = times.begin() + static_cast<std::ptrdiff_t>(times.size() / 4);
    std::nth_element(times.begin(), quarter, times.end());
    return *quarter;
}

/// All have 1000 keys. Then `keys` of them are written in turn, as disks are fast and slow by the minute. us: ours with
/// Durability::Second and Disk, bare SQLite, QSaveFile, QSettings.
std::vector<double> flushed(int keys, int rounds)
{
    int argc = 1;
    std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
    const QCoreApplication application(argc, argv.data());
    const Folder folder;
    Ours second(folder.file("second.db"), Durability::Second);
    Ours disk(folder.file("disk.db"), Durability::Disk);
    Bare bare(folder.file("bare.db"));
    Json json(folder.file("state.json"));
    Settings settings(folder.file("state.ini"));
    const std::array<Peer *, 5> peers{&second, &disk, &bare, &json, &settings};
    std::array<std::vector<double>, 5> times;
    for (Peer *peer : peers) {
        peer->write(1000, 0);
    }
    for (int round = 1; round <= rounds; ++round) {
        for (std::size_t i = 0; i < peers.size(); ++i) {
            if (i >= 1 && i != 2 && round % 10 != 0) {
                continue; // those that wait for the disk
            }
            const auto begin = Clock::now();
            peers[i]->write(keys, round);
            times[i].push_back(microseconds(Clock::now() - begin));
        }
    }
    std::vector<double> quartiles;
    for (auto &each : times) {
        quartiles.push_back(quartileOf(std::move(each)));
    }
    return quartiles;
}

/// ms from the making of an engine to its values.
std::vector<double> opened(int keys, int rounds)
{
    int argc = 1;
    std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
    const QCoreApplication application(argc, argv.data());
    const Folder folder;
    const QString path = folder.file("state.db");
    Ours(path, Durability::Process).write(keys, 0);
    std::vector<double> times;
    for (int round = 0; round < rounds; ++round) {
        const auto begin = Clock::now();
        const auto engine = StorageEngine::sqlite(path.toStdString());
        if (!engine.load(std::chrono::seconds(30))) {
            giveUp("it is not loaded");
        }
        times.push_back(microseconds(Clock::now() - begin) / 1000);
        if (engine.entries().size() != static_cast<std::size_t>(keys)) {
            giveUp("keys are missing");
        }
    }
    return {quartileOf(times)};
}

/// A write of one key, again and again, to count its instructions.
template<typename T>
void addWrites(const std::string &name, int keys, std::function<std::unique_ptr<T>(const Folder &)> make)
{
    addCase(name, 1, [keys, make] {
        static int argc = 1;
        static std::array<char *, 2> argv{const_cast<char *>("bench"), nullptr};
        static const QCoreApplication application(argc, argv.data());
        const auto folder = std::make_shared<Folder>();
        const std::shared_ptr<T> peer = make(*folder);
        peer->write(1000, 0);
        auto round = std::make_shared<int>(0);
        return Program{[folder, peer, round, keys](std::size_t times) {
            for (std::size_t i = 0; i < times; ++i) {
                peer->write(keys, ++*round);
            }
        }};
    });
}

} // namespace

void addStorageCases()
{
    addFigures("flush_1", [] { return flushed(1, 2000); });
    addFigures("flush_1000", [] { return flushed(1000, 100); });
    addFigures("open_10000", [] { return opened(10000, 15); });
    for (const int keys : {1, 1000}) {
        const auto name = "write_" + std::to_string(keys);
        addWrites<Ours>(name + "/nanostores", keys, [](const Folder &folder) {
            return std::make_unique<Ours>(folder.file("state.db"), Durability::Second);
        });
        addWrites<Bare>(name + "/sqlite", keys,
                        [](const Folder &folder) { return std::make_unique<Bare>(folder.file("bare.db")); });
    }
}
