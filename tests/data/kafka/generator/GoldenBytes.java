// Messages as Apache Kafka's own classes write them, one per line: name,version,hex (without the length field).
// Each request and response stands behind its header. See generate.sh.
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.message.*;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.RawTaggedField;
import org.apache.kafka.common.record.internal.*;

public class GoldenBytes {
  static final Uuid ORDERS = new Uuid(0x0102030405060708L, 0x090a0b0c0d0e0f10L);
  static final Uuid CLICKS = new Uuid(0x1112131415161718L, 0x191a1b1c1d1e1f20L);

  static byte[] bytes(ApiMessage header, short headerVersion, ApiMessage body, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    int size = header.size(cache, headerVersion) + body.size(cache, version);
    ByteBuffer out = ByteBuffer.allocate(size);
    ByteBufferAccessor writer = new ByteBufferAccessor(out);
    header.write(writer, cache, headerVersion);
    body.write(writer, cache, version);
    if (out.hasRemaining()) throw new IllegalStateException("size");
    return out.array();
  }

  static void line(String name, int version, byte[] bytes) {
    System.out.println(name + "," + version + "," + HexFormat.of().formatHex(bytes));
  }

  static void request(String name, ApiKeys key, int version, ApiMessage body) {
    RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion((short) version)
        .setCorrelationId(7).setClientId("golden");
    line(name, version, bytes(header, key.requestHeaderVersion((short) version), body, (short) version));
  }

  static void response(String name, ApiKeys key, int version, ApiMessage body) {
    ResponseHeaderData header = new ResponseHeaderData().setCorrelationId(7);
    line(name, version, bytes(header, key.responseHeaderVersion((short) version), body, (short) version));
  }

  static RawTaggedField unknown() {
    return new RawTaggedField(77, new byte[] {1, 2, 3});
  }

  static MemoryRecords records(Compression compression, String prefix, int count) {
    SimpleRecord[] all = new SimpleRecord[count];
    for (int i = 0; i < count; i++) {
      Header[] headers = i % 3 == 1 ? new Header[] {new RecordHeader("tenant", "eu".getBytes(StandardCharsets.UTF_8)),
          new RecordHeader("nothing", null)} : new Header[0];
      byte[] key = i % 2 == 0 ? ("key-" + i).getBytes(StandardCharsets.UTF_8) : null;
      byte[] value = i % 5 == 4 ? null : (prefix + i).getBytes(StandardCharsets.UTF_8);
      all[i] = new SimpleRecord(1700000000000L + i * 10L, key, value, headers);
    }
    return MemoryRecords.withIdempotentRecords(compression, 4242L, (short) 3, 17, all);
  }

  static byte[] array(MemoryRecords records) {
    ByteBuffer buffer = records.buffer().duplicate();
    byte[] out = new byte[buffer.remaining()];
    buffer.get(out);
    return out;
  }

  static ProduceRequestData produceRequest(int version) {
    var orders = new ProduceRequestData.TopicProduceData().setPartitionData(List.of(
        new ProduceRequestData.PartitionProduceData().setIndex(0).setRecords(records(Compression.NONE, "zero", 1)),
        new ProduceRequestData.PartitionProduceData().setIndex(5).setRecords(null)));
    var clicks = new ProduceRequestData.TopicProduceData().setPartitionData(List.of(
        new ProduceRequestData.PartitionProduceData().setIndex(2).setRecords(records(Compression.NONE, "two", 2))));
    if (version >= 13) {
      orders.setTopicId(ORDERS);
      clicks.setTopicId(CLICKS);
    } else {
      orders.setName("orders");
      clicks.setName("clicks");
    }
    var data = new ProduceRequestData().setTransactionalId(version % 2 == 0 ? "txn" : null).setAcks((short) -1)
        .setTimeoutMs(30000);
    data.topicData().add(orders);
    data.topicData().add(clicks);
    if (version >= 9) {
      data.unknownTaggedFields().add(unknown());
      orders.unknownTaggedFields().add(unknown());
      clicks.partitionData().get(0).unknownTaggedFields().add(unknown());
    }
    return data;
  }

