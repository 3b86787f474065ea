// SPDX-License-Identifier: MIT
#include <nanostores/i18n/messagetext.h>
#include <nanostores/i18n/pseudolocale.h>

#include <QJsonValue>
#include <QString>

#include <string_view>

namespace nanostores {

namespace {

QChar accented(QChar c)
{
    constexpr std::u16string_view plain = u"ACDEGHIJKLNORSTUWYZacdeghijklnorstuwyz";
    constexpr std::u16string_view accents = u"ÅÇÐÉĜĤÎĴĶĻÑÖŔŠŢÛŴÝŽåçðéĝĥîĵķļñöŕšţûŵýž";
    static_assert(plain.size() == accents.size());
    const std::size_t at = plain.find(c.unicode());
    return at == std::u16string_view::npos ? c : QChar(accents[at]);
}

QString pseudoText(const QString &text)
{
    QString out(u'[');
    qsizetype letters = 0;
    const QStringView all(text);
    const std::u16string_view view(all.utf16(), static_cast<std::size_t>(all.size()));
    detail::scanMessage(view, true, [&](detail::TextPart part, std::u16string_view piece) {
        const QString own = QStringView(piece).toString();
        switch (part) {
        case detail::TextPart::Literal:
            for (const QChar c : own) {
                out += accented(c);
                letters += c.isLetter() ? 1 : 0;
            }
            break;
        case detail::TextPart::Param:
            out += u'{' + own + u'}';
            break;
        case detail::TextPart::Open:
            out += u'<' + own + u'>';
            break;
        case detail::TextPart::Close:
            out += QStringLiteral("</") + own + u'>';
            break;
        }
    });
    if (letters > 0) {
        out += u' ' + QString(1 + letters / 3, u'·');
    }
    return out + u']';
}

} // namespace

QJsonObject pseudoMessages(const QJsonObject &messages)
{
    QJsonObject all;
    for (auto entry = messages.begin(); entry != messages.end(); ++entry) {
        const QJsonValue value = entry.value();
        if (value.isObject()) {
            all.insert(entry.key(), pseudoMessages(value.toObject()));
        } else {
            all.insert(entry.key(), value.isString() ? QJsonValue(pseudoText(value.toString())) : value);
        }
    }
    return all;
}

} // namespace nanostores
