// SPDX-License-Identifier: MIT
#include "preview.h"

#include <nanostores/core.h>
#include <nanostores/persistent.h>
#include <nanostores/qt.h>
#include <nanostores/widgets.h>

using namespace nanostores;

#define SETTINGS_FIELDS(FIELD) \
    FIELD(QString, name) FIELD(bool, isDark) FIELD(int, fontSize) FIELD(bool, notifies) FIELD(bool, withSound)

struct Settings
{
    Q_GADGET
    NANOSTORES_STRUCT(Settings, SETTINGS_FIELDS)
};

namespace {

const Settings defaults{QStringLiteral("Ann"), false, 12, true, false};
const auto settings = persistentRecord("settings", defaults);

bool isComplete(const Settings &all)
{
    return !all.name.trimmed().isEmpty();
}

class SettingsDialog : public SettingsForm
{
public:
    explicit SettingsDialog(QWidget *parent)
        : SettingsForm(parent)
    {
        const auto draft = map(settings.get());
        bind(draft, &Settings::name, m_name);
        bind(draft, &Settings::isDark, m_isDark);
        bind(draft, &Settings::fontSize, m_fontSize);
        bind(draft, &Settings::fontSize, m_fontSlider);
        bind(draft, &Settings::notifies, m_notifies);
        bind(draft, &Settings::withSound, m_withSound);

        QPushButton *ok = button(QDialogButtonBox::Ok);
        QPushButton *apply = button(QDialogButtonBox::Apply);
        useStore(draft, this, [this, ok](const Settings &now) {
            m_withSound->setEnabled(now.notifies);
            m_problem->setText(isComplete(now) ? QString() : QStringLiteral("Write a name"));
            ok->setEnabled(isComplete(now));
        });
        const auto canApply = computed(draft, settings, [](const Settings &now, const Settings &applied) {
            return isComplete(now) && now != applied;
        });
        useStore(canApply, apply, &QWidget::setEnabled);

        connect(apply, &QPushButton::clicked, this, [draft] { settings.set(draft.get()); });
        connect(this, &QDialog::accepted, this, [draft] { settings.set(draft.get()); });
        connect(button(QDialogButtonBox::RestoreDefaults), &QPushButton::clicked, this,
                [draft] { draft.set(defaults); });
    }
};

} // namespace

Preview::Preview()
{
    persistentEngine().load();
    useStore(settings, this,
             [this](const Settings &now) { look(now.name, now.isDark, now.fontSize, now.notifies, now.withSound); });
    connect(m_settings, &QPushButton::clicked, this, [this] { (new SettingsDialog(this))->open(); });
}

#include "preview.moc"