  static ProduceResponseData produceResponse(int version) {
    var failed = new ProduceResponseData.PartitionProduceResponse().setIndex(1).setErrorCode((short) 87).setBaseOffset(-1)
        .setLogAppendTimeMs(-1).setLogStartOffset(-1);
    var moved = new ProduceResponseData.PartitionProduceResponse().setIndex(2).setErrorCode((short) 6).setBaseOffset(-1);
    var fine = new ProduceResponseData.PartitionProduceResponse().setIndex(0).setBaseOffset(1234567890123L)
        .setLogAppendTimeMs(1700000000000L).setLogStartOffset(5);
    if (version >= 8) {
      failed.setErrorMessage("two records are wrong").setRecordErrors(List.of(
          new ProduceResponseData.BatchIndexAndErrorMessage().setBatchIndex(3).setBatchIndexErrorMessage("age is -1"),
          new ProduceResponseData.BatchIndexAndErrorMessage().setBatchIndex(9)));
    }
    var topic = new ProduceResponseData.TopicProduceResponse().setPartitionResponses(List.of(fine, failed, moved));
    if (version >= 13) topic.setTopicId(ORDERS);
    else topic.setName("orders");
    var data = new ProduceResponseData().setThrottleTimeMs(250);
    data.responses().add(topic);
    if (version >= 9) {
      topic.unknownTaggedFields().add(unknown());
      fine.unknownTaggedFields().add(unknown());
      data.unknownTaggedFields().add(unknown());
    }
    if (version >= 10) {
      moved.setCurrentLeader(new ProduceResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(41));
      data.nodeEndpoints().add(new ProduceResponseData.NodeEndpoint().setNodeId(2).setHost("real-2.internal").setPort(9092)
          .setRack("az-b"));
      data.nodeEndpoints().add(new ProduceResponseData.NodeEndpoint().setNodeId(3).setHost("real-3.internal").setPort(9093));
    }
    return data;
  }

  static void produce() {
    for (int v = 3; v <= 13; v++) request("produce_request", ApiKeys.PRODUCE, v, produceRequest(v));
    for (int v = 3; v <= 13; v++) response("produce_response", ApiKeys.PRODUCE, v, produceResponse(v));
  }

  static void apiVersions() {
    for (int v = 0; v <= 4; v++) {
      var data = new ApiVersionsRequestData();
      if (v >= 3) data.setClientSoftwareName("apache-kafka-java").setClientSoftwareVersion("4.3.1");
      request("api_versions_request", ApiKeys.API_VERSIONS, v, data);
    }
    for (int v = 0; v <= 4; v++) {
      var data = new ApiVersionsResponseData();
      int[][] ranges = {{0, 0, 13}, {1, 4, 18}, {3, 0, 13}, {18, 0, 4}, {60, 0, 2}};
      for (int[] range : ranges) {
        data.apiKeys().add(new ApiVersionsResponseData.ApiVersion().setApiKey((short) range[0])
            .setMinVersion((short) range[1]).setMaxVersion((short) range[2]));
      }
      if (v >= 1) data.setThrottleTimeMs(9);
      if (v >= 3) {
        data.supportedFeatures().add(new ApiVersionsResponseData.SupportedFeatureKey().setName("transaction.version")
            .setMinVersion((short) 0).setMaxVersion((short) 2));
        data.finalizedFeatures().add(new ApiVersionsResponseData.FinalizedFeatureKey().setName("transaction.version")
            .setMinVersionLevel((short) 2).setMaxVersionLevel((short) 2));
        data.setFinalizedFeaturesEpoch(88).setZkMigrationReady(true);
      }
      response("api_versions_response", ApiKeys.API_VERSIONS, v, data);
    }
  }

