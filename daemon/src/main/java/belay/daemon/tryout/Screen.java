package belay.daemon.tryout;

import java.util.ArrayList;
import java.util.List;

/**
 * What a person sees of a terminal's output: as much of ECMA-48 as shells and their line editors
 * use to move about in the line they edit. Rows that scroll off are kept.
 */
final class Screen {

  private final int columns;
  private final List<StringBuilder> rows = new ArrayList<>(List.of(new StringBuilder()));
  private int row;
  private int column;

  private Screen(int columns) {
    this.columns = columns;
  }

  /** The rows that {@code output} leaves on a terminal of this width, without spaces at the end. */
  static List<String> rows(String output, int columns) {
    Screen screen = new Screen(columns);
    screen.feed(output);
    List<String> out = new ArrayList<>();
    for (StringBuilder row : screen.rows) {
      out.add(row.toString().stripTrailing());
    }
    return out;
  }

  private void feed(String output) {
    for (int i = 0; i < output.length(); i++) {
      char c = output.charAt(i);
      switch (c) {
        case '\r' -> column = 0;
        case '\n' -> down(1);
        case '\b' -> column = Math.max(0, column - 1);
        case '\t' -> column = Math.min(columns - 1, (column / 8 + 1) * 8);
        case '\u001b' -> i = escape(output, i + 1);
        default -> {
          if (c >= ' ' && c != '\u007f') {
            put(c);
          }
        }
      }
    }
  }

  /** Obeys the sequence behind an ESC and returns where it ends. */
  private int escape(String output, int start) {
    if (start >= output.length()) {
      return start;
    }
    switch (output.charAt(start)) {
      case '[' -> {
        int end = start + 1;
        while (end < output.length() && (output.charAt(end) < '@' || output.charAt(end) > '~')) {
          end++;
        }
        if (end < output.length()) {
          control(output.charAt(end), output.substring(start + 1, end));
        }
        return end;
      }
      case ']', 'P', '_', '^' -> { // a string: to BEL or ESC \
        int end = start + 1;
        while (end < output.length()) {
          if (output.charAt(end) == '\u0007') {
            return end;
          }
          if (output.startsWith("\u001b\\", end)) {
            return end + 1;
          }
          end++;
        }
        return end;
      }
      case '(', ')', '#', '%' -> {
        return start + 1;
      }
      case 'M' -> row = Math.max(0, row - 1);
      default -> {
        // Keypad modes and the like change nothing that can be seen.
      }
    }
    return start;
  }

  private void control(char command, String parameters) {
    int count = parameters.matches("\\d{1,4}") ? Math.max(1, Integer.parseInt(parameters)) : 1;
    switch (command) {
      case 'A' -> row = Math.max(0, row - count);
      case 'B' -> down(count);
      case 'C' -> column = Math.min(columns - 1, column + count);
      case 'D' -> column = Math.max(0, column - count);
      case 'G' -> column = Math.min(columns, count) - 1;
      case 'P' -> { // delete characters
        StringBuilder line = rows.get(row);
        int from = Math.min(column, line.length());
        line.delete(from, Math.min(from + count, line.length()));
      }
      case '@' -> rows.get(row).insert(Math.min(column, rows.get(row).length()), " ".repeat(count));
      case 'K' -> erase(parameters);
      case 'J' -> {
        erase(parameters);
        if (parameters.isEmpty() || parameters.equals("0")) {
          while (rows.size() > row + 1) {
            rows.removeLast();
          }
        }
      }
      default -> {
        // Colours and modes.
      }
    }
  }

  private void erase(String how) {
    StringBuilder line = rows.get(row);
    switch (how) {
      case "", "0" -> line.setLength(Math.min(line.length(), column));
      case "1" -> {
        for (int i = 0; i <= column && i < line.length(); i++) {
          line.setCharAt(i, ' ');
        }
      }
      default -> line.setLength(0);
    }
  }

  private void put(char c) {
    if (column >= columns) { // the cursor waits behind the last column until there is more
      down(1);
      column = 0;
    }
    StringBuilder line = rows.get(row);
    while (line.length() <= column) {
      line.append(' ');
    }
    line.setCharAt(column++, c);
  }

  private void down(int count) {
    row += count;
    while (rows.size() <= row) {
      rows.add(new StringBuilder());
    }
  }
}
