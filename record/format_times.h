// RFC 3339 dates and times, and its appendix A's durations. Behind record/formats.h.
#pragma once

#include <string_view>

namespace assay {

bool is_date(std::string_view text);  // full-date: 2026-02-28
bool is_time(
    std::string_view text);  // full-time: 23:59:60Z, 12:00:00.5+01:00; a leap second only at 23:59 UTC
bool is_date_time(std::string_view text);  // date "T" time
bool is_duration(std::string_view text);   // P1Y2M3DT4H5M6S, P4W; no unit left out in between

}  // namespace assay
