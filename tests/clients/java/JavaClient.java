// Apache Kafka's own Java clients. What the command line and the events are: tests/clients/README.md.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.AppInfoParser;

public final class JavaClient {
  private static final int LINGER_MS = 150;
  private static final int DELIVERY_MS = 15_000;
  private static final int READ_MS = 25_000;
  private static final Set<String> FLAGS = Set.of("--fresh", "--again", "--single");
  private static final Set<String> PRODUCES = Set.of("produce", "idempotent", "transactional");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> options = new HashMap<>();
  private final List<String> topics = new ArrayList<>();
  private final String[] codecs;
  private final String mode;

  private JavaClient(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      options.put(arguments[i], FLAGS.contains(arguments[i]) ? "" : arguments[++i]);
    }
    mode = options.get("--mode");
    codecs = options.get("--codec").split(",");
    for (String codec : codecs) {
      topics.add(options.get("--topic") + "." + codec);
    }
  }

  private static ObjectNode event(String name) {
    return JSON.createObjectNode().put("event", name);
  }

  private static void tell(ObjectNode event) {
    System.out.println(event);
  }

  private Properties common() {
    Properties config = new Properties();
    config.put("bootstrap.servers", options.get("--bootstrap"));
    return config;
  }

  private KafkaProducer<String, String> producer(String codec) {
    Properties config = common();
    config.put("compression.type", codec);
    config.put("enable.idempotence", !mode.equals("produce"));
    config.put("linger.ms", LINGER_MS);
    config.put("request.timeout.ms", DELIVERY_MS / 2);
    config.put("delivery.timeout.ms", DELIVERY_MS);
    config.put("max.block.ms", DELIVERY_MS);
    if (options.containsKey("--single")) {
      config.put("batch.size", 1);
      config.put("linger.ms", 0);
    }
    if (mode.equals("transactional")) {
      config.put("transactional.id", options.get("--group") + "-" + codec);
    }
    KafkaProducer<String, String> made = new KafkaProducer<>(config, new StringSerializer(), new StringSerializer());
    if (mode.equals("transactional")) {
      made.initTransactions();
    }
    return made;
  }

  private static boolean send(KafkaProducer<String, String> producer, String codec, String topic, int round,
                              JsonNode records) throws InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (JsonNode record : records) {
      sent.add(producer.send(new ProducerRecord<>(topic, record.get("partition").asInt(), null,
                                                  record.get("value").asText())));
    }
    producer.flush();
    boolean good = true;
    for (int i = 0; i < sent.size(); i++) {
      ObjectNode told = event("record").put("codec", codec).put("round", round).put("index", i);
      try {
        told.put("acked", true).put("offset", sent.get(i).get().offset());
      } catch (ExecutionException failure) {
        good = false;
        Throwable cause = failure.getCause();
        told.put("acked", false).put("error", cause.getClass().getSimpleName())
            .put("code", Errors.forException(cause).code()).put("message", cause.getMessage());
      }
      tell(told);
    }
    return good;
  }

  private static boolean transact(KafkaProducer<String, String> producer, String codec, String topic, int round,
                                  JsonNode records) throws InterruptedException {
    boolean good = false;
    String error = null;
    try {
      producer.beginTransaction();
      good = send(producer, codec, topic, round, records);
      if (good) {
        producer.commitTransaction();
      } else {
        producer.abortTransaction();
      }
    } catch (KafkaException failure) {
      good = false;
      error = failure.toString();
    }
    tell(event("transaction").put("codec", codec).put("round", round).put("committed", good).put("error", error));
    return good;
  }

  private void produce() throws Exception {
    JsonNode rounds = JSON.readTree(System.in);
    for (int i = 0; i < codecs.length; i++) {
      KafkaProducer<String, String> producer = producer(codecs[i]);
      for (int round = 0; round < rounds.size(); round++) {
        boolean good = mode.equals("transactional")
            ? transact(producer, codecs[i], topics.get(i), round, rounds.get(round))
            : send(producer, codecs[i], topics.get(i), round, rounds.get(round));
        if (!good && options.containsKey("--fresh")) {
          producer.close(Duration.ofSeconds(1));
          producer = producer(codecs[i]);
        }
      }
      producer.close(Duration.ofSeconds(1));
    }
  }

  private static int read(ConsumerRecords<String, String> records) {
    for (ConsumerRecord<String, String> record : records) {
      tell(event("read").put("topic", record.topic()).put("partition", record.partition())
               .put("offset", record.offset()).put("value", record.value()));
    }
    return records.count();
  }

  private void consume() {
    Properties config = common();
    config.put("auto.offset.reset", "earliest");
    config.put("enable.auto.commit", false);
    if (mode.startsWith("group")) {
      config.put("group.id", options.get("--group"));
      config.put("group.protocol", mode.equals("group") ? "classic" : "consumer");
    }
    try (KafkaConsumer<String, String> consumer =
             new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      if (mode.equals("consume")) {
        List<TopicPartition> partitions = new ArrayList<>();
        topics.forEach(topic -> partitions.addAll(List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1))));
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
      } else {
        consumer.subscribe(topics);
      }
      int left = Integer.parseInt(options.get("--count"));
      for (long end = System.currentTimeMillis() + READ_MS; left > 0 && System.currentTimeMillis() < end;) {
        left -= read(consumer.poll(Duration.ofMillis(200)));
      }
      if (!mode.equals("consume")) {
        consumer.commitSync();
      }
    }
  }

  private void share() {
    Properties config = common();
    config.put("group.id", options.get("--group"));
    try (KafkaShareConsumer<String, String> consumer =
             new KafkaShareConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(topics);
      int left = Integer.parseInt(options.get("--count"));
      for (long end = System.currentTimeMillis() + READ_MS; left > 0 && System.currentTimeMillis() < end;) {
        left -= read(consumer.poll(Duration.ofMillis(200)));
      }
      consumer.commitSync().forEach((partition, failure) -> failure.ifPresent(error -> {
        throw error;
      }));
    }
  }

  public static void main(String[] arguments) throws Exception {
    JavaClient client = new JavaClient(arguments);
    tell(event("client").put("name", "java").put("version", AppInfoParser.getVersion()));
    if (PRODUCES.contains(client.mode)) {
      client.produce();
    } else if (client.mode.equals("share")) {
      client.share();
    } else {
      client.consume();
    }
    tell(event("end"));
  }
}
