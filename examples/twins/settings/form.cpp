// SPDX-License-Identifier: MIT
#include "form.h"

#include <QFormLayout>
#include <QVBoxLayout>

namespace {

template<typename W>
W *named(W *widget, const char *name)
{
    widget->setObjectName(QLatin1String(name));
    return widget;
}

constexpr int SmallestFont = 8;
constexpr int LargestFont = 24;

} // namespace

SettingsForm::SettingsForm(QWidget *parent)
    : QDialog(parent)
    , m_name(named(new QLineEdit, "name"))
    , m_isDark(named(new QCheckBox(QStringLiteral("Dark")), "isDark"))
    , m_fontSize(named(new QSpinBox, "fontSize"))
    , m_fontSlider(named(new QSlider(Qt::Horizontal), "fontSlider"))
    , m_notifies(named(new QCheckBox(QStringLiteral("Notify me")), "notifies"))
    , m_withSound(named(new QCheckBox(QStringLiteral("With a sound")), "withSound"))
    , m_problem(named(new QLabel, "problem"))
    , m_buttons(new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel | QDialogButtonBox::Apply
                                     | QDialogButtonBox::RestoreDefaults))
{
    setObjectName(QStringLiteral("dialog"));
    setWindowTitle(QStringLiteral("Settings"));
    setAttribute(Qt::WA_DeleteOnClose);
    m_fontSize->setRange(SmallestFont, LargestFont);
    m_fontSlider->setRange(SmallestFont, LargestFont);
    named(button(QDialogButtonBox::Ok), "ok");
    named(button(QDialogButtonBox::Cancel), "cancel");
    named(button(QDialogButtonBox::Apply), "apply");
    named(button(QDialogButtonBox::RestoreDefaults), "defaults");
    connect(m_buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(m_buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QFormLayout(this);
    layout->addRow(QStringLiteral("Name"), m_name);
    layout->addRow(QString(), m_problem);
    layout->addRow(QStringLiteral("Colours"), m_isDark);
    layout->addRow(QStringLiteral("Font size"), m_fontSize);
    layout->addRow(QString(), m_fontSlider);
    layout->addRow(QStringLiteral("News"), m_notifies);
    layout->addRow(QString(), m_withSound);
    layout->addRow(m_buttons);
}

PreviewForm::PreviewForm()
    : m_settings(named(new QPushButton(QStringLiteral("Settings ...")), "settings"))
    , m_greeting(named(new QLabel, "greeting"))
    , m_notifications(named(new QLabel, "notifications"))
{
    setObjectName(QStringLiteral("window"));
    setWindowTitle(QStringLiteral("Preview"));
    setAutoFillBackground(true);
    auto *layout = new QVBoxLayout(this);
    layout->addWidget(m_greeting);
    layout->addWidget(m_notifications);
    layout->addStretch();
    layout->addWidget(m_settings);
    resize(320, 200);
}

void PreviewForm::look(const QString &name, bool isDark, int fontSize, bool notifies, bool withSound)
{
    m_greeting->setText(QStringLiteral("Hello, %1").arg(name));
    m_notifications->setText(!notifies   ? QStringLiteral("You are not notified")
                             : withSound ? QStringLiteral("You are notified with a sound")
                                         : QStringLiteral("You are notified"));
    QFont font = m_greeting->font();
    font.setPointSize(fontSize);
    m_greeting->setFont(font);
    QPalette colours;
    colours.setColor(QPalette::Window, isDark ? QColor(0x21, 0x1f, 0x28) : QColor(0xf8, 0xf6, 0xf1));
    colours.setColor(QPalette::WindowText, isDark ? QColor(0xf4, 0xf1, 0xea) : QColor(0x1d, 0x1b, 0x26));
    setPalette(colours);
}
