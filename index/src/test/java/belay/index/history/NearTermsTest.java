package belay.index.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.apache.commons.text.similarity.DamerauLevenshteinDistance;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.util.BytesRef;
import org.junit.jupiter.api.Test;

class NearTermsTest {

  @Test
  void findsWhatComparingWithEveryTermFinds() throws IOException {
    var random = new Random(20261123);
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < 1000; i++) {
      var name = new StringBuilder();
      for (int length = random.nextInt(8); length >= 0; length--) {
        name.append("abc/1".charAt(random.nextInt(5)));
      }
      names.add(name.toString());
    }
    var distance = new DamerauLevenshteinDistance();
    try (var directory = new ByteBuffersDirectory()) {
      try (var writer = new IndexWriter(directory, new IndexWriterConfig())) {
        for (String other : List.of("wax ", "way ", "waz ", "way")) {
          for (String name : names) {
            Document document = new Document();
            document.add(new StringField("t", other + name, Field.Store.NO));
            writer.addDocument(document);
          }
        }
        writer.forceMerge(1);
      }
      try (DirectoryReader reader = DirectoryReader.open(directory)) {
        LeafReaderContext leaf = reader.leaves().getFirst();
        for (int round = 0; round < 300; round++) {
          String name = List.copyOf(names).get(random.nextInt(names.size()));
          int edits = round % 3;
          List<String> found = new ArrayList<>();
          for (NearTerms.Found term :
              new NearTerms(new BytesRef("way "), new BytesRef(name), edits)
                  .in(leaf.reader().terms("t").iterator())) {
            found.add(term.name());
            assertEquals(true, term.postings().nextDoc() != DocIdSetIterator.NO_MORE_DOCS);
          }
          assertEquals(
              names.stream().filter(other -> distance.apply(name, other) <= edits).toList(),
              found,
              name + " within " + edits);
        }
      }
    }
  }
}
