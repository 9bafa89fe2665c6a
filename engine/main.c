/* The program. */
#include <sys/stat.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
    /* What it makes holds people's data and secrets: it is for its user alone. */
    (void)umask(S_IRWXG | S_IRWXO);
    return cli_main(argc, argv);
}
