package io.mintmark.house;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiPredicate;

/**
 * The rules, over the classes below one base package. Every method returns what breaks its rule,
 * one line each.
 */
record House(String base, JavaClasses classes) {
  /** Names that say nothing; what they hold belongs to a room. */
  private static final Set<String> DRAWERS =
      Set.of("common", "util", "utils", "core", "model", "service", "impl", "helper", "misc");

  private static final List<String> VAGUE = List.of("Impl", "Manager", "Helper", "Util", "Utils");

  /** Calls that read the wall clock. */
  private static final Set<String> CLOCK_READS =
      Set.of(
          "java.time.Instant.now()",
          "java.time.LocalDate.now()",
          "java.time.LocalDateTime.now()",
          "java.time.LocalTime.now()",
          "java.time.OffsetDateTime.now()",
          "java.time.ZonedDateTime.now()",
          "java.util.Date.<init>()",
          "java.util.Calendar.getInstance()",
          "java.lang.System.currentTimeMillis()");

  /** Calls that make a wall clock to hand on: for the places that wire, and no others. */
  private static final Set<String> CLOCK_SOURCES =
      Set.of(
          "java.time.InstantSource.system()",
          "java.time.Clock.systemUTC()",
          "java.time.Clock.systemDefaultZone()");

  private static final Set<String> WIRING_ROOMS = Set.of("", "cli");

  private static final Set<String> UNGUARDED_SERVERS =
      Set.of(
          "io.vertx.core.Vertx.createHttpServer()",
          "io.vertx.core.Vertx.createHttpServer(io.vertx.core.http.HttpServerOptions)");

  /** Matching a part of a string is how a glued pattern lets a stranger in. */
  private static final Set<String> PARTIAL_MATCHES =
      Set.of(
          "java.util.regex.Matcher.find()",
          "java.util.regex.Matcher.find(int)",
          "java.util.regex.Matcher.lookingAt()",
          "java.util.regex.Pattern.asPredicate()");

  Set<String> importsThatNobodyAllowed(Map<String, Set<String>> mayImport, Set<String> subrooms) {
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      String room = room(from, subrooms);
      if (room.isEmpty()) {
        continue;
      }
      Set<String> allowed = mayImport.get(room);
      if (allowed == null) {
        broken.add(room + " is not in the table");
        continue;
      }
      from.getDirectDependenciesFromSelf().stream()
          .map(dependency -> dependency.getTargetClass().getBaseComponentType())
          .filter(to -> isOurs(to) && !room(to, subrooms).equals(room))
          .filter(to -> !allowed.contains(room(to, subrooms)))
          .filter(to -> allowed.stream().noneMatch(name -> isClass(to, name)))
          .forEach(to -> broken.add(from.getName() + " imports " + to.getName()));
    }
    return broken;
  }

  /** Constructor calls of the type, or of a type nested in it, from outside the room. */
  Set<String> constructionsOutside(String room, String type) {
    String name = base + "." + type;
    return accesses(
        (from, call) ->
            call.getTarget().getName().equals("<init>")
                && (call.getTargetOwner().getName().equals(name)
                    || call.getTargetOwner().getName().startsWith(name + "$"))
                && !topRoom(from).equals(room));
  }

  Set<String> readsOfTheClock() {
    return accesses(
        (from, call) ->
            CLOCK_READS.contains(signature(call))
                || (CLOCK_SOURCES.contains(signature(call))
                    && !WIRING_ROOMS.contains(topRoom(from))));
  }

  Set<String> partialMatches() {
    return accesses((from, call) -> PARTIAL_MATCHES.contains(signature(call)));
  }

  /** Servers that let in whatever Vert.x does; {@code api.http} has those that do not. */
  Set<String> unguardedServers() {
    return accesses((from, call) -> UNGUARDED_SERVERS.contains(signature(call)));
  }

  /** Imports between two subpackages of a room whose subpackages are strangers. */
  Set<String> importsBetweenSubpackagesOf(String room) {
    String prefix = base + "." + room + ".";
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      if (from.getPackageName().startsWith(prefix)) {
        from.getDirectDependenciesFromSelf().stream()
            .map(dependency -> dependency.getTargetClass().getBaseComponentType())
            .filter(to -> to.getPackageName().startsWith(prefix))
            .filter(
                to ->
                    !firstSegment(to.getPackageName().substring(prefix.length()))
                        .equals(firstSegment(from.getPackageName().substring(prefix.length()))))
            .forEach(to -> broken.add(from.getName() + " imports " + to.getName()));
      }
    }
    return broken;
  }

  Set<String> drawers() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass type : classes) {
      if (Arrays.stream(below(type).split("\\.", -1)).anyMatch(DRAWERS::contains)) {
        broken.add(type.getPackageName());
      }
    }
    return broken;
  }

  Set<String> vagueNames() {
    Set<String> broken = new TreeSet<>();
    for (JavaClass type : classes) {
      if (VAGUE.stream().anyMatch(type.getSimpleName()::endsWith)) {
        broken.add(type.getName());
      }
    }
    return broken;
  }

  private Set<String> accesses(BiPredicate<JavaClass, JavaCodeUnitAccess<?>> wrong) {
    Set<String> broken = new TreeSet<>();
    for (JavaClass from : classes) {
      from.getCodeUnitAccessesFromSelf().stream()
          .filter(access -> wrong.test(from, access))
          .forEach(access -> broken.add(from.getName() + " calls " + signature(access)));
    }
    return broken;
  }

  private static String signature(JavaCodeUnitAccess<?> access) {
    return access.getTarget().getFullName();
  }

  private boolean isOurs(JavaClass type) {
    return type.getPackageName().equals(base) || type.getPackageName().startsWith(base + ".");
  }

  private boolean isClass(JavaClass type, String name) {
    String wanted = base + "." + name;
    return type.getName().equals(wanted) || type.getName().startsWith(wanted + "$");
  }

  private String room(JavaClass type, Set<String> subrooms) {
    String below = below(type);
    return subrooms.contains(below) ? below : firstSegment(below);
  }

  private String topRoom(JavaClass type) {
    return firstSegment(below(type));
  }

  private String below(JavaClass type) {
    String name = type.getPackageName();
    return name.equals(base) ? "" : name.substring(base.length() + 1);
  }

  private static String firstSegment(String dotted) {
    int dot = dotted.indexOf('.');
    return dot < 0 ? dotted : dotted.substring(0, dot);
  }
}