  static void metadata() {
    for (int v = 1; v <= 12; v++) {
      request("metadata_request_all", ApiKeys.METADATA, v,
          new MetadataRequestData().setTopics(null).setAllowAutoTopicCreation(v < 4));
      request("metadata_request_none", ApiKeys.METADATA, v,
          new MetadataRequestData().setTopics(List.of()).setAllowAutoTopicCreation(v < 4));
      request("metadata_request_named", ApiKeys.METADATA, v, new MetadataRequestData().setTopics(List.of(
          new MetadataRequestData.MetadataRequestTopic().setName("orders"),
          new MetadataRequestData.MetadataRequestTopic().setName("clicks"))).setAllowAutoTopicCreation(v < 4));
    }
    request("metadata_request_ids", ApiKeys.METADATA, 12, new MetadataRequestData().setTopics(List.of(
        new MetadataRequestData.MetadataRequestTopic().setTopicId(ORDERS).setName(null))).setAllowAutoTopicCreation(false));
    for (int v = 0; v <= 13; v++) {
      var data = new MetadataResponseData();
      var first = new MetadataResponseData.MetadataResponseBroker().setNodeId(1).setHost("real-1.internal").setPort(9092);
      var second = new MetadataResponseData.MetadataResponseBroker().setNodeId(2).setHost("real-22.internal").setPort(9093);
      var part = new MetadataResponseData.MetadataResponsePartition().setPartitionIndex(0).setLeaderId(1)
          .setReplicaNodes(List.of(1, 2)).setIsrNodes(List.of(1));
      var none = new MetadataResponseData.MetadataResponsePartition().setErrorCode((short) 5).setPartitionIndex(1)
          .setLeaderId(-1).setReplicaNodes(List.of(2)).setIsrNodes(List.of());
      var orders = new MetadataResponseData.MetadataResponseTopic().setName("orders").setPartitions(List.of(part, none));
      var missing = new MetadataResponseData.MetadataResponseTopic().setErrorCode((short) 3).setName("clicks");
      if (v >= 1) {
        first.setRack("az-a");
        orders.setIsInternal(true);
        data.setControllerId(2);
      }
      if (v >= 2) data.setClusterId("cluster-x");
      if (v >= 3) data.setThrottleTimeMs(4);
      if (v >= 5) none.setOfflineReplicas(List.of(2));
      if (v >= 7) part.setLeaderEpoch(12);
      if (v >= 8) orders.setTopicAuthorizedOperations(0x77);
      if (v >= 8 && v <= 10) data.setClusterAuthorizedOperations(0x55);
      if (v >= 9) {
        data.unknownTaggedFields().add(unknown());
        first.unknownTaggedFields().add(unknown());
        part.unknownTaggedFields().add(unknown());
        orders.unknownTaggedFields().add(unknown());
      }
      if (v >= 10) orders.setTopicId(ORDERS);
      if (v >= 12) missing.setErrorCode((short) 100).setName(null).setTopicId(CLICKS);
      if (v >= 13) data.setErrorCode((short) 129);
      data.brokers().add(first);
      data.brokers().add(second);
      data.topics().add(orders);
      data.topics().add(missing);
      response("metadata_response", ApiKeys.METADATA, v, data);
    }
  }

  static void coordinators() {
    for (int v = 0; v <= 6; v++) {
      var data = new FindCoordinatorResponseData();
      if (v >= 1) data.setThrottleTimeMs(3);
      if (v <= 3) {
        data.setNodeId(2).setHost("real-22.internal").setPort(9093);
        if (v >= 1) data.setErrorMessage("NONE");
      } else {
        data.setCoordinators(List.of(
            new FindCoordinatorResponseData.Coordinator().setKey("group-a").setNodeId(1).setHost("real-1.internal")
                .setPort(9092).setErrorMessage(""),
            new FindCoordinatorResponseData.Coordinator().setKey("group-b").setNodeId(-1).setHost("").setPort(-1)
                .setErrorCode((short) 15).setErrorMessage("not available"),
            new FindCoordinatorResponseData.Coordinator().setKey("group-c").setNodeId(2).setHost("real-22.internal")
                .setPort(9093).setErrorMessage(null)));
        data.coordinators().get(0).unknownTaggedFields().add(unknown());
      }
      if (v >= 3) data.unknownTaggedFields().add(unknown());
      response("find_coordinator_response", ApiKeys.FIND_COORDINATOR, v, data);
    }
    for (int v = 0; v <= 3; v++) {
      var data = new FindCoordinatorResponseData().setErrorCode((short) 15).setNodeId(-1).setHost("").setPort(-1);
      response("find_coordinator_error_response", ApiKeys.FIND_COORDINATOR, v, data);
    }
    for (int v = 0; v <= 2; v++) {
      var data = new DescribeClusterResponseData().setThrottleTimeMs(3).setClusterId("cluster-x").setControllerId(2)
          .setErrorMessage(v == 1 ? "none" : null).setClusterAuthorizedOperations(0x55);
      data.brokers().add(new DescribeClusterResponseData.DescribeClusterBroker().setBrokerId(1).setHost("real-1.internal")
          .setPort(9092).setRack("az-a"));
      var second = new DescribeClusterResponseData.DescribeClusterBroker().setBrokerId(2).setHost("real-22.internal")
          .setPort(9093);
      if (v >= 2) second.setIsFenced(true);
      second.unknownTaggedFields().add(unknown());
      data.brokers().add(second);
      data.unknownTaggedFields().add(unknown());
      response("describe_cluster_response", ApiKeys.DESCRIBE_CLUSTER, v, data);
    }
  }

