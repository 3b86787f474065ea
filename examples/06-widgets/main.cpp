// SPDX-License-Identifier: MIT

// Stores and widgets: one way with useStore(), both ways with bind(). Each tie ends with its widget.

#include <nanostores/core.h>
#include <nanostores/widgets.h>

#include <QApplication>
#include <QLabel>
#include <QSlider>
#include <QSpinBox>
#include <QVBoxLayout>

using nanostores::atom;
using nanostores::bind;
using nanostores::computed;
using nanostores::useStore;

int main(int argc, char *argv[])
{
    QApplication app(argc, argv);

    const auto celsius = atom(20);
    const auto text = computed(
        celsius, [](int degrees) { return QStringLiteral("%1 °C are %2 °F").arg(degrees).arg(degrees * 9 / 5 + 32); });

    auto *spinBox = new QSpinBox;
    bind(celsius, spinBox, "value");
    auto *slider = new QSlider(Qt::Horizontal);
    bind(celsius, slider, "value");
    auto *label = new QLabel;
    useStore(text, label, &QLabel::setText);

    QWidget window;
    auto *layout = new QVBoxLayout(&window);
    layout->addWidget(spinBox);
    layout->addWidget(slider);
    layout->addWidget(label);
    window.resize(320, 160);
    window.show();
    return QApplication::exec();
}
