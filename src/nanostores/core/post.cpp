// SPDX-License-Identifier: MIT
#include <nanostores/core/post.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>

namespace nanostores::detail {

Mail::~Mail() = default;

namespace {

constexpr std::size_t Boxes = 64;

struct alignas(64) PaddedBox
{
    MailBox box;
};

/// Takes the mail out of its box when it is delivered, or dropped with the job.
class MailCarrier
{
public:
    explicit MailCarrier(std::unique_ptr<Mail> mail) noexcept
        : m_mail(std::move(mail))
    {
    }
    MailCarrier(const MailCarrier &) = delete;
    MailCarrier &operator=(const MailCarrier &) = delete;
    ~MailCarrier() { take(); }

    void carry(std::unique_ptr<Mail> mail) noexcept { m_mail = std::move(mail); }
    void operator()()
    {
        if (const std::unique_ptr<Mail> mail = take()) {
            mail->deliver();
        }
    }

private:
    std::unique_ptr<Mail> take() noexcept
    {
        if (m_mail) {
            MailBox &box = MailBox::of(m_mail->node);
            const std::lock_guard lock(box);
            box.take(m_mail.get());
        }
        return std::move(m_mail);
    }

    std::unique_ptr<Mail> m_mail;
};

} // namespace

MailBox &MailBox::of(const Node *node)
{
    static auto *const boxes = new std::array<PaddedBox, Boxes>; // never destroyed, as the stores' runtime
    const std::uint64_t address = reinterpret_cast<std::uintptr_t>(node) / 16;
    return (*boxes)[(address * 0x9E3779B97F4A7C15ull) >> 58].box;
}

struct MailBox::Index
{
    std::unordered_map<const Node *, Mail *> byNode;
};

MailBox::MailBox() noexcept = default;
MailBox::~MailBox() = default;

Mail *MailBox::findAmongMany(const Node *node) const noexcept
{
    const auto found = m_index->byNode.find(node);
    return found == m_index->byNode.end() ? nullptr : found->second;
}

/// On error it is not in the box.
void MailBox::put(Mail *mail)
{
    constexpr std::size_t Many = 16;
    mail->place = m_waiting.size();
    m_waiting.push_back(mail);
    try {
        if (m_isIndexed) {
            m_index->byNode.emplace(mail->node, mail);
        } else if (m_waiting.size() > Many) {
            auto made = std::make_unique<Index>();
            for (Mail *waiting : m_waiting) {
                made->byNode.emplace(waiting->node, waiting);
            }
            m_index = std::move(made);
            m_isIndexed = true;
        }
    } catch (...) {
        m_waiting.pop_back();
        throw;
    }
}

void MailBox::take(Mail *mail) noexcept
{
    Mail *const last = m_waiting.back();
    m_waiting[mail->place] = last;
    last->place = mail->place;
    m_waiting.pop_back();
    if (m_isIndexed) {
        m_index->byNode.erase(mail->node);
        m_isIndexed = !m_waiting.empty();
    }
}

void MailBox::wait() noexcept
{
    for (int i = 0; i < 100; ++i) {
        if (!m_locked.load(std::memory_order_relaxed)) {
            return;
        }
    }
    std::this_thread::yield();
}

void postMail(std::unique_ptr<Mail> mail)
{
    const Node &node = *mail->node;
    std::shared_ptr<MailCarrier> carrier;
    try {
        carrier = std::make_shared<MailCarrier>(nullptr);
    } catch (...) {
        MailBox &box = MailBox::of(&node);
        const std::lock_guard lock(box);
        box.take(mail.get());
        throw;
    }
    carrier->carry(std::move(mail));
    postToOwner(node, [carrier] { (*carrier)(); });
}

} // namespace nanostores::detail
