// SPDX-License-Identifier: MIT
#include <nanostores/widgets/modelviews.h>

#include <nanostores/qt/models/tablemodel.h>

#include <QEvent>
#include <QHeaderView>
#include <QLoggingCategory>
#include <QTableView>
#include <QTreeView>

namespace nanostores {

Q_LOGGING_CATEGORY(modelViewsLog, "nanostores.widgets.modelviews", QtWarningMsg)

namespace detail {

namespace {

/// A view that gets the focus makes its first row the current one, which no user has asked for.
class FocusFilter : public QObject
{
public:
    FocusFilter(KeySelection *selection, QAbstractItemView *view)
        : QObject(selection)
        , m_selection(selection)
    {
        view->installEventFilter(this);
    }
    bool eventFilter(QObject *watched, QEvent *event) override
    {
        if (event->type() != QEvent::FocusIn) {
            return false;
        }
        const QPointer<KeySelection> selection(m_selection);
        selection->setPaused(true);
        watched->event(event);
        if (selection) {
            selection->setPaused(false);
        }
        return true;
    }

private:
    KeySelection *m_selection;
};

} // namespace

KeySelection *keySelectionOf(QAbstractItemView *view)
{
    auto *selection = qobject_cast<KeySelection *>(view->selectionModel());
    if (!selection) {
        QItemSelectionModel *const former = view->selectionModel();
        selection = new KeySelection(view->model(), view);
        new FocusFilter(selection, view);
        if (view->model()) {
            view->setSelectionModel(selection);
        } else {
            qCWarning(modelViewsLog) << view << "has no model: call bindCurrent() and bindSelected() after setModel().";
        }
        if (former && former->parent() == view) {
            former->deleteLater(); // the one that the view has made
        }
    }
    return selection;
}

namespace {

template<typename View>
void bindSortOf(View *view, QHeaderView *header)
{
    auto *table = qobject_cast<TableModel *>(view->model());
    if (!table) {
        qCWarning(modelViewsLog) << "bindSort():" << view << "has no TableModel: call it after setModel().";
        return;
    }
    const auto show = [header, table] { header->setSortIndicator(table->sortColumn(), table->sortOrder()); };
    show();
    header->setSortIndicatorShown(true);
    view->setSortingEnabled(true); // asks for what is shown already
    QObject::connect(table, &TableModel::sortChanged, header, show);
}

} // namespace

} // namespace detail

void bindSort(QTableView *view)
{
    detail::bindSortOf(view, view->horizontalHeader());
}

void bindSort(QTreeView *view)
{
    detail::bindSortOf(view, view->header());
}

} // namespace nanostores
