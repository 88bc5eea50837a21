package io.mintmark.evidence.trust;

import io.mintmark.workload.WorkloadId;

/** The identities {@code /mintmark/**} of the broker's own trust domain: only the broker's. */
final class Reserved {
  static final String FIRST_SEGMENT = "mintmark";

  private Reserved() {}

  static boolean holds(WorkloadId id) {
    return id.path().equals("/" + FIRST_SEGMENT) || id.path().startsWith("/" + FIRST_SEGMENT + "/");
  }

  static String detail(WorkloadId id) {
    return "identity " + Outside.quoted(id.uri()) + " is reserved for the broker";
  }
}
