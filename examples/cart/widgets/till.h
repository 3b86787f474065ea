// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QTableView;
namespace nanostores {
class TableModel;
}

/// The third island: a cash desk made of widgets, on the same stores as the shop.
class Till : public QWidget
{
    Q_OBJECT

public:
    explicit Till(QWidget *parent = nullptr);

private:
    QWidget *cartCard();
    QWidget *feedCard();
    void addRows(int first, int last);

    nanostores::TableModel *m_model;
    QTableView *m_table = nullptr;
};
