// SPDX-License-Identifier: MIT
#include "tillstyle.h"

namespace {

struct Colours
{
    QColor background, surface, raised, line, ink, muted, accent, accentHover, accentInk;
};

Colours colours(bool isDark)
{
    // The same as in qml/Theme.qml.
    return isDark ? Colours{0x17161c, 0x211f28, 0x2c2a35, 0x37343f, 0xf4f1ea, 0xaaa5b4, 0xff8a61, 0xff9f7d, 0x26100a}
                  : Colours{0xf8f6f1, 0xffffff, 0xf1eee7, 0xe6e1d7, 0x1d1b26, 0x67636f, 0xc8411b, 0xb23714, 0xffffff};
}

} // namespace

QPalette tillPalette(bool isDark)
{
    const Colours c = colours(isDark);
    QPalette palette(c.raised, c.background);
    palette.setColor(QPalette::WindowText, c.ink);
    palette.setColor(QPalette::Text, c.ink);
    palette.setColor(QPalette::ButtonText, c.ink);
    palette.setColor(QPalette::Base, c.surface);
    palette.setColor(QPalette::AlternateBase, c.raised);
    palette.setColor(QPalette::Button, c.surface);
    palette.setColor(QPalette::Mid, isDark ? QColor(0x55515f) : QColor(0xc9c3b6));
    palette.setColor(QPalette::PlaceholderText, c.muted);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText, c.accentInk);
    return palette;
}

QString tillStyleSheet(bool isDark)
{
    const Colours c = colours(isDark);
    QString sheet = QStringLiteral(R"(
        #till { background: @background; }
        #title { font-size: 19px; font-weight: bold; color: @ink; }
        #subtitle, #tape, #empty, #subtotalLabel, #shippingLabel { color: @muted; }
        #card { background: @surface; border: 1px solid @line; border-radius: 12px; }
        #card QLabel, #card QCheckBox { background: transparent; }
        #total, #totalLabel { font-size: 19px; font-weight: bold; }
        #feedText { font-weight: bold; }
        QLabel, QCheckBox { font-size: 15px; color: @ink; }
        #subtitle, #tape { font-size: 13px; }
        QTableView { background: transparent; border: none; font-size: 15px; color: @ink; }
        QTableView::item { padding: 0 8px; }
        QHeaderView { background: transparent; border: none; }
        QHeaderView::section { background: transparent; border: none; border-bottom: 1px solid @line; color: @muted;
                               font-size: 12px; padding: 8px 3px; }
        QHeaderView::section:first { padding-left: 0; }
        QSpinBox { background: @surface; border: 1px solid @line; border-radius: 18px; padding: 0; min-height: 34px;
                   max-height: 34px; color: @ink; font-size: 15px; font-weight: bold; }
        QSpinBox:focus { border: 2px solid @accent; min-height: 32px; max-height: 32px; }
        QSpinBox::up-button { subcontrol-origin: border; subcontrol-position: center right; width: 32px; height: 34px;
                              border: none; image: url(:/till/plus.svg); }
        QSpinBox::down-button { subcontrol-origin: border; subcontrol-position: center left; width: 32px; height: 34px;
                                border: none; image: url(:/till/minus.svg); }
        QCheckBox { spacing: 10px; }
        QCheckBox::indicator { width: 18px; height: 18px; border: 1px solid @muted; border-radius: 6px; }
        QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/till/check-@scheme.svg); }
        QCheckBox::indicator:focus { border: 2px solid @ink; width: 16px; height: 16px; }
        QScrollBar:vertical { background: transparent; width: 6px; }
        QScrollBar::handle:vertical { background: @line; border-radius: 3px; min-height: 32px; }
        QScrollBar::add-line, QScrollBar::sub-line { height: 0; }
        QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
        #round { background: transparent; border: 2px solid transparent; border-radius: 20px; }
        #round:hover:enabled { background: @raised; }
        #round:focus { border-color: @accent; }
        QMenuBar { background: @background; color: @ink; font-size: 13px; padding: 4px 24px 0 24px; spacing: 0; }
        QMenuBar::item { background: transparent; padding: 6px 8px; border-radius: 6px; }
        QMenuBar::item:selected { background: @raised; }
        QMenu { background: @surface; color: @ink; border: 1px solid @line; padding: 6px; font-size: 13px; }
        QMenu::item { padding: 7px 28px 7px 8px; border-radius: 6px; }
        QMenu::item:selected { background: @raised; }
        QMenu::item:disabled { color: @muted; }
        QMenu::icon { padding-left: 8px; }
        #remove { background: transparent; border: 2px solid transparent; border-radius: 8px; color: @muted; font-size: 13px;
                  padding: 6px; }
        #remove:hover { color: @ink; background: @raised; }
        #remove:focus { border-color: @accent; }
        #pay { background: @accent; color: @accentInk; border: none; border-radius: 12px; min-height: 48px;
               font-size: 15px; font-weight: bold; }
        #pay:hover, #pay:focus { background: @accentHover; }
        #pay:focus { border: 2px solid @ink; }
        #pay:disabled { background: @raised; color: @muted; }
    )");
    const std::pair<const char *, QColor> names[] = {{"@background", c.background},
                                                     {"@surface", c.surface},
                                                     {"@raised", c.raised},
                                                     {"@line", c.line},
                                                     {"@ink", c.ink},
                                                     {"@muted", c.muted},
                                                     {"@accentHover", c.accentHover},
                                                     {"@accentInk", c.accentInk},
                                                     {"@accent", c.accent}};
    sheet.replace(QLatin1String("@scheme"), isDark ? QLatin1String("dark") : QLatin1String("light"));
    for (const auto &[name, colour] : names) {
        sheet.replace(QLatin1String(name), colour.name());
    }
    return sheet;
}
