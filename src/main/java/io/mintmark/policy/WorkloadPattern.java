package io.mintmark.policy;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.List;

/**
 * A SPIFFE ID in which {@code *} stands for one whole segment, and {@code **} at the end for the
 * rest, of one or more segments. Nothing else in it is special, and the trust domain is always
 * written out.
 *
 * @param segments those before a final {@code **}
 * @param open whether it ends in {@code **}
 */
record WorkloadPattern(TrustDomain trustDomain, List<String> segments, boolean open) {
  static final String ANY = "*";
  private static final String REST = "**";
  private static final String SCHEME = "spiffe://";

  WorkloadPattern {
    segments = List.copyOf(segments);
  }

  /** Throws {@link MalformedWorkloadId}. */
  static WorkloadPattern parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw new MalformedWorkloadId("workload pattern does not begin with spiffe://");
    }
    int slash = text.indexOf('/', SCHEME.length());
    if (slash < 0) {
      throw new MalformedWorkloadId("workload pattern has no path; /** stands for every path");
    }
    TrustDomain trustDomain = new TrustDomain(text.substring(SCHEME.length(), slash));
    List<String> segments = new ArrayList<>(segments(text.substring(slash)));
    boolean open = segments.getLast().equals(REST);
    if (open) {
      segments.removeLast();
    }
    for (String segment : segments) {
      if (!segment.equals(ANY) && !WorkloadId.isSegment(segment)) {
        throw new MalformedWorkloadId(
            "workload pattern has the segment \""
                + segment
                + "\"; * stands for one whole segment, and ** only at the end");
      }
    }
    return new WorkloadPattern(trustDomain, segments, open);
  }

  /** Whether exactly one workload can match. */
  boolean exact() {
    return !open && !segments.contains(ANY);
  }

  boolean matches(WorkloadId id) {
    List<String> path = segments(id.path());
    if (!id.trustDomain().equals(trustDomain)
        || (open ? path.size() <= segments.size() : path.size() != segments.size())) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).equals(ANY) && !segments.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** The segments of a path that begins with a slash. */
  static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    int start = 1;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      segments.add(path.substring(start, end));
      start = end + 1;
    }
    return segments;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(trustDomain.uri());
    segments.forEach(segment -> text.append('/').append(segment));
    return open ? text.append("/**").toString() : text.toString();
  }
}
