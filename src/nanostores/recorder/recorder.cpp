// SPDX-License-Identifier: MIT
#include <nanostores/recorder/recorder.h>

#include <nanostores/core/graph/naming.h>
#include <nanostores/core/scheduler.h>
#include <nanostores/logger/detail/file.h>
#include <nanostores/recorder/detail/environment.h>
#include <nanostores/recorder/detail/sessionprobe.h>
#include <nanostores/recorder/sessionvalues.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <exception>
#include <memory>
#include <stdexcept>
#include <unordered_set>
#include <utility>

#if !defined(_WIN32)
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace nanostores {

using detail::SessionProbe;

class Recorder::Private
{
public:
    explicit Private(RecorderOptions options)
        : probe(std::move(options))
        , started(timeNow())
    {
    }

    static std::string timeNow()
    {
        const std::time_t now = std::time(nullptr);
        std::tm parts{};
        char text[32] = "";
#if defined(_WIN32)
        gmtime_s(&parts, &now);
#else
        gmtime_r(&now, &parts);
#endif
        std::strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &parts);
        return text;
    }

    /// The stores that were not written to the lines yet, with the values before the events.
    std::vector<SessionStore> storesBefore(const std::vector<SessionEvent> &events, std::uint64_t fromPlace,
                                           const std::unordered_set<std::uint64_t> *known)
    {
        std::vector<SessionStore> stores;
        const detail::NodeNames names;
        for (detail::KnownStore &one : probe.allKnown()) {
            if (!known || !known->contains(one.id)) {
                stores.push_back(probe.lineOf(one, names));
            }
        }
        SessionValues values(stores);
        for (SessionStore &gone : probe.goneStores(fromPlace)) {
            if (!known || !known->contains(gone.id)) {
                stores.push_back(std::move(gone));
            }
        }
        for (auto event = events.rbegin(); event != events.rend(); ++event) {
            values.takeBack(*event);
        }
        for (SessionStore &store : stores) {
            store.value = store.isHidden ? LogValue() : values.of(store.id);
        }
        std::sort(stores.begin(), stores.end(),
                  [](const SessionStore &a, const SessionStore &b) { return a.id < b.id; });
        return stores;
    }

    SessionProbe probe;
    const std::string started;
    bool hasHeader = false;
    std::unordered_set<std::uint64_t> written; ///< Stores that takeLines() has given.
    std::uint64_t taken = 0; ///< The last event of takeLines(),
    std::uint64_t takenPlace = 0; ///< and where the next one stands.
};

Recorder::Recorder()
    : Recorder(RecorderOptions())
{
}

