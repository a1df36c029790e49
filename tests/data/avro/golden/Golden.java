// Makes schemas.tsv and bodies.tsv beside this file, with org.apache.avro:avro 1.12.0 on the class path:
//   java -cp 'libs/*' Golden.java schemas.txt schemas.tsv bodies.tsv
// schemas.tsv: ok | bad, schema, canonical form.  bodies.tsv: schema, the encoding of a random value in hexadecimal.
import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.RandomData;

public class Golden {
  static final int BODIES = 6;

  public static void main(String[] args) throws Exception {
    try (PrintWriter schemas = new PrintWriter(args[1]); PrintWriter bodies = new PrintWriter(args[2])) {
      for (String line : Files.readAllLines(Path.of(args[0]))) {
        if (line.isBlank() || line.startsWith("#")) continue;
        Schema schema;
        String canonical;
        try {
          schema = new Schema.Parser().parse(line);
          canonical = SchemaNormalization.toParsingForm(schema);
        } catch (RuntimeException refused) {
          schemas.println("bad\t" + line + "\t");
          continue;
        }
        schemas.println("ok\t" + line + "\t" + canonical);
        writeBodies(schema, line, bodies);
      }
    }
  }

  static void writeBodies(Schema schema, String line, PrintWriter out) {
    try {
      int at = 0;
      StringBuilder lines = new StringBuilder();
      for (Object datum : new RandomData(schema, BODIES, 7L)) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = at++ % 2 == 0
            ? EncoderFactory.get().binaryEncoder(bytes, null)
            : new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null);
        new GenericDatumWriter<Object>(schema).write(datum, encoder);
        encoder.flush();
        lines.append(line).append('\t').append(HexFormat.of().formatHex(bytes.toByteArray())).append('\n');
      }
      out.print(lines);
    } catch (RuntimeException | java.io.IOException | StackOverflowError none) {
      // A type without values (an empty enum), or without an end.
    }
  }
}
