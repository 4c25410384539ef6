package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Session;

/** What the journal tells of a run. */
final class ScoringJournal {

  private final Workspace workspace;
  private final RunName name;
  private final ScoringTerms terms;

  ScoringJournal(Workspace workspace, RunName name, ScoringTerms terms) {
    this.workspace = workspace;
    this.name = name;
    this.terms = terms;
  }

  void started(Session session) {
    append(session, entry("scoring.started").detail("asked", terms.asked()));
  }

  void resumed(Session session, ScoringTally tally) {
    append(session, counted("scoring.resumed", tally));
  }

  void finished(Session session, ScoringTally tally) {
    ScoringReport report = tally.report(terms.isLogging());
    append(
        session,
        counted("scoring.finished", tally)
            .outcome(report.rows() == 0 ? "empty" : "ok")
            .detail("invalid", String.valueOf(report.invalid()))
            .detail("logged", String.valueOf(report.logged()))
            .detail("repeated", String.valueOf(report.repeated()))
            .detail("refused", String.valueOf(report.refused())));
  }

  void deleted(Session session, ScoringTally tally) {
    append(session, counted("scoring.deleted", tally));
  }

  void failed(ScoringTally tally, String why) {
    workspace
        .database()
        .transaction(
            session -> {
              append(
                  session, counted("scoring.failed", tally).outcome("failed").detail("why", why));
              return true;
            });
  }

  private void append(Session session, Entry entry) {
    workspace.journal().append(session, entry);
  }

  private Entry counted(String kind, ScoringTally tally) {
    return entry(kind)
        .detail("batches", String.valueOf(tally.count()))
        .detail("rows", String.valueOf(tally.rows()));
  }

  private Entry entry(String kind) {
    Entry entry =
        Entry.of(kind)
            .about("scoring", name.job())
            .detail("run", name.run())
            .detail("model", terms.model() + ":" + terms.version());
    return terms.digest() == null ? entry : entry.subject("model", terms.digest());
  }
}
