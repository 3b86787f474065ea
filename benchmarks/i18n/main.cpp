// SPDX-License-Identifier: MIT
#include "harness.h"
#include "numberof.h"

#include <nanostores/core.h>
#include <nanostores/i18n.h>

#include <QCoreApplication>
#include <QTranslator>

#include <memory>
#include <string>

using namespace nanostores;
using namespace nanostores::message;

/// A text in Russian, read again and again, against QCoreApplication::translate() with a .qm file of 1000 texts.

namespace {

constexpr const char *russian = R"({"bench": {
    "title": "Текст 7",
    "part": "{which} из {all}",
    "texts": {"one": "{count} текст", "few": "{count} текста", "many": "{count} текстов", "other": "{count} текста"}
}})";

struct Declared
{
    I18n i18n{atom(QStringLiteral("ru")),
              {.load = {[](const TranslationRequest &) { return QByteArray(russian); }, true}}};
    decltype(messages<"bench">(i18n, text<"title", "Text 7">, params<"part", "{which} of {all}">,
                               count<"texts", "one: {count} text", "other: {count} texts">)) texts =
        messages<"bench">(i18n, text<"title", "Text 7">, params<"part", "{which} of {all}">,
                          count<"texts", "one: {count} text", "other: {count} texts">);
    Subscription observer = texts.listen([] {});
};

struct Translated
{
    Translated()
    {
        if (!translator.load(QStringLiteral(BENCH_QM)) || !QCoreApplication::installTranslator(&translator)) {
            qFatal("there is no " BENCH_QM);
        }
    }

    QTranslator translator;
};

template<typename Subject, typename Read>
void add(const char *name, Read read)
{
    addCase(name, 100, [read] {
        auto subject = std::make_shared<Subject>();
        auto last = std::make_shared<QString>();
        return Program{[subject, last, read, i = 0](std::size_t times) mutable {
                           for (; times > 0; --times) {
                               *last = read(*subject, ++i % 30);
                           }
                       },
                       [last] { return numberOf(*last); }};
    });
}

} // namespace

void addSwitches(); // switches.cpp

void addCases()
{
    add<Declared>("text/nanostores", [](const Declared &m, int) { return m.texts.get()["title"_t]; });
    add<Translated>("text/tr", [](const Translated &, int) { return QCoreApplication::translate("Bench", "Text 7"); });
    add<Declared>("params/nanostores",
                  [](const Declared &m, int i) { return m.texts.get()["part"_t]("which"_t = i, "all"_t = 30); });
    add<Translated>("params/tr", [](const Translated &, int i) {
        return QCoreApplication::translate("Bench", "%1 of %2").arg(i).arg(30);
    });
    add<Declared>("count/nanostores", [](const Declared &m, int i) { return m.texts.get()["texts"_t](i); });
    add<Translated>("count/tr", [](const Translated &, int i) {
        return QCoreApplication::translate("Bench", "%n text(s)", nullptr, i);
    });
    addSwitches();
}

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    static ManualScheduler scheduler; // the time of the cases, which does not pass
    setScheduler(&scheduler);
    return runBenchmark(argc, argv);
}
