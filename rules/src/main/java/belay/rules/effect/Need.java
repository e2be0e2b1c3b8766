package belay.rules.effect;

import com.google.re2j.Pattern;
import java.util.List;

/** What must stand in a command so that something holds. */
sealed interface Need {

  Answer in(Arguments arguments);

  /** From no to yes. */
  enum Answer {
    NO,
    /** It may stand in text that is not known. */
    POSSIBLE,
    /** It depends on text that is not known. */
    MAYBE,
    YES;

    Answer and(Answer other) {
      return compareTo(other) < 0 ? this : other;
    }

    Answer or(Answer other) {
      return compareTo(other) > 0 ? this : other;
    }
  }

  /** The option is given. */
  record Has(Option option) implements Need {
    @Override
    public Answer in(Arguments arguments) {
      return arguments.last(option) == null ? Answer.NO : Answer.YES;
    }
  }

  /** There is such an argument. */
  record Some(Selector selector) implements Need {
    @Override
    public Answer in(Arguments arguments) {
      return selector.select(arguments).isEmpty() ? Answer.NO : Answer.YES;
    }
  }

  /** There is such an argument and its whole text matches. */
  record Matches(Selector selector, Pattern pattern) implements Need {
    @Override
    public Answer in(Arguments arguments) {
      Answer answer = Answer.NO;
      for (Field field : selector.select(arguments)) {
        if (field.value().hasUnknown()) {
          answer = answer.or(isWord() ? Answer.POSSIBLE : Answer.MAYBE);
        } else if (pattern.matches(field.value().display())) {
          return Answer.YES;
        }
      }
      return answer;
    }

    /** It looks for a certain word among operands: what is not known is hardly that one. */
    private boolean isWord() {
      return selector instanceof Selector.Operands operands
          && (operands.most() > 1 || pattern.pattern().matches("(\\(\\?i\\))?[(]?[a-z].*"));
    }
  }

  /** There is such an argument and somewhere in its text the pattern matches. */
  record Holds(Selector selector, Pattern pattern) implements Need {
    @Override
    public Answer in(Arguments arguments) {
      Answer answer = Answer.NO;
      for (Field field : selector.select(arguments)) {
        if (pattern.matcher(field.value().display()).find()) {
          return Answer.YES;
        }
        answer = field.value().hasUnknown() ? Answer.POSSIBLE : answer;
      }
      return answer;
    }
  }

  /** There is such an argument and it is SQL that loses data. */
  record LosesData(Selector selector) implements Need {
    @Override
    public Answer in(Arguments arguments) {
      Answer answer = Answer.NO;
      for (Field field : selector.select(arguments)) {
        if (Sql.loses(field.value().display())) {
          return Answer.YES;
        }
        answer = field.value().hasUnknown() ? Answer.POSSIBLE : answer;
      }
      return answer;
    }
  }

  /** At least one of them; no when there is none. */
  static Answer any(List<Need> needs, Arguments arguments) {
    Answer answer = Answer.NO;
    for (Need need : needs) {
      answer = answer.or(need.in(arguments));
    }
    return answer;
  }

  /**
   * When something holds.
   *
   * @param when one of these must; empty for always
   * @param also and one of these; empty for always
   * @param unless and none of these
   */
  record Gate(List<Need> when, List<Need> also, List<Need> unless) {

    Answer in(Arguments arguments) {
      Answer answer = when.isEmpty() ? Answer.YES : any(when, arguments);
      if (answer != Answer.NO && !also.isEmpty()) {
        answer = answer.and(any(also, arguments));
      }
      if (answer != Answer.NO && !unless.isEmpty()) {
        answer =
            answer.and(
                switch (any(unless, arguments)) {
                  case YES -> Answer.NO;
                  case MAYBE, POSSIBLE -> Answer.MAYBE;
                  case NO -> Answer.YES;
                });
      }
      return answer;
    }
  }
}
