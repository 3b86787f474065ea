// SPDX-License-Identifier: MIT
#include "preview.h"

namespace {

class SettingsDialog : public SettingsForm
{
public:
    SettingsDialog(AppSettings *app, QWidget *parent)
        : SettingsForm(parent)
        , m_app(app)
    {
        fill(m_app->current());
        connect(m_name, &QLineEdit::textChanged, this, &SettingsDialog::check);
        connect(m_isDark, &QCheckBox::toggled, this, &SettingsDialog::check);
        connect(m_fontSize, &QSpinBox::valueChanged, m_fontSlider, &QSlider::setValue);
        connect(m_fontSlider, &QSlider::valueChanged, m_fontSize, &QSpinBox::setValue);
        connect(m_fontSize, &QSpinBox::valueChanged, this, &SettingsDialog::check);
        connect(m_notifies, &QCheckBox::toggled, this, &SettingsDialog::check);
        connect(m_withSound, &QCheckBox::toggled, this, &SettingsDialog::check);
        connect(m_app, &AppSettings::currentChanged, this, &SettingsDialog::check);
        check();

        connect(button(QDialogButtonBox::Apply), &QPushButton::clicked, this, &SettingsDialog::apply);
        connect(this, &QDialog::accepted, this, &SettingsDialog::apply);
        connect(button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this, [this] { fill({}); });
    }

private:
    void fill(const Settings &settings)
    {
        m_name->setText(settings.name);
        m_isDark->setChecked(settings.isDark);
        m_fontSize->setValue(settings.fontSize);
        m_fontSlider->setValue(settings.fontSize);
        m_notifies->setChecked(settings.notifies);
        m_withSound->setChecked(settings.withSound);
    }

    Settings entered() const
    {
        return {m_name->text(), m_isDark->isChecked(), m_fontSize->value(), m_notifies->isChecked(),
                m_withSound->isChecked()};
    }

    void check()
    {
        const Settings now = entered();
        const bool isComplete = !now.name.trimmed().isEmpty();
        m_withSound->setEnabled(now.notifies);
        m_problem->setText(isComplete ? QString() : QStringLiteral("Write a name"));
        button(QDialogButtonBox::Ok)->setEnabled(isComplete);
        button(QDialogButtonBox::Apply)->setEnabled(isComplete && now != m_app->current());
    }

    void apply() { m_app->setCurrent(entered()); }

    AppSettings *m_app;
};

} // namespace

Preview::Preview()
{
    showSettings();
    connect(&m_app, &AppSettings::currentChanged, this, &Preview::showSettings);
    connect(m_settings, &QPushButton::clicked, this, [this] { (new SettingsDialog(&m_app, this))->open(); });
}

void Preview::showSettings()
{
    const Settings &now = m_app.current();
    look(now.name, now.isDark, now.fontSize, now.notifies, now.withSound);
}
