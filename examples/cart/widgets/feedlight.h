// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

/// A lamp: green and glowing while it is on, dull otherwise.
class FeedLight : public QWidget
{
    Q_OBJECT
    Q_PROPERTY(bool on READ isOn WRITE setOn NOTIFY onChanged FINAL)

public:
    explicit FeedLight(QWidget *parent = nullptr);

    bool isOn() const { return m_isOn; }
    void setOn(bool on);
    Q_SIGNAL void onChanged(bool on);

    QSize sizeHint() const override { return {32, 32}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    bool m_isOn = false;
};
