// SPDX-License-Identifier: MIT
#pragma once

#include <QCheckBox>
#include <QDialog>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSlider>
#include <QSpinBox>

/// The dialog of both twins: widgets, and nothing that happens between them.
class SettingsForm : public QDialog
{
public:
    explicit SettingsForm(QWidget *parent);

protected:
    QPushButton *button(QDialogButtonBox::StandardButton which) const { return m_buttons->button(which); }

    QLineEdit *const m_name;
    QCheckBox *const m_isDark;
    QSpinBox *const m_fontSize;
    QSlider *const m_fontSlider;
    QCheckBox *const m_notifies;
    QCheckBox *const m_withSound;
    QLabel *const m_problem;

private:
    QDialogButtonBox *const m_buttons;
};

/// The window of both twins: what the settings look like, and a button that opens the dialog.
class PreviewForm : public QWidget
{
public:
    PreviewForm();

protected:
    void look(const QString &name, bool isDark, int fontSize, bool notifies, bool withSound);

    QPushButton *const m_settings;

private:
    QLabel *const m_greeting;
    QLabel *const m_notifications;
};
