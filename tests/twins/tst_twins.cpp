// SPDX-License-Identifier: MIT

// Plays one script in both programs of each pair, and holds docs/compared.md to what is measured.

#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

namespace {

struct Twins
{
    QString name;
    QString ours;
    QString plain;
};

QString readText(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// The pictures that a program has drawn, by their names.
QMap<QString, QByteArray> picturesIn(const QString &folder)
{
    QMap<QString, QByteArray> pictures;
    QDirIterator files(folder, {QStringLiteral("*.png")}, QDir::Files);
    while (files.hasNext()) {
        QFile file(files.next());
        if (file.open(QIODevice::ReadOnly)) {
            pictures.insert(files.fileName(), file.readAll());
        }
    }
    return pictures;
}

/// What a program prints while the script is played in it; empty if it fails. Its pictures are in the home.
QStringList transcriptOf(const QString &program, const QString &name, const QString &home)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
    environment.insert(QStringLiteral("QT_QUICK_BACKEND"), QStringLiteral("software"));
    environment.insert(QStringLiteral("QT_QUICK_CONTROLS_STYLE"), QStringLiteral("Basic"));
    environment.insert(QStringLiteral("QT_QPA_GENERIC_PLUGINS"), QStringLiteral("twinscript"));
    environment.insert(QStringLiteral("QT_PLUGIN_PATH"), QStringLiteral(TWIN_PLUGINS));
    environment.insert(QStringLiteral("NANOSTORES_TWIN"), name);
    environment.insert(QStringLiteral("NANOSTORES_TWIN_PICTURES"), home);
    environment.insert(QStringLiteral("HOME"), home);
    environment.insert(QStringLiteral("XDG_RUNTIME_DIR"), home);
    environment.insert(QStringLiteral("XDG_CONFIG_HOME"), home + QStringLiteral("/config"));
    environment.insert(QStringLiteral("XDG_DATA_HOME"), home + QStringLiteral("/data"));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(program, QStringList());
    if (!process.waitForFinished(120000)) {
        process.kill();
        process.waitForFinished();
        qWarning("%s does not end", qPrintable(program));
        return {};
    }
    QString complaints;
    for (const QString &line : QString::fromUtf8(process.readAllStandardError()).split(QLatin1Char('\n'))) {
        if (!line.isEmpty() && !line.contains(QStringLiteral("propagateSizeHints"))) { // the platform's
            complaints += line + QLatin1Char('\n');
        }
    }
    if (!complaints.isEmpty()) {
        qWarning("%s: %s", qPrintable(program), qPrintable(complaints));
    }
    const QString printed = QString::fromUtf8(process.readAllStandardOutput());
    if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0 || !complaints.isEmpty()) {
        qWarning("%s fails:\n%s", qPrintable(program), qPrintable(printed));
        return {};
    }
    return printed.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
}

QStringList withMark(const QStringList &lines, bool isMeasured)
{
    QStringList chosen;
    for (const QString &line : lines) {
        if (line.startsWith(QLatin1Char('#')) == isMeasured) {
            chosen.append(isMeasured ? line.mid(2) : line);
        }
    }
    return chosen;
}

/// Lines of code in a folder's own files: those that are neither empty nor only a comment.
int linesOf(const QString &folder)
{
    int lines = 0;
    QDirIterator files(folder, {QStringLiteral("*.h"), QStringLiteral("*.cpp"), QStringLiteral("*.qml")}, QDir::Files);
    while (files.hasNext()) {
        for (const QString &line : readText(files.next()).split(QLatin1Char('\n'))) {
            const QString code = line.trimmed();
            lines += !code.isEmpty() && !code.startsWith(QStringLiteral("//")) ? 1 : 0;
        }
    }
    return lines;
}

} // namespace

class tst_Twins : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void bothShowTheSame_data() { pairs(); }
    void bothShowTheSame();
    void settingsAreKept();
    void oursKeepPlacesAndDelegates_data() { pairs(); }
    void oursKeepPlacesAndDelegates();
    void thePageSaysHowLongTheyAre_data() { pairs(); }
    void thePageSaysHowLongTheyAre();
    void thePageSaysWhatIsMeasured_data() { pairs(); }
    void thePageSaysWhatIsMeasured();

private:
    void pairs() const
    {
        QTest::addColumn<Twins>("twins");
        for (const Twins &twins : m_twins) {
            QTest::newRow(qPrintable(twins.name)) << twins;
        }
    }
    /// Played once, with settings of its own.
    QStringList transcript(const QString &program, const QString &name)
    {
        QStringList &lines = m_transcripts[program];
        if (lines.isEmpty()) {
            const QTemporaryDir home;
            lines = transcriptOf(program, name, home.path());
            m_pictures.insert(program, picturesIn(home.path()));
        }
        return lines;
    }

    QList<Twins> m_twins;
    QHash<QString, QStringList> m_transcripts;
    QHash<QString, QMap<QString, QByteArray>> m_pictures;
};

