package dev.mlops.registry;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Reason;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Changes what people say of a version, under the model's lock and with an event for each change.
 */
final class VersionEdits {

  private final Workspace workspace;
  private final AliasRecords aliases;
  private final VersionRecords versions;

  VersionEdits(Workspace workspace, AliasRecords aliases, VersionRecords versions) {
    this.workspace = workspace;
    this.aliases = aliases;
    this.versions = versions;
  }

  /** What is done to a version inside a transaction; the entry says it. */
  private interface Change {
    Entry make(Session session, VersionRow now, Entry entry);
  }

  VersionRow tag(VersionRow version, String name, String text, Reason reason) {
    return changed(
        version,
        "model.tagged",
        reason,
        (session, now, entry) -> {
          VersionRecords.untag(session, now.id(), name);
          VersionRecords.tag(session, now.id(), name, text);
          Entry said = entry.detail("tag", name).detail("text", text);
          String before = now.tags().get(name);
          return before == null ? said : said.detail("before", before);
        });
  }

  VersionRow untag(VersionRow version, String name, Reason reason) {
    return changed(
        version,
        "model.untagged",
        reason,
        (session, now, entry) -> {
          String before = now.tags().get(name);
          if (before == null) {
            throw NotFoundException.among(
                "no tag '"
                    + name
                    + "' of model '"
                    + now.model()
                    + "' version "
                    + now.number()
                    + " in project '"
                    + workspace.project()
                    + "'",
                now.tags().keySet().stream().toList());
          }
          VersionRecords.untag(session, now.id(), name);
          return entry.detail("tag", name).detail("before", before);
        });
  }

  VersionRow describe(VersionRow version, String text, Reason reason) {
    return changed(
        version,
        "model.described",
        reason,
        (session, now, entry) -> {
          VersionRecords.describe(session, now.id(), text);
          Entry said = entry.detail("text", text);
          return now.description() == null ? said : said.detail("before", now.description());
        });
  }

  @CanIgnoreReturnValue
  VersionRow approve(VersionRow version, Reason reason) {
    return approval(
        version,
        "model.approved",
        reason,
        (session, now, by, time) -> ApprovalRecords.add(session, now, by, time, reason));
  }

  @CanIgnoreReturnValue
  VersionRow withdrawApproval(VersionRow version, Reason reason) {
    return approval(version, "model.approval-withdrawn", reason, ApprovalRecords::withdraw);
  }

  /** What a person does in a role. */
  private interface ApprovalChange {
    void make(Session session, VersionRow now, Actor by, Instant time);
  }

  private VersionRow approval(
      VersionRow version, String kind, Reason reason, ApprovalChange change) {
    Actor by = ApprovalRecords.approver(reason, workspace.actor());
    return changed(
        version,
        kind,
        reason,
        (session, now, entry) -> {
          change.make(session, now, by, workspace.clock().instant().truncatedTo(ChronoUnit.MICROS));
          return entry.detail("role", String.valueOf(by.role()));
        });
  }

  /** The row is read again under the lock: the caller's may be older than another's change. */
  private VersionRow changed(VersionRow version, String kind, Reason reason, Change change) {
    return workspace
        .database()
        .transaction(
            session -> {
              AliasRecords.ModelKey model = aliases.lock(session, version.model()).orElseThrow();
              VersionRow now = versions.live(session, model.name(), version.number());
              Entry entry = RegistryRecords.event(kind, now, reason.actorOr(workspace.actor()));
              workspace.journal().append(session, reason.addTo(change.make(session, now, entry)));
              return versions.live(session, version.model(), version.number());
            });
  }
}
