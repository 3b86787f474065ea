// SPDX-License-Identifier: MIT
#include <nanostores/router/routeindex.h>

#include <QLoggingCategory>

#include <algorithm>
#include <utility>

namespace nanostores {

namespace {

bool isAt(const AnyRouter &router, const Page &page, const QString &choice)
{
    if (!choice.startsWith(u'/')) {
        return page.isFound() && page.route() == choice;
    }
    const auto asked = router.match(choice);
    return asked && asked->path() == page.path();
}

int indexOf(const AnyRouter &router, const Page &page, const QList<QStringList> &choices)
{
    const auto found = std::find_if(choices.begin(), choices.end(), [&](const QStringList &names) {
        return std::any_of(names.begin(), names.end(), [&](const QString &name) { return isAt(router, page, name); });
    });
    return found == choices.end() ? -1 : static_cast<int>(found - choices.begin());
}

void show(const AnyRouter &router, const QString &target, RouteWrite write)
{
    QString reason;
    const auto path = target.startsWith(u'/') ? std::optional(target) : router.pathOf(target, {}, {}, {}, &reason);
    const Navigation answer = !path                       ? Navigation(Navigated::Refused, reason)
                              : write == RouteWrite::Open ? router.open(*path)
                                                          : router.redirect(*path);
    if (answer == Navigated::Refused) {
        qCWarning(detail::routerCategory()).noquote()
            << QStringLiteral("\"%1\" is not opened: %2").arg(target, answer.reason());
    }
}

} // namespace

Atom<int> routeIndex(const AnyRouter &router, QList<QStringList> choices, RouteWrite write)
{
    return storeOfPage<int>(
        router, [router, choices](const Page &page) { return indexOf(router, page, choices); },
        [router, choices, write](int index) {
            if (index >= 0 && index < choices.size() && !choices.at(index).isEmpty()) {
                show(router, choices.at(index).first(), write);
            }
        });
}

Atom<QString> routePath(const AnyRouter &router, RouteWrite write)
{
    return storeOfPage<QString>(
        router, [](const Page &page) { return page.path(); },
        [router, write](const QString &path) { show(router, path, write); });
}

} // namespace nanostores
