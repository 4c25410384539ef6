/**
 * What several processes on one database share: leases, news of the journal, jobs that one of them
 * runs, approvals.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.coordination;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
