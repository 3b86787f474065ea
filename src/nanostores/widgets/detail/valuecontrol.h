// SPDX-License-Identifier: MIT
#pragma once

#include <nanostores/widgets/detail/control.h>

#include <QMetaMethod>
#include <QMetaProperty>
#include <QObject>
#include <QVariant>

#include <utility>
#include <vector>

namespace nanostores::detail {

/// A widget that is bound by a property. Not installed.
class ValueControl : public Control
{
public:
    ValueControl(QObject *target, const QMetaProperty &property);

    QVariant value() const override;
    void show(const StoreLink &link) override;
    void connectTo(QObject *binding) override;
    bool isEditing() const override;
    QVariantList limits() const override;
    bool movesSilently() const override { return m_isProgress || m_isFont; }
    bool paintsAtOnce() const override { return m_isProgress; }
    void settle() override;
    bool changedByItself(const QVariant &before) const override;

private:
    QVariant inRange(const QVariant &value) const;
    bool isOutOfRange(const QVariant &value) const;
    bool isRounded(const QVariant &before) const;
    bool isElsewhere(const QVariant &before) const;
    QVariantList choices() const;

    QObject *m_target;
    QMetaProperty m_property;
    std::vector<QMetaProperty> m_limits;
    std::vector<std::pair<QMetaProperty, QMetaProperty>> m_ends; ///< From, to.
    std::vector<QMetaProperty> m_choices; ///< What the value is one of changes with them.
    QVariantList m_settledChoices;
    QVariant m_decimals;
    QVariant m_count;
    bool m_finishes = false;
    bool m_isProgress = false; ///< A range that its value is not in resets it silently.
    bool m_isFont = false; ///< Filters that let its font pass say nothing.
};

} // namespace nanostores::detail
