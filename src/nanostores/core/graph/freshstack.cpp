// SPDX-License-Identifier: MIT
#include <nanostores/core/graph/freshstack.h>

#include <cstdint>
#include <exception>

#if defined(__linux__) && defined(__has_include)
#if __has_include(<features.h>)
#include <features.h>
#endif
#endif

#if defined(__GLIBC__)
#define NANOSTORES_FRESH_STACKS 1
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>
#endif

#if defined(__SANITIZE_ADDRESS__)
#define NANOSTORES_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define NANOSTORES_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define NANOSTORES_TSAN 1
#endif
#endif
#if defined(__SANITIZE_THREAD__)
#define NANOSTORES_TSAN 1
#endif
#if defined(NANOSTORES_ASAN)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(NANOSTORES_TSAN)
#include <sanitizer/tsan_interface.h>
#endif

/// Stacks of their own for functions that call one another without end in sight.
namespace nanostores::detail {

#if defined(NANOSTORES_FRESH_STACKS)

namespace {

constexpr std::size_t StackSize = std::size_t{16} << 20; ///< Address space; memory as far as it is used.
constexpr std::size_t Reserve = std::size_t{1} << 20; ///< What the last function on a stack has left.

/// Address space with a page below it that may not be touched.
class Mapping
{
public:
    Mapping() noexcept
        : m_guard(static_cast<std::size_t>(sysconf(_SC_PAGESIZE)))
        , m_memory(mmap(nullptr, StackSize + m_guard, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0))
    {
        if (m_memory != MAP_FAILED) {
            mprotect(m_memory, m_guard, PROT_NONE);
        }
    }
    Mapping(const Mapping &) = delete;
    Mapping &operator=(const Mapping &) = delete;
    ~Mapping()
    {
        if (m_memory != MAP_FAILED) {
            munmap(m_memory, StackSize + m_guard);
        }
    }
    explicit operator bool() const noexcept { return m_memory != MAP_FAILED; }
    char *lowest() const noexcept { return static_cast<char *>(m_memory) + m_guard; }

private:
    std::size_t m_guard;
    void *m_memory;
};

struct Call
{
    void (*function)(void *);
    void *argument;
    std::exception_ptr error;
    ucontext_t outer{};
    ucontext_t inner{};
    const void *outerLowest = nullptr; ///< For the address sanitizer.
    std::size_t outerSize = 0;
    void *outerFiber = nullptr; ///< For the thread sanitizer.
};

/// The first function on a fresh stack. makecontext() hands over integers only.
void enter(unsigned high, unsigned low)
{
    auto *const call = reinterpret_cast<Call *>((std::uintptr_t{high} << 32) | low); // NOLINT: it was split so
#if defined(NANOSTORES_ASAN)
    __sanitizer_finish_switch_fiber(nullptr, &call->outerLowest, &call->outerSize);
#endif
    try {
        call->function(call->argument);
    } catch (...) {
        call->error = std::current_exception();
    }
#if defined(NANOSTORES_ASAN)
    __sanitizer_start_switch_fiber(nullptr, call->outerLowest, call->outerSize);
#endif
#if defined(NANOSTORES_TSAN)
    __tsan_switch_to_fiber(call->outerFiber, 0);
#endif
}

} // namespace

std::uintptr_t endOfThreadStack() noexcept
{
    pthread_attr_t attributes;
    if (pthread_getattr_np(pthread_self(), &attributes) != 0) {
        return 0;
    }
    void *lowest = nullptr;
    std::size_t size = 0;
    const bool known = pthread_attr_getstack(&attributes, &lowest, &size) == 0;
    pthread_attr_destroy(&attributes);
    return known ? reinterpret_cast<std::uintptr_t>(lowest) + (size / 2 < Reserve ? size / 2 : Reserve) : 0;
}

bool callOnFreshStack(std::uintptr_t &limit, void (*function)(void *), void *argument)
{
    const Mapping memory;
    Call call{function, argument, nullptr};
    if (!memory || getcontext(&call.inner) != 0) {
        return false;
    }
    call.inner.uc_stack.ss_sp = memory.lowest();
    call.inner.uc_stack.ss_size = StackSize;
    call.inner.uc_link = &call.outer;
    const auto address = reinterpret_cast<std::uintptr_t>(&call);
    makecontext(&call.inner, reinterpret_cast<void (*)()>(enter), 2, static_cast<unsigned>(address >> 32),
                static_cast<unsigned>(address & 0xffffffffu));
    const std::uintptr_t outerLimit = limit;
    limit = reinterpret_cast<std::uintptr_t>(memory.lowest()) + Reserve;
#if defined(NANOSTORES_ASAN)
    void *fakeStack = nullptr;
    __sanitizer_start_switch_fiber(&fakeStack, memory.lowest(), StackSize);
#endif
#if defined(NANOSTORES_TSAN)
    call.outerFiber = __tsan_get_current_fiber();
    void *const fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(fiber, 0);
#endif
    swapcontext(&call.outer, &call.inner);
#if defined(NANOSTORES_ASAN)
    __sanitizer_finish_switch_fiber(fakeStack, nullptr, nullptr);
#endif
#if defined(NANOSTORES_TSAN)
    __tsan_destroy_fiber(fiber);
#endif
    limit = outerLimit;
    if (call.error) {
        std::rethrow_exception(call.error);
    }
    return true;
}

#else

std::uintptr_t endOfThreadStack() noexcept
{
    return 0;
}

bool callOnFreshStack(std::uintptr_t &, void (*)(void *), void *)
{
    return false;
}

#endif

} // namespace nanostores::detail
