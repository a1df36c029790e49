// Apache Kafka's own Java clients, told by arguments what to do; one JSON-like line per event on standard output.
//   java Clients COMMAND BOOTSTRAP TOPIC [ARGUMENT]...
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public final class Clients {
  private Clients() {}

  private static KafkaProducer<String, String> producer(String bootstrap, Map<String, Object> more) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("client.id", "java-rig");
    config.put("delivery.timeout.ms", 30000);
    config.put("request.timeout.ms", 10000);
    config.put("max.block.ms", 20000);
    config.putAll(more);
    return new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
  }

  private static KafkaConsumer<String, String> consumer(String bootstrap, String group, Map<String, Object> more) {
    Properties config = new Properties();
    config.put("bootstrap.servers", bootstrap);
    config.put("group.id", group);
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    config.putAll(more);
    return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
  }

  // produce: ARGUMENTS are values. Each is sent with linger, so that they share a batch, and its outcome is printed.
  private static void produce(String bootstrap, String topic, String[] values, Map<String, Object> config) {
    try (KafkaProducer<String, String> producer = producer(bootstrap, config)) {
      List<Future<RecordMetadata>> sent = new ArrayList<>();
      for (String value : values) {
        sent.add(producer.send(new ProducerRecord<>(topic, 0, null, value)));
      }
      producer.flush();
      for (int i = 0; i < sent.size(); i++) {
        try {
          RecordMetadata metadata = sent.get(i).get();
          System.out.println("stored " + i + " offset " + metadata.offset());
        } catch (ExecutionException e) {
          System.out.println("failed " + i + " " + e.getCause().getClass().getSimpleName() + " " + e.getCause().getMessage());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  // consume COUNT GROUP PROTOCOL: reads that many records in a consumer group, commits, and prints them.
  private static void consume(String bootstrap, String topic, int count, String group, String protocol,
                              Map<String, Object> more) {
    Map<String, Object> config = new HashMap<>(more);
    config.put("group.protocol", protocol);
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap, group, config)) {
      consumer.subscribe(List.of(topic));
      int seen = 0;
      long end = System.currentTimeMillis() + 30000;
      while (seen < count && System.currentTimeMillis() < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          System.out.println("read " + record.value());
          seen++;
        }
      }
      consumer.commitSync();
      for (TopicPartition partition : consumer.assignment()) {
        OffsetAndMetadata committed = consumer.committed(java.util.Set.of(partition)).get(partition);
        System.out.println("committed " + partition.partition() + " " + (committed == null ? -1 : committed.offset()));
      }
    }
  }

  // transactions GOOD BAD: one committed with GOOD, one aborted with GOOD, one that BAD breaks and that is aborted, and
  // one more committed with GOOD.
  private static void transactions(String bootstrap, String topic, String good, String bad) {
    Map<String, Object> config = Map.of("transactional.id", "tx-" + UUID.randomUUID(), "linger.ms", 20);
    try (KafkaProducer<String, String> producer = producer(bootstrap, config)) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, null, good));
      producer.commitTransaction();
      System.out.println("committed first");
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, null, good));
      producer.flush();
      producer.abortTransaction();
      System.out.println("aborted second");
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, null, bad));
      try {
        producer.commitTransaction();
        System.out.println("committed third");
      } catch (org.apache.kafka.common.KafkaException e) {
        System.out.println("failed third " + e.getMessage());
        producer.abortTransaction();
      }
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, 0, null, good));
      producer.commitTransaction();
      System.out.println("committed fourth");
    }
  }

  // stream CONFIG=VALUE...: sends each line of standard input, "key<TAB>value", until it ends; prints every outcome.
  private static void stream(String bootstrap, String topic, String[] settings) throws Exception {
    Map<String, Object> config = new HashMap<>();
    for (String setting : settings) {
      config.put(setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try (KafkaProducer<String, String> producer = producer(bootstrap, config)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String key = line.substring(0, line.indexOf('\t'));
        producer.send(new ProducerRecord<>(topic, key, line.substring(key.length() + 1)), (metadata, error) ->
            System.out.println(error == null ? "stored " + key
                : "failed " + key + " " + error.getClass().getSimpleName() + " " + error.getMessage()));
      }
    }
  }

  // follow GROUP PROTOCOL: reads on and on in a consumer group until a line comes on standard input; prints each record's key.
  private static void follow(String bootstrap, String topic, String group, String protocol) throws Exception {
    try (KafkaConsumer<String, String> consumer = consumer(bootstrap, group, Map.of("group.protocol", protocol))) {
      consumer.subscribe(List.of(topic));
      while (System.in.available() == 0) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
          System.out.println("read " + record.key());
        }
        consumer.commitAsync();
      }
    }
  }

  // cluster: what an administrator's client is told of the brokers' addresses.
  private static void cluster(String bootstrap) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      for (var node : admin.describeCluster().nodes().get()) {
        System.out.println("node " + node.id() + " " + node.host() + ":" + node.port());
      }
    }
  }

  public static void main(String[] arguments) throws Exception {
    String command = arguments[0];
    String bootstrap = arguments[1];
    String topic = arguments[2];
    String[] rest = java.util.Arrays.copyOfRange(arguments, 3, arguments.length);
    switch (command) {
      case "produce" -> produce(bootstrap, topic, rest, Map.of("linger.ms", 200, "enable.idempotence", false));
      case "idempotent" -> produce(bootstrap, topic, rest, Map.of("linger.ms", 200, "enable.idempotence", true));
      // Every record in a batch of its own, five of them on their way at once.
      case "pipelined" -> produce(bootstrap, topic, rest, Map.of("batch.size", 1, "linger.ms", 0));
      // Values with escapes as in Java's text literals: arguments cannot hold a NUL.
      case "pipelined-escaped" -> produce(bootstrap, topic, Arrays.stream(rest).map(String::translateEscapes)
                                              .toArray(String[]::new), Map.of("batch.size", 1, "linger.ms", 0));
      case "consume" -> consume(bootstrap, topic, Integer.parseInt(rest[0]), rest[1], rest[2], Map.of());
      case "consume-committed" -> consume(bootstrap, topic, Integer.parseInt(rest[0]), rest[1], "classic",
                                          Map.of("isolation.level", "read_committed"));
      case "transactions" -> transactions(bootstrap, topic, rest[0], rest[1]);
      case "stream" -> stream(bootstrap, topic, rest);
      case "follow" -> follow(bootstrap, topic, rest[0], rest[1]);
      case "cluster" -> cluster(bootstrap);
      default -> throw new IllegalArgumentException(command);
    }
  }
}
