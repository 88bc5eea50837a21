package io.mintmark.evidence.trust;

import io.mintmark.evidence.Platform;
import io.mintmark.workload.MalformedWorkloadId;
import io.mintmark.workload.TrustDomain;
import io.mintmark.workload.WorkloadId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The identity that an issuer's tokens prove, such as {@code spiffe://d/ns/{namespace}/sa/{name}}.
 * The trust domain is written out, and a segment has at most one placeholder: with two, different
 * values could give the same identity. A value that is not one path segment by itself refuses the
 * token (GHSA-59w7-v8rr-pr4p).
 */
final class IdentityTemplate {
  private static final String SCHEME = "spiffe://";

  private final TrustDomain trustDomain;
  private final List<Segment> segments;

  private IdentityTemplate(TrustDomain trustDomain, List<Segment> segments) {
    this.trustDomain = trustDomain;
    this.segments = List.copyOf(segments);
  }

  /** What became of a template: it, or what is wrong at which character, counted from 0. */
  sealed interface Compiled {
    record Template(IdentityTemplate template) implements Compiled {}

    record Wrong(int offset, String message) implements Compiled {}
  }

  /** What became of filling a template in. */
  sealed interface Rendered {
    record Identity(WorkloadId id) implements Rendered {}

    record Unfit(String detail) implements Rendered {}
  }

  /** One path segment; without placeholder, the prefix is all of it. */
  private record Segment(String prefix, @Nullable String placeholder, String suffix) {
    /** Whether some value makes both segments the same. */
    boolean meets(Segment other) {
      if (placeholder == null && other.placeholder == null) {
        return prefix.equals(other.prefix);
      }
      if (placeholder == null) {
        return other.meets(this);
      }
      if (other.placeholder == null) {
        return other.prefix.length() > prefix.length() + suffix.length()
            && other.prefix.startsWith(prefix)
            && other.prefix.endsWith(suffix);
      }
      return (prefix.startsWith(other.prefix) || other.prefix.startsWith(prefix))
          && (suffix.endsWith(other.suffix) || other.suffix.endsWith(suffix));
    }
  }

  static Compiled compile(String text, Predicate<String> isPlaceholder) {
    if (!text.startsWith(SCHEME)) {
      return new Compiled.Wrong(0, "an identity begins with spiffe://");
    }
    int slash = text.indexOf('/', SCHEME.length());
    String domain = text.substring(SCHEME.length(), slash < 0 ? text.length() : slash);
    if (domain.indexOf('{') >= 0) {
      return new Compiled.Wrong(
          SCHEME.length(), "the trust domain of an identity is written out, never a placeholder");
    }
    TrustDomain trustDomain;
    try {
      trustDomain = new TrustDomain(domain);
    } catch (MalformedWorkloadId e) {
      return new Compiled.Wrong(SCHEME.length(), String.valueOf(e.getMessage()));
    }
    if (slash < 0) {
      return new Compiled.Wrong(text.length(), "an identity has a path");
    }
    List<Segment> segments = new ArrayList<>();
    int start = slash + 1;
    while (start <= text.length()) {
      int end = text.indexOf('/', start);
      end = end < 0 ? text.length() : end;
      String part = text.substring(start, end);
      int open = part.indexOf('{');
      int close = part.indexOf('}');
      if (open < 0 && close < 0) {
        if (!WorkloadId.isSegment(part)) {
          return new Compiled.Wrong(start, notASegment(part));
        }
        segments.add(new Segment(part, null, ""));
      } else if (open < 0 || close < open) {
        return new Compiled.Wrong(start, "a brace in " + Outside.quoted(part) + " has no partner");
      } else {
        String name = part.substring(open + 1, close);
        String prefix = part.substring(0, open);
        String suffix = part.substring(close + 1);
        if (suffix.indexOf('{') >= 0) {
          return new Compiled.Wrong(
              start + close + 1,
              "a path segment has one placeholder: with two, different values could give the same"
                  + " identity");
        }
        if (!WorkloadId.isSegment(prefix + 'x' + suffix)) {
          return new Compiled.Wrong(start, notASegment(part));
        }
        if (!isPlaceholder.test(name)) {
          return new Compiled.Wrong(
              start + open, "placeholder " + Outside.quoted("{" + name + "}") + " is not known");
        }
        segments.add(new Segment(prefix, name, suffix));
      }
      start = end + 1;
    }
    return new Compiled.Template(new IdentityTemplate(trustDomain, segments));
  }

  TrustDomain trustDomain() {
    return trustDomain;
  }

  /** The names of the placeholders, in order. */
  Set<String> placeholders() {
    Set<String> names = new LinkedHashSet<>();
    for (Segment segment : segments) {
      if (segment.placeholder != null) {
        names.add(segment.placeholder);
      }
    }
    return names;
  }

  /** Whether the first path segment is this word in every identity. */
  boolean beginsWith(String word) {
    Segment first = segments.getFirst();
    return first.placeholder == null && first.prefix.equals(word);
  }

  /** Whether both templates can give the same identity. */
  boolean overlaps(IdentityTemplate other) {
    if (!trustDomain.equals(other.trustDomain) || segments.size() != other.segments.size()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      if (!segments.get(i).meets(other.segments.get(i))) {
        return false;
      }
    }
    return true;
  }

  Rendered render(Platform.Placeholders values) {
    StringBuilder path = new StringBuilder();
    for (Segment segment : segments) {
      path.append('/').append(segment.prefix);
      if (segment.placeholder != null) {
        String value = values.value(segment.placeholder);
        if (value == null) {
          return new Rendered.Unfit(
              "the token has no value for placeholder \"{" + segment.placeholder + "}\"");
        }
        if (!WorkloadId.isSegment(value)) {
          return new Rendered.Unfit(
              "the value "
                  + Outside.quoted(value)
                  + " of placeholder \"{"
                  + segment.placeholder
                  + "}\" is not one path segment");
        }
        path.append(value);
      }
      path.append(segment.suffix);
    }
    try {
      return new Rendered.Identity(new WorkloadId(trustDomain, path.toString()));
    } catch (MalformedWorkloadId e) {
      return new Rendered.Unfit(String.valueOf(e.getMessage()));
    }
  }

  private static String notASegment(String part) {
    return Outside.quoted(part) + " is not a path segment: it has characters A-Z a-z 0-9 . - _";
  }
}
