// SPDX-License-Identifier: MIT
#include "harness.h"

#include <nanostores/core.h>
#include <nanostores/router.h>

#include <QList>
#include <QRegularExpression>
#include <QString>
#include <QStringList>
#include <QUrl>

#include <memory>
#include <string>
#include <vector>

/// Finding the route of a path among many, against what is written by hand: a list of regular expressions, tried one
/// after another, and the parameters decoded. The paths are those of all routes in turn.

namespace {

#define BENCH_ITEM(FIELD) FIELD(QString, kind) FIELD(int, id)

struct Item
{
    NANOSTORES_STRUCT(Item, BENCH_ITEM)
};

QString nameOf(int i)
{
    return QStringLiteral("section%1").arg(i);
}

QStringList pathsOf(int routes)
{
    QStringList paths;
    for (int i = 0; i < routes; ++i) {
        paths.append(QStringLiteral("/%1/mugs%20and%20more/%2").arg(nameOf(i * 7 % routes)).arg(i));
    }
    return paths;
}

std::shared_ptr<nanostores::detail::RouterCore> routerOf(int routes)
{
    // As route() does, which needs its patterns as constants.
    std::vector<nanostores::detail::RouteSpec> specs;
    for (int i = 0; i < routes; ++i) {
        QString reason;
        auto pattern = nanostores::detail::Pattern::of(QStringLiteral("/%1/:kind/:id").arg(nameOf(i)), &reason);
        specs.push_back(nanostores::Route<Item>({nameOf(i), *std::move(pattern), typeid(Item), {}, {}}).spec());
    }
    return nanostores::detail::RouterCore::make({}, std::move(specs));
}

struct ByHand
{
    struct Found
    {
        int route = -1;
        Item item;
    };
    QList<QRegularExpression> expressions;

    explicit ByHand(int routes)
    {
        for (int i = 0; i < routes; ++i) {
            expressions.append(QRegularExpression(QStringLiteral("^/%1/(?<kind>[^/]+)/(?<id>\\d+)$").arg(nameOf(i)),
                                                  QRegularExpression::CaseInsensitiveOption));
            expressions.last().optimize();
        }
    }
    Found find(const QString &path) const
    {
        Found found;
        for (int i = 0; i < expressions.size(); ++i) {
            const QRegularExpressionMatch match = expressions.at(i).match(path);
            if (match.hasMatch()) {
                found.route = i;
                found.item.kind = QUrl::fromPercentEncoding(match.captured(1).toUtf8());
                found.item.id = match.captured(2).toInt();
                break;
            }
        }
        return found;
    }
};

void add(int routes)
{
    const std::string name = "match_" + std::to_string(routes);
    addCase(name + "/nanostores", 10, [routes] {
        auto router = routerOf(routes);
        auto sum = std::make_shared<long>();
        return Program{[router, sum, paths = pathsOf(routes), i = qsizetype(0)](std::size_t times) mutable {
                           QString reason;
                           for (; times > 0; --times) {
                               const auto page = router->parse(paths.at(i++ % paths.size()), &reason);
                               *sum += page->as<Item>()->id + page->as<Item>()->kind.size() + page->data()->route;
                           }
                       },
                       [sum] { return std::to_string(*sum); }};
    });
    addCase(name + "/by_hand", 10, [routes] {
        auto sum = std::make_shared<long>();
        return Program{
            [expressions = ByHand(routes), sum, paths = pathsOf(routes), i = qsizetype(0)](std::size_t times) mutable {
                for (; times > 0; --times) {
                    const ByHand::Found found = expressions.find(paths.at(i++ % paths.size()));
                    *sum += found.item.id + found.item.kind.size() + found.route;
                }
            },
            [sum] { return std::to_string(*sum); }};
    });
}

} // namespace

#ifdef BENCH_WITH_VIEWS
void addViewCases(); // views.cpp
#endif

void addCases()
{
#ifdef BENCH_WITH_VIEWS
    addViewCases();
#endif
    add(10);
    add(100);
    add(1000);
    addCase("open/nanostores", 10, [] {
        auto router = routerOf(100);
        auto calls = std::make_shared<long>();
        auto subscription = std::make_shared<nanostores::Subscription>(
            nanostores::PageStore(router->page()).listen([calls] { ++*calls; }));
        return Program{[router, subscription, paths = pathsOf(100), i = qsizetype(0)](std::size_t times) mutable {
                           for (; times > 0; --times) {
                               router->open(paths.at(i++ % paths.size()), nanostores::detail::Movement::Push);
                           }
                       },
                       [calls] { return std::to_string(*calls); }};
    });
}

int main(int argc, char *argv[])
{
    return runBenchmark(argc, argv);
}
