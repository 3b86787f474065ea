// SPDX-License-Identifier: MIT
#include "graphlayout.h"

#include <QJsonArray>

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

/// A layered layout: each node stands right of all it depends on, lines that pass a column have a place in it, and the
/// order in a column follows the middle of the neighbours.
namespace lens {

namespace {

constexpr double BoxWidth = 172;
constexpr double BoxHeight = 52;
constexpr double PillHeight = 30;
constexpr double PassHeight = 14;
constexpr double ColumnGap = 52;
constexpr double RowGap = 18;
constexpr double Margin = 24;
constexpr int Sweeps = 8;
constexpr int MostNodes = 60; ///< More are no picture.

struct Place
{
    int box = -1; ///< -1: a line that passes.
    int column = 0;
    double height = PassHeight;
    double y = 0;
    std::vector<int> before;
    std::vector<int> behind;
};

struct Line
{
    std::vector<int> places; ///< From its source to its sink.
    bool isObserved = true;
};

struct Arrow
{
    int from = 0;
    int to = 0;
    bool isObserved = true;
};

/// Arrows between nodes that are there.
std::vector<Arrow> arrowsOf(const QJsonObject &graph, int nodes)
{
    std::vector<Arrow> made;
    const auto isNode = [nodes](int place) { return place >= 0 && place < nodes; };
    const QJsonArray arrows = graph.value(QLatin1String("arrows")).toArray();
    for (const QJsonValue &value : arrows) {
        const QJsonArray arrow = value.toArray();
        if (isNode(arrow.at(0).toInt(-1)) && isNode(arrow.at(1).toInt(-1))) {
            made.push_back({arrow.at(0).toInt(), arrow.at(1).toInt(), arrow.at(2).toBool()});
        }
    }
    return made;
}

/// How many steps it is from the centre to each node: 0, 1, or more. Without a centre it is 0.
std::vector<int> distancesOf(const QJsonArray &nodes, const std::vector<Arrow> &arrows, qint64 centre)
{
    constexpr int Far = 2;
    std::vector<int> distances;
    for (const QJsonValue &node : nodes) {
        const bool isCentre = centre == 0 || node.toObject().value(QLatin1String("s")).toInteger() == centre;
        distances.push_back(isCentre ? 0 : Far);
    }
    for (const Arrow &arrow : arrows) {
        int &from = distances[std::size_t(arrow.from)];
        int &to = distances[std::size_t(arrow.to)];
        if (from == 0 && to == Far) {
            to = 1;
        } else if (to == 0 && from == Far) {
            from = 1;
        }
    }
    return distances;
}

class Layout
{
public:
    Layout(const QJsonObject &graph, qint64 centre);

    Picture draw();

private:
    void read(const QJsonObject &graph, qint64 centre);
    void assignColumns();
    void addLines();
    void order();
    void straighten();
    double middle(const std::vector<int> &neighbours) const;
    void pack(std::vector<int> &column);

