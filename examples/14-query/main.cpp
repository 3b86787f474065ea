// SPDX-License-Identifier: MIT

// A query and a mutation: what a server knows as a store, and a change that is shown at once and taken back.

#include <nanostores/core.h>
#include <nanostores/qt.h>
#include <nanostores/query.h>

#include <QCoreApplication>
#include <QMap>
#include <QTimer>

#include <iostream>
#include <stdexcept>

using nanostores::FetchContext;
using nanostores::Fetched;
using nanostores::MutationContext;
using nanostores::Task;
using nanostores::TaskSource;
using namespace std::chrono_literals;
using namespace Qt::StringLiterals;

namespace {

/// Stands for a server in the net: answers some time later.
class Server
{
public:
    Task<QString> title(int id)
    {
        return later([this, id] { return m_titles.value(id); });
    }
    Task<QString> rename(int id, const QString &title)
    {
        return later([this, id, title] {
            if (title.isEmpty()) {
                throw std::runtime_error("a title has to have a text");
            }
            return m_titles[id] = title;
        });
    }

private:
    template<typename F>
    static Task<QString> later(F answer)
    {
        const TaskSource<QString> source;
        QTimer::singleShot(200ms, qApp, [source, answer] {
            try {
                source.resolve(answer());
            } catch (...) {
                source.reject(std::current_exception());
            }
        });
        return source.task();
    }

    QMap<int, QString> m_titles{{1, u"Mug"_s}, {2, u"Spoon"_s}};
};

Server server;
const auto titleKey = nanostores::queryKey<QString, int>("title");
const nanostores::QueryClient client({.dedupeTime = 4s});
const auto shownId = nanostores::atom(1);
const auto title = client.query(titleKey, shownId, [](int id) { return server.title(id); });
const auto rename = client.mutation([](MutationContext &context, int id, const QString &text) {
    context.set(titleKey(id), text); // seen at once; undone if the server refuses it
    context.revalidate(titleKey(id));
    return server.rename(id, text);
});

void print(const Fetched<QString> &now)
{
    std::cout << (now.loading ? "loading  " : "at rest  ") << now.data.value_or(u"-"_s).toStdString() << '\n';
}

Task<void> run(QCoreApplication *app)
{
    const auto view = title.subscribe(print);
    co_await title.fetch();

    std::cout << "another one\n";
    shownId.set(2);
    co_await title.fetch();

    std::cout << "back: it is in the cache\n";
    shownId.set(1);

    std::cout << "a change\n";
    co_await rename(1, u"Cup"_s);
    co_await nanostores::allTasks();

    std::cout << "a change that the server refuses\n";
    try {
        co_await rename(1, {});
    } catch (const std::exception &error) {
        std::cout << error.what() << '\n';
    }
    co_await nanostores::allTasks();
    app->quit();
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto running = run(&app);
    return QCoreApplication::exec();
}
