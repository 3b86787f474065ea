// SPDX-License-Identifier: MIT
#include "feedlight.h"

#include <QPainter>
#include <QRadialGradient>

FeedLight::FeedLight(QWidget *parent)
    : QWidget(parent)
{
    setFixedSize(FeedLight::sizeHint());
}

void FeedLight::setOn(bool on)
{
    if (m_isOn == on) {
        return;
    }
    m_isOn = on;
    update();
    Q_EMIT onChanged(on);
}

void FeedLight::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    const QPointF centre = QRectF(rect()).center();
    const QColor glow(0x3f, 0xc9, 0x7f);

    if (m_isOn) {
        QRadialGradient halo(centre, 16);
        halo.setColorAt(0.4, QColor(glow.red(), glow.green(), glow.blue(), 150));
        halo.setColorAt(1, QColor(glow.red(), glow.green(), glow.blue(), 0));
        painter.setBrush(halo);
        painter.drawEllipse(centre, 16, 16);
    }
    const QColor dull = palette().color(QPalette::Mid);
    QRadialGradient lamp(centre - QPointF(2.5, 2.5), 11);
    lamp.setColorAt(0, m_isOn ? QColor(0xc4, 0xf5, 0xd6) : dull.lighter(125));
    lamp.setColorAt(1, m_isOn ? glow.darker(112) : dull.darker(112));
    painter.setBrush(lamp);
    painter.drawEllipse(centre, 8, 8);
}
