#include "sync/process.h"

struct run_settings run_settings_default(void)
{
    return (struct run_settings){.judge = judge_default(),
                                 .on_tie = TIE_NOBODY,
                                 .overlap_ms = 5 * 60 * 1000,
                                 .page_full = 200,
                                 .page_partial = 100,
                                 .mass_share = 0.1,
                                 .mass_minimum = 20,
                                 .outage_share = 0.5,
                                 .outage_minimum = 50,
                                 .retries = 5,
                                 .keep_days = 30,
                                 .keep_runs = 200};
}
