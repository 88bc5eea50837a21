package io.mintmark.cli;

import java.lang.reflect.Proxy;

/**
 * The signals of the operating system. The JDK has no supported API for them; its unsupported one
 * is called by name, so that a JDK without it costs the signals and nothing else.
 */
public final class Signals {
  private static final System.Logger LOG = System.getLogger(Signals.class.getName());

  private Signals() {}

  /** Runs the action at each such signal, such as {@code HUP}; it must not wait. */
  public static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                switch (method.getName()) {
                  case "handle" -> action.run();
                  case "equals" -> {
                    return arguments != null && self == arguments[0];
                  }
                  case "hashCode" -> {
                    return System.identityHashCode(self);
                  }
                  default -> {
                    return "Signals[" + name + "]";
                  }
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException | RuntimeException absent) {
      LOG.log(System.Logger.Level.WARNING, "SIG" + name + " is not handled: " + absent);
    }
  }
}
