/* tandem, with places to fail. */
#include "cli/cli.h"
#include "fault_plan.h"

int main(int argc, char **argv)
{
    fault_plan_read();
    fault_vfs_install();
    fault_memory_begin();
    return cli_main(argc, argv);
}