  static void sasl() {
    for (int v = 0; v <= 1; v++) {
      request("sasl_handshake_request", ApiKeys.SASL_HANDSHAKE, v, new SaslHandshakeRequestData().setMechanism("PLAIN"));
      response("sasl_handshake_response", ApiKeys.SASL_HANDSHAKE, v, new SaslHandshakeResponseData()
          .setErrorCode((short) 33).setMechanisms(List.of("PLAIN", "SCRAM-SHA-256")));
    }
    for (int v = 0; v <= 2; v++) {
      request("sasl_authenticate_request", ApiKeys.SASL_AUTHENTICATE, v, new SaslAuthenticateRequestData()
          .setAuthBytes("\0alice\0secret".getBytes(StandardCharsets.UTF_8)));
      response("sasl_authenticate_response", ApiKeys.SASL_AUTHENTICATE, v, new SaslAuthenticateResponseData()
          .setErrorCode((short) 58).setErrorMessage("no").setAuthBytes(new byte[] {1, 2}));
    }
  }

  static void fetch() {
    for (int v = 16; v <= 18; v++) {
      for (boolean endpoints : new boolean[] {false, true}) {
        var aborted = List.of(new FetchResponseData.AbortedTransaction().setProducerId(5).setFirstOffset(6));
        var p0 = new FetchResponseData.PartitionData().setPartitionIndex(0).setHighWatermark(100).setLastStableOffset(99)
            .setLogStartOffset(1).setAbortedTransactions(aborted).setRecords(records(Compression.NONE, "zero", 3));
        var p1 = new FetchResponseData.PartitionData().setPartitionIndex(1).setErrorCode((short) 6).setHighWatermark(-1)
            .setAbortedTransactions(null).setRecords(MemoryRecords.EMPTY)
            .setCurrentLeader(new FetchResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(41));
        var p2 = new FetchResponseData.PartitionData().setPartitionIndex(2).setAbortedTransactions(List.of()).setRecords(null);
        var data = new FetchResponseData().setThrottleTimeMs(1).setSessionId(77).setResponses(List.of(
            new FetchResponseData.FetchableTopicResponse().setTopicId(ORDERS).setPartitions(List.of(p0, p1)),
            new FetchResponseData.FetchableTopicResponse().setTopicId(CLICKS).setPartitions(List.of(p2))));
        p0.unknownTaggedFields().add(unknown());
        data.unknownTaggedFields().add(unknown());
        if (endpoints) {
          data.nodeEndpoints().add(new FetchResponseData.NodeEndpoint().setNodeId(2).setHost("real-22.internal")
              .setPort(9092).setRack("az-b"));
          data.nodeEndpoints().add(new FetchResponseData.NodeEndpoint().setNodeId(3).setHost("real-3.internal").setPort(9093));
        }
        response(endpoints ? "fetch_response_endpoints" : "fetch_response", ApiKeys.FETCH, v, data);
      }
    }
  }

