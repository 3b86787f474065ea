// SPDX-License-Identifier: MIT
#include "events.h"

#include <nanostores/core.h>
#include <nanostores/inspector.h>

#include <QByteArray>
#include <QCoreApplication>
#include <QFile>
#include <QTimer>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

constexpr int Stores = 400;

/// The same numbers each time.
class Numbers
{
public:
    int below(int limit)
    {
        m_state = m_state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<int>((m_state >> 33U) % static_cast<std::uint64_t>(limit));
    }

private:
    std::uint64_t m_state = 18;
};

/// A third of the stores are computed, a tenth are maps, a tenth texts, and the others numbers.
enum class Kind { Number, Text, Map, Computed };

Kind kindOf(int store)
{
    return store % 3 == 2 ? Kind::Computed : store % 10 == 0 ? Kind::Map : store % 10 == 1 ? Kind::Text : Kind::Number;
}

QByteArray nameOf(int store)
{
    static const char *const folders[] = {"cart", "catalogue", "profile", "orders", "search"};
    return QByteArray(folders[store % 5]) + "/store" + QByteArray::number(store);
}

QByteArray valueOf(Kind kind, int number)
{
    return kind == Kind::Text ? "\"text number " + QByteArray::number(number) + "\"" : QByteArray::number(number);
}

/// The events of turns, as one form of file has them.
class Events
{
public:
    Events(const QString &path, bool isRecorded)
        : m_file(path)
        , m_isRecorded(isRecorded)
    {
        if (!m_file.open(QIODevice::WriteOnly)) {
            std::fprintf(stderr, "%s\n", qPrintable(m_file.errorString()));
            std::exit(1);
        }
        m_file.write("{\"nanostores\":1,\"app\":\"shop\"}\n");
        for (int store = 0; store < Stores; ++store) {
            const Kind kind = kindOf(store);
            const QByteArray row = "\"s\":" + QByteArray::number(store + 1) + ",\"name\":\"" + nameOf(store)
                                   + "\",\"kind\":\"" + (kind == Kind::Computed ? "computed" : "store")
                                   + "\",\"type\":\"int\"";
            const QByteArray value = kind == Kind::Map ? "{}" : valueOf(kind, 0);
            if (m_isRecorded) {
                m_file.write("{" + row + ",\"v\":" + value + "}\n");
            } else {
                m_file.write("{\"row\":{" + row + ",\"value\":" + (kind == Kind::Text ? value : '"' + value + '"')
                             + ",\"observers\":1,\"mounted\":true,\"named\":true}}\n");
            }
        }
        m_last.resize(Stores, 0);
    }

    void turn(int events)
    {
        ++m_turn;
        const int root = m_number + 1;
        write(m_numbers.below(Stores / 3) * 3 + m_numbers.below(2), 0, 0);
        for (int i = 1; i < events; ++i) {
            write(m_numbers.below(Stores / 3) * 3 + 2, root + m_numbers.below(i), m_number);
        }
    }
    int count() const { return m_number; }

private:
    void write(int store, int in, int cause)
    {
        const Kind kind = kindOf(store);
        const int before = m_last[static_cast<std::size_t>(store)]++;
        QByteArray line = "{\"e\":" + QByteArray::number(++m_number) + ",\"turn\":" + QByteArray::number(m_turn)
                          + ",\"t\":" + QByteArray::number(m_number * 20000);
        if (in != 0) {
            line += ",\"in\":" + QByteArray::number(in);
        }
        const QByteArray number = QByteArray::number(store + 1);
        if (m_isRecorded) {
            line += (kind == Kind::Computed ? ",\"run\":" : ",\"w\":") + number;
            line += cause != 0 ? ",\"because\":[" + QByteArray::number(cause) + "]" : QByteArray();
        } else {
            line += QByteArray(",\"kind\":\"") + (kind == Kind::Computed ? "run" : "change") + "\",\"s\":" + number
                    + ",\"store\":\"" + nameOf(store) + "\",\"outcome\":\"changed\"";
        }
        line += kind == Kind::Computed ? ",\"ns\":1500" : "";
        if (kind == Kind::Map) {
            const QByteArray key = "\"key" + QByteArray::number(before % 50) + '"';
            line += m_isRecorded
                        ? ",\"key\":" + key + ",\"v\":" + QByteArray::number(before + 1)
                        : ",\"changes\":[{\"at\":[" + key + "],\"new\":" + QByteArray::number(before + 1) + "}]";
        } else {
            line += (m_isRecorded ? ",\"v\":" : ",\"new\":") + valueOf(kind, before + 1)
                    + ",\"old\":" + valueOf(kind, before);
        }
        line += cause == 0 && !m_isRecorded
                    ? ",\"by\":[{\"function\":\"Cart::add\",\"file\":\"cart.cpp\",\"line\":31}]}\n"
                    : "}\n";
        m_file.write(line);
    }

    QFile m_file;
    bool m_isRecorded;
    Numbers m_numbers;
    std::vector<int> m_last;
    int m_number = 0;
    int m_turn = 0;
};

void writeTurns(const QString &path, int events, bool isRecorded)
{
    Events made(path, isRecorded);
    for (int turn = 0; made.count() < events; ++turn) {
        made.turn(std::min(1 + turn % 6, events - made.count()));
    }
}

} // namespace

void writeOwnSession(const QString &path, int events)
{
    writeTurns(path, events, false);
}

void writeRecordedSession(const QString &path, int events)
{
    writeTurns(path, events, true);
}

void writeOneTurn(const QString &path, int events)
{
    Events made(path, false);
    made.turn(1);
    made.turn(events - 2);
    made.turn(1);
}

int runProgram(int turns)
{
    using namespace nanostores;
    std::vector<Atom<int>> stores;
    std::vector<Computed<int>> sums;
    std::vector<Subscription> observed;
    for (int i = 0; i < Stores / 2; ++i) {
        stores.push_back(atom(0).named(nameOf(i).toStdString()));
        sums.push_back(
            computed(stores.back(), [](int value) { return value + 1; }).named(nameOf(Stores / 2 + i).toStdString()));
        observed.push_back(sums.back().listen([](int) {}));
    }
    InspectorOptions options;
    options.name = QStringLiteral("shop");
    const Inspector inspector(options);
    if (!inspector.isListening()) {
        return 1;
    }
    const auto end = atom(0).named("end");
    int turn = 0;
    QTimer timer;
    const auto begin = std::chrono::milliseconds(1500); // the window has come by then
    QTimer::singleShot(begin, &timer, [&] { timer.start(5); });
    QObject::connect(&timer, &QTimer::timeout, &timer, [&] {
        for (int i = 0; i < 20 && turn < turns; ++i) {
            const std::size_t place = static_cast<std::size_t>(turn) % stores.size();
            stores[place].set(++turn);
        }
        if (turn == turns) { // and again, for a window that has missed it
            timer.setInterval(50);
            end.set(end.get() + 1);
        }
    });
    std::printf("ready\n");
    std::fflush(stdout);
    return QCoreApplication::exec();
}
