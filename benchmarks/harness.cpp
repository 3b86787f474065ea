// SPDX-License-Identifier: MIT
#include "harness.h"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>
#include <vector>

namespace {

struct Case
{
    std::size_t batch;
    std::function<Program()> make;
};

std::map<std::string, Case> &cases()
{
    static std::map<std::string, Case> all;
    return all;
}

std::map<std::string, std::function<double()>> &sizes()
{
    static std::map<std::string, std::function<double()>> all;
    return all;
}

std::map<std::string, std::function<std::vector<double>()>> &figures()
{
    static std::map<std::string, std::function<std::vector<double>()>> all;
    return all;
}

int usage()
{
    std::fprintf(stderr,
                 "usage: bench_<suite> list | time <case> | count <case> <n> | result <case> <n> | bytes <case> | "
                 "figures <case>\n");
    return 2;
}

/// Google Benchmark calls its function several times; the program is built once.
void runTimed(const std::string &name, const Case &measured)
{
    static const Program program = measured.make();
    program.run(measured.batch); // warm
    benchmark::RegisterBenchmark(name.c_str(), [&measured](benchmark::State &state) {
        const auto batch = static_cast<benchmark::IterationCount>(measured.batch);
        while (state.KeepRunningBatch(batch)) {
            program.run(measured.batch);
        }
    });
    std::vector<std::string> arguments{"bench", "--benchmark_format=json", "--benchmark_repetitions=7",
                                       "--benchmark_min_time=0.02"};
    std::vector<char *> argv;
    for (std::string &argument : arguments) {
        argv.push_back(argument.data());
    }
    int argc = static_cast<int>(argv.size());
    benchmark::Initialize(&argc, argv.data());
    benchmark::RunSpecifiedBenchmarks();
}

} // namespace

void addCase(std::string name, std::size_t batch, std::function<Program()> make)
{
    cases().emplace(std::move(name), Case{batch, std::move(make)});
}

void addBytes(std::string name, std::function<double()> measure)
{
    sizes().emplace(std::move(name), std::move(measure));
}

void addFigures(std::string name, std::function<std::vector<double>()> measure)
{
    figures().emplace(std::move(name), std::move(measure));
}

int runBenchmark(int argc, char *argv[])
{
    addCases();
    const std::string_view mode = argc > 1 ? argv[1] : "";
    if (mode == "list") {
        for (const auto &[name, measured] : cases()) {
            std::printf("%s\n", name.c_str());
        }
        return 0;
    }
    if (mode == "bytes" && argc > 2 && sizes().count(argv[2]) != 0) {
        std::printf("%.1f\n", sizes().at(argv[2])());
        return 0;
    }
    if (mode == "figures" && argc > 2 && figures().count(argv[2]) != 0) {
        for (const double figure : figures().at(argv[2])()) {
            std::printf("%.3f ", figure);
        }
        std::printf("\n");
        return 0;
    }
    const auto found = argc > 2 ? cases().find(argv[2]) : cases().end();
    if (found == cases().end()) {
        return usage();
    }
    if (mode == "time") {
        runTimed(found->first, found->second);
    } else if ((mode == "count" || mode == "result") && argc > 3) {
        const std::size_t count = std::strtoull(argv[3], nullptr, 10);
        // Never destroyed: the graphs are large, and ending is not what is measured.
        const auto *program = new Program(found->second.make());
        program->run(count);
        if (mode == "result") {
            std::printf("%s\n", program->result ? program->result().c_str() : "");
        }
    } else {
        return usage();
    }
    std::fflush(stdout);
    std::_Exit(0);
}
