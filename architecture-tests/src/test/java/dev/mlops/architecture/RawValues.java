package dev.mlops.architecture;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Handle;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InvokeDynamicInsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;

/**
 * Finds where a duration or a number goes into a text as the JDK writes it: {@code PT168H}, {@code
 * 1.0E300}.
 *
 * <p>Follows the types of values through the bytecode of a method, and looks at what they are given
 * to: a concatenation, a method that makes text of any object, a format, a logger, or the {@code
 * toString} that a record has by default. A format that states its digits, such as {@code %.2f}, is
 * no offence.
 */
final class RawValues extends BasicInterpreter {

  private static final Set<String> TIMES =
      Set.of("Ljava/time/Duration;", "Ljava/time/Period;", "Ljava/time/temporal/TemporalAmount;");

  private static final Set<String> NUMBERS =
      Set.of("D", "F", "Ljava/lang/Double;", "Ljava/lang/Float;");

  /** Methods that make a text of one argument. */
  private static final Set<String> TEXTS =
      Set.of(
          "java/lang/String.valueOf",
          "java/util/Objects.toString",
          "java/lang/StringBuilder.append",
          "java/time/Duration.toString",
          "java/time/Period.toString",
          "java/lang/Double.toString",
          "java/lang/Float.toString");

  private static final Pattern CONVERSION =
      Pattern.compile("%[-#+ 0,(]*\\d*(?:\\.\\d+)?([a-zA-Z%])");

  /** The arguments of a method with any number of them. */
  private static final class Arguments extends BasicValue {
    private final Map<AbstractInsnNode, BasicValue> elements = new LinkedHashMap<>();

    Arguments(Type type) {
      super(type);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(this);
    }
  }

  /** A text that is written in the code. */
  private static final class Literal extends BasicValue {
    private final String text;

    Literal(String text) {
      super(Type.getType(String.class));
      this.text = text;
    }
  }

  private final Set<String> found = new TreeSet<>();
  private final ClassNode type;
  private MethodNode method = new MethodNode();

  private RawValues(ClassNode type) {
    super(Opcodes.ASM9);
    this.type = type;
  }

  /** Returns a line for each place in a class. */
  static Set<String> in(byte[] code) {
    ClassNode type = new ClassNode();
    new ClassReader(code).accept(type, 0);
    RawValues values = new RawValues(type);
    for (MethodNode method : type.methods) {
      if (Stream.of(method.instructions.toArray()).noneMatch(RawValues::mayMakeText)) {
        continue;
      }
      values.method = method;
      try {
        new Analyzer<>(values).analyze(type.name, method);
      } catch (AnalyzerException e) {
        throw new IllegalStateException(type.name + "." + method.name, e);
      }
    }
    return values.found;
  }

  private static boolean mayMakeText(AbstractInsnNode instruction) {
    return instruction instanceof InvokeDynamicInsnNode
        || (instruction instanceof MethodInsnNode call
            && (isText(call.owner, call.name) || isFormat(call) || isLog(call)));
  }

  private static boolean isFormat(MethodInsnNode call) {
    return call.owner.equals("java/lang/String") && call.name.startsWith("format");
  }

  private static boolean isLog(MethodInsnNode call) {
    return call.owner.equals("org/slf4j/Logger");
  }

  @Override
  public @Nullable BasicValue newValue(@Nullable Type of) {
    boolean isObject = of != null && of.getSort() >= Type.ARRAY;
    return isObject ? new BasicValue(of) : super.newValue(of);
  }

  @Override
  public BasicValue newOperation(AbstractInsnNode instruction) throws AnalyzerException {
    return instruction instanceof LdcInsnNode constant && constant.cst instanceof String text
        ? new Literal(text)
        : super.newOperation(instruction);
  }

  @Override
  public @Nullable BasicValue unaryOperation(AbstractInsnNode instruction, BasicValue value)
      throws AnalyzerException {
    BasicValue result = super.unaryOperation(instruction, value);
    return instruction.getOpcode() == Opcodes.ANEWARRAY ? new Arguments(result.getType()) : result;
  }

