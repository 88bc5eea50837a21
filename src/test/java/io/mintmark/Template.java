package io.mintmark;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request to be filled with evidence that did not exist when the request was thought of. {@code
 * {jwt}} stands for the proof as it is; {@code {jwt!123x}} for one whose character 123 is an x; in
 * {@code {jwt!123}} it is missing.
 *
 * @param whole the proofs that are there unchanged, as far as the template put them there
 */
record Template(String text, Set<String> whole) {
  private static final Pattern PLACE = Pattern.compile("\\{([a-z0-9]{3})(?:!([0-9]{1,4})(.?))?}");

  static Template fill(String template, Map<String, String> evidence) {
    Set<String> whole = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    Matcher place = PLACE.matcher(template);
    while (place.find()) {
      String proof = evidence.get(place.group(1));
      if (proof == null) {
        place.appendReplacement(text, Matcher.quoteReplacement(place.group()));
        continue;
      }
      String put = proof;
      if (place.group(2) != null) {
        int at = Integer.parseInt(place.group(2)) % proof.length();
        put = proof.substring(0, at) + place.group(3) + proof.substring(at + 1);
      }
      if (put.equals(proof)) {
        whole.add(place.group(1));
      }
      place.appendReplacement(text, Matcher.quoteReplacement(put));
    }
    return new Template(place.appendTail(text).toString(), whole);
  }
}