Recorder::Recorder(RecorderOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

Recorder::~Recorder() = default;

SessionHeader Recorder::header() const
{
    return {SessionVersion, detail::programName(), detail::processNumber(), d->started, NANOSTORES_VERSION_TEXT};
}

std::vector<SessionStore> Recorder::stores() const
{
    return d->storesBefore(events(), 0, nullptr);
}

std::vector<SessionEvent> Recorder::events(std::uint64_t after) const
{
    return d->probe.events(after, 0);
}

std::uint64_t Recorder::lastEvent() const noexcept
{
    return d->probe.ring().lastEvent();
}

std::string Recorder::toJsonLines() const
{
    std::string lines = toJsonLine(header()) + '\n';
    const std::vector<SessionEvent> all = events();
    for (const SessionStore &store : d->storesBefore(all, 0, nullptr)) {
        lines += toJsonLine(store) + '\n';
    }
    for (const SessionEvent &event : all) {
        lines += toJsonLine(event) + '\n';
    }
    return lines;
}

void Recorder::save(const std::string &path) const
{
    const std::string lines = toJsonLines();
    detail::LogFile(path, "wb", "Recorder::save()").write(lines);
}

std::string Recorder::takeLines()
{
    if (!d->probe.isAtRest()) {
        return {};
    }
    std::string lines;
    if (!std::exchange(d->hasHeader, true)) {
        lines = toJsonLine(header()) + '\n';
    }
    const std::vector<SessionEvent> events = d->probe.events(d->taken, d->takenPlace);
    if (!events.empty() && events.front().kind == SessionEvent::Kind::Lost) {
        d->probe.forgetWholes(); // what the next changes are made to is lost
    }
    for (const SessionStore &store : d->storesBefore(events, d->takenPlace, &d->written)) {
        lines += toJsonLine(store) + '\n';
        d->written.insert(store.id);
    }
    for (const SessionEvent &event : events) {
        lines += toJsonLine(event) + '\n';
        if (event.kind == SessionEvent::Kind::Gone) {
            d->written.erase(event.store);
        }
    }
    d->taken = d->probe.ring().lastEvent();
    d->takenPlace = d->probe.ring().end();
    return lines;
}

std::uint64_t Recorder::idOf(const detail::Node &node) const noexcept
{
    return d->probe.idOf(node);
}

std::size_t Recorder::waitingBytes() const noexcept
{
    const detail::EventRing &ring = d->probe.ring();
    return static_cast<std::size_t>(ring.end() - std::max(ring.begin(), d->takenPlace));
}

void Recorder::setWhenAtRest(std::function<void()> call)
{
    d->probe.setWhenAtRest(std::move(call));
}

std::size_t Recorder::bytes() const noexcept
{
    return d->probe.bytes();
}

std::uint64_t Recorder::lost() const noexcept
{
    return d->probe.lost();
}

void Recorder::clear()
{
    d->probe.clear();
}

// NANOSTORES_RECORD

namespace detail {

namespace {

/// The file is this program's alone, as long as it runs: one that it starts has the same environment.
class FileClaim
{
public:
    explicit FileClaim(const std::string &path)
    {
#if !defined(_WIN32)
        m_file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
        struct stat status
        {
        };
        const bool isFile = m_file >= 0 && ::fstat(m_file, &status) == 0 && S_ISREG(status.st_mode);
        if (isFile && ::flock(m_file, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(m_file);
            throw std::runtime_error("NANOSTORES_RECORD: another program writes its session into \"" + path
                                     + "\", and this one is not recorded. Give each a file of its own");
        }
#else
        static_cast<void>(path);
#endif
    }
    FileClaim(const FileClaim &) = delete;
    FileClaim &operator=(const FileClaim &) = delete;
    ~FileClaim()
    {
#if !defined(_WIN32)
        if (m_file >= 0) {
            ::close(m_file);
        }
#endif
    }

private:
    int m_file = -1; ///< It cannot be opened: that is said when it is to be written.
};

/// Writes a session to its file while it goes on. What it cannot write it says once.
class FileRecorder
{
public:
    explicit FileRecorder(const std::string &path)
        : m_claim(path)
        , m_file(path, "wb", "NANOSTORES_RECORD")
        , m_recorder(options())
    {
        m_recorder.setWhenAtRest([this] { atRest(); });
        write();
    }
    FileRecorder(const FileRecorder &) = delete;
    FileRecorder &operator=(const FileRecorder &) = delete;
    ~FileRecorder()
    {
        forgetTimer();
        write();
    }

private:
    static RecorderOptions options()
    {
        RecorderOptions made;
        made.bytes = std::size_t(8) << 20u;
        for (std::string &pattern : redactionsOfEnvironment()) {
            made.redact.emplace_back(std::move(pattern));
        }
        return made;
    }
    void atRest()
    {
        constexpr std::size_t Much = std::size_t(64) * 1024;
        if (m_recorder.waitingBytes() >= Much || std::chrono::steady_clock::now() - m_when >= Second) {
            write();
        } else {
            writeLater();
        }
    }
    /// What comes last before the program is idle, and then ended by a signal, is in the file as well.
    void writeLater()
    {
        Scheduler *const now = scheduler();
        const auto time = std::chrono::steady_clock::now();
        const bool isSet = m_timer != 0 && now == m_scheduler && time - m_timerSet < 2 * Second;
        if (!now || isSet || dynamic_cast<const ManualScheduler *>(now)) { // of a test: it counts its timers
            return;
        }
        m_scheduler = now;
        m_timerSet = time;
        m_timer = now->after(Second, [this, isThere = std::weak_ptr<bool>(m_isThere)] {
            if (isThere.lock()) {
                m_timer = 0;
                write();
            }
        });
    }
    void forgetTimer() noexcept
    {
        if (m_timer != 0 && scheduler() == m_scheduler) {
            m_scheduler->cancel(m_timer);
        }
        m_timer = 0;
    }
    void write() noexcept
    {
        try {
            m_when = std::chrono::steady_clock::now();
            const std::string lines = m_recorder.takeLines();
            m_file.write(lines);
        } catch (const std::exception &error) {
            std::fprintf(stderr, "nanostores: %s\n", error.what());
        } catch (...) {
            std::fputs("nanostores: NANOSTORES_RECORD: the session cannot be written\n", stderr);
        }
    }

    static constexpr std::chrono::milliseconds Second{1000};

    FileClaim m_claim;
    LogFile m_file;
    nanostores::Recorder m_recorder;
    std::chrono::steady_clock::time_point m_when{};
    Scheduler *m_scheduler = nullptr; ///< That has the timer.
    Scheduler::TimerId m_timer = 0;
    std::chrono::steady_clock::time_point m_timerSet{};
    const std::shared_ptr<bool> m_isThere = std::make_shared<bool>(true);
};

/// Ends before the stores of the thread do: it was made after the thread's part of the graph.
struct RecorderOfThread
{
    std::unique_ptr<FileRecorder> recorder;
};

RecorderOfThread &recorderOfThread()
{
    static thread_local RecorderOfThread mine;
    return mine;
}

} // namespace

bool recordAsEnvironmentSays() noexcept
{
    static const bool isDone = [] {
        try {
            const std::string path = safeEnvironment("NANOSTORES_RECORD");
            if (!path.empty() && programName() != "nanostores-inspect") { // which reads that session, perhaps
                auto recorder = std::make_unique<FileRecorder>(path);
                recorderOfThread().recorder = std::move(recorder);
            }
        } catch (const std::exception &error) {
            std::fprintf(stderr, "nanostores: %s\n", error.what());
        }
        return true;
    }();
    return isDone;
}

namespace {

/// Also in a program that does not include the header: the library was preloaded.
const bool isLoaded = recordAsEnvironmentSays();

} // namespace

} // namespace detail

} // namespace nanostores
