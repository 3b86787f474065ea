// SPDX-License-Identifier: MIT

// Undo and redo of plain writes. A step is a turn: what one write or batch has changed, and what effects made of it.

#include <nanostores/core.h>
#include <nanostores/history.h>

#include <iostream>
#include <string>

using nanostores::atom;
using nanostores::effect;
using nanostores::history;

int main()
{
    const auto layers = nanostores::map<std::string, int>(); // how opaque each one is, in percent
    const auto thickest = atom(std::string());
    const auto choosing = effect(layers, [&](const auto &all) {
        std::string name;
        for (const auto &[layer, opacity] : all) {
            name = name.empty() || opacity > *all.find(name) ? layer : name;
        }
        thickest.set(name);
    });
    const auto edits = history(layers, thickest);

    const auto listing = edits.steps.listen([](const auto &steps) {
        for (const auto &step : steps) {
            std::cout << (step.done ? " [" : " (") << step.text << (step.done ? "]" : ")");
        }
        std::cout << '\n';
    });

    edits.group("add a roof", [&] { layers.setKey("roof", 60); });
    edits.group("drag its opacity", [&] {
        for (int opacity = 61; opacity <= 90; ++opacity) {
            layers.setKey("roof", opacity);
        }
    });
    edits.group("add a sky", [&] { layers.setKey("sky", 100); });
    std::cout << "thickest: " << thickest.get() << '\n';

    edits.goTo(1);
    std::cout << "thickest: " << thickest.get() << ", the roof has " << layers.get().value("roof") << " %\n";

    const auto guard = onSet(layers, [](auto &event) { event.abort(); });
    std::cout << "redo while the layers are locked: " << std::boolalpha << edits.redo() << '\n';
}
