// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <thread>
#include <utility>

namespace support {

/// Notes on which thread it ends.
class Witness
{
public:
    explicit Witness(std::thread::id *end)
        : m_end(std::make_shared<Note>(end))
    {
    }

private:
    struct Note
    {
        explicit Note(std::thread::id *e)
            : end(e)
        {
        }
        Note(const Note &) = delete;
        Note &operator=(const Note &) = delete;
        ~Note() { *end = std::this_thread::get_id(); }
        std::thread::id *end;
    };
    std::shared_ptr<Note> m_end;
};

template<typename F>
void onAnotherThread(F f)
{
    std::thread(std::move(f)).join();
}

} // namespace support