    Picture m_picture;
    std::vector<Arrow> m_arrows;
    std::vector<Place> m_places;
    std::vector<Line> m_lines;
    std::vector<std::vector<int>> m_columns;
};

Layout::Layout(const QJsonObject &graph, qint64 centre)
{
    read(graph, centre);
    assignColumns();
    addLines();
    order();
    straighten();
}

void Layout::read(const QJsonObject &graph, qint64 centre)
{
    const auto add = [this](qint64 store, const QString &name, const QString &kind, const QString &value,
                            bool isCentre) {
        Box box;
        box.place = int(m_picture.boxes.size());
        box.store = store;
        box.name = name;
        box.kind = kind;
        box.shown = value;
        box.boxWidth = BoxWidth;
        box.boxHeight = value.isEmpty() ? PillHeight : BoxHeight;
        box.isCentre = isCentre;
        m_picture.boxes.append(box);
        Place place;
        place.box = box.place;
        place.height = box.boxHeight;
        m_places.push_back(place);
    };
    const QJsonArray nodes = graph.value(QLatin1String("nodes")).toArray();
    const std::vector<Arrow> arrows = arrowsOf(graph, int(nodes.size()));
    const std::vector<int> distances = distancesOf(nodes, arrows, centre);
    std::vector<int> nearest(std::size_t(nodes.size()));
    std::iota(nearest.begin(), nearest.end(), 0);
    std::stable_sort(nearest.begin(), nearest.end(),
                     [&](int a, int b) { return distances[std::size_t(a)] < distances[std::size_t(b)]; });
    m_picture.leftOut = std::max(0, int(nearest.size()) - MostNodes);
    nearest.resize(std::min<std::size_t>(nearest.size(), MostNodes));
    std::sort(nearest.begin(), nearest.end());
    std::vector<int> placeOf(std::size_t(nodes.size()), -1);
    for (const int index : nearest) {
        const QJsonObject node = nodes.at(index).toObject();
        const qint64 store = node.value(QLatin1String("s")).toInteger();
        placeOf[std::size_t(index)] = int(m_places.size());
        add(store, node.value(QLatin1String("name")).toString(), node.value(QLatin1String("kind")).toString(),
            node.value(QLatin1String("value")).toString(), store == centre);
    }
    for (const Arrow &arrow : arrows) {
        const int from = placeOf[std::size_t(arrow.from)];
        const int to = placeOf[std::size_t(arrow.to)];
        if (from >= 0 && to >= 0) {
            m_arrows.push_back({from, to, arrow.isObserved});
        }
    }
    const QJsonArray listeners = graph.value(QLatin1String("listeners")).toArray();
    for (const QJsonValue &value : listeners) {
        const QJsonArray listener = value.toArray();
        const int of = listener.at(0).toInt(-1);
        const bool isOfNode = of >= 0 && of < nodes.size();
        // Of stores that are far away, listeners are left out: they would take most of the room.
        if (!isOfNode || placeOf[std::size_t(of)] < 0 || distances[std::size_t(of)] > 1) {
            continue;
        }
        const int count = listener.at(2).toInt(1);
        const QString name = listener.at(1).toString();
        add(0, count > 1 ? QStringLiteral("%1 \u00d7 %2").arg(name).arg(count) : name, QStringLiteral("listener"), {},
            false);
        m_arrows.push_back({placeOf[std::size_t(of)], int(m_places.size()) - 1, true});
    }
}

/// The longest way from a source. A cycle, which a picture of a moment may have, ends after as many steps as there are
/// nodes.
void Layout::assignColumns()
{
    for (std::size_t step = 0; step < m_places.size(); ++step) {
        bool isChanged = false;
        for (const Arrow &arrow : m_arrows) {
            const int least = m_places[std::size_t(arrow.from)].column + 1;
            int &column = m_places[std::size_t(arrow.to)].column;
            if (column < least && least <= int(m_places.size())) {
                column = least;
                isChanged = true;
            }
        }
        if (!isChanged) {
            break;
        }
    }
    // Sources move to the right, next to what reads them.
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        const bool hasSource = std::any_of(m_arrows.begin(), m_arrows.end(),
                                           [i](const Arrow &arrow) { return std::size_t(arrow.to) == i; });
        int nearest = -1;
        for (const Arrow &arrow : m_arrows) {
            if (std::size_t(arrow.from) == i) {
                const int column = m_places[std::size_t(arrow.to)].column;
                nearest = nearest < 0 ? column : std::min(nearest, column);
            }
        }
        if (!hasSource && nearest > 0) {
            m_places[i].column = nearest - 1;
        }
    }
}

void Layout::addLines()
{
    for (const Arrow &arrow : m_arrows) {
        Line line{{arrow.from}, arrow.isObserved};
        int last = arrow.from;
        const int end = m_places[std::size_t(arrow.to)].column;
        for (int column = m_places[std::size_t(arrow.from)].column + 1; column < end; ++column) {
            Place pass;
            pass.column = column;
            m_places.push_back(pass);
            line.places.push_back(int(m_places.size()) - 1);
        }
        line.places.push_back(arrow.to);
        for (std::size_t i = 1; i < line.places.size(); ++i) {
            last = line.places[i - 1];
            m_places[std::size_t(last)].behind.push_back(line.places[i]);
            m_places[std::size_t(line.places[i])].before.push_back(last);
        }
        m_lines.push_back(line);
    }
    for (std::size_t i = 0; i < m_places.size(); ++i) {
        const auto column = std::size_t(m_places[i].column);
        if (m_columns.size() <= column) {
            m_columns.resize(column + 1);
        }
        m_columns[column].push_back(int(i));
    }
}

double Layout::middle(const std::vector<int> &neighbours) const
{
    double sum = 0;
    for (const int neighbour : neighbours) {
        const Place &place = m_places[std::size_t(neighbour)];
        sum += place.y + place.height / 2;
    }
    return sum / double(neighbours.size());
}

/// One below the other.
void Layout::pack(std::vector<int> &column)
{
    double y = 0;
    for (const int index : column) {
        m_places[std::size_t(index)].y = y;
        y += m_places[std::size_t(index)].height + RowGap;
    }
}

void Layout::order()
{
    for (std::vector<int> &column : m_columns) {
        pack(column);
    }
    for (int sweep = 0; sweep < Sweeps; ++sweep) {
        const bool isForward = sweep % 2 == 0;
        for (std::size_t i = 0; i < m_columns.size(); ++i) {
            std::vector<int> &column = m_columns[isForward ? i : m_columns.size() - 1 - i];
            std::map<int, double> wanted;
            for (const int index : column) {
                const Place &place = m_places[std::size_t(index)];
                const std::vector<int> &neighbours = isForward ? place.before : place.behind;
                wanted[index] = neighbours.empty() ? place.y + place.height / 2 : middle(neighbours);
            }
            std::stable_sort(column.begin(), column.end(), [&wanted](int a, int b) { return wanted[a] < wanted[b]; });
            pack(column);
        }
    }
}

/// Columns lie in the middle of the picture; then each place moves towards its neighbours as far as there is room.
void Layout::straighten()
{
    double height = 0;
    const auto heightOf = [this](const std::vector<int> &column) {
        const Place &last = m_places[std::size_t(column.back())];
        return last.y + last.height;
    };
    std::erase_if(m_columns, [](const std::vector<int> &column) { return column.empty(); });
    for (const std::vector<int> &column : m_columns) {
        height = std::max(height, heightOf(column));
    }
    for (const std::vector<int> &column : m_columns) {
        const double shift = (height - heightOf(column)) / 2;
        for (const int index : column) {
            m_places[std::size_t(index)].y += shift;
        }
    }
    for (int sweep = 0; sweep < Sweeps; ++sweep) {
        for (const std::vector<int> &column : m_columns) {
            for (std::size_t i = 0; i < column.size(); ++i) {
                Place &place = m_places[std::size_t(column[i])];
                std::vector<int> neighbours = place.before;
                neighbours.insert(neighbours.end(), place.behind.begin(), place.behind.end());
                if (neighbours.empty()) {
                    continue;
                }
                const Place *const above = i > 0 ? &m_places[std::size_t(column[i - 1])] : nullptr;
                const Place *const below = i + 1 < column.size() ? &m_places[std::size_t(column[i + 1])] : nullptr;
                const double least = above ? above->y + above->height + RowGap : 0;
                const double most = (below ? below->y - RowGap : height) - place.height;
                place.y = std::clamp(middle(neighbours) - place.height / 2, least, std::max(least, most));
            }
        }
    }
}

Picture Layout::draw()
{
    double height = 0;
    const auto leftOf = [](const Place &place) { return Margin + place.column * (BoxWidth + ColumnGap); };
    int firstColumn = m_places.empty() ? 0 : m_places.front().column;
    for (const Place &place : m_places) {
        firstColumn = std::min(firstColumn, place.column);
    }
    const double shift = -firstColumn * (BoxWidth + ColumnGap);
    for (const Place &place : m_places) {
        height = std::max(height, place.y + place.height);
        if (place.box >= 0) {
            Box &box = m_picture.boxes[place.box];
            box.boxX = leftOf(place) + shift;
            box.boxY = Margin + place.y;
            m_picture.width = std::max(m_picture.width, box.boxX + box.boxWidth + Margin);
        }
    }
    m_picture.height = height + 2 * Margin;
    for (const Line &line : m_lines) {
        QString &path = line.isObserved ? m_picture.solid : m_picture.dashed;
        double x = 0;
        double y = 0;
        for (std::size_t i = 0; i < line.places.size(); ++i) {
            const Place &place = m_places[std::size_t(line.places[i])];
            const double left = leftOf(place) + shift;
            const double middleY = Margin + place.y + place.height / 2;
            if (i > 0) {
                const double bend = (left - x) / 2;
                path +=
                    QStringLiteral("C %1 %2 %3 %4 %5 %4 ").arg(x + bend).arg(y).arg(left - bend).arg(middleY).arg(left);
                if (place.box < 0) {
                    path += QStringLiteral("L %1 %2 ").arg(left + BoxWidth).arg(middleY);
                } else {
                    m_picture.heads += QStringLiteral("M %1 %2 L %3 %4 L %3 %5 Z ")
                                           .arg(left)
                                           .arg(middleY)
                                           .arg(left - 7)
                                           .arg(middleY - 4)
                                           .arg(middleY + 4);
                }
            } else {
                path += QStringLiteral("M %1 %2 ").arg(left + BoxWidth).arg(middleY);
            }
            x = left + BoxWidth;
            y = middleY;
        }
    }
    return m_picture;
}

} // namespace

Picture layOut(const QJsonObject &graph, qint64 centre)
{
    return Layout(graph, centre).draw();
}

} // namespace lens
