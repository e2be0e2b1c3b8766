package belay.index.history;

import belay.index.journal.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.DocValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.index.SortedSetDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/** One Lucene index, open. What it is fed, and by whom, is not its business. */
final class Shelf {

  private static final int MOST_DEEDS = 64;
  private static final int MOST_RUNS = 2000;

  /** In bytes; nobody types a longer one by hand. */
  private static final int LONGEST_FUZZY = 255;

  private static final String SCHEMA_KEY = "schema";
  private static final String N_KEY = "n";
  private static final String HASH_KEY = "hash";

  private static final Sort NEWEST_FIRST =
      new Sort(
          new SortField(Documents.WHEN, SortField.Type.LONG, true),
          new SortField(Documents.N, SortField.Type.LONG, true));

  private final Directory directory;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final long last;
  private boolean uncommitted;

  private Shelf(Directory directory, IndexWriter writer, long last) throws IOException {
    this.directory = directory;
    this.writer = writer;
    this.searchers = new SearcherManager(writer, null);
    this.last = last;
  }

  /**
   * Opens the index in {@code path}, and an empty one where there is none or none that can be used.
   *
   * @param fits whether the journal has this hash under this number
   */
  static Shelf open(Path path, BiPredicate<Long, String> fits) throws IOException {
    Files.createDirectories(path);
    try {
      Directory directory = FSDirectory.open(path);
      try {
        if (DirectoryReader.indexExists(directory)) {
          Map<String, String> data = SegmentInfos.readLatestCommit(directory).getUserData();
          long n = Long.parseLong(data.getOrDefault(N_KEY, "-1"));
          if (Documents.SCHEMA.equals(data.get(SCHEMA_KEY))
              && (n == 0 || fits.test(n, data.getOrDefault(HASH_KEY, "")))) {
            return open(directory, n);
          }
        }
        directory.close();
      } catch (IOException | RuntimeException e) {
        directory.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      // Damaged, or of another version: the journal has all that was in it.
    }
    return empty(path);
  }

  /** Clears {@code path} and opens an empty index there. */
  static Shelf empty(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      for (Path file : files.toList()) {
        if (!Files.isDirectory(file)) {
          Files.delete(file);
        }
      }
    }
    return open(FSDirectory.open(path), 0);
  }

  private static Shelf open(Directory directory, long last) throws IOException {
    IndexWriterConfig config = new IndexWriterConfig();
    config.setRAMBufferSizeMB(8);
    config.setCommitOnClose(false);
    // So that the newest matches come first and a search can stop at its limit.
    config.setIndexSort(NEWEST_FIRST);
    IndexWriter writer = new IndexWriter(directory, config);
    try {
      return new Shelf(directory, writer, last);
    } catch (IOException | RuntimeException e) {
      writer.rollback();
      throw e;
    }
  }

  /** The number of the last record that is in it since it was opened. */
  long last() {
    return last;
  }

  void add(Document document) throws IOException {
    writer.addDocument(document);
    uncommitted = true;
  }

  void replace(long n, Document document) throws IOException {
    writer.updateDocument(Documents.id(n), document);
    uncommitted = true;
  }

  /** Makes what was added visible to searches. */
  void publish() throws IOException {
    searchers.maybeRefreshBlocking();
  }

  /** Makes what was added survive, as all up to this record. */
  void commit(Entry entry) throws IOException {
    if (uncommitted) {
      writer.setLiveCommitData(
          Map.of(
                  SCHEMA_KEY,
                  Documents.SCHEMA,
                  N_KEY,
                  Long.toString(entry.n()),
                  HASH_KEY,
                  entry.hash())
              .entrySet());
      writer.commit();
      uncommitted = false;
    }
  }

  /** Lets go of the files; what was not committed is lost. */
  void close() throws IOException {
    searchers.close();
    writer.rollback();
    directory.close();
  }

  List<Hit> search(Query query, int limit) throws IOException {
    if (limit <= 0) {
      return List.of();
    }
    IndexSearcher searcher = searchers.acquire();
    try {
      List<Hit> hits = new ArrayList<>();
      for (ScoreDoc found : searcher.search(query, limit, NEWEST_FIRST).scoreDocs) {
        hits.add(Documents.hit(searcher.storedFields().document(found.doc)));
      }
      return hits;
    } finally {
      searchers.release(searcher);
    }
  }

