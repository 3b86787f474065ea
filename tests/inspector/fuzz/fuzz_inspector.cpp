// SPDX-License-Identifier: MIT
// A target of libFuzzer: `sh tests/inspector/fuzz/run.sh 300` runs it for five minutes.
//
// The bytes are what a client of an inspector sends, after the hello or from the beginning, in pieces of any length.
// Stores of many types are there to be set.
#include <nanostores/core.h>
#include <nanostores/inspector.h>
#include <nanostores/inspector/detail/inspectordesk.h>
#include <nanostores/recorder/travel.h>

#include <QByteArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace {

struct Item
{
    std::string name;
    int quantity = 0;
    bool operator==(const Item &) const = default;

    template<typename F>
    static void visitFields(F f)
    {
        f("name", &Item::name);
        f("quantity", &Item::quantity);
    }
};

const auto number = nanostores::atom(1).named("n");
const auto text = nanostores::atom(std::string("a")).named("t");
const auto items = nanostores::map<std::string, Item>({{"a", {"A", 1}}}).named("m");
const auto lists = nanostores::atom(std::vector<std::vector<double>>()).named("l");
const auto keyed = nanostores::atom(std::map<int, std::optional<bool>>()).named("k");
const auto twice = nanostores::computed(number, [](int value) { return value; }).named("c");

nanostores::InspectorOptions options()
{
    nanostores::InspectorOptions made;
    made.capabilities = nanostores::InspectorCapability::Read | nanostores::InspectorCapability::Edit
                        | nanostores::InspectorCapability::Travel;
    made.travelSteps = 20;
    made.redact = {"secret"};
    made.trace.bytes = 1u << 14u;
    return made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    static nanostores::detail::InspectorDesk *const desk = [] {
        nanostores::allowEdits(items, lists, keyed);
        return new nanostores::detail::InspectorDesk(options());
    }();
    if (size < 2) {
        return 0;
    }
    nanostores::detail::WireLimits limits;
    limits.lineBytes = 4096;
    limits.unreadBytes = 1 << 16;
    limits.queuedBytes = 1 << 12;
    nanostores::detail::WireSession session(*desk, options().capabilities, {}, limits);
    desk->add(session);
    if (data[0] & 1U) {
        session.receive("{\"nanostores\":1,\"capabilities\":[\"edit\",\"travel\"]}\n", 0);
    }
    unsigned state = data[1];
    std::size_t at = 2;
    while (at < size) {
        state = state * 1103515245U + 12345U;
        const std::size_t piece = std::min<std::size_t>(size - at, 1 + (state >> 16U) % 200U);
        session.receive(QByteArray(reinterpret_cast<const char *>(data) + at, qsizetype(piece)), 0);
        at += piece;
        session.goOn(0);
        const QList<QByteArray> lines = session.takeOutput().split('\n');
        for (const QByteArray &line : lines) {
            QJsonParseError problem{};
            if (!line.isEmpty() && !QJsonDocument::fromJson(line, &problem).isObject()) {
                std::abort(); // an answer is always a line of JSON
            }
        }
        if (session.bytes() > (1 << 14)) {
            std::abort();
        }
    }
    desk->remove(session); // which ends what it has shown of the past
    if (nanostores::inspecting().get()) {
        std::abort();
    }
    if (twice.get() != number.get()) {
        std::abort();
    }
    return 0;
}
