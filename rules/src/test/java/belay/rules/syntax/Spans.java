package belay.rules.syntax;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks that what every node of a tree says of its place can be true. */
final class Spans {

  /** Asking a class for its components makes them anew each time, and their accessors with them. */
  private static final ClassValue<List<Method>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .filter(component -> !component.getType().isPrimitive())
              .filter(component -> component.getType() != String.class)
              .map(RecordComponent::getAccessor)
              .toList();
        }
      };

  private Spans() {}

  /** The first thing that is wrong with the spans of a script, or null. */
  static @Nullable String fault(Script script, int length) {
    return fault(script.body(), new Span(0, length), 0);
  }

  private static @Nullable String fault(@Nullable Object node, Span around, int depth) {
    if (depth > 10_000) {
      return "the tree is too deep to be walked";
    }
    if (node instanceof List<?> list) {
      for (Object element : list) {
        String fault = fault(element, around, depth + 1);
        if (fault != null) {
          return fault;
        }
      }
      return null;
    }
    if (!(node instanceof Record record) || node instanceof Span) {
      return null;
    }
    Span inside = around;
    try {
      List<Method> accessors = ACCESSORS.get(record.getClass());
      for (Method accessor : accessors) {
        if (accessor.getReturnType() == Span.class) {
          Span span = (Span) accessor.invoke(record);
          if (!around.contains(span)) {
            return record.getClass().getSimpleName() + " " + span + " is not inside " + around;
          }
          inside = span;
        }
      }
      for (Method accessor : accessors) {
        // The body of a here-document stands behind the line that asks for it.
        Span bound =
            accessor.getReturnType() == Redirection.HereDocument.class
                ? new Span(0, Integer.MAX_VALUE)
                : inside;
        String fault = fault(accessor.invoke(record), bound, depth + 1);
        if (fault != null) {
          return fault;
        }
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    return null;
  }
}
