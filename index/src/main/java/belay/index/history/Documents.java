package belay.index.history;

import belay.index.journal.Entry;
import belay.index.journal.JournalRecord.Answer;
import belay.index.journal.JournalRecord.Imported;
import belay.index.journal.JournalRecord.Intent;
import belay.index.journal.JournalRecord.Outcome;
import belay.index.journal.LoggedEffect;
import belay.rules.judge.Decision;
import belay.rules.syntax.Text;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedSetDocValuesField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexableField;
import org.apache.lucene.index.Term;
import org.apache.lucene.util.BytesRef;
import org.jspecify.annotations.Nullable;

/** The shape of the index: one document for each command, and how it turns back into a hit. */
final class Documents {

  /** Changes whenever an index written before cannot serve any more. */
  static final String SCHEMA = "3";

  static final String WHEN = "when";
  static final String DEED = "deed";
  static final String DONE = "done";
  static final String PROGRAM = "program";

  /** When a command of unknown time sorts, in microseconds: before all others. */
  static final long NEVER = 0;

  private static final String ID = "id";
  static final String N = "n";
  private static final String ORIGIN = "origin";
  private static final String TYPED = "typed";
  private static final String COMMAND = "command";
  private static final String DIRECTORY = "directory";
  private static final String USER = "user";
  private static final String HOST = "host";
  private static final String SESSION = "session";
  private static final String DECISION = "decision";
  private static final String ANSWER = "answer";
  private static final String EXIT = "exit";
  private static final String DURATION = "duration";

  /** Lucene's own limit, in bytes; such a name is no file's. */
  private static final int LONGEST_TERM = 8000;

  private static final FieldType TERMS_ONLY = new FieldType();

  static {
    TERMS_ONLY.setIndexOptions(IndexOptions.DOCS);
    TERMS_ONLY.setTokenized(true);
    TERMS_ONLY.setOmitNorms(true);
    TERMS_ONLY.freeze();
  }

  private Documents() {}

  /** The term of the document that a number's record became. */
  static Term id(long n) {
    return new Term(ID, Long.toString(n));
  }

  static Document of(Story story) {
    Intent intent = story.intent();
    Document document =
        document(story.entry().n(), story.entry().time(), intent.command(), intent.effects());
    name(document, DIRECTORY, intent.directory());
    name(document, USER, intent.user());
    name(document, HOST, intent.host());
    document.add(new StringField(TYPED, digest(intent.command()), Store.NO));
    document.add(new StringField(SESSION, term(intent.session()), Store.NO));
    document.add(new StringField(DECISION, intent.decision().key(), Store.YES));
    document.add(new NumericDocValuesField(DONE, story.done().code));
    Answer answer = story.answer();
    if (answer != null) {
      document.add(new StringField(ANSWER, answer.how().key(), Store.YES));
    }
    Outcome outcome = story.outcome();
    if (outcome != null) {
      number(document, EXIT, outcome.status());
      number(document, DURATION, outcome.micros());
    }
    return document;
  }

  static Document of(Entry entry, Imported imported) {
    Document document =
        document(entry.n(), imported.original(), imported.command(), imported.effects());
    document.add(new NumericDocValuesField(DONE, Story.Done.YES.code));
    document.add(new StringField(ORIGIN, origin(imported), Store.NO));
    if (imported.micros().isPresent()) {
      number(document, DURATION, imported.micros().getAsLong());
    }
    return document;
  }

  private static Document document(
      long n, @Nullable Instant time, String command, List<LoggedEffect> effects) {
    Document document = new Document();
    document.add(new StringField(ID, Long.toString(n), Store.NO));
    document.add(new NumericDocValuesField(N, n));
    document.add(new StoredField(N, n));
    long when = time == null ? NEVER : micros(time);
    document.add(new LongPoint(WHEN, when));
    document.add(new NumericDocValuesField(WHEN, when));
    document.add(new StoredField(WHEN, when));
    document.add(new StoredField(COMMAND, Text.encode(command)));
    Set<String> terms = SearchWords.of(Text.printable(command));
    document.add(new Field(SearchWords.FIELD, new TermStream(terms), TERMS_ONLY));
    document.add(
        new Field(
            SearchWords.BEGINNINGS, new TermStream(SearchWords.beginnings(terms)), TERMS_ONLY));
    Set<String> seen = new HashSet<>();
    for (LoggedEffect effect : effects) {
      String program = term(effect.program());
      if (once(document, seen, PROGRAM, program)) {
        document.add(new SortedSetDocValuesField(PROGRAM, new BytesRef(program)));
      }
      once(document, seen, "effect", effect.kind().key());
      once(document, seen, "target", term(effect.target()));
      once(document, seen, "shape", shape(effect.target()));
      if (effect.exact()) {
        once(document, seen, DEED, deed(way(effect), effect.target()));
      }
    }
    return document;
  }

