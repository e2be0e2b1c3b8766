package belay.rules.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The parts of a word while it is being read; neighbouring literals become one. */
final class Parts {

  private final Cursor in;
  private final ArrayList<Part> list = new ArrayList<>(4);

  /** Elements below this index are not joined with what follows. */
  private int barrier;

  private @Nullable StringBuilder joined;
  private @Nullable Span joinedSpan;

  Parts(Cursor in) {
    this.in = in;
  }

  void literal(int from, int to) {
    if (to > from) {
      add(new Part.Literal(in.span(from, to), in.text(from, to)));
    }
  }

  void add(Part part) {
    in.keep(1);
    if (part instanceof Part.Literal(Span span, String text)) {
      if (joined != null && joinedSpan != null) {
        joined.append(text);
        joinedSpan = joinedSpan.cover(span);
        return;
      }
      if (list.size() > barrier
          && list.getLast() instanceof Part.Literal(Span before, String first)) {
        list.removeLast();
        joined = new StringBuilder(first).append(text);
        joinedSpan = before.cover(span);
        return;
      }
    } else {
      flush();
    }
    list.add(part);
  }

  private void flush() {
    if (joined != null && joinedSpan != null) {
      list.add(new Part.Literal(joinedSpan, joined.toString()));
      joined = null;
      joinedSpan = null;
    }
  }

  /** Adds a literal that stays by itself, and says where it is. */
  int mark(int from, int to) {
    in.keep(1);
    flush();
    list.add(new Part.Literal(in.span(from, to), in.text(from, to)));
    barrier = list.size();
    return barrier - 1;
  }

  /** Takes everything from an index on. */
  List<Part> cut(int from) {
    flush();
    List<Part> tail = list.subList(from, list.size());
    List<Part> taken = List.copyOf(tail);
    tail.clear();
    barrier = Math.min(barrier, from);
    return taken;
  }

  Part get(int index) {
    return list.get(index);
  }

  int size() {
    flush();
    return list.size();
  }

  void set(int index, Part part) {
    list.set(index, part);
  }

  List<Part> toList() {
    flush();
    return barrier == 0 ? list : joined(list);
  }

  /** The same parts with neighbouring literals made one. */
  List<Part> joined(List<Part> parts) {
    Parts out = new Parts(in);
    for (Part part : parts) {
      out.add(part);
    }
    return out.toList();
  }
}
