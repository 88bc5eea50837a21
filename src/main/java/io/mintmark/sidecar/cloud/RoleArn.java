package io.mintmark.sidecar.cloud;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a role: {@code arn:PARTITION:iam::ACCOUNT:role/PATH/NAME}.
 *
 * @param name without its path
 */
record RoleArn(String text, String partition, String account, String name) {
  private static final Pattern FORM =
      Pattern.compile(
          "arn:(aws[a-z-]{0,32}):iam::([0-9]{12}):role/(?:[\\x21-\\x7E]{1,510}/)?([\\w+=,.@-]{1,64})");

  /** Throws {@link IllegalArgumentException} with a sentence. */
  static RoleArn parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "a role has the form arn:aws:iam::ACCOUNT:role/NAME, where ACCOUNT has 12 digits");
    }
    return new RoleArn(text, matcher.group(1), matcher.group(2), matcher.group(3));
  }

  /** The name that a session of this role has; it is without the role's path. */
  String assumed(String session) {
    return "arn:%s:sts::%s:assumed-role/%s/%s".formatted(partition, account, name, session);
  }

  @Override
  public String toString() {
    return text;
  }
}
