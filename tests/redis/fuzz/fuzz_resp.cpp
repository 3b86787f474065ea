// SPDX-License-Identifier: MIT
// A target of libFuzzer: `sh tests/redis/fuzz/run.sh 300` runs it for five minutes.
#include "../support/respmodel.h"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size < 2) {
        return 0;
    }
    nanostores::detail::RespLimits limits;
    if (data[0] & 1U) { // small ones are met more often
        limits = {40, 60, 200, 30, 3};
    }
    unsigned state = data[1];
    const auto piece = [&state] {
        state = state * 1103515245U + 12345U;
        return std::size_t{1} + (state >> 16U) % 7U;
    };
    const std::string_view bytes(reinterpret_cast<const char *>(data) + 2, size - 2);
    const support::RespResult expected = support::RespModel(bytes, limits).all();
    if (support::readInPieces(bytes, limits, [&] { return bytes.size() + 1; }) != expected
        || support::readInPieces(bytes, limits, piece) != expected) {
        std::abort();
    }
    return 0;
}
