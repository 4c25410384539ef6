/**
 * What several processes on one database share: leases, news of the journal, jobs that one of them
 * runs, approvals.
 */
@NullMarked
package dev.mlops.coordination;

import org.jspecify.annotations.NullMarked;
