package io.mintmark.policy;

import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The identities that a cluster's issuer gives to the workloads of one namespace: its identity
 * template with the namespace filled in. A template has one placeholder a segment and a fixed
 * number of segments, so no identity lies in two territories.
 */
record Territory(TrustDomain trustDomain, List<Segment> segments) {
  private static final String SCHEME = "spiffe://";
  private static final String NAMESPACE = "namespace";

  Territory {
    segments = List.copyOf(segments);
  }

  /** A fixed segment, or what stands before and after a value that may be any. */
  private record Segment(String prefix, boolean any, String suffix) {
    boolean holds(String segment) {
      return any
          ? segment.length() > prefix.length() + suffix.length()
              && segment.startsWith(prefix)
              && segment.endsWith(suffix)
          : segment.equals(prefix);
    }

    @Override
    public String toString() {
      return any ? prefix + WorkloadPattern.ANY + suffix : prefix;
    }
  }

  /**
   * @param template the {@code identity} of an Issuer document
   * @return null where the template does not tell namespaces apart
   */
  static @Nullable Territory of(String template, String namespace) {
    int slash = template.indexOf('/', SCHEME.length());
    if (!template.startsWith(SCHEME) || slash < 0 || !WorkloadId.isSegment(namespace)) {
      return null;
    }
    List<Segment> segments = new ArrayList<>();
    boolean told = false;
    for (String part : WorkloadPattern.segments(template.substring(slash))) {
      int open = part.indexOf('{');
      int close = part.indexOf('}');
      if (open < 0 && close < 0) {
        segments.add(new Segment(part, false, ""));
      } else if (open < 0 || close < open || part.indexOf('{', close) >= 0) {
        return null;
      } else if (part.substring(open + 1, close).equals(NAMESPACE)) {
        told = true;
        segments.add(
            new Segment(
                part.substring(0, open) + namespace + part.substring(close + 1), false, ""));
      } else {
        segments.add(new Segment(part.substring(0, open), true, part.substring(close + 1)));
      }
    }
    try {
      return told
          ? new Territory(new TrustDomain(template.substring(SCHEME.length(), slash)), segments)
          : null;
    } catch (MalformedWorkloadId malformed) {
      return null;
    }
  }

  boolean holds(WorkloadId id) {
    List<String> path = WorkloadPattern.segments(id.path());
    return id.trustDomain().equals(trustDomain) && holds(path);
  }

  /** Whether every workload that the pattern matches lies within. */
  boolean holds(WorkloadPattern pattern) {
    return pattern.trustDomain().equals(trustDomain)
        && !pattern.open()
        && holds(pattern.segments());
  }

  private boolean holds(List<String> path) {
    if (path.size() != segments.size()) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      Segment segment = segments.get(i);
      boolean everything = segment.any && segment.prefix.isEmpty() && segment.suffix.isEmpty();
      if (path.get(i).equals(WorkloadPattern.ANY) ? !everything : !segment.holds(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(trustDomain.uri());
    segments.forEach(segment -> text.append('/').append(segment));
    return text.toString();
  }
}
