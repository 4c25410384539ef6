package dev.mlops.architecture;

import dev.mlops.Workspace;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives null for one parameter after another, and something harmless for the others, and looks how
 * it is refused.
 */
final class NullProbe {

  /** How a null was taken. */
  enum Answer {
    /** By the name that the caller knows. */
    NAMED,
    /** As a NullPointerException that names something within, or nothing. */
    UNNAMED,
    /** Not at all. */
    TAKEN,
    /** Something else was refused before it. */
    UNKNOWN
  }

  private final Map<Class<?>, Supplier<?>> samples = new LinkedHashMap<>();
  private final Map<String, Answer> answers = new TreeMap<>();

  NullProbe() {
    sample(String.class, () -> "x");
    sample(Duration.class, () -> Duration.ofDays(1));
    sample(Instant.class, () -> Instant.parse("2026-01-05T08:00:00Z"));
    sample(Clock.class, Clock::systemUTC);
    sample(ZoneId.class, () -> ZoneOffset.UTC);
    sample(ZoneOffset.class, () -> ZoneOffset.UTC);
    sample(Path.class, () -> Path.of("target", "null-probe"));
    sample(InputStream.class, () -> new ByteArrayInputStream(new byte[0]));
    sample(Optional.class, Optional::empty);
    sample(List.class, List::of);
    sample(Map.class, Map::of);
    sample(Set.class, Set::of);
    sample(Iterable.class, List::of);
    sample(Class.class, () -> String.class);
    sample(Object.class, () -> "x");
    sample(Number.class, () -> 1);
    sample(Throwable.class, () -> new IllegalStateException("x"));
  }

  /** Says how an object of a type is made: to be called, and to be given. */
  <T> NullProbe sample(Class<T> type, Supplier<? extends T> maker) {
    samples.put(type, maker);
    return this;
  }

