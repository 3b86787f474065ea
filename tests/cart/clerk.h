// SPDX-License-Identifier: MIT
#pragma once

#include "cart.h"
#include "catalogue.h"

#include <QCoreApplication>
#include <QImage>
#include <QSocketNotifier>
#include <QString>
#include <QStringList>
#include <QTest>

#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <utility>

/// A shop in a process of its own that does what it is asked, line by line, and answers each with what is in the cart.
/// "until <cart>" is answered once that is in it.
class Clerk
{
public:
    using Text = std::function<QString()>;

    /// picture: what its window shows. texts: others than "cart" that "until-<name> <text>" waits for.
    explicit Clerk(std::function<QImage()> picture, std::map<QString, Text> texts = {})
        : m_picture(std::move(picture))
        , m_texts(std::move(texts))
        , m_input(0, QSocketNotifier::Read)
    {
        QObject::connect(&m_input, &QSocketNotifier::activated, [this] {
            std::string line;
            if (!std::getline(std::cin, line)) {
                QCoreApplication::quit();
                return;
            }
            say(obey(QString::fromStdString(line).split(QLatin1Char(' '))));
        });
        say(QStringLiteral("open"));
    }

    static QString cartAsText()
    {
        QStringList lines;
        for (const auto &[id, item] : shop::cartItems.peek()) {
            lines.append(QStringLiteral("%1x%2").arg(item.quantity).arg(id));
        }
        lines.sort(); // a shop that was started later has them by their ids
        return lines.isEmpty() ? QStringLiteral("nothing") : lines.join(QLatin1Char(' '));
    }

private:
    static void say(const QString &line)
    {
        std::puts(line.toUtf8().constData());
        std::fflush(stdout);
    }
    static QString until(const QString &awaited, const Text &text)
    {
        static_cast<void>(QTest::qWaitFor([&] { return text() == awaited; }, 50000));
        return text();
    }
    QString obey(const QStringList &words) const
    {
        const QString &what = words.first();
        const QString rest = words.mid(1).join(QLatin1Char(' '));
        if (what == QLatin1String("add")) {
            shop::addCartItem(shop::catalogue.peek().value(words.at(1), {}));
        } else if (what == QLatin1String("quantity")) {
            shop::setQuantity(words.at(1), words.at(2).toInt());
        } else if (what == QLatin1String("remove")) {
            shop::removeCartItem(words.at(1));
        } else if (what == QLatin1String("undo")) {
            shop::cartEdits.undo();
        } else if (what == QLatin1String("until")) {
            return until(rest, cartAsText);
        } else if (what.startsWith(QLatin1String("until-"))) {
            return until(rest, m_texts.at(what.mid(6)));
        } else if (what == QLatin1String("picture")) {
            QCoreApplication::processEvents();
            m_picture().save(rest);
        }
        return cartAsText();
    }

    const std::function<QImage()> m_picture;
    const std::map<QString, Text> m_texts;
    QSocketNotifier m_input;
};
