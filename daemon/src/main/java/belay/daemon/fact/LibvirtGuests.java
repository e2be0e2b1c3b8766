package belay.daemon.fact;

import belay.rules.syntax.Text;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * The disks of libvirt's running QEMU guests, by the state it keeps of each: {@code
 * /run/libvirt/qemu/NAME.xml}, which root may read (libvirt's {@code
 * qemuDomainObjPrivateXMLFormat}; the disks are those of {@code formatdomain}, "Hard drives").
 */
final class LibvirtGuests {

  private static final String STATES = "/run/libvirt/qemu";

  private static final int LIMIT = 4 << 20;

  private LibvirtGuests() {}

  static List<Register.Entry> disks(Machine machine) throws IOException {
    List<Register.Entry> disks = new ArrayList<>();
    for (String name : Register.names(machine, STATES)) {
      if (name.endsWith(".xml")) {
        try {
          disks.addAll(read(machine.read(STATES + "/" + name, LIMIT)));
        } catch (FileSystemException notForUs) {
          disks.add(Register.Entry.closed("libvirt's state of guest " + guest(name)));
        } catch (XMLStreamException beingWritten) {
          // The guest changes at this moment; its locks and descriptors tell as well.
        }
      }
    }
    return disks;
  }

  private static String guest(String file) {
    return Text.printable(file.substring(0, file.length() - ".xml".length()));
  }

  private static List<Register.Entry> read(byte[] state) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(state));
    String guest = "";
    String running = "running";
    boolean inDisk = false;
    List<String> paths = new ArrayList<>();
    int depth = 0;
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          switch (xml.getLocalName()) {
            case "domstatus" -> running = orElse(xml.getAttributeValue(null, "state"), running);
            case "disk" -> inDisk = true;
            case "source" -> {
              if (inDisk) {
                String file = xml.getAttributeValue(null, "file");
                String path = file == null ? xml.getAttributeValue(null, "dev") : file;
                if (path != null && path.startsWith("/")) {
                  paths.add(path);
                }
              }
            }
            case "name" -> {
              if (guest.isEmpty() && depth <= 3) {
                guest = xml.getElementText();
                depth--;
              }
            }
            default -> {}
          }
        }
        case XMLStreamConstants.END_ELEMENT -> {
          depth--;
          inDisk &= !xml.getLocalName().equals("disk");
        }
        default -> {}
      }
    }
    String evidence =
        "disk of libvirt guest " + Text.printable(guest) + ", " + Text.printable(running);
    return paths.stream().map(path -> Register.Entry.live(path, evidence)).toList();
  }

  private static String orElse(@Nullable String value, String other) {
    return value == null ? other : value;
  }
}