  /**
   * Makes an object of each type that a factory, or a method of an object that is there, gives for
   * harmless arguments; one of each, since a null changes nothing.
   */
  void discover(List<Class<?>> types) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type : types) {
      methods.addAll(List.of(type.getMethods()));
    }
    methods.removeIf(each -> !types.contains(each.getDeclaringClass()));
    methods.sort(Comparator.comparing(Method::toString));
    int before = -1;
    while (samples.size() > before) {
      before = samples.size();
      methods.forEach(each -> discover(each, types));
    }
  }

  private void discover(Method method, List<Class<?>> types) {
    Class<?> made = method.getReturnType();
    boolean isStatic = Modifier.isStatic(method.getModifiers());
    Class<?> owner = method.getDeclaringClass();
    if (!types.contains(made)
        || samples.containsKey(made)
        || (!isStatic && !samples.containsKey(owner))) {
      return;
    }
    try {
      @Nullable Object[] arguments = harmless(method.getParameters());
      Object object = method.invoke(isStatic ? null : sampled(owner), arguments);
      if (object != null) {
        samples.put(made, () -> object);
      }
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      // Another way leads there, or none: the test says which types must have been reached.
    }
  }

  private Object sampled(Class<?> type) {
    return Objects.requireNonNull(samples.get(type), type.getName()).get();
  }

  /** The types of which there is an object to call. */
  Set<Class<?>> reached() {
    return samples.keySet();
  }

  Map<String, Answer> answers() {
    return answers;
  }

  /** Tries the constructors and methods of a class; those of objects if there is a sample. */
  void probe(Class<?> type) {
    for (Constructor<?> constructor : type.getConstructors()) {
      each(constructor, type, arguments -> constructor.newInstance(arguments));
    }
    for (Method method : type.getMethods()) {
      boolean isMade = type.isEnum() && method.getName().equals("valueOf");
      boolean isOwn = method.getDeclaringClass() == type && !method.isSynthetic() && !isMade;
      boolean isStatic = Modifier.isStatic(method.getModifiers());
      boolean isObjects = method.getName().equals("equals") && method.getParameterCount() == 1;
      if (isOwn && !isObjects && isStatic) {
        each(method, type, arguments -> method.invoke(null, arguments));
      } else if (isOwn && !isObjects && samples.containsKey(type)) {
        each(method, type, arguments -> method.invoke(sampled(type), arguments));
      }
    }
  }

  private interface Call {
    @Nullable Object with(@Nullable Object[] arguments) throws ReflectiveOperationException;
  }

  private void each(Executable executable, Class<?> type, Call call) {
    Parameter[] parameters = executable.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      if (!parameters[i].getType().isPrimitive() && !isNullable(parameters[i])) {
        String name =
            type.getName().replace("dev.mlops.", "")
                + "."
                + (executable instanceof Constructor ? "new" : executable.getName())
                + signature(parameters, i);
        answers.put(name, answer(parameters, i, () -> null, call));
        for (Map.Entry<String, Supplier<@Nullable Object>> holding :
            holdingNull(parameters[i]).entrySet()) {
          answers.put(
              name + " holding " + holding.getKey(),
              answer(parameters, i, holding.getValue(), call));
        }
      }
    }
  }

  private static String signature(Parameter[] parameters, int index) {
    List<String> types = new ArrayList<>();
    for (Parameter each : parameters) {
      types.add(each.getType().getSimpleName());
    }
    types.set(index, types.get(index) + " " + parameters[index].getName());
    return types.toString().replace('[', '(').replace(']', ')');
  }

  private static boolean isNullable(AnnotatedType type) {
    return type.isAnnotationPresent(Nullable.class)
        || (type instanceof AnnotatedWildcardType any
            && Arrays.stream(any.getAnnotatedUpperBounds()).anyMatch(NullProbe::isNullable));
  }

  private static boolean isNullable(Parameter parameter) {
    return parameter.getAnnotatedType().isAnnotationPresent(Nullable.class)
        || (parameter.getType().isArray()
            && parameter.getAnnotatedType().getAnnotations().length > 0);
  }

  private Answer answer(
      Parameter[] parameters, int index, Supplier<@Nullable Object> given, Call call) {
    String name = parameters[index].getName();
    try {
      @Nullable Object[] arguments = harmless(parameters);
      arguments[index] = given.get();
      Object result = call.with(arguments);
      if (result instanceof AutoCloseable open && !(result instanceof Workspace)) {
        open.close();
      }
      return Answer.TAKEN;
    } catch (InvocationTargetException e) {
      Throwable thrown = Objects.requireNonNull(e.getCause());
      if (!(thrown instanceof NullPointerException)) {
        return Answer.UNKNOWN;
      }
      String message = String.valueOf(thrown.getMessage());
      return message.equals(name) || message.startsWith(name + "[") ? Answer.NAMED : Answer.UNNAMED;
    } catch (Exception e) {
      return Answer.UNKNOWN;
    }
  }

  /** What of a collection's type has a null in it that its declaration does not allow. */
  private Map<String, Supplier<@Nullable Object>> holdingNull(Parameter parameter) {
    Class<?> type = parameter.getType();
    Map<String, Supplier<@Nullable Object>> holding = new LinkedHashMap<>();
    if (parameter.getAnnotatedType() instanceof AnnotatedArrayType array) {
      boolean nulls = isNullable(array.getAnnotatedGenericComponentType());
      if (!type.getComponentType().isPrimitive() && !nulls) {
        holding.put("null", () -> Array.newInstance(type.getComponentType(), 1));
      }
    } else if (parameter.getAnnotatedType() instanceof AnnotatedParameterizedType generic) {
      AnnotatedType[] parts = generic.getAnnotatedActualTypeArguments();
      boolean nulls = isNullable(parts[parts.length - 1]);
      if (type == Map.class) {
        holding.put("a null key", () -> Collections.singletonMap(null, sampleOf(parts[1])));
        if (!nulls) {
          holding.put("a null value", () -> Collections.singletonMap(sampleOf(parts[0]), null));
        }
      } else if (type == Set.class && !nulls) {
        holding.put("null", () -> Collections.singleton(null));
      } else if (type.isAssignableFrom(List.class) && !nulls) {
        holding.put("null", () -> Collections.singletonList(null));
      }
    }
    return holding;
  }

  private @Nullable Object sampleOf(AnnotatedType type) {
    Type raw =
        type.getType() instanceof ParameterizedType generic ? generic.getRawType() : type.getType();
    return harmless(raw instanceof Class<?> known ? known : Object.class);
  }

  private @Nullable Object[] harmless(Parameter[] parameters) {
    @Nullable Object[] arguments = new @Nullable Object[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      arguments[i] = harmless(parameters[i].getType());
    }
    return arguments;
  }

  private @Nullable Object harmless(Class<?> type) {
    if (type.isPrimitive()) {
      return primitive(type);
    }
    if (samples.containsKey(type)) {
      return samples.get(type).get();
    }
    if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    if (type.isInterface() && !type.isSealed()) {
      return nothing(type);
    }
    throw new IllegalArgumentException("nothing harmless is known of " + type);
  }

  private static Object primitive(Class<?> type) {
    Object one = Array.get(Array.newInstance(type, 1), 0);
    return type == int.class
        ? (Object) 1
        : type == long.class ? (Object) 1L : type == double.class ? (Object) 0.5 : one;
  }

  private static Object nothing(Class<?> type) {
    return Proxy.newProxyInstance(
        type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> null);
  }
}
