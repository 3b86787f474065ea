// SPDX-License-Identifier: MIT
#include <nanostores/qt/detail/twowaybinding.h>

#include <nanostores/core/equal.h>
#include <nanostores/core/errors.h>

#include <QLocale>
#include <QMetaType>

#include <algorithm>
#include <exception>
#include <utility>

// The store announces its changes, the control announces its own. Two flags keep them from answering each other: while
// the store's value is shown, what the control announces is the echo of it; while an edit is written, what the store
// announces is.
//
// The flags do not cover what a control announces later, or again, or for reasons of its own. So what the control
// shows after show() is remembered, and compared with: a spin box that announces its value once more at Return has not
// changed, and a slider whose range shrank says so by its limits (TwoWayEnds::changedByItself).

namespace nanostores::detail {

TwoWayEnds::~TwoWayEnds() = default;

bool looksTheSame(const QVariant &a, const QVariant &b)
{
    if (a.typeId() == QMetaType::Double && b.typeId() == QMetaType::Double) {
        return Equal<double>{}(a.toDouble(), b.toDouble()); // as stores have it: NaN is NaN, and -0 is not 0
    }
    return a.metaType() == b.metaType() && a.isValid() == b.isValid() && a == b;
}

QString withDecimalPoint(QString text)
{
    const QString separator = QLocale().decimalPoint();
    if (text.count(separator) == 1 && !text.contains(QLatin1Char('.'))) {
        text.replace(separator, QLatin1String("."));
    }
    return text;
}

TwoWayBinding::TwoWayBinding(TwoWayEnds *ends, QObject *owner)
    : m_ends(ends)
    , m_owner(owner)
{
}

void TwoWayBinding::show()
{
    if (!m_ends->isReady()) {
        return;
    }
    const QPointer<QObject> alive = m_owner;
    const bool before = std::exchange(m_showing, true);
    try {
        m_ends->showStoreValue();
    } catch (...) {
        if (alive) {
            m_showing = before;
        }
        throw;
    }
    if (!alive) {
        return;
    }
    m_showing = before;
    if (m_ends->isReady()) {
        m_shown = m_ends->controlValue();
        m_ends->settled();
    }
}

/// For what a control announces: Qt's code cannot be unwound. What the user entered is lost then, and no edit.
template<typename F>
void TwoWayBinding::reporting(F function) noexcept
{
    const QPointer<QObject> alive = m_owner;
    try {
        try {
            function();
        } catch (...) {
            reportError(std::current_exception());
            if (alive) {
                m_ends->showLater();
            }
        }
    } catch (...) { // no memory for that either: the next change shows the store's value
        reportError(std::current_exception());
    }
}

void TwoWayBinding::controlChanged(Cause cause)
{
    reporting([this, cause] { takeChange(cause); });
}

void TwoWayBinding::limitsChanged()
{
    reporting([this] { takeLimits(); });
}

void TwoWayBinding::finished()
{
    reporting([this] { finish(); });
}

void TwoWayBinding::takeChange(Cause cause)
{
    if (m_showing || !m_ends->isReady()) {
        return;
    }
    if (cause == Cause::Unknown && m_ends->changedByItself(m_shown)) {
        if (!m_pending) {
            m_shown = m_ends->controlValue();
        }
        m_ends->settled();
        m_ends->showLater();
        return;
    }
    if (looksTheSame(m_ends->controlValue(), m_shown)) {
        if (m_pending && m_ends->storeHoldsControlValue()) { // the user took the edit back
            const QPointer<QObject> alive = m_owner;
            setPending(false);
            if (alive) {
                setRejected(false);
            }
        }
        return;
    }
    m_ends->settled();
    if (m_ends->waitsForFinish()) {
        m_hadValue = m_pending ? m_hadValue : m_ends->storeHasValue();
        setPending(true);
    } else {
        write();
    }
}

void TwoWayBinding::takeLimits()
{
    if (m_showing || !m_ends->isReady()) {
        return;
    }
    if (m_pending) {
        m_ends->settled();
    } else {
        show();
    }
}

void TwoWayBinding::finish()
{
    if (m_showing || !m_ends->isReady()) {
        return;
    }
    const QPointer<QObject> alive = m_owner;
    if (m_pending) {
        const bool isRemoved = m_hadValue && !m_ends->storeHasValue();
        if (!isRemoved) { // what was removed meanwhile does not come back
            write();
        }
        if (alive) {
            setPending(false);
        }
    }
    if (alive) {
        show(); // as the store spells it
    }
}

void TwoWayBinding::storeChanged()
{
    if (m_writing || m_pending || !m_ends->isReady()) {
        return;
    }
    const QPointer<QObject> alive = m_owner;
    try {
        setRejected(false);
        if (alive && m_ends->isReady() && !m_ends->storeHoldsControlValue()) {
            show();
        }
    } catch (...) { // to write the same again would be no change
        if (alive) {
            m_ends->showLater();
        }
        throw;
    }
}

void TwoWayBinding::restart()
{
    const QPointer<QObject> alive = m_owner;
    setPending(false);
    if (alive) {
        setRejected(false);
    }
    if (alive) {
        show();
    }
}

void TwoWayBinding::commit()
{
    if (m_ends->isReady() && (m_pending || !looksTheSame(m_ends->controlValue(), m_shown))) {
        write();
    }
}

void TwoWayBinding::revert()
{
    if (m_ends->isReady()) {
        restart();
    }
}

void TwoWayBinding::write()
{
    const QVariant value = m_ends->controlValue();
    if (!value.isValid()) {
        setPending(false);
        return;
    }
    const QPointer<QObject> alive = m_owner;
    const QVariant shownBefore = std::exchange(m_shown, value);
    const bool writingBefore = std::exchange(m_writing, true);
    const Written written = m_ends->writeControlValue();
    if (!alive) {
        return;
    }
    m_writing = writingBefore;
    if (!m_ends->isReady()) {
        return;
    }
    const bool wait = written == Written::Unreadable && m_ends->keepsUnreadable();
    if (wait) {
        m_shown = shownBefore;
    }
    setPending(wait);
    if (alive) {
        setRejected(written != Written::Accepted);
    }
    if (alive && m_ends->isReady() && written != Written::Accepted && !wait) {
        m_ends->fallBack();
    }
}

void TwoWayBinding::setPending(bool newPending)
{
    if (std::exchange(m_pending, newPending) != newPending) {
        m_ends->announcePending();
    }
}

void TwoWayBinding::setRejected(bool newRejected)
{
    if (std::exchange(m_rejected, newRejected) != newRejected) {
        m_ends->announceRejected();
    }
}

TextDifference::TextDifference(const QString &before, const QString &after)
    : lengthBefore(before.size())
    , lengthAfter(after.size())
{
    const qsizetype shorter = std::min(lengthBefore, lengthAfter);
    while (prefix < shorter && before[prefix] == after[prefix]) {
        ++prefix;
    }
    if (prefix > 0 && before[prefix - 1].isHighSurrogate()) {
        --prefix;
    }
    qsizetype suffix = 0;
    while (suffix < shorter - prefix && before[lengthBefore - 1 - suffix] == after[lengthAfter - 1 - suffix]) {
        ++suffix;
    }
    if (suffix > 0 && before[lengthBefore - suffix].isLowSurrogate()) {
        --suffix;
    }
    removed = lengthBefore - prefix - suffix;
    inserted = lengthAfter - prefix - suffix;
}

qsizetype TextDifference::moved(qsizetype position) const
{
    if (position <= prefix) {
        return position;
    }
    return position >= prefix + removed ? position - removed + inserted : std::min(position, prefix + inserted);
}

qsizetype TextDifference::movedInLine(qsizetype position) const
{
    return position == lengthBefore ? lengthAfter : moved(position);
}

} // namespace nanostores::detail
