package io.mintmark.exchange;

import io.mintmark.workload.CredentialKind;
import io.mintmark.workload.EvidenceKind;
import io.mintmark.workload.Reason;
import org.jspecify.annotations.Nullable;

/** Told how exchanges go, and does nothing with it. */
public final class SilentObserver implements Observer {
  @Override
  public void took(Stage stage, long nanos) {}

  @Override
  public void ended(
      String outcome,
      @Nullable Reason reason,
      @Nullable EvidenceKind evidence,
      @Nullable CredentialKind credential) {}
}
