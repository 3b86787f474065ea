// SPDX-License-Identifier: MIT

// The names of stores in a program with its symbols, and in one without. Arguments: `full` or `stripped`, and the file
// of a library to load. The exit code says whether all is as it should be.
#include <nanostores/core.h>
#include <nanostores/inspect.h>
#include <nanostores/kit.h>

#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

using namespace nanostores;

namespace shop {

struct Profile
{
    std::string name;
    int age = 0;

    template<typename F>
    static void visitFields(F visit)
    {
        visit("name", &Profile::name);
        visit("age", &Profile::age);
    }
    friend bool operator==(const Profile &, const Profile &) = default;
};

inline const auto isOpen = atom(false);
const auto count = atom(1);
static auto items = map<std::string, int>();
auto profile = map(Profile{});
auto deep = deepMap(Profile{});
auto flag = signal(true);
thread_local const auto perThread = atom(5);

inline const auto total = computed(count, [](int value) { return 10 * value; });
inline const auto tracked = computed([] { return count() + total(); });
inline const auto waiting = batched(count, [](int value) { return value; });
auto notInline = computed(count, [](int value) { return value; });

struct Group
{
    Atom<int> first = atom(1);
    Atom<int> second = atom(2);
} group;

struct Cart
{
    static const Atom<int> limit;

    Computed<int> rest = computed(limit, [](int value) { return value - 1; });
    Subscription badge = limit.listen([this](int value) { last = value; });
    int last = 0;
};
const Atom<int> Cart::limit = atom(7);

Subscription saving = effect([] { (void)isOpen(); });

auto makeTotal()
{
    return computed([factor = 2] { return factor * count(); });
}

} // namespace shop