  @Override
  public @Nullable BasicValue ternaryOperation(
      AbstractInsnNode instruction, BasicValue array, BasicValue index, BasicValue value) {
    if (array instanceof Arguments arguments) {
      arguments.elements.put(instruction, value);
    }
    return null;
  }

  @Override
  public BasicValue merge(BasicValue one, BasicValue other) {
    if (one.equals(other)) {
      return one;
    }
    boolean same = one.getType() != null && one.getType().equals(other.getType());
    return same ? new BasicValue(one.getType()) : super.merge(one, other);
  }

  @Override
  public @Nullable BasicValue naryOperation(
      AbstractInsnNode instruction, List<? extends BasicValue> values) throws AnalyzerException {
    if (instruction instanceof InvokeDynamicInsnNode dynamic) {
      look(dynamic, values);
    } else if (instruction instanceof MethodInsnNode call) {
      look(call, values);
    }
    return super.naryOperation(instruction, values);
  }

  private void look(InvokeDynamicInsnNode dynamic, List<? extends BasicValue> values) {
    String maker = dynamic.bsm.getOwner();
    if (maker.endsWith("/StringConcatFactory")) {
      values.forEach(value -> check(dynamic, value, "a text is joined with"));
    } else if (maker.endsWith("/ObjectMethods") && dynamic.name.equals("toString")) {
      for (Object part : dynamic.bsmArgs) {
        if (part instanceof Handle field && TIMES.contains(field.getDesc())) {
          add(dynamic, "the record's toString has", field.getDesc());
        }
      }
    } else if (maker.endsWith("/LambdaMetafactory")
        && dynamic.bsmArgs[1] instanceof Handle handle
        && dynamic.bsmArgs[2] instanceof Type taken
        && taken.getArgumentTypes().length == 1
        && (isText(handle.getOwner(), handle.getName()) || handle.getName().equals("toString"))) {
      check(dynamic, taken.getArgumentTypes()[0], "a reference to " + handle.getName() + " takes");
    }
  }

  private void look(MethodInsnNode call, List<? extends BasicValue> values) {
    if (isText(call.owner, call.name)) {
      check(call, values.get(values.size() - 1), "a text is made of");
    } else if (isFormat(call) || isLog(call)) {
      String format = null;
      for (BasicValue value : values) {
        if (value instanceof Literal literal) {
          format = literal.text;
        } else if (value instanceof Arguments arguments) {
          look(call, format, arguments.elements.values());
        } else {
          check(call, value, "a log line has");
        }
      }
    }
  }

  private void look(MethodInsnNode call, @Nullable String format, Collection<BasicValue> elements) {
    Matcher conversion = CONVERSION.matcher(format == null ? "" : format);
    for (BasicValue element : elements) {
      boolean stated = false;
      while (conversion.find()) {
        String letter = conversion.group(1);
        stated = "eEfgG".contains(letter);
        if (!"%n".contains(letter)) {
          break;
        }
      }
      if (!stated) {
        check(call, element, isLog(call) ? "a log line has" : "a format has");
      }
    }
  }

  private static boolean isText(String owner, String name) {
    return TEXTS.contains(owner + "." + name);
  }

  private void check(AbstractInsnNode place, BasicValue value, String what) {
    if (value.getType() != null) {
      check(place, value.getType(), what);
    }
  }

  private void check(AbstractInsnNode place, Type value, String what) {
    String descriptor = value.getDescriptor();
    if (TIMES.contains(descriptor) || NUMBERS.contains(descriptor)) {
      add(place, what, descriptor);
    }
  }

  private void add(AbstractInsnNode place, String what, String descriptor) {
    int line = 0;
    for (AbstractInsnNode each = place; each != null && line == 0; each = each.getPrevious()) {
      line = each instanceof LineNumberNode number ? number.line : 0;
    }
    found.add(
        "%s.%s(%s:%d): %s a %s"
            .formatted(
                type.name.replace('/', '.'),
                method.name,
                type.sourceFile,
                line,
                what,
                Type.getType(descriptor).getClassName().replaceAll(".*\\.", "")));
  }
}