  static void share() {
    for (int v = 1; v <= 2; v++) {
      var p0 = new ShareFetchResponseData.PartitionData().setPartitionIndex(0).setErrorMessage("x")
          .setCurrentLeader(new ShareFetchResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(4))
          .setRecords(records(Compression.NONE, "zero", 3)).setAcquiredRecords(List.of(
              new ShareFetchResponseData.AcquiredRecords().setFirstOffset(1).setLastOffset(3).setDeliveryCount((short) 1)));
      var data = new ShareFetchResponseData().setThrottleTimeMs(1).setAcquisitionLockTimeoutMs(30000);
      var topic = new ShareFetchResponseData.ShareFetchableTopicResponse().setTopicId(ORDERS);
      topic.partitions().add(p0);
      data.responses().add(topic);
      data.nodeEndpoints().add(new ShareFetchResponseData.NodeEndpoint().setNodeId(2).setHost("real-22.internal")
          .setPort(9092).setRack("az-b"));
      data.nodeEndpoints().add(new ShareFetchResponseData.NodeEndpoint().setNodeId(3).setHost("real-3.internal").setPort(9093));
      data.unknownTaggedFields().add(unknown());
      response("share_fetch_response", ApiKeys.SHARE_FETCH, v, data);

      var ack = new ShareAcknowledgeResponseData().setThrottleTimeMs(1).setErrorMessage("y");
      if (v >= 2) ack.setAcquisitionLockTimeoutMs(30000);
      var ackTopic = new ShareAcknowledgeResponseData.ShareAcknowledgeTopicResponse().setTopicId(ORDERS);
      ackTopic.partitions().add(new ShareAcknowledgeResponseData.PartitionData().setPartitionIndex(4).setErrorCode((short) 6)
          .setCurrentLeader(new ShareAcknowledgeResponseData.LeaderIdAndEpoch().setLeaderId(2).setLeaderEpoch(4)));
      ack.responses().add(ackTopic);
      ack.nodeEndpoints().add(new ShareAcknowledgeResponseData.NodeEndpoint().setNodeId(2).setHost("real-22.internal")
          .setPort(9092).setRack("az-b"));
      response("share_acknowledge_response", ApiKeys.SHARE_ACKNOWLEDGE, v, ack);
    }
  }

  // The header alone, for every api and version that a client may send: flexible or not.
  static void headers() {
    for (ApiKeys key : ApiKeys.values()) {
      if (!key.hasValidVersion()) continue;
      for (short v = key.oldestVersion(); v <= key.latestVersion(true); v++) {
        RequestHeaderData header = new RequestHeaderData().setRequestApiKey(key.id).setRequestApiVersion(v)
            .setCorrelationId(7).setClientId("c");
        ByteBuffer out = ByteBuffer.allocate(64);
        short headerVersion = key.requestHeaderVersion(v);
        if (headerVersion >= 2) header.unknownTaggedFields().add(unknown());
        header.write(new ByteBufferAccessor(out), sized(header, headerVersion), headerVersion);
        byte[] written = Arrays.copyOf(out.array(), out.position());
        line("request_header_v" + headerVersion + "_response_header_v" + key.responseHeaderVersion(v), v, written);
      }
    }
  }

  static ObjectSerializationCache sized(ApiMessage message, short version) {
    ObjectSerializationCache cache = new ObjectSerializationCache();
    message.size(cache, version);
    return cache;
  }

  // 40 records: enough for compressed blocks to matter.
  static void batches() {
    line("batch_none", 2, array(records(Compression.NONE, "value-", 40)));
    line("batch_gzip", 2, array(records(Compression.gzip().build(), "value-", 40)));
    line("batch_snappy", 2, array(records(Compression.snappy().build(), "value-", 40)));
    line("batch_lz4", 2, array(records(Compression.lz4().build(), "value-", 40)));
    line("batch_zstd", 2, array(records(Compression.zstd().build(), "value-", 40)));
  }

  public static void main(String[] which) {
    switch (which[0]) {
      case "headers": headers(); break;
      case "messages": produce(); apiVersions(); metadata(); coordinators(); sasl(); fetch(); share(); break;
      case "batches": batches(); break;
      default: throw new IllegalArgumentException(which[0]);
    }
  }
}