  /** How many documents have this term, those replaced included. */
  int count(Term term) throws IOException {
    IndexSearcher searcher = searchers.acquire();
    try {
      return searcher.getIndexReader().docFreq(term);
    } finally {
      searchers.release(searcher);
    }
  }

  /** The command of this number. */
  Optional<Hit> find(long n) throws IOException {
    return search(new TermQuery(Documents.id(n)), 1).stream().findFirst();
  }

  /** What was done this way to targets at most {@code edits} keystrokes from {@code target}. */
  List<Deed> near(Deed.Way way, String target, int edits) throws IOException {
    String prefix = way.prefix();
    BytesRef name = new BytesRef(Documents.deed(way, target).substring(prefix.length()));
    int within = name.length > LONGEST_FUZZY ? 0 : edits;
    IndexSearcher searcher = searchers.acquire();
    try {
      Map<String, Tally> tallies = new TreeMap<>();
      for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
        collect(leaf, new NearTerms(new BytesRef(prefix), name, within), tallies);
      }
      return tallies.entrySet().stream()
          .filter(entry -> entry.getValue().runs > 0)
          .map(entry -> entry.getValue().deed(entry.getKey()))
          .toList();
    } finally {
      searchers.release(searcher);
    }
  }

  private static void collect(LeafReaderContext leaf, NearTerms near, Map<String, Tally> tallies)
      throws IOException {
    LeafReader reader = leaf.reader();
    Terms terms = reader.terms(Documents.DEED);
    if (terms == null) {
      return;
    }
    Bits live = reader.getLiveDocs();
    for (NearTerms.Found found : near.in(terms.iterator())) {
      if (tallies.size() == MOST_DEEDS && !tallies.containsKey(found.name())) {
        continue;
      }
      Tally tally = tallies.computeIfAbsent(found.name(), name -> new Tally());
      // Values are read forward only, and each term begins anew.
      NumericDocValues done = DocValues.getNumeric(reader, Documents.DONE);
      NumericDocValues when = DocValues.getNumeric(reader, Documents.WHEN);
      int newest = -1;
      PostingsEnum postings = found.postings();
      for (int doc = postings.nextDoc();
          doc != DocIdSetIterator.NO_MORE_DOCS && tally.runs < MOST_RUNS;
          doc = postings.nextDoc()) {
        if ((live == null || live.get(doc))
            && done.advanceExact(doc)
            && when.advanceExact(doc)
            && tally.add((int) done.longValue(), when.longValue())) {
          newest = doc;
        }
      }
      if (newest >= 0) {
        tally.describe(reader, newest);
      }
    }
  }

  /** Counts the runs of one deed. */
  private static final class Tally {

    private static final long DAY = 86_400_000_000L;

    private final Set<Long> days = new HashSet<>();
    private int runs;
    private int timeless;
    private boolean accepted;
    private long last = Long.MIN_VALUE;
    private long lastNumber;
    private Set<String> programs = Set.of();

    /** Counts a run and says whether it is the newest so far. */
    boolean add(int done, long when) {
      if (done == Story.Done.NO.code) {
        return false;
      }
      runs++;
      accepted |= done == Story.Done.ACCEPTED.code;
      if (when == Documents.NEVER) {
        timeless++;
      } else {
        days.add(Math.floorDiv(when, DAY));
      }
      boolean newest = when > last;
      last = Math.max(last, when);
      return newest;
    }

    void describe(LeafReader reader, int doc) throws IOException {
      NumericDocValues number = DocValues.getNumeric(reader, Documents.N);
      lastNumber = number.advanceExact(doc) ? number.longValue() : 0;
      SortedSetDocValues names = DocValues.getSortedSet(reader, Documents.PROGRAM);
      programs = new HashSet<>();
      if (names.advanceExact(doc)) {
        for (int i = 0; i < names.docValueCount(); i++) {
          programs.add(names.lookupOrd(names.nextOrd()).utf8ToString());
        }
      }
    }

    Deed deed(String target) {
      return new Deed(
          target,
          runs,
          days.size() + timeless,
          accepted,
          Documents.instant(last),
          lastNumber,
          programs);
    }
  }
}
