// SPDX-License-Identifier: MIT
#pragma once

#include <QtCore/QList>
#include <QtCore/QString>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <random>

/// Paths that lead somewhere, make something, or lead nowhere; values of all that a document has.
class DocumentEdits
{
public:
    explicit DocumentEdits(unsigned seed)
        : m_random(seed)
    {
    }
    int any(int below) { return int(m_random() % unsigned(below)); }
    QString path()
    {
        static const char *const names[] = {"a", "b", "c", "list", "texts"};
        const auto name = [this] { return QString::fromUtf8(names[any(5)]); };
        QString text = name();
        for (int i = any(4); i > 0; --i) {
            text += any(2) ? QStringLiteral(".") + name() : QStringLiteral("[%1]").arg(any(4));
        }
        return text;
    }
    QVariant value(int depth = 0)
    {
        switch (any(depth > 2 ? 4 : 9)) {
        case 0:
            return any(3);
        case 1:
            return QStringLiteral("text");
        case 2:
            return any(2) == 0;
        case 3:
            return depth == 0 ? QVariant() : QVariant(1.5);
        case 4:
        case 5:
            return QVariantMap{{QStringLiteral("a"), value(depth + 1)}, {QStringLiteral("list"), value(depth + 1)}};
        case 6:
        case 7:
            return QVariantList{value(depth + 1), value(depth + 1), any(2)};
        default:
            return any(2) ? QVariant(QStringList{QStringLiteral("x"), QStringLiteral("y")})
                          : QVariant::fromValue(QList<int>{1, 2});
        }
    }

private:
    std::mt19937 m_random;
};
