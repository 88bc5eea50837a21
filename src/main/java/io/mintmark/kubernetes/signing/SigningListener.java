package io.mintmark.kubernetes.signing;

import io.mintmark.workload.EvidenceKind;

/** Hears how requests for certificates end, for metrics; must not wait. */
public interface SigningListener {
  SigningListener NONE =
      new SigningListener() {
        @Override
        public void served(EvidenceKind kind, Outcome outcome) {}

        @Override
        public void published(boolean current) {}
      };

  /** What became of a request, or of an attempt at it. */
  enum Outcome {
    ISSUED,
    REFUSED,
    RETRIED
  }

  void served(EvidenceKind kind, Outcome outcome);

  /** Whether the cluster's trust bundle was found or made to be ours at the last attempt. */
  void published(boolean current);
}
