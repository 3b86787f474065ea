// SPDX-License-Identifier: MIT
#include <nanostores/core.h>

#include <string>
#include <vector>

/// Fifty stores in one file, of the kinds and types that a program has.

using namespace nanostores;

namespace {

struct Profile
{
    int id = 0;
    std::string name;
    bool operator==(const Profile &) const = default;
};

struct Window
{
    int id = 0;
    std::string name;
    bool operator==(const Window &) const = default;
};

struct Session
{
    int id = 0;
    std::string name;
    bool operator==(const Session &) const = default;
};

struct Theme
{
    int id = 0;
    std::string name;
    bool operator==(const Theme &) const = default;
};

struct Search
{
    int id = 0;
    std::string name;
    bool operator==(const Search &) const = default;
};

const auto atom0 = atom(0);
const auto atom1 = atom(false);
const auto atom2 = atom(0.5);
const auto atom3 = atom(std::string("text"));
const auto atom4 = atom(std::vector<int>{});
const auto atom5 = atom(0);
const auto atom6 = atom(false);
const auto atom7 = atom(0.5);
const auto atom8 = atom(std::string("text"));
const auto atom9 = atom(std::vector<int>{});
const auto atom10 = atom(0);
const auto atom11 = atom(false);
const auto atom12 = atom(0.5);
const auto atom13 = atom(std::string("text"));
const auto atom14 = atom(std::vector<int>{});
const auto atom15 = atom(0);
const auto atom16 = atom(false);
const auto atom17 = atom(0.5);
const auto atom18 = atom(std::string("text"));
const auto atom19 = atom(std::vector<int>{});

const auto record0 = map(Profile{});
const auto record1 = map(Window{});
const auto record2 = map(Session{});
const auto record3 = map(Theme{});
const auto record4 = map(Search{});

const auto map0 = map<int, int>();
const auto map1 = map<std::string, int>();
const auto map2 = map<std::string, std::string>();
const auto map3 = map<int, Profile>();
const auto map4 = map<std::string, Session>();

const auto listed0 = computed(atom0, atom1, [](int number, bool on) { return on ? number + 0 : 0; });
const auto listed1 = computed(atom5, atom6, [](int number, bool on) { return on ? number + 1 : 1; });
const auto listed2 = computed(atom10, atom11, [](int number, bool on) { return on ? number + 2 : 2; });
const auto listed3 = computed(atom15, atom16, [](int number, bool on) { return on ? number + 3 : 3; });
const auto listed4 = computed(atom0, atom1, [](int number, bool on) { return on ? number + 4 : 4; });
const auto listed5 = computed(atom5, atom6, [](int number, bool on) { return on ? number + 5 : 5; });
const auto listed6 = computed(atom10, atom11, [](int number, bool on) { return on ? number + 6 : 6; });
const auto listed7 = computed(atom15, atom16, [](int number, bool on) { return on ? number + 7 : 7; });
const auto listed8 = computed(atom0, atom1, [](int number, bool on) { return on ? number + 8 : 8; });
const auto listed9 = computed(atom5, atom6, [](int number, bool on) { return on ? number + 9 : 9; });

const auto tracked0 = computed([] { return listed0() + atom0(); });
const auto tracked1 = computed([] { return listed1() + atom5(); });
const auto tracked2 = computed([] { return listed2() + atom10(); });
const auto tracked3 = computed([] { return listed3() + atom15(); });
const auto tracked4 = computed([] { return listed4() + atom0(); });
const auto tracked5 = computed([] { return listed5() + atom5(); });
const auto tracked6 = computed([] { return listed6() + atom10(); });
const auto tracked7 = computed([] { return listed7() + atom15(); });
const auto tracked8 = computed([] { return listed8() + atom0(); });
const auto tracked9 = computed([] { return listed9() + atom5(); });

} // namespace

int main()
{
    int sum = 0;
    std::vector<Subscription> all;
    all.push_back(tracked0.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked1.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked2.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked3.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked4.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked5.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked6.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked7.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked8.listen([&sum](int value) { sum += value; }));
    all.push_back(tracked9.listen([&sum](int value) { sum += value; }));
    all.push_back(record0.subscribe([&sum](const auto &value) { sum += value.id; }));
    all.push_back(record1.subscribe([&sum](const auto &value) { sum += value.id; }));
    all.push_back(record2.subscribe([&sum](const auto &value) { sum += value.id; }));
    all.push_back(record3.subscribe([&sum](const auto &value) { sum += value.id; }));
    all.push_back(record4.subscribe([&sum](const auto &value) { sum += value.id; }));
    all.push_back(map0.listen([&sum](const auto &value) { sum += static_cast<int>(value.size()); }));
    all.push_back(map1.listen([&sum](const auto &value) { sum += static_cast<int>(value.size()); }));
    all.push_back(map2.listen([&sum](const auto &value) { sum += static_cast<int>(value.size()); }));
    all.push_back(map3.listen([&sum](const auto &value) { sum += static_cast<int>(value.size()); }));
    all.push_back(map4.listen([&sum](const auto &value) { sum += static_cast<int>(value.size()); }));
    all.push_back(effect([&sum] { sum += tracked0() + tracked1(); }));
    record0.setKey(&Profile::name, "name");
    record1.setKey(&Window::name, "name");
    record2.setKey(&Session::name, "name");
    record3.setKey(&Theme::name, "name");
    record4.setKey(&Search::name, "name");
    atom0.set(0);
    atom5.set(1);
    atom10.set(2);
    atom15.set(3);
    map0.setKey(1, 1);
    return sum;
}
