// Counters and gauges, served as Prometheus text by the admin room. A family is registered once, at start; a
// labelled series is looked up once and kept by whoever raises it, so that raising costs one atomic add.
#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <map>
#include <string>
#include <vector>

namespace assay {

using Labels = std::map<std::string, std::string>;

class Metrics {
 public:
  // Names follow Prometheus' conventions: `assay_` first, unit and `_total` last. The returned series lives
  // as long as the Metrics. Thread-safe; the same name and labels give the same series.
  prometheus::Counter& counter(const std::string& name, const std::string& help, const Labels& labels = {});
  prometheus::Gauge& gauge(const std::string& name, const std::string& help, const Labels& labels = {});
  prometheus::Histogram& histogram(const std::string& name, const std::string& help,
                                   const std::vector<double>& buckets, const Labels& labels = {});

  // The text exposition format, version 0.0.4.
  std::string expose() const;

 private:
  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Merge};
};

}  // namespace assay