  private static boolean once(Document document, Set<String> seen, String field, String value) {
    boolean first = seen.add(field + ' ' + value);
    if (first) {
      document.add(new StringField(field, value, Store.NO));
    }
    return first;
  }

  private static void name(Document document, String field, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      document.add(new StringField(field, term(value), Store.NO));
      document.add(new StoredField(field, Text.encode(value)));
    }
  }

  private static void number(Document document, String field, long value) {
    document.add(new LongPoint(field, value));
    document.add(new StoredField(field, value));
  }

  private static Deed.Way way(LoggedEffect effect) {
    return new Deed.Way(effect.kind(), effect.targetKind(), effect.place());
  }

  /** One term for a way of doing and what it is done to. */
  static String deed(Deed.Way way, String target) {
    return way.prefix() + term(target);
  }

  /** A name as a term: Lucene keeps no lone surrogates and no endless text. */
  static String term(String text) {
    String printable = Text.isUtf8(text) ? text : Text.printable(text);
    return printable.length() <= LONGEST_TERM ? printable : printable.substring(0, LONGEST_TERM);
  }

  /** A target with its numbers made alike: {@code /srv/xen/web#.img}. */
  private static String shape(String target) {
    StringBuilder shape = new StringBuilder(target.length());
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c < '0' || c > '9') {
        shape.append(c);
      } else if (shape.isEmpty() || shape.charAt(shape.length() - 1) != '#') {
        shape.append('#');
      }
    }
    return term(shape.toString().toLowerCase(Locale.ROOT));
  }

  /** What an imported command is known again by: its text with its time, or else with its file. */
  static String origin(Imported imported) {
    Instant time = imported.original();
    String key = (time == null ? imported.source() : time.toString()) + '\0' + imported.command();
    return digest(key);
  }

  private static String digest(String key) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(Text.encode(key));
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  static Term originTerm(Imported imported) {
    return new Term(ORIGIN, origin(imported));
  }

  /** The commands with this text that a guarded shell sent. */
  static Term typedTerm(String command) {
    return new Term(TYPED, digest(command));
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  static @Nullable Instant instant(long micros) {
    return micros == NEVER ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  static Hit hit(Document document) {
    String exact = text(document, COMMAND);
    IndexableField exit = document.getField(EXIT);
    IndexableField duration = document.getField(DURATION);
    String decision = document.get(DECISION);
    String answer = document.get(ANSWER);
    return new Hit(
        number(document, N),
        instant(number(document, WHEN)),
        Text.printable(exact),
        exact,
        document.getField(DIRECTORY) == null ? null : Text.printable(text(document, DIRECTORY)),
        exit == null ? OptionalInt.empty() : OptionalInt.of(exit.numericValue().intValue()),
        duration == null
            ? OptionalLong.empty()
            : OptionalLong.of(duration.numericValue().longValue()),
        decision == null ? null : Decision.valueOf(decision.toUpperCase(Locale.ROOT)),
        answer == null ? null : Answer.How.valueOf(answer.toUpperCase(Locale.ROOT)),
        Text.printable(text(document, HOST)),
        Text.printable(text(document, USER)));
  }

  private static long number(Document document, String field) {
    IndexableField stored = document.getField(field);
    return stored == null ? 0 : stored.numericValue().longValue();
  }

  private static String text(Document document, String field) {
    BytesRef bytes = document.getBinaryValue(field);
    return bytes == null ? "" : Text.decode(bytes.bytes, bytes.offset, bytes.offset + bytes.length);
  }
}