Q_DECLARE_METATYPE(Twins)

void tst_Twins::initTestCase()
{
    for (const QString &line : readText(QStringLiteral(TWIN_PROGRAMS)).split(QLatin1Char('\n'), Qt::SkipEmptyParts)) {
        const QStringList parts = line.split(QLatin1Char('|'));
        m_twins.append({parts.value(0), parts.value(1), parts.value(2)});
    }
    QVERIFY(!m_twins.isEmpty());
}

void tst_Twins::bothShowTheSame()
{
    QFETCH(const Twins, twins);
    const QStringList ours = withMark(transcript(twins.ours, twins.name), false);
    const QStringList plain = withMark(transcript(twins.plain, twins.name), false);
    QVERIFY(ours.size() > 20);
    for (qsizetype i = 0; i < std::min(ours.size(), plain.size()); ++i) {
        QCOMPARE(ours.at(i), plain.at(i));
    }
    QCOMPARE(ours.size(), plain.size());

    // To the pixel, too.
    const auto drawn = m_pictures.value(twins.ours);
    QVERIFY(!drawn.isEmpty());
    QCOMPARE(drawn.keys(), m_pictures.value(twins.plain).keys());
    for (auto it = drawn.begin(); it != drawn.end(); ++it) {
        QVERIFY2(it.value() == m_pictures.value(twins.plain).value(it.key()), qPrintable(it.key()));
    }
}

void tst_Twins::settingsAreKept()
{
    for (const Twins &twins : m_twins) {
        if (twins.name != QStringLiteral("settings")) {
            continue;
        }
        QStringList seconds;
        for (const QString &program : {twins.ours, twins.plain}) {
            const QTemporaryDir home;
            const QString greeting = QStringLiteral("        greeting: Hello, Ann, 13 pt"); // as the script ends
            QVERIFY(transcriptOf(program, twins.name, home.path()).filter(greeting).size() > 0);
            const QStringList second = transcriptOf(program, twins.name, home.path());
            QVERIFY(second.indexOf(greeting) >= 0);
            QCOMPARE(second.indexOf(greeting), 2); // and as it begins
            seconds.append(second.join(QLatin1Char('\n')));
        }
        QCOMPARE(seconds.at(0), seconds.at(1));
        return;
    }
    QSKIP("the pair is not built");
}

/// Also where rows change their places.
void tst_Twins::oursKeepPlacesAndDelegates()
{
    QFETCH(const Twins, twins);
    const QStringList lines = withMark(transcript(twins.ours, twins.name), true);
    QCOMPARE(lines.isEmpty(), twins.name == QStringLiteral("settings")); // which has no list
    for (const QString &line : lines) {
        QVERIFY2(line.contains(QStringLiteral("kept")), qPrintable(line));
        for (const char *loss : {"lost", "no row", "no delegate", "some delegates"}) {
            QVERIFY2(!line.contains(QLatin1String(loss)), qPrintable(line));
        }
    }
}

void tst_Twins::thePageSaysHowLongTheyAre()
{
    QFETCH(const Twins, twins);
    const QString folder = QStringLiteral(TWIN_SOURCES "/") + twins.name;
    const QString row = QStringLiteral("| [%1](../examples/twins/%1) | %2 | %3 | %4 |")
                            .arg(twins.name)
                            .arg(linesOf(folder + QStringLiteral("/ours")))
                            .arg(linesOf(folder + QStringLiteral("/plain")))
                            .arg(linesOf(folder));
    QVERIFY2(readText(QStringLiteral(TWIN_PAGE)).contains(row), qPrintable(row));
}

void tst_Twins::thePageSaysWhatIsMeasured()
{
    QFETCH(const Twins, twins);
    if (!QString::fromLatin1(qVersion()).startsWith(QStringLiteral("6.4."))) {
        QSKIP("the page says what views of Qt 6.4 do");
    }
    const QString page = readText(QStringLiteral(TWIN_PAGE));
    const QStringList ours = withMark(transcript(twins.ours, twins.name), true);
    const QStringList plain = withMark(transcript(twins.plain, twins.name), true);
    QCOMPARE(ours.size(), plain.size());
    for (qsizetype i = 0; i < ours.size(); ++i) {
        const QString step = ours.at(i).section(QStringLiteral(": "), 0, 0);
        QCOMPARE(step, plain.at(i).section(QStringLiteral(": "), 0, 0));
        const QString row = QStringLiteral("| %1, %2 | %3 | %4 |")
                                .arg(twins.name, step, ours.at(i).section(QStringLiteral(": "), 1),
                                     plain.at(i).section(QStringLiteral(": "), 1));
        QVERIFY2(page.contains(row), qPrintable(row));
    }
}

QTEST_MAIN(tst_Twins)
#include "tst_twins.moc"