namespace {

const auto hidden = atom(1);

/// A function without a closure.
struct Twice
{
    int operator()(int value) const { return 2 * value; }
};

int failures = 0;

void expect(bool holds, const std::string &what)
{
    if (!holds) {
        std::fprintf(stderr, "wrong: %s\n", what.c_str());
        ++failures;
    }
}

template<typename S>
void expectName(const S &store, std::string_view name)
{
    const std::string found = detail::nameOf(*store.node());
    expect(found == name, found + " should be " + std::string(name));
}

std::string nameOfEffect()
{
    std::string name;
    detail::forEachNode([&name](const detail::Node &node) {
        if (node.has(detail::Effecting)) {
            name = detail::nameOf(node);
        }
    });
    return name;
}

void checkClosures(bool isFull)
{
    expectName(shop::total, "shop::total");
    expectName(shop::tracked, "shop::tracked");
    expectName(shop::waiting, "shop::waiting");
    expectName(shop::makeTotal(), "shop::makeTotal()");
    const shop::Cart cart;
    expectName(cart.rest, "shop::Cart::rest");
    expectName(computed(shop::count, Twice()), "Twice");
    const auto local = computed([] { return 1; });
    expect(detail::nameOf(*local.node()).starts_with("checkClosures()"), detail::nameOf(*local.node()));
#if defined(__clang__)
    if (!isFull) {
        expectName(shop::notInline, "shop::lambda");
        return;
    }
#endif
    static_cast<void>(isFull);
    expectName(shop::notInline, "shop::notInline");
    expect(nameOfEffect() == "shop::saving", nameOfEffect());
}

void checkVariables()
{
    static const auto inFunction = atom(1);
    expectName(shop::isOpen, "shop::isOpen");
    expectName(shop::count, "shop::count");
    expectName(shop::items, "shop::items");
    expectName(shop::profile, "shop::profile");
    expectName(shop::deep, "shop::deep");
    expectName(shop::flag, "shop::flag");
    expectName(shop::perThread, "shop::perThread");
    expectName(shop::group.first, "shop::group");
    expectName(shop::group.second, "shop::group+8");
    expectName(shop::Cart::limit, "shop::Cart::limit");
    expectName(hidden, "hidden");
    expectName(inFunction, "checkVariables::inFunction");
    expectName(shop::count.named("given"), "given");
    shop::count.setName("");
    expectName(shop::count, "shop::count");
}

/// Names that programs may have, and texts that are none.
void checkTypes()
{
    const auto closure = [](std::string_view type) { return detail::nameInType(type); };
    expect(closure("nanostores::detail::TrackedComputed<int, a::b::{lambda()#1}>") == "a::b", "a variable");
    expect(closure("nanostores::detail::TrackedComputed<int, a::f(int, b<c>)::{lambda()#3}>") == "a::f()#3",
           "a function");
    expect(closure("nanostores::detail::TrackedComputed<int, a::f(int) const::{lambda()#1}>") == "a::f()", "a method");
    expect(closure("X<main::{lambda()#1}::operator()() const::{lambda()#2}>") == "main()#2",
           closure("X<main::{lambda()#1}::operator()() const::{lambda()#2}>"));
    expect(closure("X<nanostores::kit::f<a::b::{lambda()#1}>(int)::{lambda()#1}>") == "a::b", "within one of ours");
    expect(closure("X<nanostores::kit::f(int)::{lambda()#1}>").empty(), "one of ours");
    expect(closure("nanostores::detail::TrackedComputed<int, int (*)()>").empty(), "a function pointer");
    expect(closure("nanostores::detail::TrackedComputed<int, a::$_0>") == "a::lambda", "of clang");
    for (const char *text : {"", "<", ">", "{lambda", "nanostores::detail::TrackedComputed<", "::{lambda()#1}", "(((",
                             "a<b<c<{lambda", "X<operator<::{lambda()#1}>", "nanostores::XComputed<,>", "$_", "#"}) {
        static_cast<void>(closure(text));
        static_cast<void>(detail::plainFunctionName(text));
    }
    expect(detail::plainFunctionName("void a::f<int>(std::vector<int>) const [clone .part.0]") == "a::f", "a template");
    expect(detail::plainFunctionName("a::X::operator()(int) const") == "a::X::operator()", "an operator");
    expect(detail::plainFunctionName("a::X::operator bool() const") == "a::X::operator bool", "a conversion");
    expect(detail::plainFunctionName("(anonymous namespace)::f(int)") == "f", "an anonymous namespace");
}

constexpr int WriteLine = __LINE__ + 4;

[[gnu::noinline]] void writeCount(int value)
{
    shop::count.set(value);
}

void checkOrigin(bool isFull)
{
    const Trace trace;
    writeCount(2);
    const auto frames = trace.events().front().origin.frames();
    if (isFull) {
        expect(!frames.empty() && frames[0].function == "writeCount" && frames[0].file.ends_with("program.cpp")
                   && frames[0].line == WriteLine,
               "origin " + trace.events().front().origin.text());
        expect(frames.size() > 1 && frames[1].function == "checkOrigin" && frames.back().function == "main",
               trace.events().front().origin.text(9));
    }
}

/// The library is gone when its functions are named.
void checkPlugin(const char *file)
{
    const Trace trace;
    void *const library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        expect(false, dlerror());
        return;
    }
    const auto write = reinterpret_cast<void (*)(int)>(dlsym(library, "pluginWrite"));
    write(5);
    const auto has = [](const char *name) {
        const auto stores = allStores();
        return std::any_of(stores.begin(), stores.end(), [name](const StoreInfo &info) { return info.name == name; });
    };
    expect(has("plugin::doubled"), "plugin::doubled");
    expect(has("plugin::level"), "plugin::level"); // the library has its symbols in both
    expect(trace.events().size() >= 2, "events of the library");
    dlclose(library);
    expect(dlopen(file, RTLD_NOW | RTLD_NOLOAD) == nullptr, "the library is unloaded");
    expect(!has("plugin::doubled"), "no store of the library is left");
    const auto events = trace.events();
    bool isNamed = false;
    for (const TraceEvent &event : events) {
        isNamed = isNamed || event.store == "plugin::doubled";
        if (event.kind == TraceEvent::Write) {
            const std::string text = event.origin.text(2);
            expect(text.starts_with("plugin::write plugin.cpp:") && text.find("pluginWrite") != std::string::npos,
                   text);
        }
    }
    expect(isNamed, "the computed store of the library has its name");
}

} // namespace

int main(int argc, char *argv[])
{
    const bool isFull = argc > 1 && std::strcmp(argv[1], "full") == 0;
    if (argc < 3) {
        return 2;
    }
    static_cast<void>(shop::perThread.get());
    checkTypes();
    checkClosures(isFull);
    if (isFull) {
        checkVariables();
    }
    checkOrigin(isFull);
    checkPlugin(argv[2]);
    static_cast<void>(dump());
    static_cast<void>(graphDot());
    std::printf("%d wrong\n", failures);
    return failures == 0 ? 0 : 1;
}
