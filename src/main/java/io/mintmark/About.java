package io.mintmark;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a setting is for, in the words of the generated reference page. */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface About {
  /** A sentence or two. */
  String value();

  /** The default where it is not one fixed value. */
  String otherwise() default "";

  /** An example of a value. */
  String example() default "";
}
