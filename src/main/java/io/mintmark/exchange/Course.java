package io.mintmark.exchange;

import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one exchange went, for those who trace requests. It names no workload and holds no proof: the
 * decision id leads an operator to the record, which does.
 *
 * @param traceparent that of the request; null where there was none
 * @param took nanoseconds of each stage that there was, one after the other
 * @param reason null where a credential was minted
 */
public record Course(
    String decisionId,
    @Nullable String traceparent,
    Instant began,
    Map<Observer.Stage, Long> took,
    String outcome,
    @Nullable Reason reason,
    @Nullable EvidenceKind evidence,
    @Nullable CredentialKind credential) {}
