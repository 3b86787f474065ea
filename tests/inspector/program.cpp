// SPDX-License-Identifier: MIT

// A program that can be inspected. Its argument says what is the matter with it: `other` has another line of logic,
// `reader` lets nothing be set, `deaf` has no inspector, `quits` ends at once, `idle` writes
// from its event loop before it waits.

#include <nanostores/core.h>
#include <nanostores/inspector.h>

#include <QCoreApplication>
#include <QTimer>

#include <cstdio>
#include <memory>

namespace {

const auto price = nanostores::atom(0).named("shop/price");

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    const QString matter = QCoreApplication::arguments().value(1);
    const int delivery = matter == QLatin1String("other") ? 6 : 5;
    const auto total =
        nanostores::computed(price, [delivery](int value) { return value + delivery; }).named("shop/total");
    const auto observing = total.listen([](int) {});
    std::puts("the shop is open"); // on standard output, where a test has its own words
    std::fflush(stdout);
    if (matter == QLatin1String("quits")) {
        price.set(10);
        price.set(20);
        return 7;
    }
    nanostores::InspectorOptions options;
    options.name = QStringLiteral("shop");
    if (matter != QLatin1String("reader")) {
        options.capabilities |= nanostores::InspectorCapability::Edit;
    }
    std::unique_ptr<nanostores::Inspector> inspector;
    if (matter != QLatin1String("deaf")) {
        inspector = nanostores::Inspector::fromEnvironment(options);
    }
    if (matter == QLatin1String("idle")) {
        QTimer::singleShot(0, qApp, [] {
            price.set(10);
            price.set(20);
        });
    }
    return QCoreApplication::exec();
}
