// SPDX-License-Identifier: MIT

// A visitor that has no function for one of the routes.
#include <nanostores/router.h>

struct Home
{
};
struct About
{
};

int depthOf(const nanostores::Page &page)
{
    using namespace nanostores;
    const auto router = createRouter(route<Home>("home", "/"), route<About>("about", "/about"));
#ifdef MUST_NOT_COMPILE
    return router.visit(
        page, [](const Home &) { return 0; }, [](const NotFound &) { return -1; });
#else
    return router.visit(
        page, [](const Home &) { return 0; }, [](const About &) { return 1; }, [](const NotFound &) { return -1; });
#endif
}
